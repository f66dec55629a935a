"""What others see of a company: read in the scope of those others, with the queries of their own pages."""

from dataclasses import dataclass
from datetime import date

from companies.models import SizeClass
from companies.queries import enterprise_ids
from offensive.portal.journey import journey_of
from offensive.reports.models import EditionEnterprise
from offensive.tenancy.models import Organisation, OrganisationKind
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import Acting, viewed_as

SERVICE = "portal.seen_by"
# The role of each kind that reads and does nothing else.
READING_ROLE = {
    OrganisationKind.LEAD: Role.LEAD_APPROVER,
    OrganisationKind.PARTNER: Role.PARTNER_VIEWER,
    OrganisationKind.FUNDER: Role.FUNDER_OFFICER,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """An organisation whose view can be taken."""

    slug: str
    name: str
    is_funder: bool
    acting: Acting


@dataclass(frozen=True, slots=True)
class Reported:
    """One line about a company in a submitted report."""

    period: str
    code: str
    name: str
    size: str
    delivered_on: date
    delivery_title: str


def viewers(acting, company):
    """The lead, whoever looks after the company, the other partners and the funding body, in this order."""
    found = Organisation.objects.of(acting.programme_id).filter(kind__in=READING_ROLE)
    order = [OrganisationKind.LEAD, OrganisationKind.PARTNER, OrganisationKind.FUNDER]
    ranked = sorted(found, key=lambda each: (order.index(each.kind), each.pk != company.caring_partner_id, each.name))
    return [_viewer(acting, each) for each in ranked]


def _viewer(acting, organisation):
    seen = Acting(
        membership_id=0,
        programme_id=acting.programme_id,
        programme_slug=acting.programme_slug,
        programme_name=acting.programme_name,
        organisation_id=organisation.pk,
        organisation_slug=organisation.slug,
        organisation_name=str(organisation),
        role=READING_ROLE[organisation.kind],
        companies=(),
        user_id=0,
    )
    return Viewer(organisation.slug, str(organisation), organisation.kind == OrganisationKind.FUNDER, seen)


def record_as_seen(company, viewer):
    """Context of ``portal/_journey.html`` as ``viewer`` gets it; None when the company does not exist for it."""
    with viewed_as(viewer.acting, SERVICE):
        if not Organisation.objects.of(company.programme_id).filter(pk=company.pk).exists():
            return None
        return {"journey": journey_of(company, viewer.acting, preview=True)}


def reported_as_seen(company, viewer):
    """``Reported`` of each submitted report in which the enterprise stands, as the funding body reads them."""
    ids = enterprise_ids(company.pk)
    with viewed_as(viewer.acting, SERVICE):
        rows = EditionEnterprise.objects.filter(programme=company.programme_id, company__in=ids)
        rows = rows.select_related("edition__period").order_by("-edition__period__starts_on", "code")
        return [
            Reported(
                str(row.edition.period),
                row.code,
                row.legal_name,
                SizeClass(row.size_class).label,
                row.delivered_on,
                row.delivery_title,
            )
            for row in rows.defer("edition__content")
        ]
