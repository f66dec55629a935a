"""A company sees itself with the eyes of others."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.guards import company_page
from offensive.portal.seen_by import record_as_seen, reported_as_seen, viewers
from offensive.tenancy.permissions import Action


@require_safe
@company_page(Action.RELEASE_VIEW)
def seen_by(request, company):
    """The company's record as one organisation of the consortium, or the funding body, sees it."""
    known = viewers(request.acting, company)
    chosen = request.GET.get("as", known[0].slug)
    viewer = next((each for each in known if each.slug == chosen), None)
    if viewer is None:
        raise Http404
    context = {"company": company, "viewers": known, "viewer": viewer}
    if viewer.is_funder:
        context["reported"] = reported_as_seen(company, viewer)
    else:
        context["record"] = record_as_seen(company, viewer)
    return render(request, "portal/seen_by.html", context)
