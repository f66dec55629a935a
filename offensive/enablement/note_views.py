"""The page "Tasks and notes" of a company, and its notes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.guards import company_page
from companies.queries import enterprise_ids
from offensive.enablement.company_tasks import company_context
from offensive.enablement.coordination_forms import CorrectionForm, NoteForm
from offensive.enablement.models import Note
from offensive.enablement.note_services import NoteError, correct_note, write_note
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action


@require_safe
@company_page(Action.NOTE_VIEW)
def company_tasks(request, company):
    """What is to be done for the company and what has been written down; its own people read what is for them."""
    return render(request, "enablement/company_tasks.html", company_context(request, company))


@require_POST
@company_page(Action.NOTE_WRITE)
def note_add(request, company):
    """Write a note for the audience chosen."""
    form = NoteForm(request.POST)
    if form.is_valid() and _attempt(form, lambda: write_note(company.pk, acting=request.acting, **form.values())):
        messages.success(request, _("The note is written."))
        return _back(request, company)
    context = company_context(request, company, note_form=form)
    return render(request, "enablement/company_tasks.html", context, status=422)


@require_http_methods(["GET", "POST"])
@company_page(Action.NOTE_WRITE)
def note_correct(request, company, pk):
    """A further note that stands instead; the first one stays in the record."""
    own = Note.objects.about(enterprise_ids(company.pk)).filter(organisation=request.acting.organisation_id)
    note = get_object_or_404(own.with_names(), pk=pk)
    form = CorrectionForm(request.POST or None, initial={"text": note.text})
    if form.is_valid() and _attempt(form, lambda: correct_note(note, acting=request.acting, **form.cleaned_data)):
        messages.success(request, _("The note is corrected."))
        return _back(request, company)
    context = {"company": company, "note": note, "form": form}
    return render(request, "enablement/note_correct.html", context, status=422 if form.is_bound else 200)


def _attempt(form, work):
    """Whether ``work`` succeeded; a refusal becomes the form's error, so that what was typed is kept."""
    try:
        work()
    except NoteError as error:
        form.add_error(None, str(error))
        return False
    return True


def _back(request, company):
    return redirect(here(request, "coordination:company_tasks", slug=company.organisation.slug))
