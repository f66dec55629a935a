"""Stored once, whole, under a safe name; refused without leaving anything."""

import hashlib

import pytest
from django.utils import translation

from offensive.documents import files
from offensive.documents.models import Document, DocumentKind
from offensive.documents.services import DocumentError, open_file, safe_name, store
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.documents.uploads import JPEG, PDF, upload


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path
    return tmp_path


def stored(acting, content=PDF, name="Anwesenheit.pdf", **fields):
    with membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug):
        return store(upload(content, name), acting=acting, kind=DocumentKind.ATTENDANCE, **fields)


def kept_files(storage):
    return sorted(path.relative_to(storage / "documents").as_posix() for path in storage.rglob("*") if path.is_file())


def test_row_names_the_content_by_its_hash(site, storage):
    acting = site.acting[Role.LEAD_COORDINATOR]
    document = stored(acting)
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (document.sha256, document.size, document.content_type) == (sha256, len(PDF), "application/pdf")
    assert (document.uploaded_by_id, document.programme_id) == (acting.user_id, site.programme.pk)
    assert kept_files(storage) == [f"{sha256[:2]}/{sha256}"]
    assert files.path_of(sha256).stat().st_mode & 0o777 == 0o600
    with open_file(document) as file:
        assert file.read() == PDF


def test_same_content_is_kept_once(site, storage):
    acting = site.acting[Role.LEAD_COORDINATOR]
    assert stored(acting).pk != stored(acting, name="Noch einmal.pdf").pk
    assert len(kept_files(storage)) == 1


def test_full_disk_leaves_nothing(site, storage, monkeypatch):
    monkeypatch.setattr("os.fsync", _no_space)
    acting = site.acting[Role.LEAD_COORDINATOR]
    with pytest.raises(DocumentError, match="Our storage did not take the file"):
        stored(acting)
    assert kept_files(storage) == []
    with membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug):
        assert Document.objects.count() == 0


def _no_space(_handle):
    raise OSError(28, "No space left on device")


def test_too_large_is_refused(site, settings, storage):
    settings.DOCUMENT_MAX_BYTES = len(PDF) - 1
    with pytest.raises(DocumentError):
        stored(site.acting[Role.LEAD_COORDINATOR])
    assert kept_files(storage) == []


def test_partner_files_only_for_companies_that_released_documents(site):
    acting = site.acting[Role.PARTNER_ADVISOR]
    assert stored(acting, company_id=site.company.pk).company_id == site.company.pk
    with pytest.raises(DocumentError):
        stored(acting, company_id=site.other_company.pk)


def test_missing_content_is_a_sentence(site):
    document = stored(site.acting[Role.LEAD_COORDINATOR])
    files.path_of(document.sha256).unlink()
    with pytest.raises(DocumentError):
        open_file(document)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Anwesenheit Lüdenscheid.pdf", "Anwesenheit Lüdenscheid.pdf"),
        ("C:\\Users\\x\\liste.PDF", "liste.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("bericht.pdf.exe", "bericht.pdf.exe.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("", "datei.pdf"),
        ("x" * 400 + ".pdf", "x" * 150 + ".pdf"),
    ],
)
def test_safe_name(given, safe):
    assert safe_name(given, "application/pdf") == safe


def test_jpeg_keeps_either_ending(site):
    assert safe_name("foto.jpeg", "image/jpeg") == "foto.jpeg"
    assert stored(site.acting[Role.LEAD_COORDINATOR], JPEG, "foto").name == "foto.jpg"
