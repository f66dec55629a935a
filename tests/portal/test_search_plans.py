"""The search reads its indexes also under row security; seen in the plans of the very statements it sends."""

import re
from hashlib import md5

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.models import Contact
from offensive.portal.search import search
from offensive.tenancy.models import CompanyAccess
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.rows import make_every_row
from tests.services import owner_of

ROWS = 10_000
TABLES = {"companies": "company", "people": "contact", "documents": "document"}
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
    """{kind: number of hits}, and {kind: the plans of the statements sent for it}."""
    with membership_scope(site.people[role].pk, "io", ACTING[role]) as opened:
        with CaptureQueriesContext(connection) as asked:
            groups, _is_similar = search(opened.acting, text)
        found = {group.name: group.total for group in groups}
        sent = [query["sql"] for query in asked.captured_queries if query["sql"].lstrip().startswith("WITH hits")]
        assert _rows("SELECT current_user") == ["offensive_app"]
        return found, {
            kind: ["\n".join(_rows(f"EXPLAIN {sql}")) for sql in sent if f'FROM "{_table(name)}" ' in sql]
            for kind, name in TABLES.items()
        }


def _table(name):
    return f"documents_{name}" if name == "document" else f"companies_{name}"


def indexes(plan):
    """The indexes that a plan reads."""
    return set(re.findall(r"Index Scan (?:using|on) (\w+)", plan))


def _rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [value for (value,) in cursor.fetchall()]


def test_plan_of_the_search_finds_the_indexes(many):
    for role in ACTING:
        for text in (code(0), code(0)[:10], code(0)[4:12], f"werk {code(0)[:7]}"):
            found, plans = searched(many, role, text)

            assert found == {"companies": 1, "people": 1, "documents": 1}
            for kind, name in TABLES.items():
                (plan,) = plans[kind]
                assert {f"{name}_words", f"{name}_searched_trigrams"} <= indexes(plan), (role, text, plan)
        # Two letters twisted: found by the trigrams, once nothing mentions the word.
        known = code(0)
        found, plans = searched(many, role, f"{known[:10]}{known[11]}{known[10]}{known[12:]}")
        assert found["companies"] == 1
        for kind, name in TABLES.items():
            assert f"{name}_searched_trigrams" in indexes(plans[kind][1]), (role, plans[kind][1])
