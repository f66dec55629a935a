"""The list of companies."""

import hashlib

from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from companies.forms import CompanyFilterForm
from companies.models import SizeClass
from companies.queries import CompanyPaginator
from offensive.tenancy.addresses import address_for
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.remembering import remembered

LIST_ID = "company-list"


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@page(Action.COMPANY_LIST)
def company_list(request):
    """All companies the asker may see; htmx asks for the list alone."""
    form = CompanyFilterForm(request.GET, acting=request.acting)
    context = {"target": LIST_ID, **_shown(request, form.filters())}
    is_part = request.htmx.target == LIST_ID and not request.htmx.history_restore_request
    if not is_part:
        context["filter_bar"] = _filter_bar(request, form)
    return render(request, f"companies/company_list.html{'#list' if is_part else ''}", context)


def _filter_bar(request, form):
    """The drawn filter, remembered: five fields cost as much as all 25 rows."""
    parameters = hashlib.sha256(request.GET.urlencode().encode()).hexdigest()
    context = {"form": form, "target": LIST_ID}
    return remembered(
        request.acting,
        f"filter bar {parameters}",
        lambda: render_to_string("components/filter_bar.html", context, request),
    )


def _shown(request, filters):
    acting = request.acting
    paginator = CompanyPaginator(acting, filters)
    shown = paginator.get_page(request.GET.get("page"))
    return {
        "page": shown,
        "pages": paginator.get_elided_page_range(shown.number),
        "rows": _rows(shown, acting),
        "columns": _columns(request.GET, filters.sort),
        "query": _query(request.GET, sort=filters.sort),
        "filtered": filters.narrows,
        "may_import": may(acting.role, Action.COMPANY_IMPORT),
    }


def _rows(shown, acting):
    sizes = {value: str(label) for value, label in SizeClass.choices}
    return [
        {
            "url": address_for(acting, "portal:company", slug=row.slug),
            "name": row.name,
            "town": row.town or "–",
            "stage": row.stage or "–",
            "size": sizes.get(row.size_class, "–"),
            "partner": row.partner or "–",
            "since": date_format(row.participating_on, "SHORT_DATE_FORMAT") if row.participating_on else "–",
        }
        for row in shown
    ]


def _columns(parameters, sort):
    labels = [
        (_("Company"), "name"),
        (_("Town"), "town"),
        (_("Stage"), "stage"),
        (_("Size"), ""),
        (_("Caring partner"), ""),
        (_("Takes part since"), "since"),
    ]
    return [_column(parameters, sort, label, name) for label, name in labels]


def _column(parameters, sort, label, name):
    if not name:
        return {"label": label}
    direction = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    following = f"-{name}" if direction == "ascending" else name
    return {"label": label, "direction": direction, "url": f"?{_query(parameters, sort=following)}"}


def _query(parameters, *, sort):
    kept = {name: parameters[name] for name in ("q", "stage", "district", "partner", "size") if parameters.get(name)}
    return urlencode(kept | ({} if sort == "name" else {"sort": sort}))
