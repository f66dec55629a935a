"""What comes next on a company's calendar."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies.certificates import name_of
from companies.models import Certificate
from offensive.portal.journey_stages import stage_name
from workshops.models import EventKind

MOST = 6


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date: ``note`` is what else is known of it; ``is_late`` where it has passed."""

    on: date
    title: str
    note: str = ""
    url: str = ""
    is_late: bool = False


def dates_of(rows, *, view, links, today):
    """The dates as the page lists them, soonest first; what is late stands at the top."""
    lines = [_WORDS[row.what](row, links, today) for row in rows if row.what in _WORDS]
    return tuple(sorted([*lines, *_of_journey(view, links.acting, today)], key=lambda line: line.on)[:MOST])


def _event(row, links, _today):
    begins, ends = (date_format(timezone.localtime(moment), "H:i") for moment in (row.starts_at, row.ends_at))
    kind = str(dict(EventKind.choices).get(row.sort, ""))
    note = " · ".join(filter(None, [f"{begins}–{ends}", row.more, kind]))
    url = "" if links.acting.audience == "company" else links.to("workshops:event_page", pk=row.pk)
    return DateLine(row.on, row.title, note, url)


def _certificate(row, links, today):
    held = name_of(Certificate(standard=row.sort, name=row.title, edition=row.more))
    url = links.about("portal:certificate_edit", pk=row.pk)
    if row.on < today:
        return DateLine(row.on, _("%s has expired") % held, _("Certificate"), url, is_late=True)
    return DateLine(row.on, _("%s expires") % held, _("Certificate"), url)


def _task(row, links, today):
    url = links.about("coordination:company_tasks")
    return DateLine(row.on, row.title, _("Task of %s") % row.more, url, is_late=row.on < today)


_WORDS = {"event": _event, "certificate": _certificate, "task": _task}


def _of_journey(view, acting, today):
    if view.is_paused:
        until = view.enrolment.paused_until
        return [DateLine(until, _("The pause ends"), is_late=until < today)] if until else []
    due_on = view.current and view.current.progress.due_on
    if due_on is None or (due_on < today and acting.audience == "company"):
        return []  # that a stage takes longer is the adviser's worry
    title, note = _("The running stage is due"), stage_name(view.current.stage, acting)
    return [DateLine(due_on, title, note, is_late=due_on < today)]
