"""Removal after the time: by the retention role alone, whole or not at all, and never what others still need."""

import os
from contextlib import contextmanager
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from offensive.documents import expiry, files
from offensive.documents.expiry import ExpiryError, expire_documents
from offensive.documents.models import Document, DocumentKind, Expiry
from offensive.documents.retention import end_hold, place_hold, set_last_payment
from offensive.tenancy.models import AuditAccess
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.filing import PAID_ON, filed, scope_of
from tests.documents.uploads import PDF, PNG

COORDINATOR = Role.LEAD_COORDINATOR
AFTER = date(2032, 1, 1)


@pytest.fixture
def site(committed_site, settings, tmp_path):
    """The payment of PAID_ON is known: what it decides is kept until 31.12.2031."""
    settings.STORAGE_DIR = tmp_path
    with scope_of(committed_site.acting[COORDINATOR]) as opened:
        set_last_payment(PAID_ON, acting=opened.acting)
    return committed_site


@contextmanager
def as_retention():
    """This process signed in as the retention role."""
    known = dict(connection.settings_dict)
    url = urlsplit(os.environ["RETENTION_DATABASE_URL"])
    connection.close()
    connection.settings_dict.update(USER=url.username, PASSWORD=url.password)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(USER=known["USER"], PASSWORD=known["PASSWORD"])


def expired(site, *, on=AFTER):
    """(what the run did, names of the documents that are gone)."""
    with as_retention():
        removed = expire_documents(on=on)
    with scope_of(site.acting[COORDINATOR]):
        gone = Expiry.objects.select_related("document").order_by("document__name")
        return removed, [row.document.name for row in gone]


def test_goes_the_day_after_its_time_with_a_record_of_the_rule(site):
    document = filed(site, name="Protokoll.pdf", kind=DocumentKind.PROTOCOL)
    filed(site, name="Rechnung.pdf", content=PNG, kind=DocumentKind.DEMINIMIS)
    assert expired(site, on=date(2031, 12, 31)) == (expiry.Removed(0, 0, 0), [])
    assert files.path_of(document.sha256).exists()
    assert expired(site) == (expiry.Removed(1, 1, 0), ["Protokoll.pdf"])
    assert not files.path_of(document.sha256).exists()
    with scope_of(site.acting[COORDINATOR]):
        row = Expiry.objects.get()
        assert (row.kept_until, row.file_removed) == (date(2031, 12, 31), True)
        assert row.rule == "5 Jahre ab Ende des Jahres der letzten Zahlung, Art. 82 VO (EU) 2021/1060"
        assert Document.objects.get(pk=document.pk).sha256 == document.sha256
        assert not Document.objects.offered().filter(pk=document.pk).exists()
    assert expired(site) == (expiry.Removed(0, 0, 0), ["Protokoll.pdf"])


def test_content_that_another_document_shares_stays_until_the_last_goes(site):
    first = filed(site, name="A.pdf", kind=DocumentKind.PROTOCOL)
    filed(site, name="B.pdf", kind=DocumentKind.DEMINIMIS)
    removed, gone = expired(site)
    assert (removed, gone) == (expiry.Removed(1, 0, 0), ["A.pdf"])
    assert files.path_of(first.sha256).exists()
    assert expired(site, on=date(2045, 1, 1)) == (expiry.Removed(1, 1, 0), ["A.pdf", "B.pdf"])
    assert not files.path_of(first.sha256).exists()


def test_content_of_another_programme_stays(site):
    document = filed(site)
    elsewhere = site.elsewhere
    with system_scope(elsewhere.programme.pk, "setup.reference"):
        known = {name: getattr(document, name) for name in ("kind", "name", "content_type", "size", "sha256")}
        Document.objects.create(programme=elsewhere.programme, uploaded_by=elsewhere.person, **known)
    assert expired(site)[0] == expiry.Removed(1, 0, 0)
    assert files.path_of(document.sha256).exists()


def test_hold_prevents_and_its_end_lets_go(site):
    document = filed(site, name="Streit.pdf")
    for held in (document, None):
        with scope_of(site.acting[COORDINATOR]) as opened:
            hold = place_hold(acting=opened.acting, reason="Verfahren", document=held)
        assert expired(site)[1] == []
        with scope_of(site.acting[COORDINATOR]) as opened:
            end_hold(hold, acting=opened.acting)
    assert expired(site)[1] == ["Streit.pdf"]


def test_what_an_auditor_may_open_stays(site):
    document = filed(site)
    with system_scope(site.programme.pk, "setup.reference"):
        user, until = site.people[Role.AUDITOR], timezone.localdate() + timedelta(days=3000)
        AuditAccess.objects.create(programme=site.programme, user=user, document=document.pk, until=until)
    assert expired(site)[1] == []
    assert expired(site, on=until + timedelta(days=1))[1] == ["Blatt.pdf"]


def test_disk_error_stops_at_one_document_and_the_next_run_goes_on(site, monkeypatch):
    first = filed(site, name="A.pdf")
    second = filed(site, name="B.pdf", content=PDF + b"2")
    remove = expiry._remove

    def failing(sha256):
        if sha256 == first.sha256:
            raise OSError(5, "Input/output error")
        remove(sha256)

    monkeypatch.setattr(expiry, "_remove", failing)
    assert expired(site) == (expiry.Removed(1, 1, 1), ["B.pdf"])
    assert (files.path_of(first.sha256).exists(), files.path_of(second.sha256).exists()) == (True, False)
    monkeypatch.undo()
    assert expired(site) == (expiry.Removed(1, 1, 0), ["A.pdf", "B.pdf"])


def test_application_can_neither_record_nor_run_it(site):
    document = filed(site)
    with pytest.raises(ExpiryError, match="offensive_retention"):
        expire_documents(on=AFTER)
    with pytest.raises(CommandError, match="RETENTION_DATABASE_URL"):
        call_command("expire_documents")
    row = Expiry(programme=site.programme, document=document, kept_until=AFTER)
    with (
        pytest.raises(ProgrammingError),
        system_scope(site.programme.pk, "setup.reference"),
        transaction.atomic(),
    ):
        Expiry.objects.bulk_create([row])


def test_upload_under_way_is_waited_for(site):
    """The same content is being filed anew while its old document goes: the file stays."""
    document = filed(site)
    with scope_of(site.acting[COORDINATOR]), connection.cursor() as cursor:
        files.lock_for_storing()
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted")
        assert cursor.fetchone() == (1,)
    filed(site, name="Neu.pdf", kind=DocumentKind.DEMINIMIS)
    assert expired(site)[0] == expiry.Removed(1, 0, 0)
    assert files.path_of(document.sha256).exists()
