"""The database keeps the door: each audience, raw SQL, no filter. Every negative test first proves that rows exist."""

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope, token_scope
from offensive.tenancy.system import SYSTEM_SERVICES, VIEWING_SERVICES
from offensive.tenancy.untenanted import PUBLISHED, UNTENANTED
from tests.rows import WRITTEN_BY_RETENTION, make_company_rows, make_every_row, tenant_models
from tests.services import ROOT, owner_of

# Only added to: what happened stays what was written.
LEDGERS = {
    "reports_auditsample",
    "reports_auditsampleitem",
    "tenancy_auditaccess",
    "tenancy_logentry",
    "accounts_consent",
    "companies_release",
    "indicators_publishedfigure",
    "companies_agreement",
    "companies_sizeassessment",
    "companies_sourcerecord",
    "enablement_achievement",
    "enablement_agreementscan",
    "enablement_answer",
    "enablement_decision",
    "enablement_journeyevent",
    "enablement_delivery",
    "enablement_evidence",
    "enablement_note",
    "enablement_silencestep",
    "enablement_verification",
    "enablement_remark",
    "reports_approval",
    "reports_download",
    "reports_edition",
    "reports_editionenterprise",
    "reports_editionfigure",
    "reports_submission",
    "documents_document",
    "documents_withdrawal",
    "documents_retentionrule",
    "documents_lastpayment",
    "documents_dossier",
    "workshops_sheet",
}

# What each role may read at all; every other table shows it nothing.
PROGRAMME_TABLES = {"tenancy_organisation", "tenancy_membership", *PUBLISHED}
REPORT_TABLES = {
    "reports_edition",
    "reports_editionfigure",
    "reports_editionenterprise",
    "reports_approval",
    "reports_submission",
}
READABLE = {
    Role.FUNDER_OFFICER: PROGRAMME_TABLES
    | REPORT_TABLES
    | {
        "tenancy_grantnotice",
        "tenancy_period",
        "indicators_indicator",
        "indicators_target",
        "enablement_stage",
        # Published versions, to which the stages belong.
        "enablement_process",
        "enablement_deliverykind",
    },
    Role.AUDITOR: PROGRAMME_TABLES
    | REPORT_TABLES
    | {"documents_retentionrule", "documents_lastpayment"}
    | {"tenancy_period", "tenancy_auditaccess", "reports_auditsample", "reports_auditsampleitem"},
    Role.COMMITTEE_READER: PROGRAMME_TABLES | {"tenancy_period"},
    Role.UNIVERSITY_MEMBER: PROGRAMME_TABLES,
    Role.OPERATOR: PROGRAMME_TABLES,
}


