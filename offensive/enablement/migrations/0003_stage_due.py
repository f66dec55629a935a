from django.db import migrations

FILL = """
UPDATE companies_company c SET stage_due_on = running.due_on
  FROM enablement_stageprogress running
 WHERE running.company_id = c.organisation_id AND running.completed_on IS NULL
"""


class Migration(migrations.Migration):
    """Companies that are under way already learn when their running stage is due."""

    dependencies = [("enablement", "0002_log"), ("companies", "0006_stage_due")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
