"""The lead's pages of the process: its versions, the draft, its preview and its publication."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from offensive.enablement import drafts
from offensive.enablement.draft_forms import SeenForm
from offensive.enablement.models import Process
from offensive.enablement.outlook import Target, landings, outlook, running
from offensive.enablement.process_queries import draft_of, left_out, stages_of, versions
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


def to(request, name, **kwargs):
    """To another page of the process."""
    return redirect(here(request, f"process:{name}", **kwargs))


def the_draft(request):
    """The draft, or 404."""
    draft = draft_of(request.acting.programme_id)
    if draft is None:
        raise Http404
    return draft


def _current(request):
    return Process.objects.of(request.acting.programme_id).filter(is_current=True).first()


@require_safe
@page(Action.PROCESS_EDIT)
def overview(request):
    """The current version and the older ones, with how many companies are on each."""
    programme_id = request.acting.programme_id
    found = versions(programme_id)
    current = next((process for process in found if process.is_current), None)
    context = {
        "versions": found,
        "current": current,
        "stages": stages_of(current) if current else (),
        "draft": draft_of(programme_id),
        "older": sum(process.companies for process in found if not process.is_current),
    }
    return render(request, "enablement/process.html", context)


@require_safe
@page(Action.PROCESS_EDIT)
def version(request, number):
    """An older version as it was published."""
    found = Process.objects.of(request.acting.programme_id).published().select_related("published_by")
    process = get_object_or_404(found, version=number)
    return render(request, "enablement/process_version.html", {"process": process, "stages": stages_of(process)})


@require_POST
@page(Action.PROCESS_EDIT)
def draft_begin(request):
    """Begin the next version as a copy of the current one, or go on with it."""
    drafts.begin_draft(request.acting)
    return to(request, "draft")


@require_safe
@page(Action.PROCESS_EDIT)
def draft(request):
    """The draft with its stages in order."""
    found, current = the_draft(request), _current(request)
    context = {"draft": found, "stages": stages_of(found, against=current), "left_out": left_out(found, current)}
    return render(request, "enablement/draft.html", context)


@require_safe
@page(Action.PROCESS_EDIT)
def draft_preview(request):
    """What a company would see, and what the draft would mean for those under way, were they moved to it."""
    found, current = the_draft(request), _current(request)
    enrolments = list(running(request.acting.programme_id).select_related("stage"))
    context = {
        "draft": found,
        "stages": stages_of(found, against=current),
        "left_out": left_out(found, current),
        "lines": outlook(landings(enrolments, Target(found))),
        "running": len(enrolments),
    }
    return render(request, "enablement/draft_preview.html", context)


@require_POST
@page(Action.PROCESS_EDIT)
def draft_discard(request):
    """Throw the draft away."""
    if press(request, drafts.discard_draft):
        messages.success(request, _("The draft has been thrown away."))
    return to(request, "overview")


@require_POST
@page(Action.PROCESS_EDIT)
def draft_publish(request):
    """Publish the draft that was looked at."""
    if not press(request, drafts.publish):
        return to(request, "draft_preview" if draft_of(request.acting.programme_id) else "overview")
    messages.success(request, _("Published. Companies begin on this version from now on; nobody has been moved."))
    return to(request, "overview")


def press(request, service, *subject, **values):
    """Whether the button's service has succeeded; it is given what the person has looked at."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please look at the draft again, then press the button."))
        return False
    try:
        service(*subject, acting=request.acting, seen=form.cleaned_data["seen"], **values)
    except drafts.ProcessError as error:
        messages.error(request, str(error))
        return False
    return True
