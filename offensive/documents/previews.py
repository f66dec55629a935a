"""Pages of stored files as pictures, drawn once by a program with limits and kept by the file's hash."""

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from offensive.documents import files
from offensive.documents.checks import JPEG, PDF, PNG, DocumentError
from offensive.documents.rendering import BROKEN

logger = logging.getLogger(__name__)
PAGES_AT_MOST = 20
SECONDS = 20
_PROGRAM = Path(__file__).with_name("rendering.py")


def folder_of(sha256):
    """Where the pictures of the content with this hash lie."""
    return settings.STORAGE_DIR / "previews" / sha256[:2] / sha256


def can_be_shown(document):
    """Whether a preview may be tried: of PDFs and pictures."""
    return document.content_type in (PDF, JPEG, PNG)


def pages_of(document):
    """How many pages can be shown, at most ``PAGES_AT_MOST``; the first is drawn where that was not done yet.

    Raises ``DocumentError`` when the file cannot be drawn, or not now.
    """
    page_of(document, 1)
    return min(int((folder_of(document.sha256) / "pages").read_text()), PAGES_AT_MOST)


def page_of(document, page):
    """The path of the picture of ``page`` (from 1). Raises ``DocumentError``."""
    folder = folder_of(document.sha256)
    picture = folder / f"{page}.jpg"
    if picture.exists():
        return picture
    if not can_be_shown(document) or not 1 <= page <= PAGES_AT_MOST or (folder / "broken").exists():
        raise _broken()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _draw(document, page, picture)
    except OSError as error:
        logger.exception("The storage did not take a preview.")
        raise DocumentError(_("The preview cannot be shown at the moment. Please download the file.")) from error
    return picture


def _draw(document, page, picture):
    handle, temporary = tempfile.mkstemp(dir=picture.parent, prefix="incoming-")
    os.close(handle)
    try:
        pages = _run(document, page, temporary)
        os.replace(temporary, picture)
        (picture.parent / "pages").write_text(pages)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _run(document, page, out):
    """The number of pages. What the file itself makes fail is remembered; a machine that is too busy is not."""
    source = files.path_of(document.sha256)
    command = [sys.executable, "-I", str(_PROGRAM), str(source), document.content_type, str(page), out]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, env={})
    except subprocess.TimeoutExpired as error:
        raise OSError("Drawing a preview took too long.") from error
    if done.returncode:
        logger.warning("Document %s cannot be drawn: %s", document.pk, done.stderr[-300:])
        if page == 1 and (done.returncode == BROKEN or done.returncode < 0):
            (folder_of(document.sha256) / "broken").touch()
        raise _broken()
    return done.stdout.strip()


def _broken():
    return DocumentError(_("This file cannot be shown here. Please download it."))
