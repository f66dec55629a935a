"""The real worker and web server: a dossier of 200 files with flat memory, and one made whole after a kill."""

import http.client
import os
import signal
import time
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from dev.queue_server import QueueServer
from offensive.documents import files
from offensive.documents.models import Document, Dossier
from offensive.jobs.models import Job, State
from offensive.portal.dossiers import TASK, ask_for_dossier
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.filing import scope_of
from tests.running import Portal, wait_for

pytestmark = pytest.mark.prove
COORDINATOR = Role.LEAD_COORDINATOR
MEGABYTE = 1024 * 1024


@pytest.fixture
def office(committed_site, database_name, tmp_path):
    """Worker and web server on a database, a broker and a storage of their own."""
    broker = QueueServer(tmp_path)
    broker.ensure()
    running = Portal(database=database_name, data=tmp_path, site=committed_site, number=0)
    running.environment["REDIS_URL"] = broker.url()
    running.start("worker")
    yield SimpleNamespace(site=committed_site, broker=broker, running=running, storage=tmp_path / "files")
    for name in list(running.processes):
        running.stop(name)
    connection.close()
    broker.stop()


def file_many(office, number, *, megabytes=1):
    """Documents with a content of their own each."""
    before, settings.STORAGE_DIR = settings.STORAGE_DIR, office.storage
    try:
        hashes = [files.write([os.urandom(megabytes * MEGABYTE)]) for _number in range(number)]
    finally:
        settings.STORAGE_DIR = before
    known = {"programme": office.site.programme, "company_id": office.site.company.pk, "kind": "protocol"}
    known |= {"content_type": "application/pdf", "size": megabytes * MEGABYTE}
    known["uploaded_by"] = office.site.people[COORDINATOR]
    with system_scope(office.site.programme.pk, "setup.reference"):
        Document.objects.bulk_create(
            Document(name=f"Blatt {place}.pdf", sha256=sha256, **known) for place, sha256 in enumerate(hashes)
        )


def asked(office):
    with scope_of(office.site.acting[COORDINATOR]) as opened:
        job = ask_for_dossier(office.site.company, acting=opened.acting)
    ring(office, job)
    return job


def ring(office, job):
    """With the bell of this test's broker."""
    bell = Celery(broker=office.broker.url())
    bell.send_task(TASK, kwargs={"programme_id": job.programme_id, "job_id": str(job.pk)})


def wait_until(office, job, reached, *, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with system_scope(office.site.programme.pk, "jobs.claim"):
            row = Job.objects.get(pk=job.pk)
        if reached(row):
            return row
        time.sleep(0.05)
    pytest.fail(f"{row.state} {row.percent} % in attempt {row.attempt}\n{office.running.log('worker')}")


def made(office):
    job = asked(office)
    assert wait_until(office, job, lambda row: row.is_finished).state == State.DONE
    with scope_of(office.site.acting[COORDINATOR]):
        return Dossier.objects.get(job=job)


def peak_of(process):
    """Megabytes at most, summed over a process and its children: what each has ever held in memory."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return sum(_peak(pid) for pid in [process.pid, *children])


def _peak(pid):
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) // 1024


def test_dossier_of_200_files_is_made_and_downloaded_with_flat_memory(office):
    worker = office.running.processes["worker"]
    peaks = []
    for more in (20, 180):
        file_many(office, more)
        dossier = made(office)
        peaks.append(peak_of(worker))
    path = office.storage / "dossiers" / f"{dossier.job_id}.zip"
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 203
        assert archive.testzip() is None
    assert path.stat().st_size > 200 * MEGABYTE
    assert peaks[1] - peaks[0] < 20, peaks
    with _serving(office) as web:
        before = peak_of(web)
        assert _downloaded(office, dossier) == dossier.size
        assert peak_of(web) - before < 20


@contextmanager
def _serving(office):
    office.running.start("web")
    wait_for(f"{office.running.url}/healthz", seconds=90)
    client = _signed_in(office)
    for _warm_up in range(4):
        assert _get(office, client, "/io/gws/").read()
    yield office.running.processes["web"]


def _signed_in(office):
    client = Client()
    client.force_login(office.site.people[COORDINATOR])
    return client


def _get(office, client, path):
    link = http.client.HTTPConnection("127.0.0.1", office.running.port, timeout=120)
    link.request("GET", path, headers={"Cookie": f"sessionid={client.cookies['sessionid'].value}"})
    answer = link.getresponse()
    assert answer.status == 200, path
    return answer


def _downloaded(office, dossier):
    """Bytes read, in pieces."""
    slug = office.site.company.organisation.slug
    path = f"/io/gws/companies/{slug}/documents/dossier/{dossier.pk}/"
    answer, size = _get(office, _signed_in(office), path), 0
    while piece := answer.read(MEGABYTE):
        size += len(piece)
    return size


def test_killed_worker_leaves_no_half_file_and_the_next_makes_it_whole(office):
    file_many(office, 60, megabytes=4)
    job = asked(office)
    wait_until(office, job, lambda row: row.state == State.RUNNING and 10 < row.percent < 90)
    process = office.running.processes.pop("worker")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)
    folder = office.storage / "dossiers"
    assert [path.suffix for path in folder.iterdir()] == [".part"]
    with system_scope(office.site.programme.pk, "jobs.claim"):
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    office.running.start("worker")
    ring(office, job)
    row = wait_until(office, job, lambda row: row.is_finished)
    assert (row.state, row.attempt) == (State.DONE, 2)
    assert [path.name for path in folder.iterdir()] == [f"{job.pk}.zip"]
    with zipfile.ZipFile(folder / f"{job.pk}.zip") as archive:
        assert archive.testzip() is None
    with scope_of(office.site.acting[COORDINATOR]):
        assert Dossier.objects.filter(job=job).count() == 1
