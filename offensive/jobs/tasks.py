from celery import shared_task

from offensive.jobs.services import ring_again as ring_again_for_silent_jobs


@shared_task(name="jobs.ring_again")
def ring_again():
    """Every 20 s: start again what a dead worker left. Safe to run twice: a job is claimed once."""
    ring_again_for_silent_jobs()
