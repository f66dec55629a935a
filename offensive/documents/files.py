"""Where stored files lie: by their hash, written whole or not at all."""

import hashlib
import os
import tempfile

from django.conf import settings
from django.db import connection

# Any number: the same for those who store and those who remove.
_LOCK = 4_711_082


def path_of(sha256):
    """The place of the content with this hash."""
    return settings.STORAGE_DIR / "documents" / sha256[:2] / sha256


def lock_for_storing():
    """Until the end of the transaction no content is removed: a row that names it may be on its way."""
    _lock("pg_advisory_xact_lock_shared")


def lock_for_removal():
    """Until the end of the transaction nothing is stored; waits for those who are at it."""
    _lock("pg_advisory_xact_lock")


def _lock(function):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_LOCK])


def write(chunks):
    """Keep the content and return its SHA-256 (hexadecimal). Raises OSError, and then nothing of it is left."""
    folder = settings.STORAGE_DIR / "documents" / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            sha256 = _copy(chunks, file)
        _move(temporary, path_of(sha256))
    except BaseException:
        os.unlink(temporary)
        raise
    return sha256


def _copy(chunks, file):
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()


def _move(temporary, target):
    """Rename is atomic: the same content stored twice at once ends as one file, and heals a damaged one."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.replace(temporary, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
