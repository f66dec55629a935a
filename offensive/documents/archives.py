"""A ZIP of stored files, written to disk in pieces: memory does not grow with it, and each hash is checked on the way.

The standard library's zipfile does it: entries are written one after the other into a file, and of each some hundred
bytes are remembered for the directory at the end.
"""

import hashlib
import os
import shutil
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from offensive.documents import files

CHUNK = 256 * 1024
LEFT_FREE = 512 * 1024 * 1024
# These are packed already; packing them again costs time and saves nothing.
_PACKED = ("application/pdf", "image/", "application/vnd.openxmlformats")


class Copied(StrEnum):
    """What became of a stored file on its way into the archive."""

    WHOLE = "whole"
    DAMAGED = "damaged"
    MISSING = "missing"


@contextmanager
def new_archive(path):
    """A ``ZipFile`` that stands at ``path`` once the block is through. When the block fails, nothing of it is left."""
    try:
        with path.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def add_stored(archive, name, document):
    """Copy the content of ``document`` (``sha256``, ``content_type``, ``filed_at``) into ``archive`` as ``name``.

    Returns ``Copied``: a stored file that is gone or not what it was is no reason to stop. Raises OSError when the
    archive itself cannot be written.
    """
    try:
        source = files.path_of(document.sha256).open("rb")
    except OSError:
        return Copied.MISSING
    with source, archive.open(_entry(name, document, os.fstat(source.fileno()).st_size), "w") as target:
        return _copy(source, target, document.sha256)


def _entry(name, document, size):
    entry = zipfile.ZipInfo(name, timezone.localtime(document.filed_at).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED if document.content_type.startswith(_PACKED) else zipfile.ZIP_DEFLATED
    entry.file_size = size  # tells whether the entry needs the large format
    return entry


def _copy(source, target, sha256):
    digest = hashlib.sha256()
    while chunk := _read(source):
        digest.update(chunk)
        target.write(chunk)
    return Copied.WHOLE if digest.hexdigest() == sha256 else Copied.DAMAGED


def _read(source):
    """The next piece; a disk that fails in the middle ends the content, and its hash tells."""
    try:
        return source.read(CHUNK)
    except OSError:
        return b""


def add_text(archive, name, text):
    """Put ``text`` (str or bytes) into ``archive`` as ``name``."""
    entry = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    archive.writestr(entry, text, zipfile.ZIP_DEFLATED)


def hash_of(path):
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_room_for(size):
    """Whether the storage takes ``size`` more bytes and leaves enough for the uploads of a day."""
    return shutil.disk_usage(settings.STORAGE_DIR).free - size > LEFT_FREE


def remove_old(folder, *, older_than: timedelta):
    """Delete the files of ``folder`` that were written longer ago; returns how many."""
    since = (timezone.now() - older_than).timestamp()
    old = [path for path in folder.glob("*") if path.stat().st_mtime < since]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
