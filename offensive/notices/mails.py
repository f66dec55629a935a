"""Mails as texts: one content, from which the plain and the HTML part are set."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from offensive.notices.services import queue


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. ``button`` is (words, absolute address); paragraphs after it go to ``closing``."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    button: tuple[str, str] | None = None
    closing: tuple[str, ...] = ()
    programme_name: str = "Industrieoffensive Märkische Region"


def queue_mail(mail, *, to, programme_id=None, send_at=None, stop_key=""):
    """Write ``mail`` to the outbox, as text and HTML; it leaves after the commit of the surrounding transaction."""
    text, html = rendered(mail)
    subject = " ".join(mail.subject.split())
    return queue(
        to=to, subject=subject, text=text, html=html, programme_id=programme_id, send_at=send_at, stop_key=stop_key
    )


def rendered(mail):
    """(plain text, HTML) of ``mail``."""
    context = {"mail": mail, "site_url": settings.SITE_URL, "imprint_url": absolute(reverse("portal:imprint"))}
    return tuple(render_to_string(f"notices/mail.{kind}", context).strip() + "\n" for kind in ("txt", "html"))


def absolute(path):
    """The address of ``path`` as it stands in a mail."""
    return settings.SITE_URL + path
