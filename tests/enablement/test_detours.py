"""Skipping, reopening, pausing, leaving: each leaves its row, and the database keeps what the services promise."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from companies.models import Company, Facet
from offensive.enablement.detours import come_back, leave, pause, reopen_stage, resume, skip_stage
from offensive.enablement.journeys import StageError, complete_stage
from offensive.enablement.models import Enrolment, JourneyEvent, Process, Stage, StageProgress
from offensive.enablement.next_steps import next_step
from offensive.enablement.queries import stage_view
from offensive.tenancy.roles import Role
from tests.enablement.support import SIGNED_ON, running_stage, scope_of, take_part

WHY = "Auftragslage"


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def company(site, sihk):
    return take_part(site.company, acting=sihk)


def states(company):
    return [state.state for state in stage_view(company.pk).stages]


def facet(company):
    found = Facet.objects.get(company=company.pk, kind="stage")
    return found.value, Company.objects.get(pk=company.pk).stage_due_on


def events():
    return list(JourneyEvent.objects.order_by("pk").values_list("kind", "reason"))


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_skipped_stage_is_closed_without_its_requirements(company, sihk):
    with scope_of(sihk):
        first = running_stage(company)
        skip_stage(first, acting=sihk, reason=WHY)
        assert states(company)[:3] == ["skipped", "current", "open"]
        assert events() == [("skipped", WHY)]
        with pytest.raises(StageError):  # the second press does not skip the next stage too
            skip_stage(first, acting=sihk, reason=WHY)
        assert Enrolment.objects.get(company=company.pk).stage.key == "marktanalyse"


@pytest.mark.parametrize("change", [pause, leave])
def test_reason_is_asked_for(company, sihk, change):
    with scope_of(sihk), pytest.raises(StageError):
        change(company.pk, acting=sihk, reason="  ")


def test_pause_stops_the_clock(company, sihk):
    with scope_of(sihk):
        due_on = running_stage(company).due_on
        begun = SIGNED_ON + timedelta(days=10)
        pause(company.pk, acting=sihk, reason=WHY, on=begun, until=begun + timedelta(days=30))
        assert facet(company) == ("paused", None)
        assert next_step(company.pk).url_name == ""
        with pytest.raises(StageError):
            pause(company.pk, acting=sihk, reason=WHY)
        with pytest.raises(StageError):
            complete_stage(running_stage(company), by=None)
        resume(company.pk, acting=sihk, reason="Es geht weiter", on=begun + timedelta(days=25))
        assert facet(company) == ("standort", due_on + timedelta(days=25))
        assert [kind for kind, _reason in events()] == ["paused", "resumed"]


def test_pause_does_not_end_before_it_begins(company, sihk):
    with scope_of(sihk), pytest.raises(StageError):
        pause(company.pk, acting=sihk, reason=WHY, on=SIGNED_ON, until=SIGNED_ON)


def test_who_has_left_can_come_back(company, sihk):
    with scope_of(sihk):
        skip_stage(running_stage(company), acting=sihk, reason=WHY)
        leave(company.pk, acting=sihk, reason=WHY)
        assert (facet(company), states(company)[:2]) == (("left", None), ["skipped", "open"])
        assert not StageProgress.objects.of(company.pk).running().exists()
        with pytest.raises(StageError):
            leave(company.pk, acting=sihk, reason=WHY)
        come_back(company.pk, acting=sihk, reason="Neue Leitung")
        assert facet(company)[0] == "marktanalyse"
        assert running_stage(company).round == 2


def test_reopened_stage_runs_again_and_what_was_done_stays(company, sihk):
    with scope_of(sihk):
        first = running_stage(company)
        skip_stage(first, acting=sihk, reason=WHY)
        waiting = running_stage(company)
        reopen_stage(first, acting=sihk, reason="Doch nötig")
        assert states(company)[:2] == ["current", "open"]
        assert StageProgress.objects.get(pk=first.pk).skipped_on is not None
        assert StageProgress.objects.get(pk=waiting.pk).stopped_on is not None
        with pytest.raises(StageError):
            reopen_stage(first, acting=sihk, reason="noch einmal")
        skip_stage(running_stage(company), acting=sihk, reason=WHY)
        assert (running_stage(company).stage.key, running_stage(company).round) == ("marktanalyse", 2)
        assert [kind for kind, _reason in events()] == ["skipped", "reopened", "skipped"]


def test_company_that_left_reopens_nothing(company, sihk):
    with scope_of(sihk):
        first = running_stage(company)
        skip_stage(first, acting=sihk, reason=WHY)
        leave(company.pk, acting=sihk, reason=WHY)
        with pytest.raises(StageError):
            reopen_stage(first, acting=sihk, reason=WHY)


def test_stranger_changes_nothing(site, sihk):
    other = take_part(site.other_company, acting=site.acting[Role.LEAD_COORDINATOR])
    with scope_of(sihk):
        for change in (pause, leave):
            with pytest.raises(StageError):
                change(other.pk, acting=sihk, reason=WHY)
        assert running_stage(other)


BROKEN = {
    "enrolment_who_left_has_no_running_stage": "UPDATE enablement_enrolment SET left_on = '2026-05-01'",
    "enrolment_pause_ends_after_it_began": (
        "UPDATE enablement_enrolment SET paused_on = '2026-05-02', paused_until = '2026-05-01'"
    ),
    "enrolment_pauses_in_a_stage": ("UPDATE enablement_enrolment SET stage_id = NULL, paused_on = '2026-05-01'"),
    "enrolment_stage_is_running": "UPDATE enablement_enrolment SET stage_id = NULL",
    "stage_completed_or_skipped_or_stopped": (
        "UPDATE enablement_stageprogress SET skipped_on = '2026-05-01', stopped_on = '2026-05-01'"
    ),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_database_keeps_the_way_whole(company, sihk, rule):
    with scope_of(sihk):
        assert Enrolment.objects.filter(company=company.pk, stage__key="standort").exists()
        with pytest.raises(IntegrityError, match=rule):
            run(BROKEN[rule])


def test_two_stages_never_run_at_once(company, sihk):
    with scope_of(sihk):
        second = Stage.objects.current().filter(programme=sihk.programme_id)[1]
        with pytest.raises(IntegrityError, match="stage_one_running"):
            StageProgress.objects.create(
                programme_id=sihk.programme_id,
                company_id=company.pk,
                stage=second,
                started_on=SIGNED_ON,
                due_on=SIGNED_ON,
            )


def test_closed_passage_is_never_changed(company, sihk):
    with scope_of(sihk):
        first = running_stage(company)
        skip_stage(first, acting=sihk, reason=WHY)
        assert StageProgress.objects.filter(pk=first.pk).update(skipped_on=None) == 0
        assert StageProgress.objects.get(pk=first.pk).skipped_on is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE enablement_stage SET name = 'x'",
        "DELETE FROM enablement_requirement",
        "UPDATE enablement_requirement SET count = 2",
    ],
)
def test_published_version_is_never_changed(site, statement):
    with scope_of(site.acting[Role.LEAD_COORDINATOR]), connection.cursor() as cursor:
        assert Stage.objects.current().filter(programme=site.programme).count() == 6
        cursor.execute(statement)
        assert cursor.rowcount == 0


def test_published_version_takes_no_further_stage_and_stays_published(site):
    with scope_of(site.acting[Role.LEAD_COORDINATOR]):
        process = Process.objects.get(programme=site.programme)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Stage.objects.create(
                programme=site.programme, process=process, position=9, key="x", name="x", company_name="x", usual_days=9
            )
        with pytest.raises(IntegrityError, match="process_published_stays"):
            run("UPDATE enablement_process SET published_at = NULL, is_current = false")


@pytest.mark.parametrize(
    "statement", ["UPDATE enablement_journeyevent SET reason = 'x'", "DELETE FROM enablement_answer"]
)
def test_what_was_decided_is_only_added_to(company, sihk, statement):
    with scope_of(sihk):
        pause(company.pk, acting=sihk, reason=WHY, on=date(2026, 4, 1))
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            run(statement)
        assert events() == [("paused", WHY)]
