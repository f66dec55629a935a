"""Ask another partner to look after one company or several."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from companies.facet_queries import facet_views
from companies.filters import filter_from
from companies.guards import company_page
from companies.handover_queries import open_request, people_who_care, receivers, to_hand_over
from companies.handovers import HandoverError, ask
from companies.queries import stages_of
from companies.views import in_words
from offensive.enablement.gaps import DeskFilter, gaps
from offensive.enablement.handover_forms import AskForm, AskForSeveralForm, OfferFilterForm
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action

# Companies in one form.
AT_MOST = 100


@require_http_methods(["GET", "POST"])
@company_page(Action.HANDOVER_ASK)
def handover_ask(request, company):
    """For one company, by the partner who looks after it or by the lead."""
    acting = request.acting
    if acting.audience != "lead" and company.caring_partner_id != acting.organisation_id:
        raise PermissionDenied
    if request.method == "GET" and (waiting := open_request(company.pk)):
        return redirect(here(request, "coordination:handover", pk=waiting.pk))
    known = receivers(acting.programme_id, without=company.caring_partner_id)
    form = AskForm(request.POST or None, receivers=known)
    if form.is_valid() and (asked := _attempt(form, [company.pk], acting)):
        messages.success(request, _("%(house)s has been asked.") % {"house": form.values()["receiver"]})
        return redirect(here(request, "coordination:handover", pk=asked[0].pk))
    context = {"company": company, "form": form, "papers_missing": _papers_missing(company, acting)}
    return render(request, "enablement/handover_ask.html", context, status=422 if form.is_bound else 200)


def _papers_missing(company, acting):
    """Own support that only the next partner could evidence once it looks after the company."""
    if company.caring_partner_id != acting.organisation_id:
        return 0
    own = DeskFilter(partner=acting.organisation_slug, company=company.organisation.slug)
    return gaps(acting, own).order_by().count()


def _attempt(form, company_ids, acting):
    """The requests; a refusal becomes the form's error, so that what was typed is kept."""
    try:
        return ask(company_ids, acting=acting, **form.values())
    except HandoverError as error:
        form.add_error(None, str(error))
        return []


@require_http_methods(["GET", "POST"])
@page(Action.HANDOVER_ASK)
def handovers_ask(request):
    """For several, for example when an adviser leaves: the list of companies as it was filtered, each to be ticked."""
    acting, filters = request.acting, filter_from(request.GET)
    narrowing = OfferFilterForm(request.GET, people=people_who_care(acting))
    found = to_hand_over(acting, filters=filters, person_id=narrowing.chosen_person)
    shown = list(found.select_related("caring_partner", "caring_person")[:AT_MOST])
    form = _several(request, shown, all_of_them=bool(narrowing.chosen_person))
    if form.is_valid() and (asked := _attempt(form, form.cleaned_data["company"], acting)):
        done = ngettext("Asked for %(n)s company.", "Asked for %(n)s companies.", len(asked))
        messages.success(request, done % {"n": len(asked)})
        return redirect(here(request, "coordination:handover_list"))
    context = {
        "form": form,
        "narrowing": narrowing,
        "kept": [(name, value) for name, values in filters.chosen for value in values],
        "told": in_words(filters, facet_views(acting, filters)) if filters.chosen else "",
        "rows": _rows(shown, form, acting),
        "more": found.count() - len(shown),
    }
    return render(request, "enablement/handovers_ask.html", context, status=422 if form.is_bound else 200)


def _several(request, companies, *, all_of_them):
    """The form; whoever looks for one person's companies wants all of them and finds them ticked."""
    initial = {"company": [each.pk for each in companies] if all_of_them else []}
    known = receivers(request.acting.programme_id)
    return AskForSeveralForm(request.POST or None, initial=initial, receivers=known, companies=companies)


def _rows(companies, form, acting):
    stages = stages_of([each.pk for each in companies], programme_id=acting.programme_id)
    ticked = form.ticked
    return [
        {"company": each, "stage": stages.get(each.pk, ""), "is_ticked": str(each.pk) in ticked} for each in companies
    ]
