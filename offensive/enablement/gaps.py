"""The lists of the page Support: what is claimed and not evidenced, and what waits for a second person's look.

Both walk the deliveries from the oldest on, in the order of an index, and stop when the page is full. Each row is
probed by a scalar sub-select, which the planner never makes a join.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import cached_property

from companies.queries import enterprise_ids
from offensive.enablement.models import Delivery, DeliveryKind, Evidence, Remark, Verification
from offensive.enablement.planning import no_loops, walked
from offensive.enablement.queries import ledger_lines
from offensive.tenancy.models import Organisation
from offensive.tenancy.remembering import remembered

PAGE_SIZE = 25
# A queue is worked off from its front: nobody needs to know how long its end is.
COUNTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Slug of the partner, key of the kind, slug of the company, least age in days; empty means all."""

    partner: str = ""
    kind: str = ""
    company: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True)
class PartnerCount:
    """How many gaps one partner has."""

    partner: Organisation
    number: int


class WaitingPaginator(Paginator):
    """Pages of ``LedgerLine``, each with its delivery's company; ``number`` counts and is remembered under ``name``."""

    def __init__(self, deliveries, *, acting, name, number):
        super().__init__(deliveries.values_list("pk", flat=True), PAGE_SIZE)
        self.acting, self.name, self.number = acting, name, number

    @cached_property
    def count(self):
        return remembered(self.acting, self.name, self.number)

    def page(self, number):
        page = super().page(number)
        # First the keys, from the index; joins are for the rows of one page.
        keys = remembered(self.acting, f"{self.name} page {page.number}", lambda: walked(page.object_list))
        page.object_list = lines_in_order(keys)
        return page


def lines_in_order(keys):
    """``LedgerLine`` of each delivery in ``keys``, with its company."""
    lines = ledger_lines(Delivery.objects.filter(pk__in=keys).select_related("company"))
    by_key = {line.delivery.pk: line for line in lines}
    return [by_key[key] for key in keys if key in by_key]


def all_lines(deliveries):
    """``LedgerLine`` of every one of ``deliveries`` (gaps, or what waits for a look), a thousand at a time."""
    keys = walked(deliveries.values_list("pk", flat=True))
    for first in range(0, len(keys), 1000):
        yield from lines_in_order(keys[first : first + 1000])


def gap_pages(acting, filters):
    """The gaps by the page."""
    found, name = gaps(acting, filters), f"gaps {hash_of(filters)}"
    return WaitingPaginator(found, acting=acting, name=name, number=lambda: _count_gaps(acting, filters).total())


def queue_pages(acting, filters):
    """What waits for the person's look, by the page: the first thousand."""
    found, name = waiting_for_a_look(acting, filters), f"queue {acting.user_id} {hash_of(filters)}"
    first = found.values_list("pk", flat=True)[:COUNTED_AT_MOST]
    return WaitingPaginator(found, acting=acting, name=name, number=lambda: len(walked(first)))


def gaps(acting, filters=DeskFilter()):
    """Support that needs a paper and has none, or whose papers were sent back; a partner's own, the lead's all."""
    lacking = Q(paper=None) | Q(pk__in=Remark.objects.standing().values("delivery"))
    return _claimed(acting, filters).alias(paper=_one(Evidence), back=_reversal()).filter(lacking, back=None)


def gaps_by_partner(acting):
    """``PartnerCount`` of every partner that has gaps, the most first."""
    numbers = remembered(acting, "gaps by partner", lambda: _count_gaps(acting, DeskFilter()))
    partners = {each.pk: each for each in Organisation.objects.of(acting.programme_id).consortium()}
    found = [PartnerCount(partners[pk], number) for pk, number in numbers.items() if pk in partners]
    return sorted(found, key=lambda row: (-row.number, str(row.partner)))


