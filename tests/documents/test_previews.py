"""Pages as pictures of our own making: small, without what the camera noted, and never dangerous to draw."""

import io
from types import SimpleNamespace

import pytest
from django.urls import reverse
from PIL import Image
from weasyprint import HTML

from offensive.documents import files, previews
from offensive.documents.checks import JPEG, PDF, PNG, XLSX
from offensive.documents.services import DocumentError, withdraw
from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from tests.documents import uploads
from tests.documents.filing import filed, scope_of

COORDINATOR, OWNER = Role.LEAD_COORDINATOR, Role.COMPANY_OWNER


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture(scope="module")
def two_pages():
    return HTML(string="<p>Eins</p><p style='break-before: page'>Zwei</p>").write_pdf()


def stored(content, content_type):
    return SimpleNamespace(pk="x", sha256=files.write([content]), content_type=content_type)


def picture(size=(3000, 2000), kind="JPEG", **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind, **options)
    return buffer.getvalue()


def test_pages_of_a_pdf(two_pages):
    document = stored(two_pages, PDF)
    assert previews.pages_of(document) == 2
    with Image.open(previews.page_of(document, 2)) as drawn:
        assert (drawn.format, drawn.width) == ("JPEG", 1400)


def test_photo_is_small_upright_and_without_what_the_camera_noted():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Telefon von Erika"
    document = stored(picture(exif=exif), JPEG)
    with Image.open(previews.page_of(document, 1)) as drawn:
        assert drawn.height > drawn.width
        assert max(drawn.size) <= 2000
        assert not drawn.getexif()
    assert b"Telefon" not in previews.page_of(document, 1).read_bytes()


def bomb():
    """A picture of 400 million pixels in a few kilobytes."""
    return picture((20_000, 20_000), "PNG")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (uploads.PDF, PDF),
        (b"%PDF-1.7 broken", PDF),
        (uploads.JPEG, JPEG),
        (uploads.PNG, PNG),
        (uploads.archive("xl/workbook.xml"), XLSX),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence_and_remembered(content, content_type, monkeypatch):
    document = stored(content, content_type)
    with pytest.raises(DocumentError):
        previews.pages_of(document)
    monkeypatch.setattr(previews, "_run", None)
    with pytest.raises(DocumentError):
        previews.pages_of(document)


def test_picture_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(DocumentError):
        previews.pages_of(stored(bomb(), PNG))


def test_endless_work_ends_and_full_disk_is_a_sentence(two_pages, monkeypatch):
    document = stored(two_pages, PDF)
    monkeypatch.setattr(previews, "SECONDS", 0.01)
    with pytest.raises(DocumentError):
        previews.pages_of(document)
    monkeypatch.setattr(previews, "SECONDS", 20)
    monkeypatch.setattr("tempfile.mkstemp", _no_space)
    with pytest.raises(DocumentError):
        previews.pages_of(document)
    monkeypatch.undo()


def _no_space(**_values):
    raise OSError(28, "No space left on device")


def test_only_the_first_pages_are_drawn(two_pages):
    document = stored(two_pages, PDF)
    for page in (0, 3, 21):
        with pytest.raises(DocumentError):
            previews.page_of(document, page)


def get(client, site, role, document, number=1):
    acting = site.acting[role]
    client.force_login(site.people[role])
    slugs = [acting.programme_slug, acting.organisation_slug]
    return client.get(reverse("documents:preview", args=[*slugs, document.pk, number]))


def test_preview_is_for_those_who_may_read_and_logged_once_per_look(client, site, two_pages):
    document = filed(site, role=OWNER, content=two_pages)
    answers = [get(client, site, OWNER, document, number) for number in (1, 2, 1)]
    assert [(answer.status_code, answer["Content-Type"]) for answer in answers] == [(200, "image/jpeg")] * 3
    assert answers[0]["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answers[0]["X-Content-Type-Options"] == "nosniff"
    assert all(b"".join(answer.streaming_content) for answer in answers)
    with scope_of(site.acting[COORDINATOR]):
        assert LogEntry.objects.filter(operation="VIEW", row=str(document.pk)).count() == 1
    assert get(client, site, Role.AUDITOR, document).status_code == 404
    other = filed(site, company=site.other_company, content=two_pages)
    assert get(client, site, OWNER, other).status_code == 404
    assert get(client, site, Role.PARTNER_ADVISOR, other).status_code == 404


def test_withdrawn_document_has_no_preview(client, site, two_pages):
    document = filed(site, role=OWNER, content=two_pages)
    with scope_of(site.acting[OWNER]) as opened:
        withdraw(document, acting=opened.acting, reason="Versehen")
    assert get(client, site, OWNER, document).status_code == 404


def test_page_of_a_broken_file_says_so_and_offers_the_download(client, site):
    document = filed(site, role=OWNER, content=uploads.PDF)
    acting = site.acting[OWNER]
    client.force_login(site.people[OWNER])
    text = client.get(
        reverse("portal:document", args=[acting.programme_slug, acting.organisation_slug, document.pk])
    ).content.decode()
    assert "kann hier nicht gezeigt werden" in text
    assert '<img class="preview__page"' not in text
