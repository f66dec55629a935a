"""What an enterprise has received, as a line of time."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from offensive.enablement.models import Delivery, Evidence
from offensive.enablement.queries import LEDGER_STATES, state_of

FIRST, MORE, MOST = 5, 15, 80


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    """One piece of support; ``papers``: (name, address) of what the asker may open."""

    on: date
    title: str
    kind: str
    minutes: int
    partner: str
    recorded_by: str
    state: str
    state_label: str
    badge: str
    reason: str
    url: str
    papers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The newest ones. ``more`` is how many to ask for next, 0 where all are shown or the whole ledger is better.

    ``fresh`` is the place of the first line that was asked for, None where nobody has asked for more.
    """

    lines: tuple[DeliveredLine, ...]
    more: int
    fresh: int | None


def delivered_to(company_ids, *, links, shown=0):
    """The ``shown`` newest deliveries to the enterprise, reversed ones among them; one query."""
    shown = min(max(shown, FIRST), MOST)
    found = list(_newest(company_ids)[: shown + 1])
    has_earlier = len(found) > shown
    return Delivered(
        lines=tuple(_line(delivery, links) for delivery in found[:shown]),
        more=min(shown + MORE, MOST) if has_earlier and shown < MOST else 0,
        fresh=shown - MORE if shown > FIRST else None,
    )


def _newest(company_ids):
    papers = Evidence.objects.filter(
        delivery=OuterRef("pk"), document__withdrawal=None, document__expiry=None
    ).order_by("pk")
    paper = JSONObject(pk="document__pk", name="document__name")
    deliveries = Delivery.objects.of(company_ids).filter(reverses=None).newest_first().with_state()
    return deliveries.select_related("kind", "partner", "reversal", "recorded_by").annotate(
        papers=ArraySubquery(papers.values(json=paper))
    )


def _line(delivery, links):
    state = state_of(delivery)
    return DeliveredLine(
        on=delivery.on,
        title=delivery.title,
        kind=str(delivery.kind),
        minutes=delivery.minutes,
        partner=str(delivery.partner),
        recorded_by=str(delivery.recorded_by),
        state=state,
        state_label=str(LEDGER_STATES[state][0]),
        badge=LEDGER_STATES[state][1],
        reason=delivery.reversal.reason if state == "reversed" else "",
        url=links.about("enablement:delivery", pk=delivery.pk),
        papers=tuple(
            (paper["name"], links.to("documents:document_download", pk=paper["pk"])) for paper in delivery.papers
        ),
    )
