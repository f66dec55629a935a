"""Keep an uploaded file: checked, hashed, once."""

import logging
import re
import unicodedata
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, ProgrammingError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.documents import files
from offensive.documents.checks import ENDINGS, DocumentError, content_type_of
from offensive.documents.models import Document, Withdrawal
from offensive.tenancy.models import AuditAccess
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope

__all__ = ["DocumentError", "may_withdraw", "open_file", "store", "withdraw"]

logger = logging.getLogger(__name__)
NAME_AT_MOST = 150
# Whoever has filed a paper by mistake takes it back within so many days; after that the lead does.
WITHDRAW_WITHIN_DAYS = 30
# 20 MB, unless the setting DOCUMENT_MAX_BYTES says otherwise.
USUAL_MAX_BYTES = 20 * 1024 * 1024


@transaction.atomic
def store(upload, *, acting, kind, company_id=None, replaces=None, source="", **facts):
    """Keep ``upload`` and return its ``Document``; the same content is kept once, however many rows name it.

    ``facts`` are ``title``, ``dated_on`` and ``note``. With ``replaces`` it is the next version of that paper, and
    belongs to the same company. The same ``source`` a second time is the row that is there already.
    The row belongs to the caller's transaction: where that fails, only unreferenced content is left.
    Raises ``DocumentError``: wrong kind, too large, active content, disk full, not allowed for this company, replaced
    by somebody else in the meantime.
    """
    if source and (known := Document.objects.of(acting.programme_id).filter(source=source).first()):
        return known
    _check_size(upload)
    content_type = content_type_of(upload.file, upload.name or "")
    version = {"series": replaces.series, "number": replaces.number + 1, "replaces": replaces} if replaces else {}
    changed(acting.programme_id)
    document = Document(
        programme_id=acting.programme_id,
        company_id=replaces.company_id if replaces else company_id,
        kind=kind,
        name=safe_name(upload.name or "", content_type),
        content_type=content_type,
        size=upload.size,
        sha256=_kept(upload),
        uploaded_by_id=acting.user_id,
        source=source,
        **version,
        **facts,
    )
    return _inserted(document)


def _is_audited(document):
    with system_scope(document.programme_id, "documents.withdraw"):
        return AuditAccess.objects.filter(document=document.pk, until__gte=timezone.localdate()).exists()


def _check_size(upload):
    most = getattr(settings, "DOCUMENT_MAX_BYTES", USUAL_MAX_BYTES)
    if upload.size > most:
        raise DocumentError(
            _("The file has %(size)s; at most %(most)s are kept. Please choose a smaller one.")
            % {"size": filesizeformat(upload.size), "most": filesizeformat(most)}
        )


def _kept(upload):
    files.lock_for_storing()
    try:
        upload.seek(0)
        return files.write(upload.chunks())
    except OSError as error:
        logger.exception("The storage did not take an upload.")
        raise DocumentError(
            _("Our storage did not take the file. Nothing was saved; please try again later.")
        ) from error


def _inserted(document):
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except ProgrammingError as error:  # row security refuses the row
        raise DocumentError(
            _("You may not file documents for this company. It has not released them to you.")
        ) from error
    except IntegrityError as error:
        return _there_already(document, error)
    return document


def _there_already(document, error):
    """A double click has been quicker, or somebody else with a new version of the same paper."""
    if document.source and (known := Document.objects.filter(source=document.source).first()):
        return known
    if document.replaces_id is None:
        raise error
    raise DocumentError(
        _("Somebody has filed a newer version in the meantime. Please look at it before you file yours.")
    ) from error


def may_withdraw(document, *, acting, now=None):
    """Whether ``acting`` may take ``document`` back: the lead, and who filed it for ``WITHDRAW_WITHIN_DAYS`` days."""
    if document.state != "offered":
        return False
    since = (now or timezone.now()) - document.uploaded_at
    is_own = document.uploaded_by_id == acting.user_id and since.days < WITHDRAW_WITHIN_DAYS
    return acting.audience == "lead" or is_own


@transaction.atomic
def withdraw(document, *, acting, reason):
    """Offer ``document`` no more, because it was filed by mistake; content and row stay until their time is over.

    A second time changes nothing. Raises ``DocumentError`` for others than ``may_withdraw`` says, and while the paper
    is open to an auditor.
    """
    if not may_withdraw(document, acting=acting):
        raise DocumentError(
            _("Within %(days)s days whoever filed a document can withdraw it; after that the consortium leader can.")
            % {"days": WITHDRAW_WITHIN_DAYS}
        )
    if _is_audited(document):
        raise DocumentError(_("This document belongs to a sample that is being audited. It cannot be withdrawn now."))
    changed(document.programme_id)
    row = Withdrawal(
        programme_id=document.programme_id,
        company_id=document.company_id,
        document=document,
        reason=reason,
        withdrawn_by_id=acting.user_id,
    )
    Withdrawal.objects.bulk_create([row], ignore_conflicts=True)


def safe_name(name, content_type):
    """The last part of ``name`` without what could steer a header or a file system, with an ending that is true."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = re.sub(r'[\x00-\x1f\x7f-\x9f"<>|:*?\u200b-\u200f\u202a-\u202e\u2066-\u2069]', "", last).strip(" .")
    stem, ending = PurePosixPath(plain or "datei").stem, PurePosixPath(plain or "datei").suffix
    endings = ENDINGS[content_type]
    if ending.casefold() not in endings:
        stem, ending = plain or "datei", endings[0]
    return stem[:NAME_AT_MOST] + ending


def open_file(document):
    """The stored content, open for reading. Raises ``DocumentError`` when it is gone from the storage."""
    try:
        return File(files.path_of(document.sha256).open("rb"), name=document.name)
    except OSError as error:
        logger.exception("The content of document %s is missing.", document.pk)
        raise DocumentError(_("The stored file is missing. Please tell the operator of the portal.")) from error
