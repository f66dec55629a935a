"""Pages of the process; all belong to one company."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from offensive.documents.models import DocumentKind
from offensive.documents.services import DocumentError
from offensive.enablement.forms import EnrolForm
from offensive.enablement.guards import support_page
from offensive.enablement.journeys import StageError, complete_stage, enrol
from offensive.enablement.models import Enrolment, StageProgress
from offensive.enablement.services import store_paper
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action

# Errors whose message is for the person at the form.
FOR_THE_PERSON = (DocumentError, StageError)


def back(request, company):
    """To the company's page."""
    return redirect(here(request, "portal:company", slug=company.organisation.slug))


@support_page(Action.STAGE_COMPLETE)
def enrolment(request, company):
    """Record the participation agreement, with which the first stage begins."""
    if Enrolment.objects.filter(company=company.pk).exists():
        return back(request, company)
    form = EnrolForm(request.POST or None, request.FILES or None)
    if form.is_valid() and attempt(form, lambda: _enrol(request, company, form.cleaned_data)):
        messages.success(request, _("%s now takes part. The first stage has begun.") % company)
        return back(request, company)
    return render(request, "enablement/enrolment.html", {"company": company, "form": form})


def _enrol(request, company, values):
    scan = values.pop("document")
    document = scan and store_paper(scan, acting=request.acting, kind=DocumentKind.AGREEMENT, company_id=company.pk)
    enrol(company, acting=request.acting, document=document or None, **values)


def attempt(form, work):
    """Whether ``work`` succeeded; a refusal becomes the form's error, so that what was typed is kept."""
    try:
        work()
    except FOR_THE_PERSON as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
@support_page(Action.STAGE_COMPLETE)
def stage_complete(request, company, pk):
    """Close the running stage."""
    progress = get_object_or_404(StageProgress.objects.of(company.pk), pk=pk)
    try:
        progress = complete_stage(progress, by=request.user)
    except StageError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The stage “%s” is complete.") % progress.stage)
    return back(request, company)
