"""A company's dossier: what is in it for whom, that it is whole, and who can download it."""

import csv
import hashlib
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from companies.models import Merge
from offensive.documents import archives, files
from offensive.documents.models import Document, DocumentKind, Dossier, dossier_path
from offensive.documents.services import withdraw
from offensive.documents.tasks import remove_old_dossiers
from offensive.enablement.services import file_evidence
from offensive.jobs.models import Job, State
from offensive.jobs.services import claim
from offensive.portal.dossier_queries import file_name, papers_of_dossier
from offensive.portal.dossiers import ask_for_dossier, make_dossier
from offensive.tenancy.models import CompanyAccess, LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.filing import filed, scope_of
from tests.documents.uploads import PDF, PNG
from tests.enablement.support import give
from tests.sites import make_company

COORDINATOR, ADVISOR, OWNER = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path
    return tmp_path


def asked(site, role, company=None):
    with scope_of(site.acting[role]) as opened:
        return ask_for_dossier(company or site.company, acting=opened.acting)


def made(site, role=COORDINATOR, company=None):
    """The dossier, made as the worker does it, or None where the job failed."""
    job = asked(site, role, company)
    make_dossier(claim(site.programme.pk, job.pk))
    with scope_of(site.acting[role]):
        return Dossier.objects.filter(job=job).first()


def job_of(site):
    with scope_of(site.acting[COORDINATOR]):
        return Job.objects.order_by("-asked_at").first()


