"""A company acts for its survivor and everything that one absorbed."""

from django.db import migrations

# Two steps, because a company sees first the merges it is named in, then those of its survivor.
WITH_MERGES = """
CREATE OR REPLACE FUNCTION offensive_enterprise(organisation bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    survivor bigint;
    ids text;
BEGIN
    SELECT COALESCE(max(survivor_id), organisation) INTO survivor
      FROM companies_merge WHERE absorbed_id = organisation AND ended_at IS NULL;
    PERFORM set_config('offensive.companies', concat_ws(',', organisation, NULLIF(survivor, organisation)), true);
    SELECT string_agg(id::text, ',') INTO ids FROM (
        SELECT survivor AS id
        UNION SELECT organisation
        UNION SELECT absorbed_id FROM companies_merge WHERE survivor_id = survivor AND ended_at IS NULL
    ) AS enterprise;
    RETURN ids;
END $$
"""
WITHOUT = """
CREATE OR REPLACE FUNCTION offensive_enterprise(organisation bigint) RETURNS text LANGUAGE plpgsql AS
$$ BEGIN RETURN organisation::text; END $$
"""


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial"), ("tenancy", "0002_scope_functions")]
    operations = [migrations.RunSQL(WITH_MERGES, WITHOUT)]
