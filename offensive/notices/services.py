"""Queue a mail with the transaction that causes it; send what is due."""

import logging

from celery import current_app
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from offensive.notices.models import Notice
from offensive.tenancy.models import Programme
from offensive.tenancy.scope import system_scope

logger = logging.getLogger(__name__)
ATTEMPTS_AT_MOST = 8


def queue(*, to, subject, text, html="", programme_id=None, send_at=None, stop_key=""):
    """Write a mail to the outbox; it leaves after the commit of the surrounding transaction, not before."""
    with system_scope(programme_id, "notices.queue"):
        notice = Notice(
            programme_id=programme_id, to=to, subject=subject[:200], text=text, html=html, stop_key=stop_key
        )
        if send_at:
            notice.send_at = send_at
        notice.save(force_insert=True)
    transaction.on_commit(_ring)
    return notice


def _ring():
    try:
        current_app.send_task("notices.send_due")
    except Exception:  # the broker's client raises a dozen unrelated classes; the scheduler sends within a minute
        logger.warning("The broker is away; the scheduler will send what is due.")


def send_due():
    """Send what is due, of every programme and of accounts. Returns how many mails left."""
    scopes = [None, *Programme.objects.values_list("pk", flat=True)]
    return sum(_send_due_of(programme_id) for programme_id in scopes)


def _send_due_of(programme_id):
    sent = 0
    while _send_next(programme_id):
        sent += 1
    return sent


def _send_next(programme_id):
    """Send one mail; the row's lock keeps a second worker off it. False when nothing is left to send."""
    with system_scope(programme_id, "notices.send_due"):
        due = Notice.objects.filter(programme_id=programme_id).due().filter(attempts__lt=ATTEMPTS_AT_MOST)
        notice = due.order_by("attempts", "send_at").select_for_update(skip_locked=True).first()
        if notice is None:
            return False
        notice.attempts += 1
        delivered = _send(notice)
        notice.sent_at = timezone.now() if delivered else None
        notice.save(update_fields=["sent_at", "attempts"])
        return delivered


def _send(notice):
    mail = EmailMultiAlternatives(notice.subject, notice.text, to=[notice.to])
    if notice.html:
        mail.attach_alternative(notice.html, "text/html")
    try:
        mail.send()
    except OSError:  # smtplib's errors are OSErrors: the server is away or refuses; it is tried again
        logger.exception("Notice %s was not taken by the mail server.", notice.pk)
        return False
    return True
