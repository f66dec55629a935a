"""The mails that development writes to files instead of sending them."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime

from django.conf import settings

_BETWEEN_MAILS = b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail of the folder, as its reader would see it."""

    to: str
    subject: str
    sent_at: datetime
    text: str


def kept_mails(*, limit=50):
    """The newest mails of ``MAIL_DIR``, newest first."""
    files = sorted(settings.MAIL_DIR.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [mail for path in files[:limit] for mail in reversed(_mails_in(path))][:limit]


def _mails_in(path):
    parts = path.read_bytes().split(_BETWEEN_MAILS)
    return [_read(part) for part in parts if part.strip()]


def _read(part):
    message = message_from_bytes(part, policy=policy.default)
    body = message.get_body(("plain",))
    return KeptMail(
        to=message["To"],
        subject=message["Subject"],
        sent_at=parsedate_to_datetime(message["Date"]),
        text=body.get_content() if body else "",
    )
