"""Reads for the report pages: periods and how far each is, editions, figures and who is behind them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from companies.models import SizeClass
from offensive.enablement.models import Evidence
from offensive.jobs.models import Job
from offensive.reports.models import Edition, EditionEnterprise, EditionFigure
from offensive.reports.services import BUILD_TASK
from offensive.tenancy.models import Period

# So many names of one reason stand on the page; the spreadsheet inside the PDF lists all.
NAMED_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A reporting period and how far its report is; ``number`` is the submitted edition's, else the newest one's."""

    key: str
    name: str
    starts_on: date
    ends_on: date
    due_on: date
    number: int | None
    submitted_at: datetime | None
    is_being_built: bool
    today: date

    @property
    def has_ended(self):
        return self.ends_on < self.today

    @property
    def is_overdue(self):
        return self.submitted_at is None and self.due_on < self.today

    @property
    def state(self):
        """(words, kind of badge)."""
        if self.submitted_at:
            return _("submitted"), "success"
        if self.is_overdue:
            return _("overdue"), "danger"
        if self.is_being_built:
            return _("being created"), "info"
        if self.number:
            return _("draft"), "info"
        return (_("to be created"), "warning") if self.has_ended else (_("running"), "info")


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator as it stood in an edition; ``parts`` are (size class, its name, in the period, cumulative)."""

    code: str
    name: str
    target: Decimal | None
    in_period: Decimal
    cumulative: Decimal
    parts: tuple

    @property
    def percent(self):
        """Of the target, whole per cent, 100 at most: the length of a bar."""
        return min(100, int(self.cumulative * 100 / self.target)) if self.target else None


def period_rows(programme_id, *, today):
    """All periods of the programme with the state of their report, newest first, in one query."""
    editions = Edition.objects.filter(period=OuterRef("pk")).order_by("-number")
    jobs = Job.objects.of(programme_id).unfinished().filter(task=BUILD_TASK, subject=OuterRef("key"))
    periods = Period.objects.of(programme_id).annotate(
        newest=Subquery(editions.values("number")[:1]),
        submitted_number=F("submission__edition__number"),
        submitted_at=F("submission__submitted_at"),
        job=Subquery(jobs.values("pk")[:1]),
    )
    return tuple(
        PeriodRow(
            key=period.key,
            name=period.name,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            due_on=period.due_on,
            number=period.submitted_number or period.newest,
            submitted_at=period.submitted_at,
            is_being_built=period.job is not None,
            today=today,
        )
        for period in periods
    )


def editions(programme_id):
    """Editions with all that a row prints, without their content, which may be large."""
    known = Edition.objects.filter(programme=programme_id).defer("content")
    return known.select_related("period", "built_by", "approval__approved_by", "submission__submitted_by")


def submitted_editions(programme_id):
    """What was handed in, newest period first: all that the funding body finds."""
    handed_in = Edition.objects.filter(programme=programme_id).submitted().defer("content")
    return handed_in.select_related("period", "submission").order_by("-period__starts_on")


def figures(edition):
    """The indicators of ``edition`` as they were worded and counted, in their order."""
    names = Edition.objects.filter(pk=edition.pk).values_list("content__indicators", flat=True).get()
    rows = {}
    for row in EditionFigure.objects.filter(edition=edition):
        rows.setdefault(row.code, {})[row.part] = row
    return tuple(_figure(each["name"], rows[each["code"]]) for each in names if each["code"] in rows)


def _figure(name, rows):
    total = rows[""]
    parts = tuple(
        (size.value, size.label, rows[size].in_period, rows[size].cumulative) for size in SizeClass if size in rows
    )
    return Figure(total.code, name, total.target, total.in_period, total.cumulative, parts)


def enterprises_behind(edition, code, *, size="", only_new=False):
    """The frozen rows behind a figure, in the order of the report."""
    rows = EditionEnterprise.objects.filter(edition=edition, code=code).select_related("company", "partner")
    rows = rows.filter(size_class=size) if size else rows
    return (rows.filter(is_new=True) if only_new else rows).order_by("pk")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Enterprises that one reason kept out of an indicator; ``names`` are the first of them, ``more`` those beyond."""

    reason: str
    number: int
    names: tuple

    @property
    def more(self):
        return self.number - len(self.names)


def left_out(edition, code):
    """Who received something and is not counted for ``code`` in this edition, by reason, most frequent first."""
    rows = Edition.objects.filter(pk=edition.pk).values_list("content__not_counted", flat=True).get()
    names = {}
    for row in rows:
        if row["indicator"] == code:
            names.setdefault(row["reason"], []).append(row["legal_name"])
    groups = [LeftOut(reason, len(found), tuple(found[:NAMED_AT_MOST])) for reason, found in names.items()]
    return sorted(groups, key=lambda group: (-group.number, group.reason))


def evidence_of(delivery_ids):
    """{delivery: [evidence with its document]} as far as the asker may see it."""
    found = {}
    for evidence in Evidence.objects.filter(delivery__in=delivery_ids).select_related("document"):
        found.setdefault(evidence.delivery_id, []).append(evidence)
    return found
