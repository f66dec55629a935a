"""Jobs as the pages ask for them."""

from offensive.jobs.models import Job
from offensive.jobs.services import ask_for
from offensive.tenancy.scope import membership_scope, system_scope

TASK = "tests.nothing"


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def asked(acting, *, subject="2026-1"):
    with opened(acting):
        return ask_for(TASK, subject, acting=acting)


def changed(job, **values):
    """Put the row into another state and return it as it is now."""
    with system_scope(job.programme_id, "jobs.claim"):
        Job.objects.filter(pk=job.pk).update(**values)
    return now(job)


def now(job):
    with system_scope(job.programme_id, "jobs.claim"):
        return Job.objects.get(pk=job.pk)
