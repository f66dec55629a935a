"""The guard of pages about one company."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from companies.models import Company
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page


def company_page(action):
    """A page about the company whose ``slug`` stands in the address, for those whose role allows ``action``.

    The address of a record that a merge has absorbed leads to the survivor's same page.
    The view gets the company instead of the slug. What the asker may not see does not exist: 404. Row security
    decides that; people of a company are held to their own here as well.
    """

    def decorate(view):
        @page(action)
        @wraps(view)
        def guarded(request, slug, **rest):
            company = get_object_or_404(_companies(request.acting), organisation__slug=slug)
            if request.acting.audience == "company" and company.pk not in request.acting.companies:
                raise Http404
            if company.survivor_id:
                return _to_survivor(request, company)
            return view(request, company, **rest)

        return guarded

    return decorate


def _companies(acting):
    found = Company.objects.of(acting.programme_id).select_related("organisation", "caring_partner")
    return found.with_survivor()


def _to_survivor(request, company):
    """An old address leads on. What was sent is refused: it was typed for a record that is part of another now."""
    survivor = get_object_or_404(_companies(request.acting), pk=company.survivor_id)
    if request.method in ("GET", "HEAD"):
        match = request.resolver_match
        address = reverse(match.view_name, kwargs={**match.kwargs, "slug": survivor.organisation.slug})
        return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)
    sentence = _("“%(name)s” is part of “%(survivor)s” now. Nothing was saved; please enter it here.")
    messages.warning(request, sentence % {"name": company.legal_name, "survivor": survivor.legal_name})
    address = here(request, "portal:company", slug=survivor.organisation.slug)
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)
