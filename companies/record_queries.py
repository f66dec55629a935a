"""What the record of a company shows, as far as the asker may see it."""

from dataclasses import dataclass

from companies.industries import Industries, industries_of
from companies.models import Agreement, Contact, Site
from companies.queries import enterprise_ids
from offensive.tenancy.models import AccessCategory, CompanyAccess


@dataclass(frozen=True, slots=True)
class Record:
    """Beside the identity, which is the company's row itself. ``sees_profile``: sites and industry are released."""

    sites: tuple[Site, ...]
    industries: Industries
    contacts: tuple[Contact, ...]
    agreements: tuple[Agreement, ...]
    sees_profile: bool


def record_of(company, acting):
    """``Record`` of ``company``; the number of queries does not grow with its rows."""
    ids = enterprise_ids(company.pk)
    return Record(
        sites=tuple(Site.objects.filter(company__in=ids).main_first()),
        industries=industries_of(company.pk),
        contacts=tuple(Contact.objects.filter(company__in=ids).order_by("name", "pk")),
        agreements=tuple(
            Agreement.objects.filter(company__in=ids)
            .select_related("document", "recorded_by")
            .order_by("-signed_on", "-pk")
        ),
        sees_profile=sees(company.pk, acting, AccessCategory.PROFILE),
    )


def sees(company_id, acting, category):
    """Whether ``category`` of the company is open to the acting organisation: to the lead and the company always."""
    if acting.audience != "partner":
        return acting.audience == "lead" or company_id in acting.companies
    access = CompanyAccess.objects.filter(company=company_id, organisation=acting.organisation_id)
    return access.filter(category=category).exists()
