"""The tab of documents: filing several at once, versions, withdrawing, and who sees what of it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from companies.models import Merge
from offensive.documents.models import COMPANY_KINDS, Document, DocumentKind, Withdrawal
from offensive.documents.services import DocumentError, may_withdraw, store
from offensive.enablement.models import Achievement, Evidence
from offensive.notices.models import Notice
from offensive.tenancy.models import AuditAccess, CompanyAccess, LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.filing import filed, form, scope_of
from tests.documents.uploads import JPEG, PDF, PNG, upload
from tests.enablement.support import give
from tests.sites import make_company, release

COORDINATOR, ADVISOR, OWNER = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


def address(site, role, name, *rest):
    acting = site.acting[role]
    return reverse(name, args=[acting.programme_slug, acting.organisation_slug, *rest])


def tab(site, role, company=None):
    return address(site, role, "portal:documents", (company or site.company).organisation.slug)


def file(client, site, role, *files, company=None, **values):
    client.force_login(site.people[role])
    slug = (company or site.company).organisation.slug
    return client.post(address(site, role, "portal:document_file", slug), form(files=list(files), **values))


def documents(site):
    with scope_of(site.acting[COORDINATOR]):
        return list(Document.objects.order_by("uploaded_at", "number"))


def text_of(client, site, role, url):
    client.force_login(site.people[role])
    return client.get(url).content.decode()


@pytest.mark.parametrize("role", [COORDINATOR, ADVISOR, OWNER])
def test_several_files_at_once_are_filed_and_counted_by_the_process(client, site, role):
    answer = file(client, site, role, upload(PDF, "Zertifikat.pdf"), upload(PNG, "Foto.png"))
    assert (answer.status_code, answer["Location"]) == (302, tab(site, role))
    assert [(row.name, row.kind) for row in documents(site)] == [
        ("Zertifikat.pdf", "certificate"),
        ("Foto.png", "certificate"),
    ]
    with scope_of(site.acting[COORDINATOR]):
        reached = Achievement.objects.filter(company=site.company.pk, kind="document:certificate")
        assert reached.count() == 2


def test_double_click_files_once(client, site):
    key = "7f8f1c53-4f0c-4df3-a4ab-1f6a9f6e6a10"
    for _click in range(2):
        file(client, site, OWNER, upload(PDF, "Zertifikat.pdf"), form_key=key)
    assert len(documents(site)) == 1


def test_refused_file_is_told_and_the_others_are_filed(client, site):
    file(client, site, OWNER, upload(PDF, "gut.pdf"), upload(b"MZ\x90\x00", "böse.exe"))
    assert [row.name for row in documents(site)] == ["gut.pdf"]
    assert "böse.exe: Diese Art von Datei" in client.get(tab(site, OWNER)).content.decode()


def test_nothing_filed_is_a_form_with_what_was_typed(client, site):
    answer = file(client, site, OWNER, upload(b"MZ\x90\x00", "x.exe"), title="ISO 9001")
    assert answer.status_code == 422
    assert 'value="ISO 9001"' in answer.content.decode()
    assert documents(site) == []


def test_company_files_only_its_own_kinds(client, site):
    answer = file(client, site, OWNER, upload(PDF), kind="protocol")
    assert answer.status_code == 422
    with scope_of(site.acting[OWNER]) as opened, pytest.raises(DocumentError):
        store(upload(PDF), acting=opened.acting, kind=DocumentKind.PROTOCOL, company_id=site.company.pk)
    assert DocumentKind.PROTOCOL not in COMPANY_KINDS
    assert documents(site) == []


def test_partner_without_release_is_told_so(client, site):
    with system_scope(site.programme.pk, "setup.reference"):
        site.company.participating_on = "2026-01-01"
        site.company.save()
        CompanyAccess.objects.filter(company=site.company.pk, category="documents").delete()
    filed(site, name="Geheim.pdf")
    text = text_of(client, site, ADVISOR, tab(site, ADVISOR))
    assert "nicht für Sie freigegeben" in text
    assert "Geheim.pdf" not in text
    assert file(client, site, ADVISOR, upload(PDF)).status_code == 422


def test_list_shows_the_newest_version_and_filters_by_kind(client, site):
    first = filed(site, name="Alt.pdf", kind=DocumentKind.CERTIFICATE)
    filed(site, name="Neu.pdf", kind=DocumentKind.CERTIFICATE, replaces=first)
    filed(site, name="Bild.jpg", content=JPEG, kind=DocumentKind.PHOTO)
    text = text_of(client, site, OWNER, tab(site, OWNER))
    assert ("Neu.pdf" in text, "Alt.pdf" in text, "Bild.jpg" in text) == (True, False, True)
    text = text_of(client, site, OWNER, tab(site, OWNER) + "?kind=photo")
    assert ("Neu.pdf" in text, "Bild.jpg" in text) == (False, True)
    assert "Keine Unterlagen dieser Art" in text_of(client, site, OWNER, tab(site, OWNER) + "?kind=canvas")


@pytest.mark.parametrize(("rows", "queries"), [(1, 9), (4, 9)])
def test_number_of_queries_does_not_grow_with_the_list(client, site, rows, queries):
    for number in range(rows):
        filed(site, name=f"Blatt {number}.pdf")
    client.force_login(site.people[ADVISOR])
    client.get(tab(site, ADVISOR))
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        client.get(tab(site, ADVISOR))
    statements = [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == queries, "\n".join(statements)


def test_list_can_be_saved_with_its_filter_and_the_log_knows(client, site):
    filed(site, name="=SUMME.pdf", kind=DocumentKind.CERTIFICATE)
    filed(site, name="Bild.pdf", kind=DocumentKind.PHOTO)
    client.force_login(site.people[OWNER])
    answer = client.get(tab(site, OWNER) + "?kind=certificate&export=csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'=SUMME.pdf" in lines[1]
    assert client.get(tab(site, OWNER) + "?export=exe").status_code == 404
    with scope_of(site.acting[COORDINATOR]):
        assert LogEntry.objects.get(operation="EXPORT").changed["filter"] == [None, "certificate"]


def test_papers_of_the_consortium_are_for_staff(client, site):
    filed(site, company=False, name="Teilnahmeliste.pdf", kind=DocumentKind.ATTENDANCE)
    assert "Teilnahmeliste.pdf" in text_of(client, site, ADVISOR, address(site, ADVISOR, "portal:papers"))
    assert "Teilnahmeliste.pdf" not in text_of(client, site, OWNER, tab(site, OWNER))


def test_new_version_leaves_the_old_one_and_its_evidence(client, site):
    first = filed(site, name="Protokoll.pdf", kind=DocumentKind.PROTOCOL)
    delivery = give(site.company, acting=site.acting[COORDINATOR])
    with scope_of(site.acting[COORDINATOR]) as opened:
        Evidence.objects.create(
            programme=site.programme,
            company_id=site.company.pk,
            delivery=delivery,
            document=first,
            filed_by_id=opened.acting.user_id,
        )
    client.force_login(site.people[COORDINATOR])
    url = address(site, COORDINATOR, "portal:document_replace", first.pk)
    answer = client.post(url, form(files=upload(PNG, "Protokoll unterschrieben.png"), kind="protocol"))
    first, second = documents(site)
    assert answer["Location"] == address(site, COORDINATOR, "portal:document", second.pk)
    assert (second.series, second.number, second.replaces_id) == (first.series, 2, first.pk)
    with scope_of(site.acting[COORDINATOR]):
        assert Evidence.objects.get().document_id == first.pk
    text = text_of(client, site, COORDINATOR, address(site, COORDINATOR, "portal:document", first.pk))
    assert "neuere Fassung" in text
    assert "Beratung zu Normen" in text
    text = text_of(client, site, COORDINATOR, address(site, COORDINATOR, "portal:document", second.pk))
    assert "Beratung zu Normen" not in text


def test_second_new_version_of_the_same_is_refused_with_a_sentence(client, site):
    first = filed(site)
    filed(site, replaces=first)
    client.force_login(site.people[COORDINATOR])
    url = address(site, COORDINATOR, "portal:document_replace", first.pk)
    answer = client.post(url, form(files=upload(PNG, "x.png"), title="Mein Titel"))
    assert answer.status_code == 422
    assert "inzwischen" in answer.content.decode()
    assert 'value="Mein Titel"' in answer.content.decode()


def test_versions_obey_the_database(site):
    first = filed(site)
    second = filed(site, replaces=first)
    with scope_of(site.acting[COORDINATOR]):
        copy = {field.attname: getattr(second, field.attname) for field in Document._meta.concrete_fields}
        del copy["id"]
        for change in (
            {"number": 2},  # once per series
            {"number": 3},  # the same version replaced twice
            {"number": 3, "replaces_id": None},  # a later version replaces one
            {"number": 3, "replaces_id": second.pk, "company_id": site.other_company.pk},
            {"number": 3, "replaces_id": second.pk, "company_id": None},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Document.objects.create(**{**copy, **change})
        Document.objects.create(**{**copy, "number": 3, "replaces_id": second.pk})
        for statement in ("UPDATE documents_document SET name = 'x'", "DELETE FROM documents_document"):
            with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(statement)


def withdraw(client, site, role, document, reason="Falscher Betrieb"):
    client.force_login(site.people[role])
    return client.post(address(site, role, "portal:document_withdraw", document.pk), {"reason": reason})


def test_withdrawn_document_is_offered_no_more_and_stays_on_record(client, site):
    document = filed(site, role=OWNER, name="Versehen.pdf")
    assert withdraw(client, site, OWNER, document).status_code == 302
    download = address(site, OWNER, "documents:document_download", document.pk)
    assert client.get(download).status_code == 404
    text = text_of(client, site, OWNER, address(site, OWNER, "portal:document", document.pk))
    assert "Falscher Betrieb" in text
    assert f'href="{download}"' not in text
    assert "zurückgezogen" in text_of(client, site, OWNER, tab(site, OWNER))


def test_only_who_filed_it_or_the_lead_withdraws_and_for_a_time(client, site):
    document = filed(site, role=OWNER)
    assert withdraw(client, site, ADVISOR, document).status_code == 422
    later = timezone.now() + timedelta(days=31)
    with scope_of(site.acting[OWNER]) as opened:
        assert may_withdraw(document, acting=opened.acting)
        assert not may_withdraw(document, acting=opened.acting, now=later)
    with scope_of(site.acting[COORDINATOR]) as opened:
        assert may_withdraw(document, acting=opened.acting, now=later)
        assert Withdrawal.objects.count() == 0


def test_paper_that_an_auditor_was_shown_is_not_withdrawn(client, site):
    document = filed(site, role=OWNER)
    with system_scope(site.programme.pk, "setup.reference"):
        AuditAccess.objects.create(
            programme=site.programme,
            user=site.people[Role.AUDITOR],
            document=document.pk,
            until=timezone.localdate() + timedelta(days=7),
        )
    answer = withdraw(client, site, OWNER, document)
    assert answer.status_code == 422
    assert "Stichprobe" in answer.content.decode()
    text = text_of(client, site, Role.AUDITOR, address(site, Role.AUDITOR, "portal:document", document.pk))
    assert document.sha256 in text


def test_auditor_finds_no_paper_and_no_version_outside_the_sample(client, site):
    first = filed(site)
    second = filed(site, replaces=first)
    with system_scope(site.programme.pk, "setup.reference"):
        AuditAccess.objects.create(
            programme=site.programme,
            user=site.people[Role.AUDITOR],
            document=first.pk,
            until=timezone.localdate(),
        )
    client.force_login(site.people[Role.AUDITOR])
    assert client.get(address(site, Role.AUDITOR, "portal:document", second.pk)).status_code == 404
    text = client.get(address(site, Role.AUDITOR, "portal:document", first.pk)).content.decode()
    assert ("Fassung 1" in text, "Fassung 2" in text) == (True, False)


def test_who_relied_on_a_withdrawn_paper_is_told(client, site):
    document = filed(site, role=ADVISOR, kind=DocumentKind.PROTOCOL)
    delivery = give(site.company, acting=site.acting[ADVISOR])
    with scope_of(site.acting[ADVISOR]) as opened:
        Evidence.objects.create(
            programme=site.programme,
            company_id=site.company.pk,
            delivery=delivery,
            document=document,
            filed_by_id=opened.acting.user_id,
        )
    assert "Beratung zu Normen" in text_of(
        client, site, COORDINATOR, address(site, COORDINATOR, "portal:document_withdraw", document.pk)
    )
    withdraw(client, site, COORDINATOR, document)
    with system_scope(site.programme.pk, "setup.reference"):
        notice = Notice.objects.get()
    assert notice.to == site.people[ADVISOR].email
    assert "Falscher Betrieb" in notice.text
    assert f"/io/sihk/documents/{document.pk}/about/" in notice.text


def test_released_to_others_means_list_page_and_versions(client, site):
    document = filed(site, company=site.other_company, name="Fremd.pdf")
    url = address(site, ADVISOR, "portal:document", document.pk)
    client.force_login(site.people[ADVISOR])
    assert client.get(url).status_code == 404
    release(site.other_company, site.organisations["sihk"], "documents", "identity")
    assert client.get(url).status_code == 200
    assert "Fremd.pdf" in client.get(tab(site, ADVISOR, site.other_company)).content.decode()


def test_paper_of_an_absorbed_record_says_where_it_comes_from(client, site):
    absorbed = make_company(site.programme, name="Muster Federn Nachrodt GmbH")
    with system_scope(site.programme.pk, "setup.reference"):
        merge = {"programme": site.programme, "survivor": site.company, "merged_by": site.people[COORDINATOR]}
        Merge.objects.create(**merge, absorbed=absorbed)
    filed(site, company=absorbed, name="Alt.pdf")
    text = text_of(client, site, COORDINATOR, tab(site, COORDINATOR))
    assert "Alt.pdf" in text
    assert "Muster Federn Nachrodt GmbH" in text


def test_page_of_a_paper_marks_the_tab_of_documents(client, site):
    document = filed(site)
    text = text_of(client, site, COORDINATOR, address(site, COORDINATOR, "portal:document", document.pk))
    assert re.search(rf'href="{tab(site, COORDINATOR)}"\s+aria-current="page"', text)
