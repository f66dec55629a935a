"""The whole ledger of one enterprise: narrowed, summed up, by the page; and one delivery with its story."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from offensive.enablement.models import Delivery, DeliveryKind, Evidence, Presence, Remark, Verification
from offensive.enablement.queries import LEDGER_STATES, ledger_lines

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class SupportFilter:
    """What the ledger is narrowed to: a kind's key, a year, a state of ``LEDGER_STATES``; empty means all."""

    kind: str = ""
    year: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Of what stands: how many pieces of support, how many of them structured, and their minutes."""

    number: int
    structured: int
    minutes: int

    @property
    def hours(self):
        return self.minutes / 60


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a delivery, as components/timeline.html shows it."""

    when: date | datetime
    title: str
    text: str = ""
    url: str = ""
    reversed: bool = False


class LedgerPaginator(Paginator):
    """Pages of ``LedgerLine``; papers are read for one page alone."""

    def page(self, number):
        page = super().page(number)
        page.object_list = ledger_lines(page.object_list)
        return page


def support_of(company_ids, filters):
    """The enterprise's deliveries, newest first, without reversals: those are shown at what they reverse."""
    deliveries = Delivery.objects.of(company_ids).filter(reverses=None).with_state().newest_first()
    if filters.kind:
        deliveries = deliveries.filter(kind__key=filters.kind)
    if filters.year.isdecimal():
        deliveries = deliveries.filter(on__year=int(filters.year[:4]))
    return deliveries.in_state(filters.state) if filters.state in LEDGER_STATES else deliveries


def totals_of(deliveries):
    """``Totals`` of those among ``deliveries`` that stand. One query."""
    structured = Q(kind__is_structured=True, minutes__gte=F("kind__structured_from_minutes"))
    found = deliveries.filter(reversal=None).aggregate(
        number=Count("pk"), structured=Count("pk", filter=structured), minutes=Sum("minutes", default=0)
    )
    return Totals(**found)


def years_of(company_ids):
    """The years in which the enterprise received something, newest first."""
    return [day.year for day in Delivery.objects.of(company_ids).dates("on", "year", order="DESC")]


def kind_choices(programme_id):
    """(key, name) of every kind there has been, once each; the name it has today."""
    kinds = DeliveryKind.objects.of(programme_id).order_by(F("retired_on").asc(nulls_first=True))
    names = {}
    for key, name in kinds.values_list("key", "name"):
        names.setdefault(key, name)
    return sorted(names.items(), key=lambda pair: pair[1].casefold())


def people_at(delivery):
    """Who was there, by name."""
    return list(Presence.objects.filter(delivery=delivery).order_by("name"))


def remarks_on(delivery):
    """What second persons missed, newest first."""
    return list(Remark.objects.filter(delivery=delivery).select_related("made_by"))


def story_of(delivery):
    """Everything that happened to the delivery, newest first, as ``Moment``."""
    recorded = [Moment(delivery.recorded_at, _("Recorded by %s") % delivery.recorded_by)]
    filed = Evidence.objects.filter(delivery=delivery).select_related("filed_by", "document")
    papers = [Moment(each.filed_at, _("Evidence filed by %s") % each.filed_by, each.document.name) for each in filed]
    sent_back = [Moment(each.made_at, _("Sent back by %s") % each.made_by, each.text) for each in remarks_on(delivery)]
    looked = Verification.objects.filter(delivery=delivery).select_related("verified_by")
    checked = [Moment(each.verified_at, _("Checked by %s") % each.verified_by) for each in looked]
    found = [*recorded, *papers, *sent_back, *checked, *_taken_back(delivery)]
    return sorted(found, key=lambda moment: moment.when, reverse=True)


def _taken_back(delivery):
    back = getattr(delivery, "reversal", None)
    return [Moment(back.recorded_at, _("Reversed by %s") % back.recorded_by, back.reason)] if back else []
