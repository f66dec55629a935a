"""Pages of the process and the ledger; all belong to one company."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from companies.guards import company_page
from offensive.documents.models import DocumentKind
from offensive.documents.services import DocumentError
from offensive.enablement.forms import DeliveryForm, EnrolForm, EvidenceForm, ReversalForm
from offensive.enablement.journeys import StageError, complete_stage, enrol
from offensive.enablement.models import Delivery, Enrolment, StageProgress
from offensive.enablement.queries import may_support
from offensive.enablement.services import (
    DeliveryError,
    file_evidence,
    record_by_hand,
    reverse_delivery,
    store_paper,
    verify_delivery,
)
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action

# Errors whose message is for the person at the form.
FOR_THE_PERSON = (DeliveryError, DocumentError, StageError)


def support_page(action):
    """A company's page for those who look after it; for staff of other partners 403."""

    def decorate(view):
        @company_page(action)
        @wraps(view)
        def guarded(request, company, **rest):
            if not may_support(company.pk, request.acting):
                raise PermissionDenied
            return view(request, company, **rest)

        return guarded

    return decorate


def _back(request, company):
    return redirect(here(request, "portal:company", slug=company.organisation.slug))


@support_page(Action.STAGE_COMPLETE)
def enrolment(request, company):
    """Record the participation agreement, with which the first stage begins."""
    if Enrolment.objects.filter(company=company.pk).exists():
        return _back(request, company)
    form = EnrolForm(request.POST or None, request.FILES or None)
    if form.is_valid() and _attempt(form, lambda: _enrol(request, company, form.cleaned_data)):
        messages.success(request, _("%s now takes part. The first stage has begun.") % company)
        return _back(request, company)
    return render(request, "enablement/enrolment.html", {"company": company, "form": form})


def _enrol(request, company, values):
    scan = values.pop("document")
    document = scan and store_paper(scan, acting=request.acting, kind=DocumentKind.AGREEMENT, company_id=company.pk)
    enrol(company, acting=request.acting, document=document or None, **values)


def _attempt(form, work):
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
    return _back(request, company)


@support_page(Action.DELIVERY_RECORD)
def delivery_record(request, company):
    """Record one piece of support by hand."""
    form = DeliveryForm(request.POST or None, request.FILES or None, programme_id=request.acting.programme_id)
    if form.is_valid() and _attempt(form, lambda: _record(request, company, form.cleaned_data)):
        messages.success(request, _("The support has been recorded."))
        return _back(request, company)
    return render(request, "enablement/delivery_record.html", {"company": company, "form": form})


def _record(request, company, values):
    paper = values.pop("evidence")
    # The paper first: a file that is refused leaves no delivery behind.
    document = paper and store_paper(paper, acting=request.acting, kind=DocumentKind.PROTOCOL, company_id=company.pk)
    delivery = record_by_hand(company.pk, acting=request.acting, **values)
    if document:
        file_evidence(delivery, document, acting=request.acting)


@support_page(Action.DELIVERY_RECORD)
def evidence_file(request, company, pk):
    """Add a paper to a delivery."""
    delivery = get_object_or_404(Delivery.objects.of([company.pk]).standing().with_names(), pk=pk)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid() and _attempt(form, lambda: _file(request, delivery, form.cleaned_data["document"])):
        messages.success(request, _("The evidence has been filed."))
        return _back(request, company)
    return render(request, "enablement/evidence_file.html", {"company": company, "delivery": delivery, "form": form})


def _file(request, delivery, paper):
    document = store_paper(paper, acting=request.acting, kind=DocumentKind.PROTOCOL, company_id=delivery.company_id)
    file_evidence(delivery, document, acting=request.acting)


@require_POST
@support_page(Action.DELIVERY_RECORD)
def delivery_verify(request, company, pk):
    """A second person confirms having looked at the evidence."""
    delivery = get_object_or_404(Delivery.objects.of([company.pk]).standing(), pk=pk)
    try:
        verify_delivery(delivery, acting=request.acting)
    except DeliveryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You have checked this delivery."))
    return _back(request, company)


@support_page(Action.DELIVERY_REVERSE)
def delivery_reverse(request, company, pk):
    """Take a delivery back, with a reason."""
    delivery = get_object_or_404(Delivery.objects.of([company.pk]).filter(reverses=None).with_names(), pk=pk)
    form = ReversalForm(request.POST or None)
    if form.is_valid() and _attempt(
        form, lambda: reverse_delivery(delivery, acting=request.acting, **form.cleaned_data)
    ):
        messages.success(request, _("The delivery has been reversed. It no longer counts."))
        return _back(request, company)
    return render(request, "enablement/delivery_reverse.html", {"company": company, "delivery": delivery, "form": form})
