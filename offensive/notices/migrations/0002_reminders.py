from django.db import migrations

# Those planned when the certificate was saved go to whoever had access then; from now on each day plans its own.
STOP = """
UPDATE notices_notice SET stopped_at = now()
 WHERE stop_key LIKE 'certificate:%' AND sent_at IS NULL AND stopped_at IS NULL
"""


class Migration(migrations.Migration):
    """Reminders that were planned long ahead are planned anew on their day, for those who have access by then."""

    dependencies = [("notices", "0001_initial")]

    operations = [migrations.RunSQL(STOP, migrations.RunSQL.noop)]