@pytest.fixture
def full(site):
    """The site with a row in every tenant table of both programmes."""
    lead, elsewhere = site.acting[Role.LEAD_COORDINATOR], site.elsewhere
    site.rows = make_every_row(site.programme, site.company, site.people[lead.role], lead.membership_id)
    site.foreign = make_every_row(
        elsewhere.programme, elsewhere.company, elsewhere.person, elsewhere.acting.membership_id
    )
    return site


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def rows(query, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def test_every_table_has_a_tenant_or_a_reason(db):
    tables = dict(
        rows(
            "SELECT relname, relrowsecurity FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
    )
    tenants = {model._meta.db_table for model in tenant_models()}
    assert {name for name, secured in tables.items() if not secured} <= set(UNTENANTED)
    assert set(tables) == tenants | set(UNTENANTED)
    assert not tenants & set(UNTENANTED)


_GRANTED = (
    "SELECT relname, privilege_type FROM pg_class CROSS JOIN aclexplode(relacl) JOIN pg_roles r ON r.oid = grantee "
    "WHERE rolname IN ('offensive_app', 'offensive_retention') AND relkind = 'r' "
    "AND relnamespace = 'public'::regnamespace"
)
_POLICIES = "SELECT tablename, cmd FROM pg_policies WHERE schemaname = 'public'"


def without_policy(granted, policies):
    """(table, command) that our roles were granted on a tenant's table and no policy covers."""
    secured = {model._meta.db_table for model in tenant_models()} | {"tenancy_programme", "accounts_user"}
    return {row for row in granted if row[0] in secured} - policies


def test_every_tenant_table_has_policies_for_all_its_grants(db):
    granted, policies = set(rows(_GRANTED)), set(rows(_POLICIES))
    assert without_policy(granted, policies) == set()
    assert policies <= granted


@pytest.mark.parametrize("table", ["companies_profile", "enablement_delivery", "tenancy_logentry"])
def test_removed_policy_is_noticed_by_its_table(db, table):
    with owner_of(connection.settings_dict["NAME"]) as owner, owner.transaction(force_rollback=True):
        owner.execute(f"DROP POLICY {table.split('_')[1]}_select ON {table}")
        granted, policies = (set(owner.execute(query).fetchall()) for query in (_GRANTED, _POLICIES))
    assert without_policy(granted, policies) == {(table, "SELECT")}


def test_application_role_may_empty_no_table_and_change_no_ledger(db):
    granted = rows(
        "SELECT table_name, string_agg(privilege_type, ',' ORDER BY privilege_type) "
        "FROM information_schema.role_table_grants WHERE grantee = 'offensive_app' GROUP BY table_name"
    )
    assert {table for table, privileges in granted if "TRUNCATE" in privileges or "REFERENCES" in privileges} == set()
    assert {table for table, privileges in granted if privileges == "INSERT,SELECT"} >= LEDGERS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE enablement_delivery SET minutes = minutes + 1",
        "DELETE FROM enablement_delivery",
        "TRUNCATE enablement_delivery CASCADE",
        "SELECT * FROM enablement_delivery FOR UPDATE",
        "ALTER TABLE enablement_delivery DISABLE ROW LEVEL SECURITY",
        "SET LOCAL ROLE offensive_owner",
    ],
)
def test_ledger_cannot_be_changed_by_raw_sql(full, statement):
    with opened(full.acting[Role.LEAD_COORDINATOR]):
        assert rows("SELECT count(*) FROM enablement_delivery") == [(1,)]
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows(statement)
        assert rows("SELECT minutes FROM enablement_delivery") == [(120,)]


@pytest.mark.parametrize("role", Role)
def test_no_audience_reads_another_programme(full, role):
    for table in sorted({model._meta.db_table for model in tenant_models()} - WRITTEN_BY_RETENTION):
        with system_scope(full.elsewhere.programme.pk, "setup.reference"):
            assert rows(f"SELECT count(*) > 0 FROM {table}") == [(True,)], f"{table} has no row that could leak"
        with opened(full.acting[role]):
            seen = {programme for (programme,) in rows(f"SELECT DISTINCT programme_id FROM {table}")}
            assert table in PUBLISHED or seen <= {full.programme.pk}, table


@pytest.mark.parametrize("role", READABLE)
def test_audience_reads_only_its_tables(full, role):
    with opened(full.acting[role]):
        readable = {
            model._meta.db_table
            for model in tenant_models()
            if rows(f"SELECT EXISTS (SELECT FROM {model._meta.db_table})") == [(True,)]
        }
    assert readable <= READABLE[role]


COMPANY_TABLES = [
    model._meta.db_table
    for model in tenant_models()
    if any(field.column == "company_id" for field in model._meta.concrete_fields)
    and model._meta.db_table not in WRITTEN_BY_RETENTION
]


@pytest.mark.parametrize("table", COMPANY_TABLES)
def test_company_reads_no_row_of_another_company(full, table):
    """All rows of the other company are there for the lead; the company that asks sees none of them."""
    acting = full.acting[Role.COMPANY_OWNER]
    lead = full.acting[Role.LEAD_COORDINATOR]
    stranger = full.other_company
    make_company_rows(stranger, full.people[lead.role], full.rows["edition"])
    with opened(lead):
        assert rows(f"SELECT count(*) > 0 FROM {table} WHERE company_id = %s", [stranger.pk]) == [(True,)]
    with opened(acting):
        assert rows(f"SELECT count(*) FROM {table} WHERE company_id = %s", [stranger.pk]) == [(0,)]
        assert rows("SELECT count(*) FROM companies_company WHERE organisation_id = %s", [stranger.pk]) == [(0,)]


