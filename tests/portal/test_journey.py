"""The journey page: the same facts for a company and for staff, each part as far as they may see it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.models import Merge
from offensive.enablement.colleagues import colleagues
from offensive.enablement.services import file_evidence, reverse_delivery
from offensive.enablement.task_services import give_task
from offensive.portal.delivered import FIRST, MORE
from offensive.tenancy.models import CompanyAccess
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import give, scope_of, take_part
from tests.portal.journeys import (
    OTHER,
    OWN,
    as_company,
    as_staff,
    at,
    company_page,
    file_papers,
    hold_certificate,
    name_contacts,
    plan_event,
)


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(
    ("role", "address", "number"),
    [
        (Role.PARTNER_ADVISOR, company_page(), 13),
        (Role.LEAD_COORDINATOR, company_page("gws"), 13),
        # Three of them look whether somebody was waiting for a sign of the company.
        (Role.COMPANY_OWNER, at("portal:start", OWN), 15),
    ],
)
def test_page_asks_the_same_number_of_queries(site, sihk, gws, client, role, address, number, rows):
    """The first time after a change; the next ones ask less."""
    take_part(site.company, acting=sihk)
    for row in range(rows):
        give(site.company, acting=sihk, source=f"form:{row}")
        plan_event(gws, title=f"Termin {row}")
        hold_certificate(site, valid_until=timezone.localdate() + timedelta(days=row))
    file_papers(site, rows)
    name_contacts(site, rows)
    client.force_login(site.people[role])
    client.get(address)
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    statements = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # The last one puts the scope of this test back.
    assert len(statements) - 1 == number


def test_running_stage_is_open_with_what_is_missing_and_where_to_do_it(site, sihk, journey):
    take_part(site.company, acting=sihk)
    stage, *later = as_company(journey).stages
    assert (stage.name, stage.state, stage.status, stage.is_open) == ("Wo wir stehen", "current", "läuft", True)
    assert stage.note == "seit 02.03.2026, dauert meist 9 Wochen"
    profile, workshop = stage.requirements
    assert (profile.url, profile.note) == (at("portal:profile", OWN, slug=OWN), "etwa 15 Minuten")
    assert (workshop.url, workshop.note) == ("", "mit Ihrer Ansprechperson")
    assert {each.state for each in later} == {"open"}
    assert not any(each.url for line in later for each in line.requirements)


def test_staff_see_the_same_facts_under_their_own_names(site, sihk, journey):
    take_part(site.company, acting=sihk)
    stage = as_staff(journey).stages[0]
    assert (stage.name, stage.status) == ("Standortbestimmung", "überfällig")
    profile, workshop = stage.requirements
    assert (profile.url, profile.note) == (at("portal:profile", "sihk", slug=OWN), "Das Unternehmen ist am Zug")
    assert workshop.url == at("workshops:event_list", "sihk")


def test_stages_to_come_are_shown_before_it_takes_part(site, journey):
    found = as_company(journey)
    assert ([stage.state for stage in found.stages], found.view.enrolment) == (["open"] * 6, None)
    assert (found.delivered.lines, found.documents, found.dates) == ((), (), ())


def test_reader_of_a_partner_gets_no_links_to_work(site, sihk, journey):
    take_part(site.company, acting=sihk)
    found = journey(Role.PARTNER_VIEWER, company_page())
    assert (found.writes, found.step.url, found.more) == (False, "", ())
    assert [each.url for each in found.stages[0].requirements] == ["", ""]


def test_other_partner_sees_identity_and_stage_alone(site, gws, journey):
    take_part(site.other_company, acting=gws)
    give(site.other_company, acting=gws)
    file_papers(site, 1, company=site.other_company)
    name_contacts(site, 1, company=site.other_company)
    found = journey(Role.PARTNER_ADVISOR, company_page(slug=OTHER))
    assert found.view.current.stage.key == "standort"
    assert (found.step, found.delivered, found.documents, found.profile) == (None, None, None, None)
    assert (found.people.contacts, found.writes, found.more) == ((), False, ())
    assert not any(stage.requirements for stage in found.stages)


def test_profile_that_is_not_released_leads_nowhere(site, sihk, journey):
    take_part(site.company, acting=sihk)
    assert as_staff(journey).stages[0].requirements[0].url != ""
    with system_scope(site.programme.pk, "setup.reference"):
        CompanyAccess.objects.filter(company=site.company.pk, category="profile").delete()
    found = as_staff(journey)
    assert (found.profile, found.stages[0].requirements[0].url) == (None, "")


def test_delivered_is_newest_first_with_the_papers_one_may_open(site, sihk, journey):
    take_part(site.company, acting=sihk)
    (paper,) = file_papers(site, 1)
    give(site.company, acting=sihk, on=date(2026, 4, 1), source="form:1", title="Erste")
    second = give(site.company, acting=sihk, on=date(2026, 5, 1), source="form:2", title="Zweite")
    with scope_of(sihk):
        file_evidence(second, paper, acting=sihk)
    newest, older = as_company(journey).delivered.lines
    assert (newest.title, newest.kind, newest.partner) == ("Zweite", "Beratung", "SIHK")
    assert newest.papers == (("paper-0.pdf", at("documents:document_download", OWN, pk=paper.pk)),)
    assert (older.title, older.papers) == ("Erste", ())
    with system_scope(site.programme.pk, "setup.reference"):
        CompanyAccess.objects.filter(company=site.company.pk, category="documents").delete()
    assert as_staff(journey).delivered.lines[0].papers == ()
    assert as_staff(journey).documents is None


def test_what_was_reversed_is_struck_with_its_reason(site, sihk, journey):
    take_part(site.company, acting=sihk)
    delivery = give(site.company, acting=sihk)
    with scope_of(sihk):
        reverse_delivery(delivery, acting=sihk, reason="Doppelt erfasst", form_key=uuid4())
    (line,) = as_company(journey).delivered.lines
    assert (line.state, line.reason) == ("reversed", "Doppelt erfasst")


def test_earlier_support_is_shown_on_request(site, sihk, journey):
    take_part(site.company, acting=sihk)
    for row in range(FIRST + MORE + 1):
        give(site.company, acting=sihk, source=f"form:{row}")
    first = as_company(journey).delivered
    assert (len(first.lines), first.more) == (FIRST, FIRST + MORE)
    then = as_company(journey, f"?shown={first.more}").delivered
    assert (len(then.lines), then.fresh) == (FIRST + MORE, FIRST)
    everything = as_company(journey, f"?shown={then.more}").delivered
    assert (len(everything.lines), everything.more) == (FIRST + MORE + 1, 0)
    assert len(as_company(journey, "?shown=alles").delivered.lines) == FIRST


def test_next_dates_of_the_company_and_of_staff(site, sihk, gws, journey):
    take_part(site.company, acting=sihk)
    today = timezone.localdate()
    plan_event(gws, title="Neue Märkte", days=5)
    plan_event(gws, title="Gestern", days=-1)
    hold_certificate(site, valid_until=today - timedelta(days=1))
    hold_certificate(site, valid_until=today + timedelta(days=300))
    with scope_of(sihk):
        (owner,) = colleagues(sihk, company_id=site.company.pk)[:1]
        due_on = today + timedelta(days=2)
        give_task(
            acting=sihk, title="Anrufen", owner=owner, due_on=due_on, form_key=uuid4(), company_id=site.company.pk
        )
    own = [(line.title, line.is_late) for line in as_company(journey).dates]
    assert own == [("ISO 9001:2015 ist abgelaufen", True), ("Neue Märkte", False)]
    theirs = [(line.title, line.is_late) for line in as_staff(journey).dates]
    assert theirs == [("Ziel für die laufende Stufe", True), own[0], ("Anrufen", False), own[1]]


def test_absorbed_record_is_seen_through_the_survivor(site, sihk, journey):
    take_part(site.company, acting=sihk)
    give(site.other_company, acting=site.acting[Role.LEAD_COORDINATOR], title="Vorher")
    file_papers(site, 1, company=site.other_company)
    name_contacts(site, 1, company=site.other_company)
    hold_certificate(site, valid_until=timezone.localdate(), company=site.other_company)
    gws = site.acting[Role.LEAD_COORDINATOR]
    assert not journey(Role.LEAD_COORDINATOR, company_page("gws")).delivered.lines
    with scope_of(gws):
        Merge.objects.create(
            programme=site.programme,
            survivor=site.company,
            absorbed=site.other_company,
            merged_by_id=gws.user_id,
        )
    found = journey(Role.LEAD_COORDINATOR, company_page("gws"))
    assert [line.title for line in found.delivered.lines] == ["Vorher"]
    assert (len(found.documents), len(found.people.contacts)) == (1, 1)
    assert found.dates[-1].title == "ISO 9001:2015 läuft ab"


def test_looking_through_others_eyes_leads_nowhere(site, sihk, client):
    take_part(site.company, acting=sihk)
    give(site.company, acting=sihk)
    client.force_login(site.people[Role.COMPANY_OWNER])
    found = client.get(at("portal:seen_by", OWN, slug=OWN) + "?as=sihk").context["journey"]
    urls = [line.url for line in (*found.delivered.lines, *found.stages[0].requirements, *found.dates)]
    assert (set(urls), found.step, found.more, found.writes) == ({""}, None, (), False)


def test_links_of_an_empty_page_say_what_comes_first(site, client):
    client.force_login(site.people[Role.COMPANY_OWNER])
    text = client.get(at("portal:start", OWN)).content.decode()
    for sentence in ("Noch nichts.", "Noch nichts abgelegt.", "Noch ist kein Termin bekannt.", "Noch ist niemand"):
        assert sentence in text
    assert at("portal:certificate_add", OWN, slug=OWN) in text
    # The other one is in the dialog that asks before something is done.
    assert text.count("kern-btn--primary") == 2
