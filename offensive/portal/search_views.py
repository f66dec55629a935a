"""The page of the search."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from offensive.portal.search import PER_PAGE, search
from offensive.portal.search_kinds import KINDS
from offensive.portal.search_statement import MOST
from offensive.tenancy.addresses import address_for
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action, may


@require_safe
@page(Action.SEARCH)
def search_page(request):
    """Hits of all kinds, or with ``?kind=`` those of one, page by page."""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    kind = request.GET.get("kind", "")
    number = _number(request.GET.get("page"))
    groups, is_similar = search(request.acting, text, kind=kind, page=number)
    context = {
        "text": text,
        "kind": kind if kind in KINDS else "",
        "groups": [_drawn(group, text) for group in groups],
        "is_similar": is_similar,
        "page": _page(groups, number) if kind in KINDS else None,
        "query": urlencode({"q": text, "kind": kind}),
        "list_url": _list_url(request.acting, text),
    }
    return render(request, "portal/search_page.html", context)


def _number(given):
    return min(int(given), MOST // PER_PAGE) if given and given.isdecimal() and int(given) > 0 else 1


def _drawn(group, text):
    return {"group": group, "all_url": f"?{urlencode({'q': text, 'kind': group.name})}"}


def _page(groups, number):
    """Only its numbers are used: the hits are those of this page already."""
    total = min(groups[0].total, groups[0].most) if groups else 0
    return Paginator(range(total), PER_PAGE).get_page(number)


def _list_url(acting, text):
    if not may(acting.role, Action.COMPANY_LIST):
        return ""
    return f"{address_for(acting, 'companies:company_list')}?{urlencode({'q': text})}"
