"""The lead's pages for one stage of the draft and for what it asks for."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from offensive.enablement import drafts
from offensive.enablement.draft_forms import RequirementForm, StageForm
from offensive.enablement.draft_views import press, the_draft, to
from offensive.enablement.models import Requirement, Stage
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action

FIELDS = ("name", "company_name", "usual_days")


@require_http_methods(["GET", "POST"])
@page(Action.PROCESS_EDIT)
def stage_new(request):
    """Add a stage at the end."""
    found = the_draft(request)
    form = StageForm(request.POST or None, initial={"usual_days": 90})
    if form.is_valid() and _attempt(form, lambda: drafts.add_stage(request.acting, **form.values())):
        messages.success(request, _("“%s” has been added at the end.") % form.cleaned_data["name"])
        return to(request, "draft")
    return _shown(request, "stage_edit", form, draft=found)


@require_http_methods(["GET", "POST"])
@page(Action.PROCESS_EDIT)
def stage_edit(request, pk):
    """Change a stage's names and length."""
    found, stage = _stage(request, pk)
    form = StageForm(request.POST or None, initial={name: getattr(stage, name) for name in FIELDS} | _seen(stage))
    if form.is_valid() and _attempt(form, lambda: _change(request, form, pk)):
        messages.success(request, _("The stage is saved."))
        return to(request, "draft")
    return _shown(request, "stage_edit", form, draft=found, stage=stage)


def _change(request, form, pk):
    drafts.change_stage(pk, acting=request.acting, seen=form.cleaned_data["seen"], **form.values())


def _stage(request, pk):
    found = the_draft(request)
    return found, get_object_or_404(Stage.objects.filter(process=found), pk=pk)


def _seen(stage):
    return {"seen": stage.edits}


def _attempt(form, work):
    """Whether ``work`` succeeded; a refusal becomes the form's error, so that what was typed is kept."""
    try:
        work()
    except drafts.ProcessError as error:
        form.add_error(None, str(error))
        if error.stored:
            form.show_stored(error.stored)
        return False
    return True


def _shown(request, template, form, **context):
    status = 422 if form.errors else 200
    return render(request, f"enablement/{template}.html", {"form": form, **context}, status=status)


@require_POST
@page(Action.PROCESS_EDIT)
def stage_shift(request, pk, step):
    """Move a stage up or down, or leave it out."""
    services = {
        "up": lambda acting, seen: drafts.shift_stage(pk, acting=acting, seen=seen, by=-1),
        "down": lambda acting, seen: drafts.shift_stage(pk, acting=acting, seen=seen, by=1),
        "remove": lambda acting, seen: drafts.remove_stage(pk, acting=acting, seen=seen),
    }
    if step not in services:
        raise Http404
    press(request, services[step])
    return to(request, "draft")


@require_POST
@page(Action.PROCESS_EDIT)
def stage_restore(request, key):
    """Take back a stage that was left out."""
    press(request, drafts.restore_stage, key)
    return to(request, "draft")


@require_http_methods(["GET", "POST"])
@page(Action.PROCESS_EDIT)
def requirement_new(request, pk):
    """Let a stage ask for something more."""
    _found, stage = _stage(request, pk)
    form = RequirementForm(request.POST or None, programme_id=stage.programme_id, initial=_seen(stage))
    if form.is_valid() and _attempt(form, lambda: _ask(request, form, drafts.add_requirement, pk)):
        messages.success(request, _("“%s” asks for this now.") % stage)
        return to(request, "draft")
    return _shown(request, "requirement_edit", form, stage=stage)


@require_http_methods(["GET", "POST"])
@page(Action.PROCESS_EDIT)
def requirement_edit(request, pk):
    """Ask for something else, more often, or in other words."""
    requirement = _requirement(request, pk)
    stage = requirement.stage
    about = {"programme_id": stage.programme_id, "requirement": requirement}
    form = RequirementForm(request.POST or None, initial=_seen(stage), **about)
    if form.is_valid() and _attempt(form, lambda: _ask(request, form, drafts.change_requirement, requirement)):
        messages.success(request, _("The requirement is saved."))
        return to(request, "draft")
    return _shown(request, "requirement_edit", form, stage=stage, requirement=requirement)


def _ask(request, form, service, subject):
    service(subject, acting=request.acting, seen=form.cleaned_data["seen"], **form.values())


def _requirement(request, pk):
    found = Requirement.objects.filter(stage__process=the_draft(request)).select_related("stage")
    return get_object_or_404(found, pk=pk)


@require_POST
@page(Action.PROCESS_EDIT)
def requirement_remove(request, pk):
    """Let a stage ask for this no more."""
    requirement = _requirement(request, pk)
    press(request, drafts.remove_requirement, requirement)
    return to(request, "draft")
