"""Requests to take part, as staff see and decide them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.models import Company, RegistrationRequest, RequestState
from companies.registration_forms import DeclineForm
from companies.registrations import (
    RegistrationError,
    accept,
    decline,
    likely_companies,
    merge_with,
    waiting_requests,
)
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported

PER_PAGE = 25


@require_safe
@page(Action.REGISTRATION_DECIDE)
def request_list(request):
    """What waits, oldest first, and below it what was decided."""
    known = waiting_requests(request.acting)
    if request.GET.get("export") in KINDS:
        return _export(request, known)
    decided = Paginator(known.exclude(state=RequestState.WAITING).order_by("-decided_at"), PER_PAGE)
    context = {"waiting": known.waiting()[:100], "page": decided.get_page(request.GET.get("page"))}
    return render(request, "companies/request_list.html", context)


def _export(request, known):
    columns = [
        _("Company"), _("Postcode"), _("Town"), _("Contact"), _("Asked on"), _("Caring partner"), _("State"),
        _("Decided on"), _("Decided by"),
    ]  # fmt: skip
    rows = (
        (asked.company_name, asked.postcode, asked.town, asked.contact_name, asked.asked_at, str(asked.partner or ""),
         asked.get_state_display(), asked.decided_at, str(asked.decided_by or ""))
        for asked in known.order_by("asked_at", "pk")
    )  # fmt: skip
    return exported(
        request.acting,
        request.GET["export"],
        name=_("requests-to-take-part"),
        table=RegistrationRequest._meta.db_table,
        columns=columns,
        rows=rows,
        told="",
    )


@require_http_methods(["GET", "POST"])
@page(Action.REGISTRATION_DECIDE)
def request_page(request, pk):
    """One request with the companies it may mean; a POST declines it."""
    asked = get_object_or_404(waiting_requests(request.acting), pk=pk)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _done(request, lambda: decline(asked, acting=request.acting, **form.cleaned_data), _("Declined."))
    context = {"asked": asked, "likely": likely_companies(asked), "form": form}
    return render(request, "companies/request_page.html", context, status=422 if form.errors else 200)


@require_POST
@page(Action.REGISTRATION_DECIDE)
def request_accept(request, pk):
    """A new company; its contact is invited."""
    asked = get_object_or_404(waiting_requests(request.acting), pk=pk)
    sentence = _("%(name)s is taken in, and the invitation is on its way.") % {"name": asked.company_name}
    return _done(request, lambda: accept(asked, acting=request.acting), sentence)


@require_POST
@page(Action.REGISTRATION_DECIDE)
def request_merge(request, pk):
    """A company that is known already; the contact is invited there."""
    asked = get_object_or_404(waiting_requests(request.acting), pk=pk)
    known = Company.objects.of(request.acting.programme_id).select_related("organisation")
    company = get_object_or_404(known, organisation__slug=request.POST.get("company", ""))
    sentence = _("The request is put to %(name)s, and the invitation is on its way.") % {"name": company.legal_name}
    return _done(request, lambda: merge_with(asked, company, acting=request.acting), sentence)


def _done(request, decide, sentence):
    try:
        decide()
    except RegistrationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect(here(request, "companies:request_list"))
