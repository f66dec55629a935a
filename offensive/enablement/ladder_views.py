"""The lead's page of the ladder, and going on with a company that is silent."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from companies.guards import company_page
from offensive.enablement.ladder_forms import GoOnForm, LadderForm
from offensive.enablement.models import LadderStep, NoteKind, Visibility
from offensive.enablement.note_services import NoteError, write_note
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@page(Action.LADDER_EDIT)
def ladder(request):
    """What happens after how many days without a reaction, from a day on."""
    programme_id, today = request.acting.programme_id, timezone.localdate()
    steps = list(LadderStep.objects.of(programme_id).in_force(on=today))
    planned = list(LadderStep.objects.of(programme_id).filter(valid_from__gt=today).order_by("valid_from", "position"))
    form = LadderForm(request.POST or None, acting=request.acting)
    if form.is_valid() and form.save():
        messages.success(request, _("The ladder is saved."))
        return redirect(here(request, "coordination:ladder"))
    context = {"form": form, "steps": steps, "planned": planned}
    return render(request, "enablement/ladder.html", context, status=422 if form.is_bound else 200)


@require_POST
@company_page(Action.NOTE_WRITE)
def go_on(request, company):
    """Decide to go on: the decision stands among the notes, and the silence begins anew."""
    form = GoOnForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say in one sentence why we go on."))
    else:
        _decide(request, company, form.cleaned_data)
    return redirect(here(request, "coordination:company_tasks", slug=company.organisation.slug))


def _decide(request, company, values):
    about = {"visibility": Visibility.CONSORTIUM, "kind": NoteKind.GO_ON, "on": timezone.localdate()}
    try:
        write_note(company.pk, acting=request.acting, **about, **values)
        messages.success(request, _("Noted: we go on with the company."))
    except NoteError as error:
        messages.error(request, str(error))
