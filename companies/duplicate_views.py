"""The list of likely duplicates, and the decision that two records are two enterprises."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from companies.duplicates import PairPaginator, decisions, likely_pairs, pairs_of
from companies.merging import MergeError, decide_not_duplicate, reconsider
from companies.models import Company
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.spreadsheets import KINDS, exported

DECIDED_AT_MOST = 20


@require_safe
@page(Action.DUPLICATE_VIEW)
def duplicate_list(request):
    """Pairs of records that look alike, most likely first; below them those that were looked at."""
    acting = request.acting
    if request.GET.get("export") in KINDS:
        return _exported(acting, request.GET["export"])
    paginator = PairPaginator(acting)
    shown = paginator.get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "pages": paginator.get_elided_page_range(shown.number),
        "decisions": decisions(acting.programme_id)[:DECIDED_AT_MOST],
        "may_merge": may(acting.role, Action.COMPANY_MERGE),
    }
    return render(request, "companies/duplicate_list.html", context)


def _exported(acting, kind):
    pairs = pairs_of(likely_pairs(acting), programme_id=acting.programme_id)
    return exported(
        acting,
        kind,
        name=_("likely-duplicates"),
        table=Company._meta.db_table,
        columns=[_("Company"), _("Town"), _("Register"), _("Looks like"), _("Town"), _("Register"), *_reasons()],
        rows=[
            (
                *_identity(pair.survivor),
                *_identity(pair.other),
                pair.similarity,
                ", ".join(pair.speaks_for),
                ", ".join(pair.speaks_against),
            )
            for pair in pairs
        ],
        told="",
    )


def _reasons():
    return [_("Similarity of the names in percent"), _("Speaks for it"), _("Speaks against it")]


def _identity(company):
    register = (company.register_court, company.register_kind, company.register_number)
    return company.legal_name, f"{company.postcode} {company.town}".strip(), " ".join(filter(None, register))


@require_POST
@page(Action.COMPANY_MERGE)
def duplicate_decide(request):
    """Two records are two enterprises, or are to be looked at again."""
    known = Company.objects.of(request.acting.programme_id)
    one, other = (get_object_or_404(known, organisation__slug=request.POST.get(side, "")) for side in ("one", "other"))
    back = request.POST.get("again") == "yes"
    try:
        (reconsider if back else decide_not_duplicate)(one, other, acting=request.acting)
    except MergeError as error:
        messages.error(request, str(error))
    else:
        sentence = _("The two stand on the list again.") if back else _("Noted: these are two companies.")
        messages.success(request, sentence)
    return redirect(here(request, "companies:duplicate_list"))
