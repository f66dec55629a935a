from celery import shared_task

from offensive.notices.services import send_due as send_what_is_due


@shared_task(name="notices.send_due")
def send_due():
    """On the bell and every minute. Safe to run twice: a sent mail is never due."""
    send_what_is_due()
