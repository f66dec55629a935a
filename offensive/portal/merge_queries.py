"""What the pages show about records that are, or become, one enterprise."""

from dataclasses import dataclass

from companies.differences import shown
from companies.models import Company, Contact, Merge, Profile, SourceRecord
from companies.queries import enterprise_ids
from companies.record_fields import FIELDS
from offensive.documents.models import Document
from offensive.enablement.doubles import doubles_of
from offensive.enablement.models import Delivery, Enrolment
from offensive.tenancy.models import CompanyAccess


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records before they are merged, with what is under it."""

    company: Company
    profile: Profile | None
    enrolment: Enrolment | None
    deliveries: int
    contacts: int
    documents: int


def side_of(company):
    """``Side`` of ``company``."""
    return Side(
        company=company,
        profile=Profile.objects.filter(company=company.pk).first(),
        enrolment=Enrolment.objects.filter(company=company.pk).select_related("stage").first(),
        deliveries=Delivery.objects.of([company.pk]).filter(reverses=None).count(),
        contacts=Contact.objects.filter(company=company.pk).count(),
        documents=Document.objects.filter(company=company.pk).count(),
    )


def losing_sight(survivor, absorbed):
    """Partners that see something of the absorbed record and nothing of the survivor, by name."""
    see = CompanyAccess.objects.filter(programme=survivor.programme_id)
    of_survivor = see.filter(company=survivor.pk).values("organisation")
    lost = see.filter(company=absorbed.pk).exclude(organisation__in=of_survivor).select_related("organisation")
    return sorted({str(access.organisation) for access in lost})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record comes from: lists, merges standing and ended, what a merge left to decide.

    ``sources`` are pairs: the row, and what the list said as (label, words).
    """

    sources: tuple[tuple[SourceRecord, list], ...]
    merges: tuple[Merge, ...]
    enrolments: tuple[Enrolment, ...]
    doubles: list


def origin_of(company):
    """``Origin`` of the enterprise of ``company``, as far as the asker may see it."""
    ids = enterprise_ids(company.pk)
    sources = SourceRecord.objects.of(ids).select_related("organisation", "company")
    merges = Merge.objects.filter(survivor=company.pk).select_related("absorbed", "merged_by", "ended_by")
    others = Enrolment.objects.filter(company__in=ids - {company.pk})
    return Origin(
        sources=tuple((source, _said(source)) for source in sources.order_by("-noted_on", "-pk")),
        merges=tuple(merges.order_by("ended_at", "-merged_at")),
        enrolments=tuple(others.select_related("company", "stage")),
        doubles=doubles_of(ids),
    )


def _said(source):
    return [(field.label, shown(key, source.values[key])) for key, field in FIELDS.items() if key in source.values]
