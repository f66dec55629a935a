from django.db import migrations

USUAL = """
INSERT INTO enablement_ladderstep (programme_id, valid_from, position, after_days, action)
SELECT p.id, (now() AT TIME ZONE 'Europe/Berlin')::date, step.position, step.after_days, step.action
  FROM tenancy_programme p
 CROSS JOIN (VALUES (1, 9, 'nudge'), (2, 21, 'call'), (3, 45, 'decision')) AS step(position, after_days, action)
"""


class Migration(migrations.Migration):
    """Programmes that are there already climb the usual ladder from today on."""

    dependencies = [("enablement", "0006_follow_up")]

    operations = [migrations.RunSQL(USUAL, migrations.RunSQL.noop)]