def unpacked(dossier):
    """{name: bytes} of all that is in it."""
    with zipfile.ZipFile(dossier.path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def listed(content):
    """Rows of the list, by the title of the paper."""
    rows = csv.DictReader(io.StringIO(content["verzeichnis.csv"].decode("utf-8-sig")), delimiter=";")
    return {row["Unterlage"]: row for row in rows}


def address(site, role, name, *rest):
    acting = site.acting[role]
    return reverse(name, args=[acting.programme_slug, acting.organisation_slug, site.company.organisation.slug, *rest])


def test_holds_every_version_with_list_cover_and_checksums(site):
    first = filed(site, name="Protokoll März.pdf", kind=DocumentKind.PROTOCOL, dated_on=date(2026, 3, 2))
    filed(site, content=PDF + b"2", name="=Neu.pdf", kind=DocumentKind.PROTOCOL, replaces=first, title="Fassung zwei")
    delivery = give(site.company, acting=site.acting[COORDINATOR])
    with scope_of(site.acting[COORDINATOR]) as opened:
        file_evidence(delivery, first, acting=opened.acting)

    dossier = made(site)

    content = unpacked(dossier)
    path = f"unterlagen/2026-03-02_beratungsprotokoll_protokoll-maerz_v1_{first.pk.hex[:8]}.pdf"
    assert content[path] == PDF
    assert dossier.documents == 2
    assert (dossier.size, dossier.sha256) == (dossier.path.stat().st_size, archives.hash_of(dossier.path))
    row = listed(content)["Protokoll März.pdf"]
    assert (row["Datei"], row["Fassung"], row["SHA-256"]) == (path, "1", hashlib.sha256(PDF).hexdigest())
    assert "Beratung zu Normen" in row["Belegt"]
    cover = content["deckblatt.html"].decode()
    assert f'href="{path}"' in cover
    assert "Beratung zu Normen" in cover
    sums = dict(reversed(line.split("  ")) for line in content["sha256sums.txt"].decode().splitlines())
    assert {name: hashlib.sha256(content[name]).hexdigest() for name in sums} == sums
    assert len(sums) == 2


def test_names_are_safe_on_windows_and_stay_the_same(site):
    document = filed(site, content=PNG, name="CON.png", title="NUL: <Prüf?> " + "ß" * 120, kind=DocumentKind.PHOTO)
    name = file_name(document)
    assert name == file_name(document)
    assert name.isascii()
    assert not set(name) & set('<>:"/\\|?* ')
    assert len(name) < 130
    assert name[:4].isdecimal()


def test_papers_of_absorbed_records_are_in_it(site):
    absorbed = make_company(site.programme, name="Muster Federn Nachrodt GmbH")
    with system_scope(site.programme.pk, "setup.reference"):
        person = site.people[COORDINATOR]
        Merge.objects.create(programme=site.programme, survivor=site.company, absorbed=absorbed, merged_by=person)
    filed(site, company=absorbed, name="Alt.pdf")
    dossier = made(site)
    assert listed(unpacked(dossier))["Alt.pdf"]["Datensatz"] == "Muster Federn Nachrodt GmbH"
    assert dossier.records == sorted([site.company.pk, absorbed.pk])


def test_withdrawn_paper_is_listed_with_its_reason_and_not_contained(site):
    document = filed(site, name="Falsch.pdf")
    filed(site, name="Richtig.pdf", content=PNG)
    with scope_of(site.acting[COORDINATOR]) as opened:
        withdraw(document, acting=opened.acting, reason="Falscher Betrieb")
    content = unpacked(made(site))
    row = listed(content)["Falsch.pdf"]
    assert (row["Datei"], row["Grund"]) == ("", "Falscher Betrieb")
    assert len([name for name in content if name.startswith("unterlagen/")]) == 1


def test_missing_and_damaged_files_are_told_and_the_rest_is_there(site):
    gone, broken = filed(site, content=PDF + b"1", name="Weg.pdf"), filed(site, content=PDF + b"2", name="Kaputt.pdf")
    filed(site, name="Gut.pdf")
    files.path_of(gone.sha256).unlink()
    files.path_of(broken.sha256).write_bytes(b"anders")
    content = unpacked(made(site))
    rows = listed(content)
    assert rows["Weg.pdf"]["Stand"].startswith("FEHLT")
    assert rows["Kaputt.pdf"]["Stand"].startswith("BESCHÄDIGT")
    assert rows["Gut.pdf"]["Stand"].startswith("enthalten")
    assert "2 Dateien fehlen oder sind beschädigt" in content["deckblatt.html"].decode()


@pytest.mark.parametrize("role", [ADVISOR, OWNER])
def test_holds_what_the_asker_may_see(site, role):
    filed(site, name="Eigen.pdf")
    filed(site, company=site.other_company, name="Fremd.pdf")
    assert list(listed(unpacked(made(site, role)))) == ["Eigen.pdf"]


@pytest.mark.parametrize("category", ["documents", "support"])
def test_partner_without_release_gets_none(client, site, category):
    filed(site)
    with system_scope(site.programme.pk, "setup.reference"):
        CompanyAccess.objects.filter(company=site.company.pk, category=category).delete()
    client.force_login(site.people[ADVISOR])
    assert "nicht beide für Sie freigegeben" in client.get(address(site, ADVISOR, "portal:dossier")).content.decode()
    assert made(site, ADVISOR) is None
    assert job_of(site).state == State.FAILED


def test_full_disk_is_a_sentence_and_leaves_nothing(site, storage, monkeypatch):
    filed(site)
    monkeypatch.setattr(archives, "LEFT_FREE", 2**60)
    assert made(site) is None
    monkeypatch.undo()
    monkeypatch.setattr(archives, "_copy", _no_space)
    assert made(site) is None
    assert "keinen Platz" in job_of(site).problem
    assert list((storage / "dossiers").iterdir()) == []


def _no_space(*_values):
    raise OSError(28, "No space left on device")


def test_what_a_killed_attempt_left_is_removed_by_the_next(site, storage):
    filed(site)
    job = asked(site, COORDINATOR)
    claim(site.programme.pk, job.pk)
    half = dossier_path(job.pk).with_name(f"{job.pk}.1.part")
    half.parent.mkdir()
    half.write_bytes(b"half")
    with system_scope(site.programme.pk, "jobs.claim"):
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    make_dossier(claim(site.programme.pk, job.pk))
    assert [path.name for path in (storage / "dossiers").iterdir()] == [f"{job.pk}.zip"]


def test_download_streams_what_was_made_and_is_logged(client, site):
    filed(site)
    dossier = made(site, OWNER)
    client.force_login(site.people[OWNER])
    assert dossier.name in client.get(address(site, OWNER, "portal:dossier")).content.decode()
    answer = client.get(address(site, OWNER, "portal:dossier_download", dossier.pk))
    assert answer.streaming
    assert b"".join(answer.streaming_content) == dossier.path.read_bytes()
    assert answer["Content-Disposition"] == f'attachment; filename="{dossier.name}"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "private, no-store")
    with scope_of(site.acting[COORDINATOR]):
        logged = LogEntry.objects.filter(table="documents_dossier", row=str(dossier.pk)).order_by("pk")
        assert [entry.operation for entry in logged] == ["EXPORT", "DOWNLOAD"]


def test_nobody_else_downloads_it_and_after_a_week_nobody_at_all(client, site):
    filed(site)
    dossier = made(site, OWNER)
    client.force_login(site.people[COORDINATOR])
    assert client.get(address(site, COORDINATOR, "portal:dossier_download", dossier.pk)).status_code == 404
    remove_old_dossiers()
    assert dossier.path.exists()
    with scope_of(site.acting[OWNER]):
        assert Dossier.objects.offered().exists()
        assert not Dossier.objects.offered(now=timezone.now() + timedelta(days=7)).exists()


def test_release_taken_back_closes_what_was_made(client, site):
    filed(site)
    dossier = made(site, ADVISOR)
    url = address(site, ADVISOR, "portal:dossier_download", dossier.pk)
    client.force_login(site.people[ADVISOR])
    assert b"".join(client.get(url).streaming_content)
    with system_scope(site.programme.pk, "setup.reference"):
        CompanyAccess.objects.filter(company=site.company.pk, category="documents").delete()
    assert client.get(url).status_code == 404
    assert dossier.name not in client.get(address(site, ADVISOR, "portal:dossier")).content.decode()


def test_merge_undone_closes_what_was_made(client, site):
    """The papers of the other record are not the company's any more."""
    absorbed = make_company(site.programme, name="Muster Federn Nachrodt GmbH")
    merge = {"programme": site.programme, "survivor": site.company, "merged_by": site.people[COORDINATOR]}
    with system_scope(site.programme.pk, "setup.reference"):
        Merge.objects.create(**merge, absorbed=absorbed)
    filed(site, company=absorbed)
    dossier = made(site, OWNER)
    url = address(site, OWNER, "portal:dossier_download", dossier.pk)
    client.force_login(site.people[OWNER])
    assert b"".join(client.get(url).streaming_content)
    with system_scope(site.programme.pk, "setup.reference"):
        Merge.objects.update(ended_at=timezone.now(), ended_by=site.people[COORDINATOR])
    assert client.get(url)["Location"] == address(site, OWNER, "portal:dossier")


@pytest.mark.parametrize(("rows", "queries"), [(1, 13), (4, 13)])
def test_number_of_queries_of_the_page_does_not_grow(client, site, rows, queries):
    filed(site)
    for _number in range(rows):
        made(site, ADVISOR)
    client.force_login(site.people[ADVISOR])
    url = address(site, ADVISOR, "portal:dossier")
    client.get(url)
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        client.get(url)
    statements = [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == queries, "\n".join(statements)


@pytest.mark.parametrize("rows", [1, 4])
def test_number_of_queries_of_gathering_does_not_grow(site, rows):
    for number in range(rows):
        filed(site, name=f"Blatt {number}.pdf")
    with scope_of(site.acting[COORDINATOR]), CaptureQueriesContext(connection) as caught:
        assert len(papers_of_dossier(site.company.pk)) == rows
    assert len(caught) == 4


def test_without_documents_the_page_says_what_to_do_first(client, site):
    client.force_login(site.people[OWNER])
    text = client.get(address(site, OWNER, "portal:dossier")).content.decode()
    assert "noch keine Unterlagen" in text
    with scope_of(site.acting[OWNER]):
        assert not Document.objects.exists()


def test_double_click_is_one_job(client, site):
    filed(site)
    client.force_login(site.people[OWNER])
    for _click in range(2):
        answer = client.post(address(site, OWNER, "portal:dossier"))
        assert answer.status_code == 302
    with scope_of(site.acting[OWNER]):
        assert Job.objects.filter(task="portal.make_dossier").count() == 1
    assert "Wartet auf den Beginn" in client.get(address(site, OWNER, "portal:dossier")).content.decode()
