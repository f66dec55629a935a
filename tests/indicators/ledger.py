"""Enterprises, deliveries, merges for tests of counting and reports: keyword functions, written under ``system``."""

import itertools
import uuid
from datetime import UTC, date, datetime

from companies.models import Merge, SizeAssessment
from offensive.documents.models import Document
from offensive.enablement.models import Delivery, DeliveryKind, Evidence, Verification
from offensive.indicators.models import Indicator
from offensive.indicators.queries import count
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.sites import make_company

_serial = itertools.count(1)


def scope(site):
    return system_scope(site.programme.pk, "setup.reference")


def clerk(site):
    return site.people[Role.LEAD_COORDINATOR]


def enterprise(site, *, name, size="small", agreed_on=date(2026, 1, 5), assessed_on=date(2026, 1, 5), **fields):
    """A participating company with one size assessment; ``agreed_on`` or ``size`` None leaves that out."""
    company = make_company(site.programme, name=name, participating_on=agreed_on, **fields)
    if size:
        assess(site, company, size=size, on=assessed_on)
    return company


def assess(site, company, *, size, on):
    with scope(site):
        return SizeAssessment.objects.create(
            programme=site.programme,
            company_id=company.pk,
            size_class=size,
            assessed_on=on,
            employees_awu=20,
            rule_version="test",
            assessed_by=clerk(site),
        )


def delivery(site, company, *, on=date(2026, 2, 10), kind="workshop", partner="gws", evidenced=True, title="Workshop"):
    with scope(site):
        row = Delivery.objects.create(
            programme=site.programme,
            company_id=company.pk,
            partner=site.organisations[partner],
            kind=DeliveryKind.objects.get(programme=site.programme, key=kind),
            on=on,
            minutes=180,
            title=title,
            source=f"test:{next(_serial)}",
            recorded_by=clerk(site),
        )
        if evidenced:
            file_evidence(site, row)
        return row


def file_evidence(site, row):
    with scope(site):
        document = Document.objects.create(
            programme=site.programme,
            kind="attendance",
            name="Teilnahmeliste.pdf",
            content_type="application/pdf",
            size=1,
            sha256=uuid.uuid4().hex * 2,
            uploaded_by=clerk(site),
        )
        return Evidence.objects.create(
            programme=site.programme,
            company_id=row.company_id,
            delivery=row,
            document=document,
            filed_by=clerk(site),
        )


def verify(site, row):
    with scope(site):
        return Verification.objects.create(
            programme=site.programme, company_id=row.company_id, delivery=row, verified_by=clerk(site)
        )


def reverse(site, row, *, reason="Verwechselt"):
    with scope(site):
        return Delivery.objects.create(
            programme=site.programme,
            company_id=row.company_id,
            partner_id=row.partner_id,
            kind_id=row.kind_id,
            on=row.on,
            minutes=row.minutes,
            title=row.title,
            source=f"test:{next(_serial)}",
            reverses=row,
            reason=reason,
            recorded_by=clerk(site),
        )


def merge(site, *, survivor, absorbed):
    with scope(site):
        return Merge.objects.create(
            programme=site.programme, survivor=survivor, absorbed=absorbed, merged_by=clerk(site)
        )


def unmerge(site, row):
    with scope(site):
        row.ended_by, row.ended_at = clerk(site), datetime(2026, 11, 1, tzinfo=UTC)
        row.save(update_fields=["ended_by", "ended_at"])


def counting(site, code="RCO04", *, until=date(2026, 6, 30), **changes):
    """``count`` for the indicator, with some of its rules changed first."""
    with scope(site):
        indicator = Indicator.objects.get(programme=site.programme, code=code)
        for name, value in changes.items():
            setattr(indicator, name, value)
        return count(indicator, until=until)


def names(counted):
    return [each.legal_name for each in counted.counted]


def reasons(counted):
    return {row.legal_name: row.reason for row in counted.not_counted}
