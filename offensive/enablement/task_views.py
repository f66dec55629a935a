"""Tasks: the list, a new one, changing one, done and undone."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from companies.guards import company_page
from offensive.enablement.colleagues import colleagues
from offensive.enablement.company_tasks import company_context
from offensive.enablement.coordination_forms import TaskFilterForm, TaskForm
from offensive.enablement.models import Task
from offensive.enablement.task_queries import task_list as listed_tasks
from offensive.enablement.task_queries import task_rows
from offensive.enablement.task_services import change_task, finish_task, give_task, reopen_task
from offensive.tenancy.addresses import here
from offensive.tenancy.drawing import drawn
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.spreadsheets import KINDS, exported

LIST_ID = "task-list"
PER_PAGE = 25


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
@page(Action.TASK_VIEW)
def task_list(request):
    """Own tasks first; those of the house and all others by the filter."""
    form = TaskFilterForm(request.GET, acting=request.acting, colleagues=colleagues(request.acting))
    filters = form.filters()
    tasks = listed_tasks(request.acting, filters).with_names()
    if request.GET.get("export") in KINDS:
        return _export(request, tasks)
    name = f"tasks {request.acting.user_id} {timezone.localdate()}"
    shown = drawn(request, name, "enablement/_task_list.html", lambda: _shown(request, filters, tasks))
    if request.htmx.target == LIST_ID and not request.htmx.history_restore_request:
        return HttpResponse(shown)
    return render(request, "enablement/task_list.html", {"form": form, "target": LIST_ID, "list": shown})


def _shown(request, filters, tasks):
    shown = Paginator(tasks, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "target": LIST_ID,
        "filters": filters,
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "rows": task_rows(shown, request.acting, may_edit=may(request.acting.role, Action.TASK_EDIT)),
        "query": _query(request),
    }


def _query(request):
    """The parameters of the list, without those of its page and its file."""
    kept = request.GET.copy()
    for name in ("page", "export"):
        kept.pop(name, None)
    return kept.urlencode()


def _export(request, tasks):
    rows = [
        (
            task.title,
            task.company.name if task.company else "",
            str(task.owner),
            str(task.organisation),
            task.due_on,
            task.done_at,
            str(task.done_by or ""),
            task.details,
        )
        for task in tasks
    ]
    columns = [_("Task"), _("Company"), _("Person"), _("Organisation"), _("Due on"), _("Done on"), _("Done by")]
    return exported(
        request.acting,
        request.GET["export"],
        name=_("Tasks"),
        table="enablement_task",
        columns=[*columns, _("Details")],
        rows=rows,
        told=_query(request),
    )


@require_http_methods(["GET", "POST"])
@page(Action.TASK_EDIT)
def task_create(request):
    """A task that is about no company."""
    acting = request.acting
    form = TaskForm(request.POST or None, colleagues=colleagues(acting), membership_id=acting.membership_id)
    if form.is_valid() and form.attempt(lambda: give_task(acting=acting, **_given(form))):
        messages.success(request, _("The task is entered."))
        return redirect(here(request, "coordination:task_list"))
    return render(request, "enablement/task_form.html", {"form": form}, status=422 if form.is_bound else 200)


def _given(form):
    return {**form.values(), "form_key": form.cleaned_data["form_key"] or uuid.uuid4()}


@require_POST
@company_page(Action.TASK_EDIT)
def company_task_add(request, company):
    """A task about a company, from its page."""
    acting = request.acting
    known = colleagues(acting, company_id=company.pk)
    form = TaskForm(request.POST, colleagues=known, membership_id=acting.membership_id)
    if form.is_valid() and form.attempt(lambda: give_task(acting=acting, company_id=company.pk, **_given(form))):
        messages.success(request, _("The task is entered."))
        return redirect(here(request, "coordination:company_tasks", slug=company.organisation.slug))
    context = company_context(request, company, task_form=form)
    return render(request, "enablement/company_tasks.html", context, status=422)


@require_http_methods(["GET", "POST"])
@page(Action.TASK_EDIT)
def task_edit(request, pk):
    """Other words, another day, another owner."""
    task = _task(request, pk)
    form = TaskForm(request.POST or None, colleagues=colleagues(request.acting, company_id=task.company_id), task=task)
    if form.is_valid() and form.attempt(
        lambda: change_task(task, acting=request.acting, seen=form.seen, **form.values())
    ):
        messages.success(request, _("Saved."))
        return redirect(_back(request, task))
    context = {"form": form, "task": task, "back": _back(request, task)}
    return render(request, "enablement/task_form.html", context, status=422 if form.is_bound else 200)


def _back(request, task):
    if task.company:
        return here(request, "coordination:company_tasks", slug=task.company.slug)
    return here(request, "coordination:task_list")


def _task(request, pk):
    return get_object_or_404(Task.objects.of(request.acting.programme_id).with_names(), pk=pk)


@require_POST
@page(Action.TASK_EDIT)
def task_finish(request, pk):
    """Done with one click."""
    finish_task(_task(request, pk), acting=request.acting)
    return _after(request, pk, _("The task is done."))


@require_POST
@page(Action.TASK_EDIT)
def task_reopen(request, pk):
    """Undo."""
    reopen_task(_task(request, pk), acting=request.acting)
    return _after(request, pk, _("The task is open again."))


def _after(request, pk, sentence):
    """The one line anew; without JavaScript the page one came from."""
    task = _task(request, pk)
    if request.htmx:
        (row,) = task_rows([task], request.acting, may_edit=True)
        return render(request, "enablement/_task.html", {"row": row, "focus": True})
    messages.success(request, sentence)
    came_from = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect(_back(request, task))
