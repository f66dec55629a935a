"""Which companies are to be handed over, by whom and to whom."""

from dataclasses import dataclass

from django.db.models import Q

from companies.filters import EVERYTHING
from companies.models import Company, Handover
from companies.queries import company_list, enterprise_ids
from offensive.accounts.models import User
from offensive.tenancy.models import Membership
from offensive.tenancy.permissions import PERMISSIONS, Action


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom one may ask: an organisation, and where ``user_id`` is set a person of it."""

    organisation_id: int
    organisation: str
    user_id: int | None = None
    person: str = ""

    @property
    def key(self):
        """How a form names it."""
        return f"{self.organisation_id}-{self.user_id or ''}"

    def __str__(self):
        return f"{self.person} ({self.organisation})" if self.user_id else self.organisation


def people_who_answer(organisation_id):
    """Memberships of those of an organisation who accept or decline, and may look after a company."""
    active = Membership.objects.active().of_organisation(organisation_id)
    return active.filter(role__in=PERMISSIONS[Action.HANDOVER_DECIDE])


def receivers(programme_id, *, without=None):
    """Every ``Receiver`` of the consortium but those of one organisation: each house, then its people, by name."""
    members = Membership.objects.active().filter(programme=programme_id, role__in=PERMISSIONS[Action.HANDOVER_DECIDE])
    rows = members.exclude(organisation=without).select_related("user", "organisation")
    known = sorted((str(row.organisation), row.organisation_id, str(row.user), row.user_id) for row in rows)
    found = {}
    for house, house_id, person, user_id in known:
        found.setdefault(house_id, [Receiver(house_id, house)]).append(Receiver(house_id, house, user_id, person))
    return [receiver for group in found.values() for receiver in group]


def handovers_seen_by(acting):
    """Requests that the acting house has made or received; the lead sees all."""
    rows = Handover.objects.of(acting.programme_id)
    return rows if acting.audience == "lead" else rows.concerning(acting.organisation_id)


def waiting_for(acting):
    """Requests that the acting person may answer, the oldest first: to its house, or to itself by name."""
    asked = Handover.objects.of(acting.programme_id).open().filter(to_partner=acting.organisation_id)
    return asked.filter(Q(proposed=None) | Q(proposed=acting.user_id)).order_by("asked_at", "pk")


def open_request(company_id):
    """The request that is open for a company, as far as the asker may see it, or None."""
    return Handover.objects.open().about([company_id]).with_names().first()


def handovers_of(company_id):
    """All requests about an enterprise that the asker may see, the newest first."""
    return Handover.objects.about(enterprise_ids(company_id)).with_names().newest_first()


def to_hand_over(acting, *, filters=EVERYTHING, person_id=None):
    """Companies that the asker may offer to another partner and has not yet, in the order of the list."""
    companies = company_list(acting.programme_id, filters=filters).exclude(caring_partner=None)
    if acting.audience != "lead":
        companies = companies.cared_for_by(acting.organisation_id)
    if person_id:
        companies = companies.filter(caring_person=person_id)
    return companies.exclude(pk__in=Handover.objects.of(acting.programme_id).open().values("company"))


def people_who_care(acting):
    """[(id, name)] of those who look after companies that the asker may offer, gone from their house or not."""
    cared_for = to_hand_over(acting).exclude(caring_person=None).order_by()
    people = User.objects.filter(pk__in=cared_for.values("caring_person")).order_by("name", "email")
    return [(person.pk, str(person)) for person in people]


def known_slugs(company_ids, *, programme_id):
    """{company id: the address's part} of those among the companies that the asker may see."""
    found = Company.objects.of(programme_id).filter(pk__in=company_ids)
    return dict(found.values_list("pk", "organisation__slug"))
