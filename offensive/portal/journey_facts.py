"""What the parts of the journey page are made of: everything read about one company, once."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from companies.models import Company, Profile
from companies.profile_sections import sections_of
from companies.queries import enterprise_ids
from offensive.enablement.queries import StageView, stage_view
from offensive.portal.company_facts import profile_of
from offensive.portal.journey_people import Surroundings, surroundings_of
from offensive.portal.journey_rows import Row, rows_of
from offensive.portal.links import Links
from offensive.tenancy.models import AccessCategory
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.scope import Acting


@dataclass(frozen=True, slots=True)
class Facts:
    """``ids`` are the records of the enterprise. In a ``preview`` somebody looks through the eyes of ``acting``."""

    company: Company
    acting: Acting
    ids: set
    view: StageView
    profile: Profile | None
    rows: tuple[Row, ...]
    around: Surroundings
    links: Links
    today: date
    preview: bool

    @property
    def sections(self):
        """Of the profile; none where it is not released."""
        return sections_of(self.profile) if self.profile else ()

    @property
    def for_company(self):
        """The company's own people ask."""
        return self.acting.audience == "company"

    @property
    def looks_after(self):
        """Who asks is told what the company receives: the company itself, the lead, and whom it was released to."""
        return AccessCategory.SUPPORT in self.around.categories

    @property
    def writes(self):
        """Staff who ask may record what they do for the company."""
        return self.looks_after and not self.preview and may(self.acting.role, Action.DELIVERY_RECORD)

    def name_of(self, stage):
        """Companies and staff call a stage by different names."""
        return stage.company_name if self.for_company else stage.name


def facts_of(company, acting, *, preview):
    """``Facts`` of ``company`` as far as the asker may see them; a fixed number of queries."""
    ids = set(acting.companies) if company.pk in acting.companies else enterprise_ids(company.pk)
    profile = profile_of(company.pk)
    around = surroundings_of(company, ids, acting)
    return Facts(
        company=company,
        acting=acting,
        ids=ids,
        view=stage_view(company.pk, company_ids=ids, profile=profile),
        profile=profile,
        rows=rows_of(company, ids, acting),
        around=around,
        links=Links(acting, company, around.categories, preview=preview),
        today=timezone.localdate(),
        preview=preview,
    )
