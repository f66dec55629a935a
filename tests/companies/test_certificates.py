"""Certificates: added with a photo, renewed, removed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from companies.models import Certificate, Facet
from offensive.documents.models import Document
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.uploads import JPEG, upload

KEY = "6d0e4b52-7f0a-4f0e-9b52-0a3a5b6c7d8e"
OWNER, ADVISOR = Role.COMPANY_OWNER, Role.PARTNER_ADVISOR
IN_A_YEAR = timezone.localdate() + timedelta(days=365)
VALUES = {"standard": "iso9001", "edition": "2015", "valid_until": IN_A_YEAR.isoformat(), "form_key": KEY}


@pytest.fixture(autouse=True)
def german(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    with translation.override("de"):
        yield


@pytest.fixture
def send(site, client):
    """``send(role, url name, values, pk=…)`` → the answer."""

    def sent(role, name, values, **rest):
        client.force_login(site.people[role])
        kwargs = {"programme": "io", "organisation": site.acting[role].organisation_slug, **rest}
        kwargs["slug"] = site.company.organisation.slug
        return client.post(reverse(f"portal:{name}", kwargs=kwargs), values)

    return sent


def stored(site, model, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        return list(model.objects.filter(programme=site.programme, **values).order_by("pk"))


def test_photo_of_a_certificate_is_filed_with_it(site, send):
    assert send(OWNER, "certificate_add", {**VALUES, "paper": upload(JPEG, "IMG_0815.jpg")}).status_code == 302
    (certificate,) = stored(site, Certificate)
    (document,) = stored(site, Document, kind="certificate")
    assert (certificate.document_id, document.company_id, document.content_type) == (
        document.pk,
        site.company.pk,
        "image/jpeg",
    )


def test_double_click_adds_one(site, send):
    assert [send(OWNER, "certificate_add", VALUES).status_code for _click in range(2)] == [302, 302]
    assert len(stored(site, Certificate)) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"standard": ""}, {"name": "Hausnorm"}, {"valid_until": "irgendwann"}, {"paper": upload(b"MZ\x00\x01", "a.exe")}],
    ids=["neither", "both", "no day", "no paper"],
)
def test_wrong_entry_is_told_and_nothing_kept(site, send, wrong):
    answer = send(OWNER, "certificate_add", {**VALUES, "scope": "Federn", **wrong})
    assert answer.status_code == 422
    assert "Federn" in answer.content.decode()
    assert stored(site, Certificate) == []


def test_certificate_is_renewed_and_removed(site, send):
    send(OWNER, "certificate_add", VALUES)
    (certificate,) = stored(site, Certificate)
    renewed = (IN_A_YEAR + timedelta(days=1000)).isoformat()
    send(OWNER, "certificate_edit", {**VALUES, "valid_until": renewed, "version": 0}, pk=certificate.pk)
    assert [row.valid_until.isoformat() for row in stored(site, Certificate)] == [renewed]
    send(OWNER, "certificate_remove", {"version": 1}, pk=certificate.pk)
    assert stored(site, Certificate) == []


def test_facet_follows_the_certificate(site, send):
    send(OWNER, "certificate_add", VALUES)
    assert [(row.value, row.label) for row in stored(site, Facet, kind="certificate")] == [("iso9001", "ISO 9001")]
    (certificate,) = stored(site, Certificate)
    other = {"name": "Hausnorm 7", "standard": "", "version": 0}
    send(OWNER, "certificate_edit", {**VALUES, **other}, pk=certificate.pk)
    assert stored(site, Facet, kind="certificate") == []


def test_second_one_at_a_certificate_is_told_and_the_paper_stays(site, send):
    send(OWNER, "certificate_add", {**VALUES, "paper": upload(JPEG, "a.jpg")})
    (certificate,) = stored(site, Certificate)
    send(OWNER, "certificate_edit", {**VALUES, "issuer": "Prüfstelle A", "version": 0}, pk=certificate.pk)
    answer = send(ADVISOR, "certificate_edit", {**VALUES, "issuer": "Prüfstelle B", "version": 0}, pk=certificate.pk)
    assert answer.status_code == 422
    assert "Prüfstelle A" in str(answer.context["form"].errors["issuer"])
    assert 'value="Prüfstelle B"' in answer.content.decode()
    (kept,) = stored(site, Certificate)
    assert (kept.issuer, kept.document_id) == ("Prüfstelle A", certificate.document_id)


def test_certificate_removed_meanwhile_is_added_anew(site, send):
    send(OWNER, "certificate_add", VALUES)
    (certificate,) = stored(site, Certificate)
    send(OWNER, "certificate_remove", {"version": 0}, pk=certificate.pk)
    answer = send(ADVISOR, "certificate_edit", {**VALUES, "issuer": "Prüfstelle B"}, pk=certificate.pk)
    text = answer.content.decode()
    assert (answer.status_code, "certificates/new/" in text, 'value="Prüfstelle B"' in text) == (422, True, True)
