"""A rule over two tables, which a trigger of the next migration asks before a version is published."""

from django.db import migrations

# A company begins in the first stage: a version without one would be a dead end.
HAS_A_STAGE = """
CREATE FUNCTION enablement_published_has_a_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM enablement_stage WHERE process_id = NEW.id) THEN
        RAISE EXCEPTION 'process_published_has_a_stage: version % has none', NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'process_published_has_a_stage';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("enablement", "0009_journey")]

    operations = [migrations.RunSQL(HAS_A_STAGE, "DROP FUNCTION enablement_published_has_a_stage()")]
