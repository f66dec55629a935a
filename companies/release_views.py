"""The page on which a company decides what it releases."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from companies.guards import company_page
from companies.release_forms import DefenceForm, ReleaseForm
from companies.releases import answer_defence, decide, decisions_of, history_of, interest_in_defence
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action, may

LATEST = 20


@require_http_methods(["GET", "POST"])
@company_page(Action.RELEASE_VIEW)
def releases(request, company):
    """What is known by the agreement, and what the company releases above it."""
    decisions = decisions_of(company.pk)
    form = ReleaseForm(request.POST or None, decisions=decisions)
    may_decide = may(request.acting.role, Action.RELEASE_DECIDE)
    if may_decide and form.is_valid():
        changed = decide(company, acting=request.acting, reaches=form.reaches())
        messages.success(request, _("Your releases are saved.") if changed else _("Nothing has changed."))
        return redirect(here(request, "companies:releases", slug=company.organisation.slug))
    interest = interest_in_defence(company.pk)
    context = {
        "company": company,
        "decisions": decisions,
        "form": form,
        "defence": DefenceForm(initial={"answer": interest.answer if interest else "open"}),
        "interest": interest,
        "history": history_of(company.pk)[:LATEST],
        "may_decide": may_decide,
    }
    return render(request, "companies/releases.html", context, status=422 if form.errors else 200)


@require_POST
@company_page(Action.RELEASE_DECIDE)
def defence_answer(request, company):
    """Record the answer about defence."""
    form = DefenceForm(request.POST)
    if form.is_valid():
        answer_defence(company, acting=request.acting, answer=form.cleaned_data["answer"])
        messages.success(request, _("Your answer is saved."))
    else:
        messages.error(request, _("Please choose one of the answers."))
    return redirect(here(request, "companies:releases", slug=company.organisation.slug))
