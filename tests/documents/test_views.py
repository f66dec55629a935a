"""A download is an attachment, and only for those who may read the row."""

import uuid

import pytest
from django.urls import reverse

from offensive.documents import files
from offensive.documents.models import DocumentKind
from offensive.documents.services import store
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.documents.uploads import PDF, upload


@pytest.fixture
def document(site, settings, tmp_path):
    settings.STORAGE_DIR = tmp_path
    acting = site.acting[Role.LEAD_COORDINATOR]
    with membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug):
        return store(
            upload(PDF, "Übersicht Größe.pdf"),
            acting=acting,
            kind=DocumentKind.PROTOCOL,
            company_id=site.other_company.pk,
        )


def address(acting, pk):
    return reverse("documents:document_download", args=[acting.programme_slug, acting.organisation_slug, pk])


def get(site, sign_in, role, pk):
    return sign_in(site.people[role]).get(address(site.acting[role], pk))


def test_downloads_as_attachment_with_its_name(site, sign_in, document):
    answer = get(site, sign_in, Role.LEAD_APPROVER, document.pk)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9Cbersicht%20Gr%C3%B6%C3%9Fe.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", [Role.PARTNER_ADVISOR, Role.COMPANY_OWNER])
def test_not_released_is_as_if_nothing_were_there(site, sign_in, document, role):
    assert get(site, sign_in, role, document.pk).status_code == 404


def test_unknown_and_missing_are_404(site, sign_in, document):
    assert get(site, sign_in, Role.LEAD_APPROVER, uuid.uuid4()).status_code == 404
    files.path_of(document.sha256).unlink()
    assert get(site, sign_in, Role.LEAD_APPROVER, document.pk).status_code == 404


def test_funder_may_not(site, sign_in, document):
    assert get(site, sign_in, Role.FUNDER_OFFICER, document.pk).status_code == 403
