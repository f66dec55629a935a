"""Companies go on in another version: what they reached stays, and nobody is moved unknowingly."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from companies.models import Company, Facet
from offensive.enablement.detours import leave, pause, skip_stage
from offensive.enablement.drafts import ProcessError
from offensive.enablement.models import Enrolment, JourneyEvent, StageProgress
from offensive.enablement.moving import move
from offensive.enablement.outlook import Target, landings, outlook, running
from offensive.enablement.queries import stage_view
from offensive.tenancy.roles import Role
from tests.enablement.support import complete_profile, give, process_of, running_stage, scope_of, take_part

WHY = "Alle sollen nach der neuen Fassung arbeiten"
PROFILE = ("profile_complete", 1, "", "")


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def company(site):
    return take_part(site.company, acting=site.acting[Role.PARTNER_ADVISOR])


@pytest.fixture
def shorter(site, company):
    """A version with half the length, a new first stage, and without most of the others."""
    return process_of(site.programme, ("vorab", []), ("standort", [PROFILE]), ("markteintritt", []))


def moved(gws, process, number=1, mapping=None):
    return move(running(gws.programme_id), Target(process, mapping or {}), acting=gws, reason=WHY, number=number)


def stands(company):
    found = Enrolment.objects.select_related("stage").get(company=company.pk)
    facet = Facet.objects.get(company=company.pk, kind="stage").value
    return found.process_id, found.stage and found.stage.key, facet


def test_company_stays_in_its_stage_and_is_due_as_the_other_version_says(gws, company, shorter):
    with scope_of(gws):
        before = running_stage(company)
        assert moved(gws, shorter) == 1
        after = running_stage(company)
        assert stands(company) == (shorter.pk, "standort", "standort")
        assert (after.pk, after.started_on, after.stage.process_id) == (before.pk, before.started_on, shorter.pk)
        assert after.due_on == before.due_on - timedelta(days=30)
        assert Company.objects.get(pk=company.pk).stage_due_on == after.due_on
        event = JourneyEvent.objects.get()
        assert (event.kind, event.reason, event.process_before.version, event.process_after_id, event.by_id) == (
            "moved",
            WHY,
            1,
            shorter.pk,
            gws.user_id,
        )


def test_what_was_reached_and_closed_stays_and_the_way_back_is_open(gws, company, shorter):
    complete_profile(company, acting=gws)
    with scope_of(gws):
        skip_stage(running_stage(company), acting=gws, reason=WHY)
        before = stage_view(company.pk)
        moved(gws, shorter, mapping={"marktanalyse": "markteintritt"})
        view = stage_view(company.pk)
        assert [(state.stage.key, state.state) for state in view.stages] == [
            ("vorab", "open"),
            ("standort", "skipped"),
            ("markteintritt", "current"),
        ]
        assert view.stages[1].requirements[0].is_met
        moved(gws, before.enrolment.process)
        assert stands(company)[:2] == (before.enrolment.process_id, "markteintritt")
        assert StageProgress.objects.of(company.pk).running().count() == 1


def test_stage_that_is_gone_must_be_mapped(gws, company, shorter):
    with scope_of(gws):
        skip_stage(running_stage(company), acting=gws, reason=WHY)
        with pytest.raises(ProcessError, match="Marktanalyse"):
            moved(gws, shorter)
        assert stands(company)[1:] == ("marktanalyse", "marktanalyse")
        # It has closed that one before: it goes on in the first open one.
        moved(gws, shorter, mapping={"marktanalyse": "standort"})
        assert stands(company)[1:] == ("vorab", "vorab")


def test_second_press_moves_nobody_and_another_number_is_told(gws, company, shorter):
    with scope_of(gws):
        with pytest.raises(ProcessError):
            moved(gws, shorter, number=2)
        moved(gws, shorter)
        with pytest.raises(ProcessError):
            moved(gws, shorter)
        assert JourneyEvent.objects.count() == 1


def test_who_pauses_goes_on_pausing_and_who_has_left_is_left_alone(site, gws, company):
    other = take_part(site.other_company, acting=gws)
    shorter = process_of(site.programme, ("standort", [PROFILE]))
    with scope_of(gws):
        pause(company.pk, acting=gws, reason=WHY)
        leave(other.pk, acting=gws, reason=WHY)
        moved(gws, shorter)
        assert stands(company) == (shorter.pk, "standort", "paused")
        assert Company.objects.get(pk=company.pk).stage_due_on is None
        assert stands(other)[0] != shorter.pk


def _on_its_own(work):
    """On a connection of its own."""
    try:
        work()
    finally:
        connections.close_all()


def test_move_waits_for_who_works_on_a_stage_and_goes_on_from_there(committed_site):
    gws = committed_site.acting[Role.LEAD_COORDINATOR]
    company = take_part(committed_site.company, acting=gws)
    process = process_of(committed_site.programme, ("marktanalyse", []))
    skipped = threading.Event()

    def skips():
        with scope_of(gws):
            skip_stage(running_stage(company), acting=gws, reason=WHY)
            skipped.set()
            threading.Event().wait(0.5)

    def moves():
        skipped.wait(10)
        with scope_of(gws):
            moved(gws, process)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(_on_its_own, work) for work in (skips, moves)]:
            each.result()
    with scope_of(gws):
        assert stands(company) == (process.pk, "marktanalyse", "marktanalyse")


def test_who_is_through_begins_a_stage_that_is_new(site, gws, company):
    one = process_of(site.programme, ("standort", []))
    two = process_of(site.programme, ("standort", []), ("danach", []), version=3)
    with scope_of(gws):
        moved(gws, one)
        skip_stage(running_stage(company), acting=gws, reason=WHY)
        assert stands(company)[1:] == (None, "done")
        moved(gws, two)
        assert stands(company)[1:] == ("danach", "danach")


def lines(company, process):
    enrolments = list(Enrolment.objects.filter(company=company.pk).select_related("stage"))
    found = outlook(landings(enrolments, Target(process)))
    return [(line.before, line.after, line.number, line.complete, line.lacking) for line in found]


def test_outlook_counts_who_would_have_everything_and_who_would_lack_something(site, gws, company, shorter):
    complete_profile(company, acting=gws)
    more = process_of(site.programme, ("standort", [PROFILE, ("delivery:phone", 2, "", "")]), version=3)
    with scope_of(gws):
        # It lacks its workshop now and nothing then.
        assert lines(company, shorter) == [("Standortbestimmung", "Standort", 1, 1, 0)]
    give(company, acting=gws, kind="workshop")
    with scope_of(gws):
        assert lines(company, more) == [("Standortbestimmung", "Standort", 1, 0, 1)]
