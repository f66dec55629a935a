"""The list of companies: on the screen, and as a file."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from companies.facet_queries import facet_views, in_words
from companies.filters import filter_from, filter_of
from companies.models import SavedFilter, SizeClass
from companies.queries import CompanyPaginator, company_list_rows, supported
from offensive.tenancy import spreadsheets
from offensive.tenancy.addresses import address_for
from offensive.tenancy.drawing import drawn
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.remembering import remembered

LIST_ID = "company-list"


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@page(Action.COMPANY_LIST)
def company_list(request):
    """All companies the asker may see; htmx asks for the list alone, ``?export=`` for a file."""
    filters = filter_from(request.GET)
    if (kind := request.GET.get("export")) in spreadsheets.KINDS:
        return _exported(request.acting, filters, kind)
    if request.htmx.target == LIST_ID and not request.htmx.history_restore_request:
        return HttpResponse(_list(request, filters))
    saved = list(SavedFilter.objects.usable_by(request.acting))
    if not request.GET and (default := next((each for each in saved if each.is_default_of(request.user)), None)):
        return redirect(f"{request.path}?{filter_of(default.parameters).query}")
    context = {"list": _list(request, filters), **_head(request.acting, filters)}
    context |= {"filter_bar": _filter_bar(request, filters), "saved": _saved(saved, filters)}
    return render(request, "companies/company_list.html", context)


def _list(request, filters):
    return drawn(request, "company list", "companies/_list.html", lambda: _shown(request, filters))


def _head(acting, filters):
    return {
        "query": urlencode(filters.parameters(), doseq=True),
        "filtered": filters.narrows,
        "may_import": may(acting.role, Action.COMPANY_IMPORT),
    }


def _saved(saved, filters):
    """The saved filters with their addresses; the one that the list shows is the current one."""
    kept = [(each.name, filter_of(each.parameters)) for each in saved]
    return [{"name": name, "query": each.query, "is_current": each == filters} for name, each in kept]


def _filter_bar(request, filters):
    """The drawn filter, remembered: a hundred choices cost more than all 25 rows."""
    acting = request.acting

    def draw():
        facets = facet_views(acting, filters)
        context = {"filters": filters, "facets": facets, "chips": _chips(filters, facets)}
        return render_to_string("companies/_filter.html", context, request)

    return remembered(acting, f"filter bar {filters.digest()}", draw)


def _chips(filters, facets):
    """What the list is narrowed to, each with the address of the list without it."""
    return [
        {
            "facet": facet.label,
            "label": option.label,
            "url": f"?{filters.without(facet.name, option.value).query}",
        }
        for facet in facets
        for option in facet.chosen
    ]


def _shown(request, filters):
    acting = request.acting
    paginator = CompanyPaginator(acting, filters)
    shown = paginator.get_page(request.GET.get("page"))
    parameters = filters.parameters()
    choosable = _choosable(shown, acting, filters)
    return {
        "target": LIST_ID,
        "page": shown,
        "pages": paginator.get_elided_page_range(shown.number),
        "rows": _rows(shown, acting, choosable),
        "may_choose": bool(choosable),
        "columns": _columns(parameters, filters.sort),
        **_head(acting, filters),
    }


def _choosable(shown, acting, filters):
    """Those of the page for which the asker may record support."""
    if not may(acting.role, Action.DELIVERY_RECORD):
        return set()
    keys = [row.pk for row in shown]
    if acting.audience == "lead":
        return set(keys)
    return remembered(acting, f"choosable {shown.number} {filters.digest()}", lambda: supported(keys, acting))


def _rows(shown, acting, choosable):
    sizes = _sizes()
    return [
        {
            "url": address_for(acting, "portal:company", slug=row.slug),
            "name": row.name,
            # Chosen by it for an entry of support for several at once; "" where somebody else looks after it.
            "slug": row.slug if row.pk in choosable else "",
            "town": row.town or "–",
            "stage": row.stage or "–",
            "size": sizes.get(row.size_class, "–"),
            "partner": row.partner or "–",
            "since": date_format(row.participating_on, "SHORT_DATE_FORMAT") if row.participating_on else "–",
        }
        for row in shown
    ]


def _sizes():
    return {value: str(label) for value, label in SizeClass.choices}


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
    query = urlencode(parameters | {"sort": following}, doseq=True)
    return {"label": label, "direction": direction, "url": f"?{query}"}


def _exported(acting, filters, kind):
    """The list on the screen, all its pages."""
    sizes = _sizes()
    columns = [
        _("Company"), _("Street"), _("Postcode"), _("Town"), _("District"), _("Stage"), _("Stage due on"), _("Size"),
        _("Caring partner"), _("Takes part since"),
    ]  # fmt: skip
    rows = [
        (row.name, row.street, row.postcode, row.town, row.district, row.stage, row.stage_due_on,
         sizes.get(row.size_class, ""), row.partner, row.participating_on)
        for row in company_list_rows(acting.programme_id, filters=filters)
    ]  # fmt: skip
    told = in_words(filters, facet_views(acting, filters))
    return spreadsheets.exported(
        acting, kind, name=_("companies"), table="companies_company", columns=columns, rows=rows, told=told
    )
