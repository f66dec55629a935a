"""The lists of the page Support: what is claimed and not evidenced, and what waits for a second person's look.

Both walk the deliveries from the oldest on, in the order of an index, and stop when the page is full; how many there
are in all is counted once and remembered until something changes.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from offensive.enablement.models import Delivery, DeliveryKind, Evidence, Remark, Verification
from offensive.enablement.queries import ledger_lines
from offensive.tenancy.models import AccessCategory, CompanyAccess, Organisation
from offensive.tenancy.remembering import remembered

PAGE_SIZE = 25


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
    """Pages of ``LedgerLine``, each with its delivery's company; the count is remembered under ``name``."""

    def __init__(self, deliveries, *, acting, name):
        super().__init__(deliveries.select_related("company"), PAGE_SIZE)
        self.acting, self.name = acting, name

    @cached_property
    def count(self):
        return remembered(self.acting, self.name, lambda: self.object_list.order_by().count())

    def page(self, number):
        page = super().page(number)
        page.object_list = ledger_lines(page.object_list)
        return page


def gaps(acting, filters=DeskFilter()):
    """Support that needs a paper and has none, or whose papers were sent back; a partner's own, the lead's all."""
    lacking = ~Exists(Evidence.objects.filter(delivery=OuterRef("pk"))) | Q(pk__in=_sent_back())
    kinds = DeliveryKind.objects.of(acting.programme_id).filter(requires_evidence=True)
    return _narrowed(_standing(acting).filter(lacking, kind__in=list(kinds.values_list("pk", flat=True))), filters)


def gaps_by_partner(acting, filters=DeskFilter()):
    """``PartnerCount`` of every partner that has gaps, the most first."""
    name = f"gaps by partner {hash_of(filters)}"
    numbers = remembered(acting, name, lambda: dict(_counted(gaps(acting, filters))))
    partners = {each.pk: each for each in Organisation.objects.of(acting.programme_id).consortium()}
    found = [PartnerCount(partners[pk], number) for pk, number in numbers.items() if pk in partners]
    return sorted(found, key=lambda row: (-row.number, str(row.partner)))


def _counted(deliveries):
    return deliveries.order_by().values_list("partner").annotate(Count("pk"))


def waiting_for_a_look(acting, filters=DeskFilter()):
    """Evidenced support that the person may confirm: neither recorded by them nor shown by a paper they filed."""
    mine = {"delivery": OuterRef("pk")}
    papers = Evidence.objects.filter(**mine)
    deliveries = (
        Delivery.objects.of_programme(acting.programme_id)
        .filter(Exists(papers), reverses=None)
        .filter(~Exists(Verification.objects.filter(**mine)), ~Exists(papers.filter(filed_by=acting.user_id)))
        .filter(~Exists(_reversals()))
        .exclude(recorded_by=acting.user_id)
        .exclude(pk__in=_sent_back())
    )
    if acting.audience == "partner":
        access = CompanyAccess.objects.filter(organisation=acting.organisation_id, category=AccessCategory.SUPPORT)
        deliveries = deliveries.filter(company__in=access.values("company"))
    return _narrowed(deliveries.oldest_first(), filters)


def next_to_look_at(acting, filters, *, after=None):
    """The oldest delivery that waits, behind ``after`` where one is named; None when nothing waits."""
    waiting = waiting_for_a_look(acting, filters)
    if after:
        waiting = waiting.filter(Q(on=after.on, pk__gt=after.pk) | Q(on__gt=after.on))
    return waiting.first()


def latest_of(acting):
    """What the person has recorded last, as ``LedgerLine``."""
    entered = Delivery.objects.of_programme(acting.programme_id).filter(recorded_by=acting.user_id, reverses=None)
    return ledger_lines(entered.select_related("company").order_by("-recorded_at")[:PAGE_SIZE])


def hash_of(filters):
    """A name for these filters to remember by."""
    return ",".join((filters.partner, filters.kind, filters.company, filters.older))


def _standing(acting):
    given = Delivery.objects.of_programme(acting.programme_id).filter(~Exists(_reversals()), reverses=None)
    if acting.audience != "lead":
        given = given.filter(partner=acting.organisation_id)
    return given.oldest_first()


def _reversals():
    return Delivery.objects.filter(reverses=OuterRef("pk"))


def _sent_back():
    return Remark.objects.standing().values("delivery")


def _narrowed(deliveries, filters):
    exact = {"partner__slug": filters.partner, "kind__key": filters.kind, "company__slug": filters.company}
    deliveries = deliveries.filter(**{column: value for column, value in exact.items() if value})
    if filters.older:
        deliveries = deliveries.filter(on__lt=timezone.localdate() - timedelta(days=int(filters.older)))
    return deliveries
