"""The board by stage."""

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from offensive.portal.board import board as columns_of
from offensive.portal.board_forms import BoardFilterForm
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.remembering import remembered

PAGE_OF = "page-"


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@page(Action.COMPANY_LIST)
def board(request):
    """Companies by stage; htmx asks for one column when somebody turns its pages."""
    form = BoardFilterForm(request.GET, acting=request.acting)
    pages = {key.removeprefix(PAGE_OF): number for key, number in request.GET.items() if key.startswith(PAGE_OF)}
    columns = columns_of(request.acting, form.filters(), pages=pages)
    context = {"columns": columns, "query": _query(request), "overdue": bool(request.GET.get("overdue"))}
    if (request.htmx.target or "").startswith("column-"):
        return _column(request, columns, context)
    return render(request, "portal/board.html", {**context, "filter_bar": _filter_bar(request, form)})


def _filter_bar(request, form):
    """The drawn filter, remembered: its fields cost as much as all columns."""
    context = {"form": form, "target": "board"}
    return remembered(
        request.acting,
        f"board bar {form.filters()} {bool(request.GET)}",
        lambda: render_to_string("components/filter_bar.html", context, request),
    )


def _column(request, columns, context):
    wanted = request.htmx.target.removeprefix("column-")
    column = next((column for column in columns if column.key == wanted), None)
    if column is None:
        raise Http404
    return render(request, "portal/board.html#column", {**context, "column": column})


def _query(request):
    """The filter, ready to append a column's page to it."""
    kept = {name: request.GET[name] for name in ("partner", "district", "overdue") if name in request.GET}
    return urlencode(kept)
