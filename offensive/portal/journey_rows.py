"""The short rows of several tables that the journey page lists, read in one statement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import CharField, DateTimeField, F, Value
from django.db.models.functions import Cast, Coalesce, NullIf, TruncDate
from django.utils import timezone

from companies.models import Certificate
from offensive.documents.models import Document
from offensive.enablement.models import Task
from workshops.models import Event

EVENTS, TASKS, CERTIFICATES, DOCUMENTS = 3, 4, 4, 4
# A certificate that is renewed needs an audit, and an audit its time.
CERTIFICATES_AHEAD = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Row:
    """``what`` is "event", "certificate", "task" or "document"; ``sort`` the kind of an event or a document, the
    standard of a certificate; ``more`` the place of an event, the edition of a certificate, the owner of a task.
    """

    what: str
    pk: str
    title: str
    on: date
    sort: str
    more: str
    starts_at: datetime | None
    ends_at: datetime | None


def rows_of(company, company_ids, acting):
    """The next events, certificates about to expire, the latest papers and, for staff, open tasks; one query."""
    parts = [_events(company.programme_id), _certificates(company_ids), _documents(company_ids)]
    if acting.audience != "company":
        parts.append(_tasks(acting.programme_id, company_ids))
    return tuple(Row(*row) for row in parts[0].union(*parts[1:], all=True))


def _columns(rows, what, *, title, on, sort=None, more=None, starts_at=None, ends_at=None):
    text, moment = Value("", CharField()), Cast(Value(None), DateTimeField())
    shown = (Value(what, CharField()), Cast("pk", CharField()), title, on)
    return rows.values_list(*shown, sort or text, more or text, starts_at or moment, ends_at or moment)


def _events(programme_id):
    coming = Event.objects.of(programme_id).filter(starts_at__gte=timezone.now()).order_by("starts_at")[:EVENTS]
    moments = {"starts_at": F("starts_at"), "ends_at": F("ends_at")}
    on = TruncDate("starts_at")
    return _columns(coming, "event", title=F("title"), on=on, sort=F("kind"), more=F("place"), **moments)


def _certificates(company_ids):
    until = timezone.localdate() + CERTIFICATES_AHEAD
    expiring = Certificate.objects.filter(company__in=company_ids, valid_until__lte=until).soonest_first()
    named = {"title": F("name"), "sort": F("standard"), "more": F("edition")}
    return _columns(expiring[:CERTIFICATES], "certificate", on=F("valid_until"), **named)


def _documents(company_ids):
    latest = Document.objects.of_companies(company_ids).newest().offered().order_by("-uploaded_at", "pk")
    title = Coalesce(NullIf("title", Value("")), "name")
    return _columns(latest[:DOCUMENTS], "document", title=title, on=TruncDate("uploaded_at"), sort=F("kind"))


def _tasks(programme_id, company_ids):
    tasks = Task.objects.of(programme_id).about(company_ids).open().order_by("due_on", "pk")
    return _columns(tasks[:TASKS], "task", title=F("title"), on=F("due_on"), more=F("owner__name"))
