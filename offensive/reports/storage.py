"""The reports' files, named by their content: the same bytes are kept once, and a file is whole or not there."""

import hashlib
import os
import tempfile

from django.conf import settings


def path_of(sha256):
    """The place of the report with this hash."""
    return settings.STORAGE_DIR / "reports" / sha256


def keep(content):
    """Store ``content`` (bytes) and return its SHA-256, hexadecimal. Raises OSError, and then nothing is left."""
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(sha256)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    return sha256


def open_report(sha256):
    """The stored file, open for reading. Raises FileNotFoundError."""
    return path_of(sha256).open("rb")