@pytest.mark.parametrize(
    "table", ["companies_profile", "companies_contact", "enablement_delivery", "enablement_evidence"]
)
def test_partner_reads_only_what_was_released_to_it(full, table):
    person = full.people[Role.LEAD_COORDINATOR]
    make_company_rows(full.other_company, person, full.rows["edition"])
    with opened(full.acting[Role.LEAD_COORDINATOR]):
        expected = {full.company.pk, full.other_company.pk}
        assert expected <= {company for (company,) in rows(f"SELECT company_id FROM {table}")}
    with opened(full.acting[Role.PARTNER_ADVISOR]):
        assert {company for (company,) in rows(f"SELECT company_id FROM {table}")} == {full.company.pk}


def test_partner_knows_identity_of_participating_companies_only(full):
    with system_scope(full.programme.pk, "setup.reference"):
        full.other_company.participating_on = "2026-03-01"
        full.other_company.save()
    with opened(full.acting[Role.PARTNER_ADVISOR]):
        seen = {company for (company,) in rows("SELECT organisation_id FROM companies_company")}
        assert seen == {full.company.pk, full.other_company.pk}


def test_every_reference_between_tenants_is_doubled(db):
    """A foreign key from one tenant table to another has a twin that includes the programme (and maybe the company)."""
    tenants = {model._meta.db_table for model in tenant_models()}
    keys = rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, "
        "(SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute "
        " WHERE attrelid = conrelid AND attnum = ANY (conkey)) "
        "FROM pg_constraint WHERE contype = 'f'"
    )
    between = [(source, columns) for source, target, columns in keys if {source, target} <= tenants]
    wider = [(source, columns) for source, columns in between if len(columns) > 1 and "programme_id" in columns]
    doubled = {(source, column) for source, columns in wider for column in columns}
    single = {(source, columns[0]) for source, columns in between if len(columns) == 1}
    assert single - doubled == set()


def test_row_pointing_into_another_programme_is_refused(full):
    with system_scope(full.programme.pk, "setup.reference"):
        rows(
            'INSERT INTO enablement_delivery (programme_id, company_id, partner_id, kind_id, "on", minutes, title, '
            "source, serial, reason, recorded_by_id, recorded_at) "
            "SELECT programme_id, %s, partner_id, kind_id, \"on\", minutes, title, 'x', 1, '', recorded_by_id, now() "
            "FROM enablement_delivery",
            [full.elsewhere.company.pk],
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            rows("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_wrong_key_opens_no_invitation(full):
    with system_scope(full.programme.pk, "setup.reference"):
        assert rows("SELECT count(*) FROM accounts_invitation") == [(1,)]
    with token_scope("guessed"):
        assert rows("SELECT count(*) FROM accounts_invitation") == [(0,)]


def test_nothing_in_the_database_runs_with_other_rights(db):
    own_schema = "'public'::regnamespace"
    extension = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    assert rows(f"SELECT proname FROM pg_proc p WHERE prosecdef AND pronamespace = {own_schema} AND {extension}") == []
    assert rows(f"SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = {own_schema}") == []


def test_system_services_in_the_code_are_the_closed_list():
    opened_by = re.compile(r'system_scope\(\s*[\w.]+,\s*"([\w.]+)"')
    sources = [path for part in ("offensive", "companies", "workshops") for path in Path(ROOT / part).rglob("*.py")]
    used = {name for path in sources for name in opened_by.findall(path.read_text())}
    assert used == set(SYSTEM_SERVICES)


def test_services_that_look_through_others_eyes_are_the_closed_list():
    sources = [path for part in ("offensive", "companies", "workshops") for path in Path(ROOT / part).rglob("*.py")]
    opening = [path.stem for path in sources if "viewed_as(" in path.read_text() and path.name != "scope.py"]
    assert opening == [name.split(".")[1] for name in VIEWING_SERVICES]
