"""Pages for the lead: last payment, holds, what goes when and why, and what has gone."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from offensive.documents.models import DocumentKind, LastPayment, LegalHold, RetentionRule
from offensive.documents.retention import set_last_payment
from offensive.portal.retention_queries import spans_of
from offensive.tenancy.models import GrantNotice, LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.filing import PAID_ON, filed, scope_of
from tests.documents.uploads import PDF

COORDINATOR = Role.LEAD_COORDINATOR


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def lead(client, site):
    client.force_login(site.people[COORDINATOR])
    return client


def address(name, **kwargs):
    return reverse(f"portal:{name}", kwargs={"programme": "io", "organisation": "gws", **kwargs})


def text_of(lead, name="retention", **kwargs):
    return lead.get(address(name, **kwargs)).content.decode()


def paid(site, on=PAID_ON):
    with scope_of(site.acting[COORDINATOR]) as opened:
        set_last_payment(on, acting=opened.acting)


def test_last_payment_is_noted_and_every_entry_stays(lead, site):
    assert "noch nicht bekannt" in text_of(lead)
    for day in ("2026-03-12", "2026-03-12", ""):
        assert lead.post(address("last_payment"), {"paid_on": day})["Location"] == address("retention")
    with scope_of(site.acting[COORDINATOR]):
        noted = LastPayment.objects.standing(site.programme.pk)
        assert [row.paid_on for row in noted] == [None, PAID_ON]
    assert "doch nicht bekannt" in text_of(lead)


def test_payment_to_come_is_refused_and_stays_typed(lead):
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}"
    answer = lead.post(address("last_payment"), {"paid_on": tomorrow})
    assert answer.status_code == 422
    assert f'value="{tomorrow}"' in answer.content.decode()


def test_payment_before_the_project_is_refused(lead, site):
    answer = lead.post(address("last_payment"), {"paid_on": "2018-03-12"})
    assert answer.status_code == 422
    assert "begann am 01.01.2025" in answer.content.decode()
    row = LastPayment(programme=site.programme, paid_on=date(2018, 3, 12), recorded_by=site.people[COORDINATOR])
    with (
        scope_of(site.acting[COORDINATOR]),
        pytest.raises(IntegrityError, match="lastpayment_in_the_funding_period"),
        transaction.atomic(),
    ):
        row.save()


def test_what_a_payment_makes_overdue_is_said_at_once(lead, site):
    filed(site, kind=DocumentKind.PROTOCOL, dated_on=date(2021, 5, 4))
    with system_scope(site.programme.pk, "setup.reference"):
        GrantNotice.objects.filter(programme=site.programme).update(starts_on=date(2021, 1, 1))
        RetentionRule.objects.create(
            programme=site.programme,
            kind="protocol",
            key="erdf",
            years=2,
            start="last_payment",
            legal_basis="Muster",
            valid_from=date(2022, 1, 1),
        )
    text = lead.post(address("last_payment"), {"paid_on": "2021-03-12"}, follow=True).content.decode()
    assert "1 Unterlage ist damit über der Frist" in text


def test_page_says_what_goes_when_and_why(lead, site):
    filed(site, kind=DocumentKind.PROTOCOL, dated_on=date(2025, 5, 4))
    filed(site, kind=DocumentKind.PROTOCOL, dated_on=date(2026, 5, 4))
    filed(site, kind=DocumentKind.DEMINIMIS, dated_on=date(2026, 5, 4))
    paid(site)
    with scope_of(site.acting[COORDINATOR]):
        spans = [(span.kind, span.years, span.number, span.until) for span in spans_of(site.programme.pk)]
    assert spans == [
        ("Beratungsprotokoll", "2025–2026", 2, date(2031, 12, 31)),
        ("De-minimis-Erklärung oder -Bescheinigung", "2026", 1, date(2036, 12, 31)),
    ]
    text = text_of(lead)
    assert "31.12.2031" in text
    assert "Art. 82 VO (EU) 2021/1060" in text


def test_hold_on_everything_and_on_one_paper(lead, site):
    document = filed(site, name="Streitsache.pdf")
    assert lead.post(address("hold_place"), {"reason": ""}).status_code == 422
    for name, kwargs in (("hold_place", {}), ("document_hold", {"pk": document.pk})):
        assert lead.post(address(name, **kwargs), {"reason": "Verfahren 4711"}).status_code == 302
        assert "bereits eine Sperre" in lead.post(address(name, **kwargs), {"reason": "Verfahren"}).content.decode()
    text = text_of(lead)
    assert ("Alle Unterlagen des Programms" in text, "Streitsache.pdf" in text) == (True, True)
    with scope_of(site.acting[COORDINATOR]):
        holds = list(LegalHold.objects.standing())
    for hold in holds:
        assert lead.post(address("hold_end", pk=hold.pk)).status_code == 302
    assert "Streitsache.pdf" not in text_of(lead)
    with scope_of(site.acting[COORDINATOR]):
        logged = LogEntry.objects.filter(table="documents_legalhold").order_by("pk")
        assert [entry.operation for entry in logged] == ["INSERT", "INSERT", "UPDATE", "UPDATE"]


@pytest.mark.parametrize(("rows", "queries"), [(1, 11), (4, 11)])
def test_number_of_queries_does_not_grow(lead, site, rows, queries):
    for number, kind in zip(range(rows), DocumentKind, strict=False):
        document = filed(site, kind=kind, content=PDF + b"%d" % number)
        lead.post(address("document_hold", pk=document.pk), {"reason": "Verfahren"})
    paid(site)
    text_of(lead)
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        text_of(lead)
    statements = [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == queries, "\n".join(statements)


def test_nothing_removed_says_when_something_appears(lead):
    assert "noch nichts entfernt" in text_of(lead, "removed")
    assert lead.get(address("removed"), {"export": "exe"}).status_code == 404
