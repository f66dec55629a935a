"""The guard of pages about one company."""

from functools import wraps

from django.http import Http404
from django.shortcuts import get_object_or_404

from companies.models import Company
from offensive.tenancy.guard import page


def company_page(action):
    """A page about the company whose ``slug`` stands in the address, for those whose role allows ``action``.

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
            return view(request, company, **rest)

        return guarded

    return decorate


def _companies(acting):
    return Company.objects.of(acting.programme_id).select_related("organisation", "caring_partner")
