"""Events with their counts, and who came."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from companies.identity import sort_name
from companies.models import Company
from workshops.models import Attendance, Event, Sheet

SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class Participants:
    """The people of one company at one event."""

    company: object
    people: tuple[Attendance, ...]


def events(programme_id):
    """All events, newest first, with attendances, distinct companies and whether the signed sheet is filed."""
    filed = Exists(Sheet.objects.filter(event=OuterRef("pk")))
    listed = Event.objects.of(programme_id).with_counts().annotate(is_filed=filed)
    return listed.select_related("partner").order_by("-starts_at", "-pk")


def participants(event):
    """Who came, company by company in the order of their names."""
    rows = Attendance.objects.filter(event=event).select_related("company").order_by("company__name", "person")
    by_company = {}
    for row in rows:
        by_company.setdefault(row.company, []).append(row)
    return [Participants(company, tuple(people)) for company, people in by_company.items()]


def sheets_of(event):
    """The scanned sheets of an event."""
    return Sheet.objects.filter(event=event).select_related("document").order_by("pk")


def suggested_companies(programme_id, text, *, limit=SUGGESTIONS):
    """Companies the asker may see whose name contains ``text``, in the order of their names."""
    folded = sort_name(text)
    if not folded:
        return Company.objects.none()
    found = Company.objects.of(programme_id).surviving().filter(sort_name__contains=folded)
    return found.order_by("sort_name", "pk")[:limit]


def company_label(company):
    """How a company is offered in the search field: name and town, which tells namesakes apart."""
    return f"{company.legal_name}, {company.town}" if company.town else company.legal_name


def companies_meant_by(programme_id, text):
    """Which companies a typed text may mean: the one that is called exactly so, or all that contain it."""
    text = text.strip()
    name = text.rpartition(", ")[0] or text
    candidates = list(suggested_companies(programme_id, text)) or list(suggested_companies(programme_id, name))
    wanted = sort_name(text)
    exact = [company for company in candidates if wanted in (sort_name(company_label(company)), company.sort_name)]
    return exact if len(exact) == 1 else candidates
