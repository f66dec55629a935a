"""A ZIP of stored files: what is wrong with one of them is told, and memory does not grow with their number."""

import errno
import hashlib
import os
import tracemalloc
import zipfile
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from offensive.documents import archives, files
from offensive.documents.archives import Copied, add_stored, add_text, new_archive, remove_old


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path
    return tmp_path


def stored(content, content_type="application/pdf"):
    sha256 = files.write([content])
    return SimpleNamespace(sha256=sha256, content_type=content_type, filed_at=datetime(2026, 5, 4, 12, tzinfo=UTC))


def made(path, *documents):
    with new_archive(path) as archive:
        return [add_stored(archive, f"{place}.pdf", document) for place, document in enumerate(documents)]


def test_content_is_what_was_stored(storage):
    one, two = stored(b"eins" * 100_000), stored(b"zwei", "text/csv")
    assert made(storage / "a.zip", one, two) == [Copied.WHOLE, Copied.WHOLE]
    with zipfile.ZipFile(storage / "a.zip") as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in ("0.pdf", "1.pdf")] == [b"eins" * 100_000, b"zwei"]
        assert archive.getinfo("0.pdf").date_time == (2026, 5, 4, 14, 0, 0)


def test_missing_and_damaged_files_are_told_and_the_others_are_in(storage):
    gone, broken, good = stored(b"weg"), stored(b"heil"), stored(b"gut")
    files.path_of(gone.sha256).unlink()
    files.path_of(broken.sha256).write_bytes(b"kaputt")
    assert made(storage / "a.zip", gone, broken, good) == [Copied.MISSING, Copied.DAMAGED, Copied.WHOLE]
    with zipfile.ZipFile(storage / "a.zip") as archive:
        assert archive.namelist() == ["1.pdf", "2.pdf"]
        assert archive.read("2.pdf") == b"gut"


class FailingDisk:
    """A file whose second piece cannot be read."""

    def __init__(self, file):
        self.file, self.reads = file, 0

    def read(self, size):
        self.reads += 1
        if self.reads > 1:
            raise OSError(errno.EIO, "Input/output error")
        return self.file.read(size)


def test_disk_that_fails_in_the_middle_of_a_file_is_told(storage, monkeypatch):
    copy = archives._copy
    monkeypatch.setattr(archives, "_copy", lambda source, *rest: copy(FailingDisk(source), *rest))
    assert made(storage / "a.zip", stored(os.urandom(archives.CHUNK * 2))) == [Copied.DAMAGED]
    with zipfile.ZipFile(storage / "a.zip") as archive:
        assert archive.testzip() is None


def test_full_disk_leaves_nothing(storage):
    with pytest.raises(OSError, match="No space"):
        _fill_the_disk(storage / "a.zip")
    assert not (storage / "a.zip").exists()


def _fill_the_disk(path):
    with new_archive(path) as archive:
        add_text(archive, "x.txt", "x")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_only_what_is_old_is_removed(storage):
    folder = storage / "dossiers"
    folder.mkdir()
    for name in ("alt.zip", "neu.zip"):
        (folder / name).write_bytes(b"x")
    eight_days_ago = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    os.utime(folder / "alt.zip", (eight_days_ago, eight_days_ago))
    assert remove_old(folder, older_than=timedelta(days=7)) == 1
    assert [path.name for path in folder.iterdir()] == ["neu.zip"]


def test_memory_does_not_grow_with_the_number_of_files(storage):
    """The peak for forty files of half a megabyte is that of four, give or take what names and directory need."""
    documents = [stored(os.urandom(512 * 1024)) for _number in range(40)]
    few, many = (_peak(storage, documents[:number]) for number in (4, 40))
    assert many < few + 256 * 1024


def _peak(storage, documents):
    tracemalloc.start()
    made(storage / f"{len(documents)}.zip", *documents)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_hash_is_that_of_the_file(storage):
    (storage / "a").write_bytes(b"abc")
    assert archives.hash_of(storage / "a") == hashlib.sha256(b"abc").hexdigest()