def _count_gaps(acting, filters):
    """Counter of gaps by partner id: those without a paper as a whole, and the few that were sent back."""
    mine = {"delivery": OuterRef("pk")}
    claimed = _claimed(acting, filters).order_by().filter(~Exists(_reversals()))
    without = claimed.filter(~Exists(Evidence.objects.filter(**mine)))
    sent_back = list(Remark.objects.standing().filter(programme=acting.programme_id).values_list("delivery", flat=True))
    with no_loops():
        counts = _by_partner(without)
    return counts + _by_partner(claimed.evidenced().filter(pk__in=sent_back))


def _by_partner(deliveries):
    return Counter(dict(deliveries.values_list("partner").annotate(Count("pk"))))


def waiting_for_a_look(acting, filters=DeskFilter()):
    """Evidenced support that the person may confirm: neither recorded by them nor shown by a paper they filed."""
    waiting = Delivery.objects.of_programme(acting.programme_id).filter(reverses=None).oldest_first()
    judged = {
        "paper": _one(Evidence),
        "look": _one(Verification),
        "own_paper": _one(Evidence, filed_by=acting.user_id),
        "back": _reversal(),
    }
    waiting = waiting.alias(**judged).filter(paper__isnull=False, look=None, own_paper=None, back=None)
    waiting = waiting.exclude(recorded_by=acting.user_id)
    return _narrowed(waiting.exclude(pk__in=Remark.objects.standing().values("delivery")), filters, acting)


def next_to_look_at(acting, filters, *, after=None):
    """The oldest delivery that waits, behind ``after`` where one is named; None when nothing waits."""
    waiting = waiting_for_a_look(acting, filters)
    if after:
        waiting = waiting.filter(Q(on=after.on, pk__gt=after.pk) | Q(on__gt=after.on), on__gte=after.on)
    keys = walked(waiting.values_list("pk", flat=True)[:1])
    return Delivery.objects.get(pk=keys[0]) if keys else None


def latest_of(acting):
    """What the person has recorded last, as ``LedgerLine``."""
    entered = Delivery.objects.of_programme(acting.programme_id).filter(recorded_by=acting.user_id, reverses=None)
    return lines_in_order(walked(entered.order_by("-recorded_at").values_list("pk", flat=True)[:PAGE_SIZE]))


def hash_of(filters):
    """A name for these filters to remember by."""
    return ",".join((filters.partner, filters.kind, filters.company, filters.older))


def _claimed(acting, filters):
    """What needs a paper, reversed or not: a partner's own, the lead's all."""
    given = Delivery.objects.of_programme(acting.programme_id).filter(reverses=None)
    if acting.audience != "lead":
        given = given.filter(partner=acting.organisation_id)
    paperless = DeliveryKind.objects.of(acting.programme_id).filter(requires_evidence=False)
    return _narrowed(_but(given, paperless).oldest_first(), filters, acting)


def _but(deliveries, kinds):
    """Without these kinds. What is named to be left out tempts into no index that has the days in no order."""
    return deliveries.exclude(kind__in=kinds.order_by().values("pk"))


def _one(model, **narrowed):
    """Any row of ``model`` that stands beside the delivery, as a scalar."""
    return Subquery(model.objects.filter(delivery=OuterRef("pk"), **narrowed).order_by().values("pk")[:1])


def _reversals():
    return Delivery.objects.filter(reverses=OuterRef("pk"))


def _reversal():
    return Subquery(_reversals().order_by().values("pk")[:1])


def _narrowed(deliveries, filters, acting):
    known = Organisation.objects.of(acting.programme_id)
    if filters.partner:
        deliveries = deliveries.filter(partner=Subquery(known.filter(slug=filters.partner).values("pk")[:1]))
    if filters.company:
        named = known.filter(slug=filters.company).values_list("pk", flat=True).first()
        deliveries = deliveries.filter(company__in=enterprise_ids(named) if named else ())
    if filters.kind:
        deliveries = _but(deliveries, DeliveryKind.objects.of(acting.programme_id).exclude(key=filters.kind))
    if filters.older:
        deliveries = deliveries.filter(on__lt=timezone.localdate() - timedelta(days=int(filters.older)))
    return deliveries
