"""What spares typing while support is recorded: companies that may be meant, and what the person has entered last."""

from dataclasses import dataclass

from django.db.models import Q

from companies.identity import sort_name
from offensive.enablement.models import Delivery, DeliveryKind

SUGGESTIONS = 8
# How far back one looks for what somebody usually enters.
LATEST = 100
TITLES = 10


@dataclass(frozen=True, slots=True)
class Habits:
    """What a person has entered last: ``kind`` of the last entry (None before the first), titles by kind id."""

    kind: DeliveryKind | None
    titles: dict

    def titles_of(self, kind_id):
        return self.titles.get(kind_id, [])


def suggested(companies, text):
    """The first of ``companies`` whose name or town contains every word of ``text``; none without a text."""
    words = text.replace("\x00", "").split()[:5]
    for word in words:
        companies = companies.filter(Q(searched__contains=word.casefold()) | Q(searched__contains=sort_name(word)))
    return list(companies[:SUGGESTIONS]) if words else []


def company_label(company):
    """Name and town, which tells namesakes apart."""
    return ", ".join(filter(None, [company.legal_name, company.town]))


def habits(user_id, programme_id):
    """``Habits`` of the person in this programme. One query."""
    entered = Delivery.objects.of_programme(programme_id).filter(
        recorded_by=user_id, reverses=None, source__startswith="form:"
    )
    latest = list(entered.select_related("kind").order_by("-recorded_at")[:LATEST])
    titles = {}
    for delivery in latest:
        known = titles.setdefault(delivery.kind_id, [])
        if delivery.title not in known and len(known) < TITLES:
            known.append(delivery.title)
    kind = next((delivery.kind for delivery in latest if delivery.kind.retired_on is None), None)
    return Habits(kind, titles)
