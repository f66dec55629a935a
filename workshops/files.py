"""Events and who came, as files for spreadsheets."""

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from offensive.tenancy.spreadsheets import exported
from workshops.models import Attendance, Event


def event_file(acting, kind, events):
    """All events of the programme as ``kind`` ("xlsx" or "csv"), as the list shows them."""
    columns = [
        _("Event"), _("Kind of event"), _("Date"), _("From"), _("Until"), _("Place"), _("Organised by"),
        _("Attendances"), _("Enterprises"), _("Attendance sheet"),
    ]  # fmt: skip
    rows = map(_event_row, events)
    return exported(acting, kind, name=_("events"), table=Event._meta.db_table, columns=columns, rows=rows, told="")


def _event_row(event):
    filed = _("filed") if event.is_filed else ""
    when = (event.starts_at, _clock(event.starts_at), _clock(event.ends_at))
    counts = (event.attendances, event.companies, filed)
    return event.title, event.get_kind_display(), *when, event.place, str(event.partner), *counts


def _clock(moment):
    return f"{timezone.localtime(moment):%H:%M}"


def participant_file(acting, kind, event, participants):
    """Who came to ``event``: a row for each person."""
    columns = [_("Company"), _("Person"), _("Function")]
    rows = ((came.company.name, person.person, person.function) for came in participants for person in came.people)
    name = f"{_('participants')}-{slugify(event.title)[:60]}"
    table = Attendance._meta.db_table
    return exported(acting, kind, name=name, table=table, columns=columns, rows=rows, told=event.title)
