"""The function behind every ``Recorded``: one row of the log for each row that changes."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION offensive_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- TG_ARGV: primary key, company column, category, personal columns
    earlier jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    later jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    known jsonb := CASE WHEN TG_OP = 'DELETE' THEN earlier ELSE later END;
    actor text := COALESCE(
        NULLIF(current_setting('offensive.actor', true), ''),
        current_setting('offensive.user', true) || '/' || current_setting('offensive.organisation', true), '/');
    found jsonb;
BEGIN
    -- What the installation writes first is its own record.
    IF TG_OP = 'INSERT' AND actor LIKE '/%' THEN
        RETURN NULL;
    END IF;
    SELECT jsonb_object_agg(column_name, CASE
               WHEN column_name = ANY (string_to_array(TG_ARGV[3], ',')) THEN 'null'::jsonb
               ELSE jsonb_build_array(earlier -> column_name, later -> column_name) END)
      INTO found
      FROM jsonb_object_keys(known) AS column_name
     WHERE earlier -> column_name IS DISTINCT FROM later -> column_name
       AND column_name NOT IN ('id', 'programme_id', 'updated_at', 'searched', 'sort_name', 'name_key', 'register_key');
    IF found IS NOT NULL THEN
        INSERT INTO tenancy_logentry
            (programme_id, at, "table", "row", operation, changed, company, category, "user", organisation)
        VALUES (
            COALESCE(known ->> 'programme_id', known ->> 'id')::bigint, now(), TG_TABLE_NAME, known ->> TG_ARGV[0],
            TG_OP, found, (known ->> NULLIF(TG_ARGV[1], ''))::bigint, TG_ARGV[2],
            NULLIF(split_part(actor, '/', 1), '')::bigint, NULLIF(split_part(actor, '/', 2), '')::bigint);
    END IF;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_scope_with_second_factor")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION offensive_record_change()")]
