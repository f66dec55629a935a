"""Search: German full text without accents, and the folded text for parts of words and typing errors."""

from django.db import migrations

CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION public.offensive_german (COPY = pg_catalog.german);
ALTER TEXT SEARCH CONFIGURATION public.offensive_german
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.german_stem;
"""

# unaccent() is only STABLE, because somebody could change its dictionary; named with that dictionary it is what a stored
# column needs. What is stored would have to be written anew if the dictionary ever changed.
FOLDED = r"""
CREATE FUNCTION public.offensive_folded(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ' ' || btrim(regexp_replace(
    public.unaccent('public.unaccent'::regdictionary,
        replace(replace(replace(replace(lower(normalize(given, NFC)), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss')),
    '[^a-z0-9]+', ' ', 'g'));
"""

# The log tells nothing of columns that follow from others.
UNRECORDED = """
DO $$ BEGIN
    EXECUTE replace(pg_get_functiondef('offensive_record_change()'::regprocedure), {before}, {after});
END $$
"""
BEFORE, AFTER = "'''searched'', '", "'''searched'', ''words'', '"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0011_retention_reads_access")]

    operations = [
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION public.offensive_german"),
        migrations.RunSQL(FOLDED, "DROP FUNCTION public.offensive_folded(text)"),
        migrations.RunSQL(
            UNRECORDED.format(before=BEFORE, after=AFTER), UNRECORDED.format(before=AFTER, after=BEFORE)
        ),
    ]
