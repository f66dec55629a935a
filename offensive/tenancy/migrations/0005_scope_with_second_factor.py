"""The scope's one statement also tells whether the programme wants a second factor."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("offensive.tenancy.migrations.0002_scope_functions").OPEN_SCOPE
DROP = "DROP FUNCTION offensive_open_scope(bigint, text, text)"

OPEN_SCOPE = """
CREATE FUNCTION offensive_open_scope(person bigint, programme_slug text, organisation_slug text)
RETURNS TABLE (
    membership_id bigint, programme_id bigint, programme_slug_ text, programme_name text, organisation_id bigint,
    organisation_slug_ text, organisation_name text, role text, second_factor boolean, companies text,
    is_acting boolean
)
LANGUAGE plpgsql AS $$
DECLARE
    found_one record;
BEGIN
    PERFORM set_config('offensive.programme', '', true), set_config('offensive.audience', '', true),
            set_config('offensive.organisation', '', true), set_config('offensive.companies', '', true),
            set_config('offensive.token', '', true), set_config('offensive.user', person::text, true);
    SELECT p.id AS programme, o.id AS organisation, split_part(m.role, '_', 1) AS audience INTO found_one
      FROM tenancy_membership m
      JOIN tenancy_organisation o ON o.id = m.organisation_id
      JOIN tenancy_programme p ON p.id = m.programme_id
     WHERE m.user_id = person AND p.slug = programme_slug AND o.slug = organisation_slug
       AND m.ended_at IS NULL AND (m.until IS NULL OR m.until >= (now() AT TIME ZONE 'Europe/Berlin')::date);
    IF FOUND THEN
        PERFORM set_config('offensive.programme', found_one.programme::text, true),
                set_config('offensive.audience', found_one.audience, true),
                set_config('offensive.organisation', found_one.organisation::text, true);
        IF found_one.audience = 'company' THEN
            PERFORM set_config('offensive.companies', found_one.organisation::text, true);
            PERFORM set_config('offensive.companies', offensive_enterprise(found_one.organisation), true);
        END IF;
    END IF;
    RETURN QUERY
    SELECT m.id, p.id, p.slug::text, p.name::text, o.id, o.slug::text,
           COALESCE(NULLIF(o.short_name, ''), o.name)::text, m.role::text, p.second_factor_required,
           CASE WHEN o.id = found_one.organisation THEN current_setting('offensive.companies', true) ELSE '' END,
           COALESCE(o.id = found_one.organisation, false)
      FROM tenancy_membership m
      JOIN tenancy_organisation o ON o.id = m.organisation_id
      JOIN tenancy_programme p ON p.id = m.programme_id
     WHERE m.user_id = person AND m.ended_at IS NULL
       AND (m.until IS NULL OR m.until >= (now() AT TIME ZONE 'Europe/Berlin')::date)
     ORDER BY p.name, o.name;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_second_factor")]

    operations = [
        migrations.RunSQL(DROP, BEFORE),
        migrations.RunSQL(OPEN_SCOPE, DROP),
    ]
