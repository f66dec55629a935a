"""Queue a mail with the transaction that causes it; send what is due."""

import logging
from datetime import timedelta
from email.mime.image import MIMEImage
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from offensive.notices.models import Notice
from offensive.tenancy.models import Programme
from offensive.tenancy.scope import system_scope

logger = logging.getLogger(__name__)
# After 1, 2, 4 … minutes, at most four hours apart: a mail server may be away over night.
ATTEMPTS_AT_MOST = 12
LONGEST_WAIT_MINUTES = 240
_EMBLEM = Path(__file__).parent / "data" / "eu-emblem.png"


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


def stop(stop_key, *, programme_id=None):
    """Do not send what still waits under ``stop_key``: the reason to write is gone."""
    with system_scope(programme_id, "notices.queue"):
        waiting = Notice.objects.filter(programme_id=programme_id, stop_key=stop_key, sent_at=None, stopped_at=None)
        waiting.update(stopped_at=timezone.now())


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
        if delivered:
            notice.sent_at = timezone.now()
        else:
            notice.send_at = timezone.now() + timedelta(minutes=min(2 ** (notice.attempts - 1), LONGEST_WAIT_MINUTES))
        notice.save(update_fields=["sent_at", "send_at", "attempts"])
        return delivered


def _send(notice):
    try:
        _mail_of(notice).send()
    # smtplib's errors are OSErrors (the server is away or refuses); an address or header that cannot be written
    # is a ValueError, and must not keep the mails behind it waiting.
    except (OSError, ValueError):
        logger.exception("Notice %s was not taken by the mail server.", notice.pk)
        return False
    return True


def _mail_of(notice):
    """The same identifier at every attempt, so that a mail server that took it twice delivers it once."""
    headers = {
        "Message-ID": f"<{notice.pk}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMultiAlternatives(notice.subject, notice.text, to=[notice.to], headers=headers)
    if notice.html:
        mail.attach_alternative(notice.html, "text/html")
    if "cid:eu-emblem" in notice.html:
        mail.mixed_subtype = "related"
        mail.attach(_emblem())
    return mail


def _emblem():
    image = MIMEImage(_emblem_bytes())
    image.add_header("Content-ID", "<eu-emblem>")
    image.add_header("Content-Disposition", "inline", filename="eu-emblem.png")
    return image


@cache
def _emblem_bytes():
    return _EMBLEM.read_bytes()
