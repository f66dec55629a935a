import hashlib

import pytest

from offensive.reports import storage


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path
    return tmp_path / "reports"


def test_same_content_is_kept_once_under_its_hash(folder):
    sha256 = storage.keep(b"%PDF-1.7")
    assert storage.keep(b"%PDF-1.7") == sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert [path.name for path in folder.iterdir()] == [sha256]
    with storage.open_report(sha256) as file:
        assert file.read() == b"%PDF-1.7"


def test_failure_in_the_middle_leaves_nothing(folder):
    storage.path_of(hashlib.sha256(b"ab").hexdigest()).mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        storage.keep(b"ab")
    assert [path.is_dir() for path in folder.iterdir()] == [True]


def test_unknown_hash_is_not_found():
    with pytest.raises(FileNotFoundError):
        storage.open_report("0" * 64)
