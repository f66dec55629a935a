"""The people of the consortium: who may take over a task, and who looks after a company."""

from dataclasses import dataclass

from django.db.models import Q

from offensive.tenancy.models import AccessCategory, CompanyAccess, Membership, OrganisationKind
from offensive.tenancy.permissions import PERMISSIONS, Action


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the consortium in one of its organisations. ``pk`` is the membership's."""

    pk: int
    user_id: int
    organisation_id: int
    name: str
    organisation: str
    organisation_slug: str
    email: str

    def __str__(self):
        return f"{self.name} ({self.organisation})"


def colleagues(acting, *, company_id=None):
    """Who may own a task, the asker's own house first, then by name.

    A task about a company goes to those alone who may see it: the lead, and partners that the asker knows to have been
    given its support. A partner knows that of its own house.
    """
    found = Membership.objects.active().filter(programme=acting.programme_id, role__in=PERMISSIONS[Action.TASK_EDIT])
    if company_id:
        found = found.filter(Q(organisation__kind=OrganisationKind.LEAD) | Q(organisation__in=_given(company_id)))
    known = [_colleague(row) for row in found.select_related("user", "organisation")]
    return sorted(known, key=lambda one: (one.organisation_id != acting.organisation_id, one.organisation, one.name))


def _given(company_id):
    """Organisations that may see the company's support."""
    rows = CompanyAccess.objects.filter(company=company_id, category=AccessCategory.SUPPORT)
    return rows.values("organisation_id")


def _colleague(row):
    house = row.organisation
    return Colleague(row.pk, row.user_id, house.pk, str(row.user), str(house), house.slug, row.user.email)
