from celery import shared_task

from offensive.jobs.services import JobTaken, claim
from offensive.portal import dossiers


@shared_task(name=dossiers.TASK)
def make_dossier(*, programme_id, job_id):
    """Safe to run twice: a job is claimed once, and a finished one is left alone."""
    try:
        job = claim(programme_id, job_id)
    except JobTaken:
        return
    dossiers.make_dossier(job)
