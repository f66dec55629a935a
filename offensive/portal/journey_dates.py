"""What comes next on a company's calendar."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies.certificates import name_of
from companies.models import Certificate
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


def dates_of(facts):
    """The dates as the page lists them, soonest first; what is late stands at the top."""
    lines = [_WORDS[row.what](row, facts) for row in facts.rows if row.what in _WORDS]
    return tuple(sorted([*lines, *_of_journey(facts)], key=lambda line: line.on)[:MOST])


def _event(row, facts):
    begins, ends = (date_format(timezone.localtime(moment), "H:i") for moment in (row.starts_at, row.ends_at))
    kind = str(dict(EventKind.choices).get(row.sort, ""))
    note = " · ".join(filter(None, [f"{begins}–{ends}", row.more, kind]))
    url = "" if facts.for_company else facts.links.to("workshops:event_page", pk=row.pk)
    return DateLine(row.on, row.title, note, url)


def _certificate(row, facts):
    held = name_of(Certificate(standard=row.sort, name=row.title, edition=row.more))
    url = facts.links.about("portal:certificate_edit", pk=row.pk)
    if row.on < facts.today:
        return DateLine(row.on, _("%s has expired") % held, _("Certificate"), url, is_late=True)
    return DateLine(row.on, _("%s expires") % held, _("Certificate"), url)


def _task(row, facts):
    url = facts.links.about("coordination:company_tasks")
    return DateLine(row.on, row.title, _("Task of %s") % row.more, url, is_late=row.on < facts.today)


_WORDS = {"event": _event, "certificate": _certificate, "task": _task}


def _of_journey(facts):
    """When the pause ends or the running stage is due. That it takes longer is the adviser's worry alone."""
    view, today = facts.view, facts.today
    if view.is_paused:
        until = view.enrolment.paused_until
        return [DateLine(until, _("The pause ends"), is_late=until < today)] if until else []
    if view.current is None or (view.current.progress.due_on < today and facts.for_company):
        return []
    due_on, name = view.current.progress.due_on, facts.name_of(view.current.stage)
    return [DateLine(due_on, _("The running stage is due"), name, is_late=due_on < today)]
