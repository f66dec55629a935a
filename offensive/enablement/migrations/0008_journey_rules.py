"""Rules over several tables, which constraint triggers of the next migration ask at the end of each transaction."""

from django.db import migrations

# The stage an enrolment names is the one that runs, and none runs where it names none.
JOURNEY_HOLDS = """
CREATE FUNCTION enablement_journey_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named bigint := (SELECT stage_id FROM enablement_enrolment WHERE company_id = NEW.company_id);
    running bigint := (SELECT stage_id FROM enablement_stageprogress
                        WHERE company_id = NEW.company_id AND closed_on IS NULL);
BEGIN
    IF named IS DISTINCT FROM running THEN
        RAISE EXCEPTION 'enrolment_stage_is_running: company % names stage %, running is %', NEW.company_id, named, running
            USING ERRCODE = 'check_violation', CONSTRAINT = 'enrolment_stage_is_running';
    END IF;
    RETURN NULL;
END $$
"""

# Of a published version nothing changes but whether it is the current one.
PUBLISHED_STAYS = """
CREATE FUNCTION enablement_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL
       AND to_jsonb(OLD) - 'is_current' IS DISTINCT FROM to_jsonb(NEW) - 'is_current' THEN
        RAISE EXCEPTION 'process_published_stays: version % is published', OLD.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'process_published_stays';
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("enablement", "0007_usual_ladder")]

    operations = [
        migrations.RunSQL(JOURNEY_HOLDS, "DROP FUNCTION enablement_journey_holds()"),
        migrations.RunSQL(PUBLISHED_STAYS, "DROP FUNCTION enablement_published_stays()"),
    ]
