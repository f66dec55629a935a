"""The lead's page on which companies are moved to another version of the process."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from offensive.enablement import moving
from offensive.enablement.drafts import ProcessError
from offensive.enablement.moving_forms import ChoiceForm, MoveForm
from offensive.enablement.outlook import Target, landings, outlook, running
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@page(Action.PROCESS_EDIT)
def move_companies(request):
    """Choose companies, see where each lands, and move them with a reason."""
    programme_id = request.acting.programme_id
    choice = ChoiceForm(request.GET, programme_id=programme_id)
    if choice.target is None:
        return redirect(here(request, "process:overview"))
    target, enrolments = Target(choice.target), choice.narrowed(running(programme_id))
    found = list(moving.chosen(enrolments, target))
    form = _form(request, landings(found, target), target)
    target.mapping = form.mapping() if form.is_bound else {}
    if form.is_valid() and _moved(request, form, enrolments, target):
        return redirect(here(request, "process:overview"))
    return _shown(request, choice, form, landings(found, target), target)


def _form(request, planned, target):
    missing = {landing.enrolment.stage.key: landing.words[0] for landing in planned if landing.is_open}
    initial = {"number": len(planned)}
    return MoveForm(request.POST or None, missing=missing, stages=target.stages, initial=initial)


def _moved(request, form, enrolments, target):
    given = {name: form.cleaned_data[name] for name in ("reason", "number")}
    try:
        number = moving.move(enrolments, target, acting=request.acting, **given)
    except ProcessError as error:
        form.add_error(None, str(error))
        return False
    moved = ngettext("%(n)s company goes on in version %(v)s.", "%(n)s companies go on in version %(v)s.", number)
    messages.success(request, moved % {"n": number, "v": target.process.version})
    return True


def _shown(request, choice, form, planned, target):
    if form.is_bound:
        form.data = form.data.copy()
        form.data["number"] = len(planned)
    context = {
        "choice": choice,
        "form": form,
        "target": target.process,
        "number": len(planned),
        "query": choice.query(),
        "most": moving.MOST if len(planned) == moving.MOST else None,
        "lines": outlook(planned),
        "landings": Paginator(planned, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "enablement/process_move.html", context, status=422 if form.errors else 200)
