"""What the composed pages show, gathered from several apps into frozen dataclasses."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.import_queries import checked_imports
from companies.models import Company
from companies.queries import stage_label
from offensive.enablement.models import Enrolment
from offensive.portal.day import day_of
from offensive.portal.figures import shared_progress
from offensive.reports.queries import period_rows
from offensive.tenancy.addresses import address_for
from offensive.tenancy.drawing import draw, with_token
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.remembering import remembered

OWN_AT_MOST, LISTS_AT_MOST = 25, 5


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that waits for the person, as portal/_day_line.html shows it."""

    title: str
    url: str
    status: str
    kind: str


def dashboard(request):
    """Context of the first page of lead and partners; the number of queries does not grow with the companies."""
    acting, today = request.acting, timezone.localdate()
    kept = remembered(acting, f"first page {acting.user_id} {today}", lambda: _drawn(request))
    progress = kept["progress"]
    waiting = to_do(acting, waiting=progress.own - progress.own_participating)
    number = kept["number"] + len(waiting)
    return {**kept, "lines": with_token(request, kept["lines"]), "to_do": waiting, "number": number}


def _drawn(request):
    """The person's day and the shared progress, drawn as they are until something changes."""
    acting = request.acting
    list_url = address_for(acting, "companies:company_list")
    shown = {
        "progress": shared_progress(acting.programme_id, organisation_id=acting.organisation_id, list_url=list_url),
        "own": own_companies(acting),
        "own_url": f"{list_url}?partner={acting.organisation_slug}",
    }
    day = day_of(acting)
    return {
        "progress": shown["progress"],
        "shared": draw(request, "portal/_shared_progress.html", shown),
        "number": len(day.lines),
        "coming": day.coming,
        "lines": draw(request, "portal/_day.html", {"day": day}),
    }


def own_companies(acting):
    """The first of the companies the acting organisation looks after, by name: address, name, town and stage."""
    cared_for = Company.objects.of(acting.programme_id).cared_for_by(acting.organisation_id).surviving()
    named = cared_for.order_by("sort_name").values("organisation__slug", "legal_name", "town", stage=stage_label())
    return [
        {
            "url": address_for(acting, "portal:company", slug=row["organisation__slug"]),
            "name": row["legal_name"],
            "town": row["town"],
            "stage": row["stage"],
        }
        for row in named[:OWN_AT_MOST]
    ]


def not_yet_participating(acting):
    """Own companies without a participation agreement, by name."""
    enrolled = Enrolment.objects.of(acting.programme_id).values("company")
    cared_for = Company.objects.of(acting.programme_id).cared_for_by(acting.organisation_id).surviving()
    return cared_for.exclude(pk__in=enrolled).select_related("organisation").order_by("sort_name")


def to_do(acting, *, waiting):
    """What waits for staff, most pressing first. ``waiting``: own companies that do not take part yet."""
    found = [*_periods_due(acting), *_imports_waiting(acting), *_agreements(acting, waiting)]
    return [task for task in found if task]


def _periods_due(acting):
    today = timezone.localdate()
    rows = [row for row in period_rows(acting.programme_id, today=today) if row.has_ended and not row.submitted_at]
    for row in rows if may(acting.role, Action.REPORT_READ) else ():
        title = _("Progress report %(period)s is due on %(day)s") % {"period": row.name, "day": _day(row.due_on)}
        words, kind = row.state
        yield ToDo(title, address_for(acting, "reports:period", key=row.key), words, kind)


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")


def _imports_waiting(acting):
    """Rows that only a person can decide, and own lists that were not taken over yet. One query."""
    if not may(acting.role, Action.COMPANY_IMPORT):
        return
    batches = list(checked_imports(acting))
    if rows := sum(batch.waiting for batch in batches):
        title = ngettext("%(n)s row of a list waits for you", "%(n)s rows of lists wait for you", rows) % {"n": rows}
        yield ToDo(title, address_for(acting, "companies:import_waiting"), _("to decide"), "warning")
    for batch in [batch for batch in batches if batch.organisation_id == acting.organisation_id][:LISTS_AT_MOST]:
        title = _("Check the list “%s” and take it over") % batch.document.name
        yield ToDo(title, address_for(acting, "companies:import_batch", pk=batch.pk), _("to be checked"), "warning")


def _agreements(acting, waiting):
    if waiting > 0 and may(acting.role, Action.STAGE_COMPLETE):
        title = ngettext("%(n)s company does not take part yet", "%(n)s companies do not take part yet", waiting) % {
            "n": waiting
        }
        yield ToDo(title, address_for(acting, "portal:participation"), _("agreement missing"), "info")
