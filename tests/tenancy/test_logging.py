"""The log: every change with the one who made it, personal details without their values, and nobody rewrites it."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from companies.models import Contact, Profile
from companies.releases import decide
from offensive.accounts.models import User
from offensive.documents.models import Document
from offensive.portal.log import LABELS, THINGS, in_words
from offensive.tenancy.logging import NOT_RECORDED
from offensive.tenancy.models import LogEntry
from offensive.tenancy.policies import Grant, Recorded
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.rows import make_every_row
from tests.sites import release

# Columns that tell a reader nothing: keys, and what follows from others.
UNTOLD = {
    "absorbed_id", "achievement", "ags", "before", "by_size", "choices", "code", "company_id", "company_name", "count",
    "created_at", "created_by_id", "decided_at", "decided_by_id", "delivery_id", "entered_at", "entered_by_id",
    "event_id", "fund", "id", "indicator_id", "invited_by_id", "invited_by_name", "is_current", "key", "kind",
    "merged_at", "merged_by_id", "name_key", "nrw_measure", "organisation_name", "position", "process_id",
    "programme_id", "programme_name", "recipient_id", "register_key", "searched", "slug", "sort_name",
    "specific_objective", "stage_id", "structured_only", "survivor_id", "token_hash", "unit", "updated_at", "user_id",
    "action", "changed_by_id", "created_in_id", "done_by_id", "owner_id", "source",
    "version", "form_key", "words", "asked_at", "answered_by_id", "answered_at", "completed_by_id", "ended_by_id",
    "document_id", "placed_by_id",
    "edits", "edited_by_id", "published_at", "published_by_id", "round", "closed_on", "answer_form",
    "access_before", "taken", "one_id", "other_id",
    "asked_by_id", "asked_in_id", "decided_in_id", "from_partner_id", "to_partner_id", "person_id", "proposed_id",
}  # fmt: skip


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def recorded():
    """{table: its Recorded}"""
    found = [(model, rule) for model in apps.get_models() for rule in model._meta.constraints]
    return {model._meta.db_table: rule for model, rule in found if isinstance(rule, Recorded)}


def entries(site, **about):
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        return list(LogEntry.objects.filter(**about).order_by("pk"))


def run(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_every_table_that_can_be_changed_is_recorded_or_says_why_not(db):
    changeable = {
        model._meta.db_table
        for model in apps.get_models()
        for rule in model._meta.constraints
        if isinstance(rule, Grant) and {"UPDATE", "DELETE"} & set(rule.privileges.split(", "))
    }
    assert changeable == set(recorded()) | set(NOT_RECORDED)
    assert not set(recorded()) & set(NOT_RECORDED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%recorded'")
        assert {table for (table,) in cursor.fetchall()} == set(recorded())


def test_log_speaks_of_every_table_and_column_in_words():
    assert set(recorded()) <= set(THINGS)
    columns = {
        field.column
        for model in apps.get_models()
        if model._meta.db_table in recorded()
        for field in model._meta.concrete_fields
    }
    assert columns <= set(LABELS) | UNTOLD


def test_raw_sql_is_recorded_with_the_person_and_both_values(site):
    lead = site.acting[Role.LEAD_COORDINATOR]
    with opened(lead):
        run("UPDATE companies_profile SET employees_awu = 14 WHERE company_id = %s", site.company.pk)
    entry = entries(site, table="companies_profile")[-1]
    assert (entry.user, entry.organisation, entry.company) == (lead.user_id, lead.organisation_id, site.company.pk)
    assert entry.changed == {"employees_awu": [None, 14.0]}


def test_change_through_a_system_service_is_its_askers(site):
    owner = site.acting[Role.COMPANY_OWNER]
    with opened(owner) as scope:
        decide(
            site.company,
            acting=scope.acting,
            reaches=dict.fromkeys(("profile", "analyses", "documents", "defence"), "lead"),
        )
    gone = entries(site, table="tenancy_companyaccess", operation="DELETE")
    assert {(entry.user, entry.organisation) for entry in gone} == {(owner.user_id, owner.organisation_id)}
    assert len(gone) == 3


def test_personal_details_are_recorded_without_their_values(site):
    planted = ("Geheimname", "geheim@firma.example", "0170-4711")
    with opened(site.acting[Role.COMPANY_OWNER]):
        contact = Contact.objects.create(
            programme=site.programme, company_id=site.company.pk, name=planted[0], email=planted[1], phone=planted[2]
        )
        Contact.objects.filter(pk=contact.pk).update(phone="0170-4712", name="Geheimname 2")
        contact.delete()
    told = entries(site, table="companies_contact")
    assert [entry.operation for entry in told] == ["INSERT", "UPDATE", "DELETE"]
    assert told[1].changed == {"name": None, "phone": None}
    with opened(site.acting[Role.LEAD_COORDINATOR]), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '|') FROM tenancy_logentry t")
        text = cursor.fetchone()[0]
    assert [word for word in (*planted, "0170-4712") if word in text] == []


def test_change_that_is_taken_back_leaves_no_entry(site):
    before = len(entries(site))
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        Profile.objects.filter(company=site.company.pk).update(employees_awu=99)
        transaction.set_rollback(True)
    assert len(entries(site)) == before


@pytest.mark.parametrize(
    "statement",
    ['UPDATE tenancy_logentry SET "user" = 1', "DELETE FROM tenancy_logentry", "TRUNCATE tenancy_logentry"],
)
def test_nobody_rewrites_the_log(site, statement):
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        Profile.objects.filter(company=site.company.pk).update(employees_awu=5)
        assert LogEntry.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            run(statement)


def test_partner_reads_of_a_category_only_while_it_is_released(site):
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        for company in (site.company, site.other_company):
            Profile.objects.filter(company=company.pk).update(employees_awu=7)
        assert LogEntry.objects.filter(table="companies_profile").count() == 2

    def seen(role):
        with opened(site.acting[role]):
            return set(LogEntry.objects.filter(table="companies_profile").values_list("company", flat=True))

    assert seen(Role.PARTNER_ADVISOR) == seen(Role.COMPANY_OWNER) == {site.company.pk}
    release(site.other_company, site.organisations["sihk"], "profile")
    assert seen(Role.PARTNER_ADVISOR) == {site.company.pk, site.other_company.pk}
    for role in (Role.FUNDER_OFFICER, Role.COMMITTEE_READER, Role.AUDITOR, Role.OPERATOR):
        assert seen(role) == set()
    with opened(site.elsewhere.acting):
        assert not LogEntry.objects.filter(table="companies_profile").exists()


def test_download_is_recorded_once_and_a_refused_one_not(client, site):
    lead = site.acting[Role.LEAD_COORDINATOR]
    make_every_row(site.programme, site.company, site.people[lead.role], lead.membership_id)
    with system_scope(site.programme.pk, "setup.reference"):
        paper = Document.objects.offered().filter(company=site.company.pk).first()
    client.force_login(site.people[Role.FUNDER_OFFICER])
    client.get(f"/io/foerderstelle/documents/{paper.pk}/")
    assert entries(site, operation="DOWNLOAD") == []
    client.force_login(site.people[Role.PARTNER_ADVISOR])
    assert list(client.get(f"/io/sihk/documents/{paper.pk}/").streaming_content)
    (entry,) = entries(site, operation="DOWNLOAD")
    assert (entry.row, entry.user) == (str(paper.pk), site.people[Role.PARTNER_ADVISOR].pk)


def test_page_tells_it_in_words(client, site):
    with opened(site.acting[Role.PARTNER_ADVISOR]):
        Profile.objects.filter(company=site.company.pk).update(employees_awu=12)
        Profile.objects.filter(company=site.company.pk).update(employees_awu=1400, website="https://a.example")
    client.force_login(site.people[Role.COMPANY_OWNER])
    own = "muster-federn-altena-gmbh"
    text = client.get(f"/io/{own}/companies/{own}/history/").content.decode()
    assert "Jahresarbeitseinheiten: 12 → 1.400" in text
    assert f"{site.people[Role.PARTNER_ADVISOR]} (SIHK)" in text
    assert client.get(f"/io/{own}/history/").status_code == 403


@pytest.mark.parametrize("rows", [1, 4])
def test_page_asks_the_same_number_of_queries(client, site, django_assert_num_queries, rows):
    for number in range(rows):
        with opened(site.acting[Role.LEAD_COORDINATOR]):
            Profile.objects.filter(company=site.company.pk).update(employees_awu=20 + number)
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    page = f"/io/gws/companies/{site.company.organisation.slug}/history/"
    client.get(page)
    with django_assert_num_queries(14):
        client.get(page)


def test_what_nobody_caused_is_the_portals(site):
    with system_scope(site.programme.pk, "setup.reference"):
        Profile.objects.filter(company=site.company.pk).update(employees_awu=3)
    (line,) = in_words_of(site)
    assert line.who in {"Das Portal", "The portal"}
    assert User.objects.exists()


def in_words_of(site):
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        return in_words(LogEntry.objects.filter(table="companies_profile"))
