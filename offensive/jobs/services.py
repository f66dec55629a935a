"""Asking for work, doing it exactly once, and ringing again for what its worker left behind."""

import logging
import threading
from contextlib import contextmanager

from celery import current_app
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.jobs.models import ATTEMPTS_AT_MOST, SILENCE, Job, State
from offensive.tenancy.models import Programme
from offensive.tenancy.scope import membership_scope, system_scope

logger = logging.getLogger(__name__)
BEAT_EVERY_SECONDS = 10


class JobError(Exception):
    """A message for the person who asked for the work."""


class JobTaken(Exception):  # noqa: N818  (no error: it is in good hands)
    """Another worker has this job, or it is finished: leave it alone."""


@transaction.atomic
def ask_for(task, subject, *, acting):
    """The unfinished job for (``task``, ``subject``), or a new one; the bell rings on commit.

    Raises ``JobError`` when an organisation whose work the asker may not see is at it already.
    """
    asked = Job(
        programme_id=acting.programme_id,
        organisation_id=acting.organisation_id,
        asked_by_id=acting.user_id,
        membership_id=acting.membership_id,
        task=task,
        subject=subject,
    )
    Job.objects.bulk_create([asked], ignore_conflicts=True)
    job = Job.objects.of(acting.programme_id).unfinished().filter(task=task, subject=subject).first()
    if job is None:
        raise JobError(_("Somebody else is having this done at the moment. Please try again in a minute."))
    transaction.on_commit(lambda: ring(job))
    return job


def restart(job, *, acting):
    """Ask again for what has failed; returns the new job. Only for the membership that asked the first time."""
    if not job.has_failed:
        return job
    if (job.asked_by_id, job.membership_id) != (acting.user_id, acting.membership_id):
        raise JobError(_("Only the person who asked for this work can start it again."))
    return ask_for(job.task, job.subject, acting=acting)


def ring(job):
    """Tell a worker. A broker that is away is no failure: the scheduler rings again."""
    try:
        current_app.send_task(job.task, kwargs={"programme_id": job.programme_id, "job_id": str(job.pk)})
    except Exception:  # the broker's client raises a dozen unrelated classes, and none may undo the request
        logger.warning("The broker did not take job %s; the scheduler will ring again.", job.pk)


def ring_again():
    """Ring for every unfinished job without a sign of life; give up on those tried too often. Returns the count."""
    return sum(_ring_again_in(programme) for programme in Programme.objects.values_list("pk", flat=True))


def _ring_again_in(programme_id):
    with system_scope(programme_id, "jobs.ring_again"):
        silent = list(Job.objects.of(programme_id).silent().select_for_update(skip_locked=True))
        hopeless = [job for job in silent if job.attempt >= ATTEMPTS_AT_MOST]
        for job in hopeless:
            _finish(job, State.FAILED, problem=_("The work was interrupted several times. Please start it again."))
        rung = [job for job in silent if job not in hopeless]
        # Back in the queue, with a fresh sign of life: a long queue must not fill the broker with rings.
        known = Job.objects.of(programme_id).filter(pk__in=[job.pk for job in rung])
        known.update(state=State.WAITING, heartbeat_at=timezone.now())
    for job in rung:
        ring(job)
    return len(silent)


def claim(programme_id, job_id):
    """Take the job for this worker, or raise ``JobTaken``. Returns the job with its new attempt number."""
    with system_scope(programme_id, "jobs.claim"):
        known = Job.objects.of(programme_id).select_related("programme", "organisation")
        job = known.select_for_update(of=["self"]).filter(pk=job_id).first()
        now = timezone.now()
        is_alive = job and job.state == State.RUNNING and job.heartbeat_at > now - SILENCE
        if job is None or job.is_finished or is_alive:
            raise JobTaken
        job.state, job.attempt, job.heartbeat_at = State.RUNNING, job.attempt + 1, now
        job.save(update_fields=["state", "attempt", "heartbeat_at"])
        return job


@contextmanager
def job_scope(job):
    """Transaction and scope of the person who asked; the job's row is locked and still this worker's.

    Raises ``JobTaken`` when another worker has taken over, ``JobError`` when the person's membership has ended.
    """
    with membership_scope(job.asked_by_id, job.programme.slug, job.organisation.slug) as opened:
        if opened.acting is None:
            raise JobError(_("The membership of the person who asked for this work has ended."))
        mine = Job.objects.select_for_update().get(pk=job.pk)
        if mine.is_finished or mine.attempt != job.attempt:
            raise JobTaken
        yield opened.acting


@contextmanager
def working(job):
    """Signs of life while the block runs, from a thread with a connection of its own; on failure the row says so.

    When the database is away the row cannot be written: the job is left to be rung again, at most
    ``ATTEMPTS_AT_MOST`` times.
    """
    over = threading.Event()
    pulse = threading.Thread(target=_beat, args=(job, over), daemon=True)
    pulse.start()
    try:
        yield
    except JobTaken:
        logger.info("Job %s is in other hands.", job.pk)
    except JobError as error:
        fail(job, problem=str(error))
    except (OperationalError, InterfaceError):
        logger.exception("Job %s lost the database in attempt %s; it will be rung again.", job.pk, job.attempt)
    except Exception:  # whatever it was, the person who waits is told
        logger.exception("Job %s failed in attempt %s.", job.pk, job.attempt)
        fail(job, problem=_("Something went wrong on our side. Please start it again."))
    finally:
        over.set()
        pulse.join()


def _beat(job, over):
    while not over.wait(BEAT_EVERY_SECONDS):
        try:
            _touch(job, heartbeat_at=timezone.now())
        except DatabaseError:
            logger.warning("The heartbeat of job %s could not be written; trying again.", job.pk)
            connection.close()
    connection.close()


def report_progress(job, *, percent, step):
    """Write how far the work is (0 to 100) and what is being done, at once, for the progress bar."""
    _touch(job, percent=percent, step=step[:200], heartbeat_at=timezone.now())


def _touch(job, **values):
    with system_scope(job.programme_id, "jobs.claim"):
        Job.objects.of(job.programme_id).filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING).update(**values)


def finish(job, *, result):
    """Done, within the transaction that stores the result."""
    mine = Job.objects.get(pk=job.pk)
    mine.result = result
    _finish(mine, State.DONE)


def fail(job, *, problem):
    """Ended without a result, with a sentence for the person who asked."""
    with system_scope(job.programme_id, "jobs.claim"):
        mine = Job.objects.of(job.programme_id).select_for_update().get(pk=job.pk)
        if not mine.is_finished and mine.attempt == job.attempt:
            _finish(mine, State.FAILED, problem=problem)


def _finish(job, state, *, problem=""):
    job.state, job.finished_at, job.problem = state, timezone.now(), problem
    job.percent = 100 if state == State.DONE else job.percent
    job.save(update_fields=["state", "finished_at", "problem", "percent", "result"])
