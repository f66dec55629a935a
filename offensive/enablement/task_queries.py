"""Lists of tasks: one's own, those of the house, for the lead all."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from offensive.enablement.models import Task
from offensive.tenancy.addresses import address_for

MINE, OURS, ALL = "mine", "ours", "all"
OVERDUE, TODAY, WEEK = "overdue", "today", "week"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What the list is narrowed to; ``whose`` is "mine", "ours" or "all", ``owner`` a person's id."""

    whose: str = MINE
    due: str = ""
    owner: str = ""
    company: str = ""
    done: bool = False

    @property
    def narrows(self):
        return replace(self, whose=MINE) != TaskFilter()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What one line of a list prints; the addresses are empty where the asker may only read."""

    task: Task
    badge: str
    badge_kind: str
    about: str
    about_url: str
    edit_url: str
    finish_url: str
    reopen_url: str


def task_list(acting, filters):
    """The tasks the asker may see, the most pressing first; done ones with the newest first."""
    tasks = _whose(Task.objects.of(acting.programme_id), acting, filters.whose)
    if filters.owner:
        tasks = tasks.filter(owner=int(filters.owner) if filters.owner.isdecimal() else None)
    if filters.company:
        tasks = tasks.filter(company__name__icontains=filters.company)
    if filters.done:
        return tasks.done().order_by("-done_at", "-pk")
    return _due(tasks.open(), filters.due).order_by("due_on", "pk")


def _whose(tasks, acting, whose):
    if whose == MINE:
        return tasks.owned_by(acting.user_id, organisation_id=acting.organisation_id)
    return tasks.filter(organisation=acting.organisation_id) if whose == OURS else tasks


def _due(tasks, due):
    today = timezone.localdate()
    if due == OVERDUE:
        return tasks.overdue(on=today)
    days = {TODAY: 0, WEEK: 7}.get(due)
    return tasks if days is None else tasks.due(on=today + timedelta(days=days))


def task_rows(tasks, acting, *, may_edit):
    """``TaskRow`` of each of ``tasks``, which must come ``with_names``."""
    today = timezone.localdate()
    return [_row(task, acting, today, may_edit) for task in tasks]


def _row(task, acting, today, may_edit):
    badge, kind = _badge(task, today)

    def work(name):
        return address_for(acting, f"coordination:{name}", pk=task.pk) if may_edit else ""

    return TaskRow(
        task=task,
        badge=badge,
        badge_kind=kind,
        about=task.company.name if task.company else "",
        about_url=address_for(acting, "coordination:company_tasks", slug=task.company.slug) if task.company else "",
        edit_url=work("task_edit"),
        finish_url=work("task_finish"),
        reopen_url=work("task_reopen"),
    )


def _badge(task, today):
    if task.done_at:
        return _("done"), "success"
    if task.due_on < today:
        return _("overdue since %s") % date_format(task.due_on, "SHORT_DATE_FORMAT"), "danger"
    if task.due_on == today:
        return _("due today"), "warning"
    return _("until %s") % date_format(task.due_on, "SHORT_DATE_FORMAT"), "info"
