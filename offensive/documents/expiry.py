"""Removing what need not be kept any longer: by the database's retention role alone, one document after the other."""

import logging
import shutil
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from offensive.documents import files
from offensive.documents.models import Document, Expiry, LegalHold
from offensive.documents.previews import folder_of
from offensive.documents.retention import clock_of, day_of, rule_in_words
from offensive.tenancy.models import AuditAccess, Programme
from offensive.tenancy.policies import RETENTION_ROLE
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope

logger = logging.getLogger(__name__)


class ExpiryError(Exception):
    """A sentence for the person at the terminal."""


@dataclass(slots=True)
class Removed:
    """What one run did: documents whose time was over, files that went with them, documents that failed."""

    documents: int = 0
    files: int = 0
    failed: int = 0


def expire_documents(*, on=None):
    """Remove every document whose time was over before the day ``on`` (today); returns ``Removed``.

    Each is a transaction of its own, so that a disk that fails stops at one document and the next run tries again.
    Raises ``ExpiryError`` for any other role than retention's.
    """
    _refuse_other_roles()
    on, removed = on or timezone.localdate(), Removed()
    for programme_id in Programme.objects.order_by("pk").values_list("pk", flat=True):
        due = _due(programme_id, on=on)
        for document_id in due:
            _expire(programme_id, document_id, on, removed)
        if due:
            changed(programme_id)
    return removed


def _refuse_other_roles():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        (role,) = cursor.fetchone()
    if role != RETENTION_ROLE:
        raise ExpiryError(
            f"This is done by the database role {RETENTION_ROLE} alone, and here {role} is signed in. "
            "Run it with DATABASE_URL set to that role's address (RETENTION_DATABASE_URL)."
        )


def _due(programme_id, *, on):
    """Documents (ids) whose time is over and that nothing holds."""
    with system_scope(programme_id, "documents.expire"):
        clock = clock_of(programme_id, on=on)
        kinds = [kind for kind in clock.rules if _is_over(clock.kept_until(kind, date.min), on)]
        if not kinds or LegalHold.objects.standing().filter(programme=programme_id, document=None).exists():
            return []
        known = Document.objects.of(programme_id).filter(kind__in=kinds, expiry=None).order_by("uploaded_at", "pk")
        known = known.only("kind", "dated_on", "uploaded_at").iterator()
        return [row.pk for row in known if _is_over(clock.kept_until(row.kind, day_of(row)), on)]


def _is_over(until, on):
    return until is not None and until < on


def _expire(programme_id, document_id, on, removed):
    try:
        file_removed = _expire_one(programme_id, document_id, on)
    except OSError:
        logger.exception("The content of document %s could not be removed; the next run tries again.", document_id)
        removed.failed += 1
        return
    removed.documents += file_removed is not None
    removed.files += bool(file_removed)


@transaction.atomic
def _expire_one(programme_id, document_id, on):
    """Record and remove; returns whether the file went too, None where something holds the document since.

    The record is written first and taken back when the disk refuses. A file gone without a record, because the
    database failed after the disk, is recorded by the next run.
    """
    files.lock_for_removal()
    with system_scope(programme_id, "documents.expire"):
        document = Document.objects.of(programme_id).get(pk=document_id)
        if _is_held(document, on):
            return None
        is_last = not _is_shared(document)
        Expiry.objects.bulk_create([_record(document, is_last, clock_of(programme_id, on=on))])
    if is_last:
        _remove(document.sha256)
    return is_last


def _is_held(document, on):
    """By the lead, or because an auditor may still open it."""
    audited = AuditAccess.objects.filter(document=document.pk, until__gte=on)
    return LegalHold.objects.standing().on_document(document).exists() or audited.exists()


def _record(document, is_last, clock):
    day = day_of(document)
    return Expiry(
        programme_id=document.programme_id,
        company_id=document.company_id,
        document=document,
        kept_until=clock.kept_until(document.kind, day),
        rule=rule_in_words(clock.rule_of(document.kind, day)),
        file_removed=is_last,
    )


def _is_shared(document):
    """Whether the content belongs to another document that is kept, in whichever programme."""
    for programme_id in Programme.objects.values_list("pk", flat=True):
        with system_scope(programme_id, "documents.expire"):
            others = Document.objects.of(programme_id).filter(sha256=document.sha256, expiry=None)
            if others.exclude(pk=document.pk).exists():
                return True
    return False


def _remove(sha256):
    shutil.rmtree(folder_of(sha256), ignore_errors=True)
    files.path_of(sha256).unlink(missing_ok=True)
