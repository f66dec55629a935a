"""The real worker: killed in the middle, its broker emptied and restarted, the report is built once and whole."""

import os
import signal
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone

from dev.queue_server import QueueServer
from offensive.jobs.models import Job, State
from offensive.reports.models import Edition, EditionEnterprise
from offensive.reports.services import BUILD_TASK, ask_for_report
from offensive.tenancy.models import Period
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.indicators.ledger import many, scope
from tests.running import Portal

# So many that laying out the pages takes a few seconds, in which the worker can be killed.
ENTERPRISES = 150


@pytest.fixture
def office(committed_site, database_name, tmp_path):
    """A worker and a scheduler on a database and a broker of their own."""
    broker = QueueServer(tmp_path)
    broker.ensure()
    running = Portal(database=database_name, data=tmp_path, site=committed_site, number=0)
    running.environment["REDIS_URL"] = broker.url()
    many(committed_site, ENTERPRISES)
    running.start("worker")
    running.start("scheduler")
    yield SimpleNamespace(site=committed_site, broker=broker, running=running)
    for name in list(running.processes):
        running.stop(name)
    connection.close()
    broker.stop()


def asked(office):
    """The button's work, with the bell rung at the broker of this test."""
    site, acting = office.site, office.site.acting[Role.LEAD_COORDINATOR]
    with membership_scope(acting.user_id, "io", "gws") as opened:
        job = ask_for_report(Period.objects.get(programme=site.programme, key="2026-1"), acting=opened.acting)
    bell = Celery(broker=office.broker.url())
    bell.send_task(BUILD_TASK, kwargs={"programme_id": site.programme.pk, "job_id": str(job.pk)})
    return job


def make_silent(office, job):
    """As if the last sign of life were long ago."""
    with scope(office.site):
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))


def state_of(office, job):
    with scope(office.site):
        return Job.objects.get(pk=job.pk)


def wait_until(office, job, reached, *, seconds):
    """The job's row once ``reached(row)`` holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        row = state_of(office, job)
        if reached(row):
            return row
        time.sleep(0.1)
    pytest.fail(f"{row.state} {row.percent} % in attempt {row.attempt}\n{office.running.log('worker')}")


def kill_worker(office):
    """SIGKILL to the worker and its child, in the middle of laying out the pages."""
    process = office.running.processes.pop("worker")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)


def empty_and_restart_broker(office):
    client = office.broker.client(int(office.broker.url().rsplit(":", 1)[1].split("/")[0]))
    client.flushall()
    office.broker.stop()
    office.broker.ensure()


def assert_one_whole_edition(office, job):
    with scope(office.site):
        edition = Edition.objects.get()
        counted = EditionEnterprise.objects.filter(edition=edition, code="RCO04").count()
    assert (edition.job_id, edition.number, counted) == (job.pk, 1, ENTERPRISES)
    assert (office.running.data / "files" / "reports" / edition.pdf_sha256).stat().st_size == edition.pdf_size


def is_laying_out(row):
    return row.state == State.RUNNING and row.percent == 40


def test_killed_worker_and_emptied_broker_leave_one_whole_edition(office):
    job = asked(office)
    wait_until(office, job, is_laying_out, seconds=60)
    kill_worker(office)
    empty_and_restart_broker(office)
    assert state_of(office, job).state == State.RUNNING
    make_silent(office, job)
    office.running.start("worker")
    row = wait_until(office, job, lambda row: row.is_finished, seconds=90)
    assert (row.state, row.attempt, row.problem) == (State.DONE, 2, "")
    assert_one_whole_edition(office, job)


@pytest.mark.prove
def test_work_of_a_killed_worker_is_rung_again_within_90_seconds(office):
    job = asked(office)
    wait_until(office, job, is_laying_out, seconds=60)
    kill_worker(office)
    killed_at = time.monotonic()
    empty_and_restart_broker(office)
    office.running.start("worker")
    wait_until(office, job, lambda row: row.attempt == 2, seconds=90)
    assert time.monotonic() - killed_at < 90
    row = wait_until(office, job, lambda row: row.is_finished, seconds=60)
    assert (row.state, row.attempt) == (State.DONE, 2)
    assert_one_whole_edition(office, job)


@pytest.mark.prove
def test_broker_away_in_the_middle_leaves_one_whole_edition(office):
    job = asked(office)
    wait_until(office, job, is_laying_out, seconds=60)
    empty_and_restart_broker(office)
    row = wait_until(office, job, lambda row: row.is_finished, seconds=150)
    assert row.state == State.DONE
    assert_one_whole_edition(office, job)
