"""The companies of the region as a picture of its municipalities."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.facet_queries import facet_views, in_words, places
from companies.filters import filter_from
from companies.tiles import tile_picture
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_safe
@page(Action.COMPANY_LIST)
def municipality_map(request):
    """A tile for each municipality, coloured by its companies; the filter of the list applies here as well."""
    filters = filter_from(request.GET).with_values("ags", ())
    list_url = here(request, "companies:company_list")
    rows = [
        {
            "ags": ags,
            "label": label,
            "companies": companies,
            "url": f"{list_url}?{filters.with_values('ags', [ags]).query}",
        }
        for ags, label, companies in places(request.acting, filters)
    ]
    context = {
        "picture": tile_picture(rows[:-1]),
        "outside": rows[-1],
        "rows": rows,
        "all": sum(row["companies"] for row in rows),
        "words": in_words(filters, facet_views(request.acting, filters)),
        "list_url": f"{list_url}?{filters.query}",
    }
    return render(request, "companies/municipality_map.html", context)
