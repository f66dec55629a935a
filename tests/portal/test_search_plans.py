"""The search reads its indexes also under row security; seen in the plans that the server keeps."""

import re
from hashlib import md5

import pytest
from django.db import connection

from companies.models import Contact
from offensive.portal.search import search
from offensive.tenancy.models import CompanyAccess
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.rows import make_every_row
from tests.services import owner_of

ROWS = 10_000
TABLES = ("company", "contact", "document")
ACTING = {Role.LEAD_COORDINATOR: "gws", Role.PARTNER_ADVISOR: "sihk"}
NUMBERED = "(SELECT o.id FROM tenancy_organisation o WHERE o.programme_id = t.programme_id AND o.slug = 'werk-' || n)"


def code(number):
    """Letters that no two companies share."""
    return md5(str(number).encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def many(committed_site):
    """As many companies, contacts and documents as the portal is to bear; of every second company SIHK sees all."""
    site = committed_site
    with system_scope(site.programme.pk, "setup.reference"):
        rows = make_every_row(site.programme, site.company, site.people[Role.LEAD_COORDINATOR], 1)
        named = "'Werk ' || md5(n::text) || ' GmbH'"
        unlike = {"sort_name": named, "name_key": named, "register_key": "''", "vat_id": "''"}
        copy(site.company.organisation, slug="'werk-' || n", name="'Werk ' || n")
        copy(site.company, organisation_id=NUMBERED, legal_name=named, **unlike)
        copy(Contact.objects.filter(company=site.company.pk).first(), company_id=NUMBERED, name=named, email="''",
             form_key="gen_random_uuid()")  # fmt: skip
        copy(rows["paper"], id="gen_random_uuid()", series="gen_random_uuid()", company_id=NUMBERED, name=named)
        access = CompanyAccess.objects.filter(organisation=site.organisations["sihk"], company=site.company.pk)
        for category in ("identity", "support", "documents"):
            copy(access.get(category=category), every=2, company_id=NUMBERED)
    with owner_of(connection.settings_dict["NAME"]) as owner:
        owner.execute("ANALYZE")  # as the database's own housekeeping would have done
    return site


def copy(row, *, every=1, **differing):
    """Insert the row ``ROWS`` times, with other values in the columns that are named (SQL; ``n`` counts)."""
    meta = row._meta
    columns = [field.column for field in meta.concrete_fields if not field.generated]
    columns = [name for name in columns if name in differing or name != meta.pk.column]
    values = ", ".join(differing.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({names}) SELECT {values} FROM {meta.db_table} t, "
            f"generate_series(0, {ROWS - 1}, {every}) AS n WHERE t.{meta.pk.column} = %s",
            [row.pk],
        )


def searched(site, role, text):
    """{kind: number of hits}; asked as often as it takes until the server keeps the plan."""
    with membership_scope(site.people[role].pk, "io", ACTING[role]) as opened:
        for _again in range(3):
            groups, _is_similar = search(opened.acting, text)
        return {group.name: group.total for group in groups}


def kept_plans(site):
    """{statement: plan} of the searches that the server keeps for this connection, whatever the words."""
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws"):
        assert _rows("SELECT current_user") == ["offensive_app"]
        kept = _rows("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%FROM matched%'")
        return {each: "\n".join(_rows(f"EXPLAIN (GENERIC_PLAN) {each}")) for each in kept}


def indexes(plan):
    """The indexes that a plan reads."""
    return set(re.findall(r"Index Scan (?:using|on) (\w+)", plan))


def _rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [value for (value,) in cursor.fetchall()]


def test_plan_of_the_search_finds_the_indexes(many):
    known = code(0)
    for role in ACTING:
        for text in (known, known[:10], known[4:12], f"werk {known[:7]}"):
            assert searched(many, role, text) == {"companies": 1, "people": 1, "documents": 1}
        # Two letters twisted: found by the trigrams, once nothing mentions the word.
        assert searched(many, role, f"{known[:10]}{known[11]}{known[10]}{known[12:]}")["companies"] == 1

    plans = kept_plans(many)
    similar = {each for each in plans if "%>" in each}
    assert (len(similar), len(plans)) == (1, 3)
    for each, plan in plans.items():
        columns = ("searched_trigrams",) if each in similar else ("searched_trigrams", "words")
        assert {f"{name}_{column}" for name in TABLES for column in columns} <= indexes(plan), plan
