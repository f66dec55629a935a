"""What spares typing while support is recorded: companies that may be meant, and what the person has entered last."""

from dataclasses import dataclass

from offensive.enablement.models import Delivery, DeliveryKind
from offensive.enablement.planning import walked
from offensive.tenancy.searching import mentions, words_of

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
    words = words_of(text)
    for word in words:
        companies = companies.filter(mentions(word))
    return list(companies[:SUGGESTIONS]) if words else []


def company_label(company):
    """Name and town, which tells namesakes apart."""
    return ", ".join(filter(None, [company.legal_name, company.town]))


def habits(user_id, programme_id):
    """``Habits`` of the person in this programme, from the latest entries."""
    entered = Delivery.objects.of_programme(programme_id).filter(recorded_by=user_id, reverses=None)
    latest = walked(entered.order_by("-recorded_at").values_list("kind", "title", "source")[:LATEST])
    titles, by_hand = {}, [(kind, title) for kind, title, source in latest if source.startswith("form:")]
    for kind, title in by_hand:
        known = titles.setdefault(kind, [])
        if title not in known and len(known) < TITLES:
            known.append(title)
    last = next((kind for kind, _title in by_hand), None)
    return Habits(DeliveryKind.objects.current().filter(pk=last).first() if last else None, titles)
