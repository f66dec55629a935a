"""Claimed once, rung again when silent, given up after five attempts, and a sentence for whoever waits."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone, translation

from offensive.jobs import services
from offensive.jobs.models import ATTEMPTS_AT_MOST, SILENCE, State
from offensive.jobs.services import (
    JobError,
    JobTaken,
    claim,
    fail,
    finish,
    job_scope,
    report_progress,
    restart,
    ring_again,
    working,
)
from offensive.tenancy.models import Membership
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.jobs.asking import asked, changed, now, opened

LONG_AGO = SILENCE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def job(site):
    return asked(site.acting[Role.LEAD_COORDINATOR])


def silent(job, **values):
    return changed(job, heartbeat_at=timezone.now() - LONG_AGO, **values)


def test_asking_twice_is_one_job(site, job):
    assert asked(site.acting[Role.LEAD_APPROVER]) == job
    assert asked(site.acting[Role.LEAD_COORDINATOR], subject="2026-2") != job


def test_work_of_an_organisation_the_asker_may_not_see_is_a_sentence(site, job):
    with pytest.raises(JobError, match="Somebody else"):
        asked(site.acting[Role.PARTNER_ADVISOR])


def test_claimed_once(job):
    assert claim(job.programme_id, job.pk).attempt == 1
    with pytest.raises(JobTaken):
        claim(job.programme_id, job.pk)


def test_unknown_job_and_other_programme_are_left_alone(site, job):
    with pytest.raises(JobTaken):
        claim(site.elsewhere.programme.pk, job.pk)


def test_finished_job_is_left_alone(job):
    mine = claim(job.programme_id, job.pk)
    with job_scope(mine):
        finish(mine, result={"url": "/io/gws/"})
    assert (now(job).state, now(job).percent, now(job).result_url) == (State.DONE, 100, "/io/gws/")
    with pytest.raises(JobTaken):
        claim(job.programme_id, job.pk)


def test_result_of_another_host_is_no_address(job):
    assert changed(job, result={"url": "//elsewhere.example/"}).result_url == ""


def test_silent_job_is_rung_again_and_claimed_by_another_worker(job):
    first = claim(job.programme_id, job.pk)
    silent(job)
    assert ring_again() == 1
    second = claim(job.programme_id, job.pk)
    assert (first.attempt, second.attempt) == (1, 2)
    with pytest.raises(JobTaken), job_scope(first):
        pass
    with job_scope(second) as acting:
        assert acting.user_id == job.asked_by_id


def test_waiting_job_is_rung_at_most_once_in_a_minute(job):
    assert ring_again() == 0
    silent(job)
    assert [ring_again(), ring_again()] == [1, 0]


def test_given_up_after_five_attempts(job):
    silent(job, state=State.RUNNING, attempt=ATTEMPTS_AT_MOST)
    ring_again()
    assert (now(job).state, now(job).problem) == (
        State.FAILED,
        "The work was interrupted several times. Please start it again.",
    )
    assert ring_again() == 0


def test_failing_leaves_a_sentence(job):
    mine = claim(job.programme_id, job.pk)
    with working(mine):
        raise JobError("The period is not open.")
    assert (now(job).state, now(job).problem) == (State.FAILED, "The period is not open.")


def test_unexpected_error_leaves_a_sentence_without_detail(job):
    mine = claim(job.programme_id, job.pk)
    with working(mine):
        raise KeyError("secret")
    assert now(job).problem == "Something went wrong on our side. Please start it again."


def test_lost_database_leaves_the_job_to_be_rung_again(job):
    mine = claim(job.programme_id, job.pk)
    with working(mine):
        raise OperationalError("the connection is closed")
    assert now(job).state == State.RUNNING


def test_late_failure_of_a_dead_attempt_changes_nothing(job):
    first = claim(job.programme_id, job.pk)
    silent(job)
    ring_again()
    claim(job.programme_id, job.pk)
    fail(first, problem="too late")
    report_progress(first, percent=99, step="too late")
    assert (now(job).state, now(job).problem, now(job).percent) == (State.RUNNING, "", 0)


def test_progress_is_written_and_too_long_a_step_cut(job):
    mine = claim(job.programme_id, job.pk)
    report_progress(mine, percent=40, step="Setting the report" + "…" * 300)
    assert (now(job).percent, len(now(job).step)) == (40, 200)


def test_ended_membership_ends_the_work(site, job):
    mine = claim(job.programme_id, job.pk)
    with system_scope(job.programme_id, "jobs.claim"):
        Membership.objects.filter(pk=job.membership_id).update(ended_at=timezone.now())
    with working(mine), job_scope(mine):
        pass
    assert now(job).problem == "The membership of the person who asked for this work has ended."


def test_restart_is_for_the_one_who_asked(site, job):
    failed = changed(job, state=State.FAILED, finished_at=timezone.now())
    with opened(site.acting[Role.LEAD_APPROVER]), pytest.raises(JobError):
        restart(failed, acting=site.acting[Role.LEAD_APPROVER])
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        again = restart(failed, acting=site.acting[Role.LEAD_COORDINATOR])
        assert (again.pk != failed.pk, again.state, again.subject) == (True, State.WAITING, failed.subject)
        assert restart(again, acting=site.acting[Role.LEAD_COORDINATOR]) == again


def test_broker_away_does_not_undo_the_request(site, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(services.current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(services.current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    services.current_app._pool = None
    with django_capture_on_commit_callbacks(execute=True) as rung:
        job = asked(site.acting[Role.LEAD_COORDINATOR])
    assert len(rung) == 1
    assert now(job).state == State.WAITING


def in_threads(*calls):
    """Run the calls at once, each on a connection of its own; returns what each returned or raised."""
    results = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(place, call):
        start.wait()
        try:
            results[place] = call()
        except Exception as error:  # the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


def test_two_workers_at_once_and_one_gets_it(committed_site):
    job = asked(committed_site.acting[Role.LEAD_COORDINATOR])
    results = in_threads(*[lambda: claim(job.programme_id, job.pk)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Job", "JobTaken", "JobTaken", "JobTaken"]
    assert now(job).attempt == 1


def test_two_people_at_once_ask_for_one_job(committed_site):
    acting = committed_site.acting
    lead, approver = acting[Role.LEAD_COORDINATOR], acting[Role.LEAD_APPROVER]
    first, second = in_threads(lambda: asked(lead), lambda: asked(approver))
    assert first == second


def test_heartbeats_while_working(committed_site, monkeypatch):
    monkeypatch.setattr(services, "BEAT_EVERY_SECONDS", 0.05)
    job = asked(committed_site.acting[Role.LEAD_COORDINATOR])
    mine = claim(job.programme_id, job.pk)
    before = changed(job, heartbeat_at=timezone.now() - timedelta(seconds=50)).heartbeat_at
    with working(mine):
        assert not connection.in_atomic_block
        threading.Event().wait(0.5)
    assert now(job).heartbeat_at > before + timedelta(seconds=49)


def test_rolled_back_request_rings_no_bell(committed_site):
    acting = committed_site.acting[Role.LEAD_COORDINATOR]
    with transaction.atomic():
        job = asked(acting)
        transaction.set_rollback(True)
    with system_scope(acting.programme_id, "jobs.claim"):
        assert not type(job).objects.filter(pk=job.pk).exists()
