"""Events: list, one event with who came, and the filing of its attendance sheet."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from offensive.documents.services import DocumentError
from offensive.enablement.services import DeliveryError
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS
from workshops.files import event_file, participant_file
from workshops.forms import AttendanceForm, EventForm, SheetForm, values_of
from workshops.models import Attendance
from workshops.queries import company_label, events, participants, sheets_of, suggested_companies
from workshops.services import (
    EventError,
    add_attendances,
    change_event,
    create_event,
    file_sheet,
    remove_attendance,
)

PER_PAGE = 25


@require_safe
@page(Action.EVENT_VIEW)
def event_list(request):
    """All events of the programme, newest first."""
    found = events(request.acting.programme_id)
    if (kind := request.GET.get("export")) in KINDS:
        return event_file(request.acting, kind, found)
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    pages = listed.paginator.get_elided_page_range(listed.number)
    return render(request, "workshops/event_list.html", {"page": listed, "pages": pages, "columns": _columns()})


def _columns():
    labels = [_("Event"), _("Date"), _("Organised by"), _("Attendances"), _("Enterprises"), _("Attendance sheet")]
    return [{"label": label, "kind": "numeric" if place in (3, 4) else ""} for place, label in enumerate(labels)]


@page(Action.EVENT_EDIT)
def event_create(request):
    """A new event."""
    form = EventForm(request.POST or None, acting=request.acting)
    if form.is_valid():
        event = create_event(acting=request.acting, **form.event_values())
        messages.success(request, _("The event has been created. Enter who came once it has taken place."))
        return _to(request, event)
    return render(request, "workshops/event_create.html", {"form": form})


@page(Action.EVENT_EDIT)
def event_edit(request, pk):
    """Change an event that is not in the ledger yet."""
    event = _event(request, pk)
    form = EventForm(request.POST or None, acting=request.acting, initial=values_of(event))
    if form.is_valid():
        try:
            change_event(event, acting=request.acting, **form.event_values())
        except EventError as error:
            form.add_error(None, str(error))
        else:
            return _to(request, event)
    return render(request, "workshops/event_edit.html", {"event": event, "form": form})


def _event(request, pk):
    return get_object_or_404(events(request.acting.programme_id), pk=pk)


def _to(request, event):
    return redirect(here(request, "workshops:event_page", pk=event.pk))


@require_safe
@page(Action.EVENT_VIEW)
def event_page(request, pk):
    """One event: who came, its sheets, and what is still to be done."""
    event = _event(request, pk)
    if (kind := request.GET.get("export")) in KINDS:
        return participant_file(request.acting, kind, event, participants(event))
    return _render_event(request, event)


def _render_event(request, event, *, attendance_form=None, sheet_form=None):
    context = {
        "event": event,
        "participants": participants(event),
        "sheets": sheets_of(event),
        "attendance_form": attendance_form or _attendance_form(request),
        "sheet_form": sheet_form or SheetForm(),
    }
    return render(request, "workshops/event_page.html", context)


def _attendance_form(request, data=None):
    options_url = here(request, "workshops:company_options")
    return AttendanceForm(data, programme_id=request.acting.programme_id, options_url=options_url)


@require_POST
@page(Action.EVENT_EDIT)
def attendance_add(request, pk):
    """Enter the people of one company."""
    event, form = _event(request, pk), _attendance_form(request, request.POST)
    if not form.is_valid():
        return _render_event(request, event, attendance_form=form)
    try:
        values = form.cleaned_data
        filed = add_attendances(event, values["company"], values["people"], acting=request.acting)
    except (EventError, DeliveryError) as error:
        form.add_error(None, str(error))
        return _render_event(request, event, attendance_form=form)
    messages.success(request, _added(values["company"], len(values["people"]), filed))
    return _to(request, event)


def _added(company, people, filed):
    entered = ngettext("%(n)s person of %(company)s entered.", "%(n)s people of %(company)s entered.", people)
    sentence = entered % {"n": people, "company": company}
    return f"{sentence} {_ledger_sentence(filed)}" if filed.new_deliveries else sentence


def _ledger_sentence(filed):
    new = filed.new_deliveries
    if not new:
        return _("The ledger had everything already.")
    sentence = ngettext("%(n)s delivery stands new in the ledger.", "%(n)s deliveries stand new in the ledger.", new)
    return sentence % {"n": new}


@require_POST
@page(Action.EVENT_EDIT)
def attendance_remove(request, pk, attendance):
    """Take out a mistaken entry."""
    event = _event(request, pk)
    entry = get_object_or_404(Attendance.objects.filter(event=event).select_related("event"), pk=attendance)
    try:
        remove_attendance(entry)
    except EventError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%s has been taken out.") % entry.person)
    return _to(request, event)


@require_POST
@page(Action.EVENT_EDIT)
def sheet_file(request, pk):
    """File the scanned attendance sheet: the deliveries follow from it."""
    event, form = _event(request, pk), SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _render_event(request, event, sheet_form=form)
    try:
        filed = file_sheet(event, form.cleaned_data["sheet"], acting=request.acting)
    except (EventError, DocumentError, DeliveryError) as error:
        form.add_error(None, str(error))
        return _render_event(request, event, sheet_form=form)
    messages.success(request, _("The attendance sheet is filed.") + " " + _ledger_sentence(filed))
    return _to(request, event)


@require_safe
@page(Action.EVENT_EDIT)
def company_options(request):
    """Suggestions while a company's name is typed, among the companies the asker may see."""
    found = suggested_companies(request.acting.programme_id, request.GET.get("company", ""))
    return render(request, "workshops/company_options.html", {"labels": [company_label(company) for company in found]})
