"""One sentence with one button in every state, for the company and for whoever looks after it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from companies.models import Company
from offensive.documents.models import DocumentKind
from offensive.enablement.detours import leave, pause, skip_stage
from offensive.enablement.journeys import complete_stage
from offensive.enablement.questions import asked, give_answer
from offensive.enablement.services import record_achievement
from offensive.portal.journey_stages import in_words, minutes_in_words
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import complete_profile, give, process_of, running_stage, scope_of, take_part
from tests.portal.journeys import OWN, as_company, as_staff, at, plan_event

PROCESS = [
    (
        "fragen",
        [
            (f"document:{DocumentKind.CERTIFICATE}", 1, "", ""),
            (f"document:{DocumentKind.SIZE_PROOF}", 1, "", ""),
            ("profile_complete", 1, "", ""),
            ("answer:ziel", 1, "Was ist Ihr Ziel?", "text"),
            ("decision:eignung", 1, "Ist das Unternehmen geeignet?", ""),
        ],
    ),
    ("danach", [("delivery:workshop", 1, "", "")]),
]


@pytest.fixture
def company(site, sihk):
    """Takes part in a process that asks for something of every kind; somebody of SIHK looks after it."""
    process_of(site.programme, *PROCESS)
    cared_for(site)
    return take_part(site.company, acting=sihk)


def cared_for(site):
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.company.pk).update(caring_person=site.people[Role.PARTNER_ADVISOR])


def reach(site, *kinds):
    with system_scope(site.programme.pk, "setup.reference"):
        for kind in kinds:
            record_achievement(
                site.company.pk, kind, programme_id=site.programme.pk, source="test", on=date(2026, 4, 1)
            )


def own_place(name, **names):
    return at(name, OWN, slug=OWN, **names)


def test_company_is_asked_question_then_profile_then_papers(site, company, journey):
    step = as_company(journey).step
    assert (step.sentence, step.label) == ("Was ist Ihr Ziel?", "Frage beantworten")
    assert (step.url, step.why) == (own_place("enablement:answer", key="ziel"), "Dauert etwa 3 Minuten.")
    reach(site, "answer:ziel")
    step = as_company(journey).step
    assert step.sentence == "Füllen Sie den Abschnitt „Standort“ Ihres Profils aus."
    assert (step.url, step.why) == (own_place("portal:profile_section", section="site"), "Dauert etwa 3 Minuten.")
    reach(site, "profile_complete")
    assert as_company(journey).step.url == own_place("portal:certificate_add")
    reach(site, "document:certificate")
    step = as_company(journey).step
    assert step.url == own_place("portal:document_file") + "?kind=size_proof"
    assert step.sentence.startswith("Laden Sie diese Unterlage oder ein Foto davon hoch")


def test_what_waits_at_the_partner_is_said_with_whom_to_write_to(site, company, journey):
    reach(site, "answer:ziel", "profile_complete", "document:certificate", "document:size_proof")
    person = site.people[Role.PARTNER_ADVISOR]
    step = as_company(journey).step
    assert step.sentence == "Ihre Ansprechperson entscheidet über den nächsten Schritt und meldet sich."
    assert step.url == f"mailto:{person.email}?subject=Muster%20Federn%20Altena%20GmbH"
    assert (step.label, step.why) == (f"Schreiben an {person.name}", "Eine E-Mail dauert etwa 2 Minuten.")
    plan_event(site.acting[Role.LEAD_COORDINATOR], title="Neue Märkte")
    assert as_company(journey).step.why.startswith("Nächster Termin: ")
    reach(site, "decision:eignung")
    assert as_company(journey).step.sentence.startswith("Für diese Stufe ist alles da.")


def test_workshop_that_is_missing_leads_to_the_next_one(site, sihk, company, journey):
    with scope_of(sihk):
        skip_stage(running_stage(company), acting=sihk, reason="Bekannt")
    plan_event(site.acting[Role.LEAD_COORDINATOR], title="Kongress", kind="excursion", days=1)
    event = plan_event(site.acting[Role.LEAD_COORDINATOR], title="Neue Märkte")
    day = f"{timezone.localdate(event.starts_at):%d.%m.%Y}"
    step = as_company(journey).step
    assert (step.sentence, step.label) == (f"Kommen Sie am {day} dazu: „Neue Märkte“.", "Teilnahme zusagen")
    assert step.url.endswith("?subject=Neue%20M%C3%A4rkte")
    stage = as_company(journey).stages[0]
    assert (stage.status, stage.reason) == ("übersprungen", "Bekannt")


def test_company_can_begin_with_its_profile_before_it_takes_part(site, journey):
    step = as_company(journey).step
    assert step.sentence.startswith("Ihre Teilnahme beginnt mit der unterschriebenen Vereinbarung.")
    assert step.url == own_place("portal:profile_section", section="site")


def test_without_an_adviser_the_partner_gets_in_touch(site, sihk, journey):
    take_part(site.company, acting=sihk)
    complete_profile(site.company, acting=sihk)
    step = as_company(journey).step
    assert (step.sentence, step.url, step.why) == (
        "Nehmen Sie an einem Workshop teil.",
        "",
        "SIHK meldet sich bei Ihnen.",
    )


@pytest.mark.parametrize(
    ("change", "own", "theirs", "address"),
    [
        (pause, "Sie pausieren.", "Pausiert seit", "resume"),
        (leave, "Ihre Teilnahme ist beendet.", "Am ", "return"),
    ],
)
def test_pausing_and_leaving_have_their_own_sentences(
    company,
    sihk,
    journey,
    change,
    own,
    theirs,
    address,
):
    with scope_of(sihk):
        change(company.pk, acting=sihk, reason="Auftragsspitze")
    step = as_company(journey).step
    assert step.sentence.startswith(own)
    assert step.url.startswith("mailto:")
    step = as_staff(journey).step
    assert step.sentence.startswith(theirs)
    assert (step.why, step.url) == ("Auftragsspitze", at("enablement:journey_change", "sihk", slug=OWN, change=address))


def test_staff_are_asked_again_when_the_pause_is_over(company, sihk, journey):
    today = timezone.localdate()
    with scope_of(sihk):
        pause(company.pk, acting=sihk, reason="Urlaub", on=today - timedelta(days=20), until=today - timedelta(days=2))
    found = as_staff(journey)
    assert found.step.sentence.endswith("Bitte fragen Sie nach, ob es weitergeht.")
    assert [(line.title, line.is_late) for line in found.dates] == [("Die Pause endet", True)]


def test_finished_company_and_its_adviser_read_so(site, company, sihk, journey):
    with scope_of(sihk):
        for _stage in PROCESS:
            skip_stage(running_stage(company), acting=sihk, reason="Bekannt")
    assert as_company(journey).step.sentence.startswith("Sie haben alle Stufen abgeschlossen.")
    step = as_staff(journey).step
    assert (step.sentence, step.url) == (
        "Alle Stufen sind abgeschlossen.",
        at("enablement:delivery_record", "sihk", slug=OWN),
    )


def test_staff_do_first_what_is_theirs(site, company, sihk, journey):
    step = as_staff(journey).step
    assert (step.sentence, step.label) == ("Es fehlt noch: Ist das Unternehmen geeignet?", "Entscheiden")
    reach(site, "decision:eignung")
    step = as_staff(journey).step
    assert step.label == "Gemeinsam erledigen"
    assert step.url == at("portal:certificate_add", "sihk", slug=OWN)
    reach(site, "document:certificate", "document:size_proof", "profile_complete")
    with scope_of(sihk):
        question = asked(company.pk, "answer:ziel")
        give_answer(company.pk, question, acting=sihk, form_key=uuid4(), text="Bahntechnik")
    step = as_staff(journey).step
    passage = running_stage_of(company, sihk)
    assert (step.posts, step.label) == (True, "Stufe abschließen")
    assert step.url == at("enablement:stage_complete", "sihk", slug=OWN, pk=passage.pk)
    with scope_of(sihk):
        complete_stage(passage, by=site.people[Role.PARTNER_ADVISOR])
    step = as_staff(journey).step
    assert (step.label, step.url) == ("Zu den Veranstaltungen", at("workshops:event_list", "sihk"))
    give(site.company, acting=sihk, kind="workshop")
    assert as_staff(journey).step.posts is True


def running_stage_of(company, acting):
    with scope_of(acting):
        return running_stage(company)


def test_staff_begin_with_the_agreement(site, sihk, journey):
    step = as_staff(journey).step
    assert (step.label, step.url) == ("Teilnahme erfassen", at("enablement:enrolment", "sihk", slug=OWN))


@pytest.mark.parametrize("role", [Role.COMPANY_OWNER, Role.PARTNER_ADVISOR])
def test_page_has_one_primary_button(site, company, client, role):
    cache.clear()
    client.force_login(site.people[role])
    address = at("portal:start", OWN) if role == Role.COMPANY_OWNER else at("portal:company", "sihk", slug=OWN)
    # The other one is in the dialog that asks before something is done.
    assert client.get(address).content.decode().count("kern-btn--primary") == 2


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 Tag"), (10, "10 Tage"), (60, "9 Wochen"), (90, "3 Monate"), (180, "6 Monate")]
)
def test_length_is_said_in_the_largest_unit_that_tells(days, words):
    assert in_words(days) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, ""), (1, "etwa 1 Minute"), (90, "etwa 90 Minuten"), (180, "etwa 3 Stunden")]
)
def test_minutes_become_hours(minutes, words):
    assert minutes_in_words(minutes) == words
