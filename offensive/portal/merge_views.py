"""Merging two records, separating them again, and what a merge leaves to decide."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.guards import company_page
from companies.merge_forms import MergeForm
from companies.merging import MergeError, merge_companies, unmerge
from companies.models import Company, Merge
from companies.queries import enterprise_ids
from offensive.enablement.doubles import doubles_of, let_stand
from offensive.enablement.models import Delivery
from offensive.enablement.services import DeliveryError
from offensive.portal.merge_forms import DoubleForm
from offensive.portal.merge_queries import losing_sight, origin_of, side_of
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action, may


@require_http_methods(["GET", "POST"])
@company_page(Action.COMPANY_MERGE)
def merge(request, company, other):
    """Two records side by side: choose what holds, then they are one enterprise and ``company`` is its record."""
    absorbed = _other(request, company, other)
    survivor, absorbed = side_of(company), side_of(absorbed)
    sides = {"survivor": (company, survivor.profile), "absorbed": (absorbed.company, absorbed.profile)}
    form = MergeForm(request.POST if request.method == "POST" else None, **sides)
    # Two records that differ in nothing have no field to choose.
    if request.method == "POST" and (form.is_valid() or not form.fields) and _merged(request, form, sides):
        return redirect(here(request, "portal:origin", slug=company.organisation.slug))
    context = {
        "company": company,
        "sides": [survivor, absorbed],
        "form": form,
        "losing_sight": losing_sight(company, absorbed.company),
        "doubles": doubles_of({company.pk, absorbed.company.pk}),
    }
    return render(request, "portal/merge.html", context, status=422 if form.errors else 200)


def _other(request, company, slug):
    found = Company.objects.of(request.acting.programme_id).select_related("organisation").with_survivor()
    other = get_object_or_404(found, organisation__slug=slug)
    if other.pk == company.pk:
        raise Http404
    return other


def _merged(request, form, sides):
    survivor, absorbed = sides["survivor"][0], sides["absorbed"][0]
    try:
        merge_companies(survivor, absorbed, acting=request.acting, choices=form.cleaned_data)
    except MergeError as error:
        form.add_error(None, str(error))
        return False
    names = {"absorbed": absorbed.legal_name, "survivor": survivor.legal_name}
    messages.success(request, _("“%(absorbed)s” is part of “%(survivor)s” now. You can separate them again.") % names)
    return True


@require_safe
@company_page(Action.ORIGIN_VIEW)
def origin(request, company):
    """Which lists named the company, which records are part of it, and what is left to decide."""
    may_merge = may(request.acting.role, Action.COMPANY_MERGE)
    context = {"company": company, "origin": origin_of(company), "may_merge": may_merge, "form_key": uuid.uuid4()}
    return render(request, "portal/origin.html", context)


@require_POST
@company_page(Action.COMPANY_MERGE)
def merge_end(request, company, pk):
    """Separate two records again."""
    ended = get_object_or_404(Merge.objects.filter(survivor=company.pk).select_related("survivor", "absorbed"), pk=pk)
    try:
        newer = unmerge(ended, acting=request.acting)
    except MergeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%s” is a record of its own again.") % ended.absorbed.legal_name)
        if newer:
            sentence = _("Changed since the merge and therefore kept as it is now: %s.")
            messages.warning(request, sentence % ", ".join(newer))
    return redirect(here(request, "portal:origin", slug=company.organisation.slug))


@require_POST
@company_page(Action.COMPANY_MERGE)
def double_decide(request, company, pk):
    """Say which of two deliveries for one event stands; the other is reversed."""
    ids, form = enterprise_ids(company.pk), DoubleForm(request.POST)
    delivery = get_object_or_404(Delivery.objects.of(ids), pk=pk)
    if not form.is_valid():
        messages.error(request, _("Please say why the other one is reversed."))
    else:
        try:
            let_stand(delivery, company_ids=ids, acting=request.acting, **form.cleaned_data)
            messages.success(request, _("One delivery stands, the other is reversed. Both stay visible."))
        except DeliveryError as error:
            messages.error(request, str(error))
    return redirect(here(request, "portal:origin", slug=company.organisation.slug))
