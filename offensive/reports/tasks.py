from celery import shared_task

from offensive.jobs.services import JobTaken, claim
from offensive.reports import services


@shared_task(name=services.BUILD_TASK)
def build_edition(*, programme_id, job_id):
    """Safe to run twice: a job is claimed once, and a finished one is left alone."""
    try:
        job = claim(programme_id, job_id)
    except JobTaken:
        return
    services.build_edition(job)
