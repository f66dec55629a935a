from celery import shared_task

from offensive.indicators.published import publish_due as publish_what_is_due


@shared_task(name="indicators.publish_due")
def publish_due():
    """Every night. Safe to run twice: a month that has its figures is left alone."""
    publish_what_is_due()
