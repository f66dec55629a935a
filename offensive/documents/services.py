"""Keep an uploaded file: checked, hashed, once."""

import logging
import re
import unicodedata
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files import File
from django.db import ProgrammingError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from offensive.documents import files
from offensive.documents.checks import ENDINGS, DocumentError, content_type_of
from offensive.documents.models import Document

__all__ = ["DocumentError", "open_file", "store"]

logger = logging.getLogger(__name__)
NAME_AT_MOST = 150
# 20 MB, unless the setting DOCUMENT_MAX_BYTES says otherwise.
USUAL_MAX_BYTES = 20 * 1024 * 1024


@transaction.atomic
def store(upload, *, acting, kind, company_id=None):
    """Keep ``upload`` and return its ``Document``; the same content is kept once, however many rows name it.

    The row belongs to the caller's transaction: where that fails, only unreferenced content is left.
    Raises ``DocumentError``: wrong kind, too large, active content, disk full, not allowed for this company.
    """
    _check_size(upload)
    content_type = content_type_of(upload.file, upload.name or "")
    document = Document(
        programme_id=acting.programme_id,
        company_id=company_id,
        kind=kind,
        name=safe_name(upload.name or "", content_type),
        content_type=content_type,
        size=upload.size,
        sha256=_kept(upload),
        uploaded_by_id=acting.user_id,
    )
    return _inserted(document)


def _check_size(upload):
    most = getattr(settings, "DOCUMENT_MAX_BYTES", USUAL_MAX_BYTES)
    if upload.size > most:
        raise DocumentError(
            _("The file has %(size)s; at most %(most)s are kept. Please choose a smaller one.")
            % {"size": filesizeformat(upload.size), "most": filesizeformat(most)}
        )


def _kept(upload):
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
    return document


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
