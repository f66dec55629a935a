"""Hand-overs: the list, one request, the answer to it, and the tasks that come along."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from companies.handover_queries import handovers_seen_by, people_who_answer
from companies.handovers import HandoverError, accept, decline, withdraw
from companies.models import Handover
from offensive.enablement.handover_forms import AcceptForm, DeclineForm, HandoverFilterForm, TaskChoiceForm
from offensive.enablement.handover_queries import decision_of, handover_rows
from offensive.enablement.handover_queries import handover_list as listed_handovers
from offensive.enablement.handover_tasks import take_over
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported

LIST_ID = "handover-list"
PER_PAGE = 25


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@page(Action.HANDOVER_VIEW)
def handover_list(request):
    """What waits for an answer, in both directions; what was decided by the filter."""
    given = {name: request.GET.get(name, "") for name in HandoverFilterForm.base_fields}
    found = listed_handovers(request.acting, **given).with_names()
    query = urlencode({name: value for name, value in given.items() if value})
    if request.GET.get("export") in KINDS:
        return _export(request, found, query)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": HandoverFilterForm(request.GET),
        "target": LIST_ID,
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "rows": handover_rows(shown, request.acting),
        "query": query,
    }
    is_part = request.htmx.target == LIST_ID and not request.htmx.history_restore_request
    return render(request, f"enablement/handover_list.html{'#list' if is_part else ''}", context)


def _export(request, found, query):
    columns = [
        _("Company"), _("Town"), _("From"), _("To"), _("Asked by"), _("Asked on"), _("Reason"), _("State"),
        _("Caring person"), _("Decided by"), _("Decided on"), _("Answer"),
    ]  # fmt: skip
    rows = [
        (each.company_name, each.town, str(each.from_partner), str(each.to_partner), str(each.asked_by),
         each.asked_at.date(), each.reason, each.get_state_display(), str(each.person or ""),
         str(each.decided_by or ""), each.decided_at and each.decided_at.date(), each.answer)
        for each in found
    ]  # fmt: skip
    return exported(
        request.acting, request.GET["export"], name=_("hand-overs"), table=Handover._meta.db_table, columns=columns,
        rows=rows, told=query,
    )  # fmt: skip


def _handover(request, pk):
    return get_object_or_404(handovers_seen_by(request.acting).with_names(), pk=pk)


@require_safe
@page(Action.HANDOVER_VIEW)
def handover(request, pk):
    """One request, with what is needed to decide; after it, what was decided and which tasks come along."""
    return _shown(request, _handover(request, pk))


def _shown(request, asked, *, accept_form=None, decline_form=None, status=200):
    people = people_who_answer(request.acting.organisation_id).select_related("user").order_by("user__name")
    decision = decision_of(asked, request.acting)
    context = {
        "asked": asked,
        "decision": decision,
        "accept_form": accept_form or AcceptForm(people=people, initial=_person(asked, request)),
        "decline_form": decline_form or DeclineForm(),
        "task_form": TaskChoiceForm(tasks=decision.tasks),
    }
    return render(request, "enablement/handover.html", context, status=status)


def _person(asked, request):
    return {"person": asked.proposed_id or request.user.pk}


@require_POST
@page(Action.HANDOVER_DECIDE)
def handover_accept(request, pk):
    """The own house looks after the company from now on."""
    asked = _handover(request, pk)
    people = people_who_answer(request.acting.organisation_id).select_related("user")
    form = AcceptForm(request.POST, people=people)
    if not form.is_valid():
        return _shown(request, asked, accept_form=form, status=422)

    def work():
        accept(asked, acting=request.acting, person_id=form.cleaned_data["person"])

    return _done(request, pk, work, _("Your organisation looks after %(name)s from now on.") % {"name": asked})


@require_POST
@page(Action.HANDOVER_DECIDE)
def handover_decline(request, pk):
    """It stays where it is."""
    asked, form = _handover(request, pk), DeclineForm(request.POST)
    if not form.is_valid():
        return _shown(request, asked, decline_form=form, status=422)
    return _done(request, pk, lambda: decline(asked, acting=request.acting, **form.cleaned_data), _("Declined."))


@require_POST
@page(Action.HANDOVER_ASK)
def handover_withdraw(request, pk):
    """Not asked any longer."""
    asked = _handover(request, pk)
    return _done(request, pk, lambda: withdraw(asked, acting=request.acting), _("The request is withdrawn."))


def _done(request, pk, work, sentence):
    """Back to the request, which then shows what came of it."""
    try:
        work()
    except HandoverError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect(here(request, "coordination:handover", pk=pk))


@require_POST
@page(Action.HANDOVER_DECIDE)
def handover_tasks(request, pk):
    """Take over the ticked tasks; the others stay with who has them."""
    asked = _handover(request, pk)
    form = TaskChoiceForm(request.POST, tasks=decision_of(asked, request.acting).tasks)
    chosen = form.cleaned_data["task"] if form.is_valid() else []

    def work():
        take_over(asked, acting=request.acting, task_ids=chosen)

    n = len(chosen)
    return _done(request, pk, work, ngettext("%(n)s task is taken over.", "%(n)s tasks are taken over.", n) % {"n": n})
