"""Enterprises, deliveries, merges for tests of counting and reports: keyword functions, written under ``system``."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta

from companies.models import Company, Merge, SizeAssessment
from offensive.documents.models import Document
from offensive.enablement.models import Delivery, DeliveryKind, Evidence, Verification
from offensive.indicators.models import Indicator
from offensive.indicators.queries import count
from offensive.tenancy.models import Organisation
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


def delivery(
    site, company, *, on=date(2026, 2, 10), kind="workshop", partner="gws", evidenced=True, title="Workshop", source=""
):
    with scope(site):
        row = Delivery.objects.create(
            programme=site.programme,
            company_id=company.pk,
            partner=site.organisations[partner],
            kind=DeliveryKind.objects.get(programme=site.programme, key=kind),
            on=on,
            minutes=180,
            title=title,
            source=source or f"test:{next(_serial)}",
            recorded_by=clerk(site),
        )
        if evidenced:
            file_evidence(site, row)
        return row


def file_evidence(site, row):
    with scope(site):
        row = _evidence(site, row, _document(site))
        row.save()
        return row


def _document(site):
    return Document.objects.create(
        programme=site.programme,
        kind="attendance",
        name="Teilnahmeliste.pdf",
        content_type="application/pdf",
        size=1,
        sha256=uuid.uuid4().hex * 2,
        uploaded_by=clerk(site),
    )


def verify(site, row):
    with scope(site):
        return Verification.objects.create(
            programme=site.programme,
            company_id=row.company_id,
            delivery=row,
            verified_by=site.people[Role.LEAD_APPROVER],
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


def many(site, number, *, each=3):
    """``number`` counted enterprises with ``each`` evidenced deliveries, written in bulk."""
    with scope(site):
        organisations = Organisation.objects.bulk_create(
            Organisation(
                programme=site.programme,
                kind="company",
                slug=f"betrieb-{place}",
                name=f"Musterwerk {place:05d} Umformtechnik GmbH",
                shared_on=date(2026, 1, 5),
            )
            for place in range(number)
        )
        Company.objects.bulk_create(_company(site, organisation) for organisation in organisations)
        SizeAssessment.objects.bulk_create(_assessment(site, organisation) for organisation in organisations)
        document = _document(site)
        kind = DeliveryKind.objects.get(programme=site.programme, key="workshop")
        deliveries = Delivery.objects.bulk_create(
            _delivery(site, organisation, kind, serial) for organisation in organisations for serial in range(each)
        )
        Evidence.objects.bulk_create(_evidence(site, row, document) for row in deliveries)


def _company(site, organisation):
    return Company(
        organisation=organisation,
        programme=site.programme,
        legal_name=organisation.name,
        sort_name=organisation.name.casefold(),
        name_key=organisation.name.casefold(),
        town="Lüdenscheid",
        district="Märkischer Kreis",
        participating_on=date(2026, 1, 5),
    )


def _assessment(site, organisation):
    return SizeAssessment(
        programme=site.programme,
        company=organisation,
        size_class=("micro", "small", "medium", "large")[organisation.pk % 4],
        assessed_on=date(2026, 1, 5),
        employees_awu=20,
        rule_version="test",
        assessed_by=clerk(site),
    )


def _delivery(site, organisation, kind, serial):
    return Delivery(
        programme=site.programme,
        company=organisation,
        partner=site.organisations[("gws", "sihk", "hagen")[organisation.pk % 3]],
        kind=kind,
        on=date(2026, 1, 12) + timedelta(days=7 * serial + organisation.pk % 90),
        minutes=180,
        title=f"Neue Märkte für vorhandene Verfahren, Teil {serial + 1}",
        source=f"many:{serial}",
        recorded_by=clerk(site),
    )


def _evidence(site, row, document):
    return Evidence(
        programme=site.programme, company_id=row.company_id, delivery=row, document=document, filed_by=clerk(site)
    )
