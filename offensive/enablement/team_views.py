"""The page of the team's load."""

from dataclasses import astuple

from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from offensive.enablement.team import team_of
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported


@require_safe
@page(Action.TASK_VIEW)
def team(request):
    """Who has how much on the desk."""
    loads = team_of(request.acting)
    if request.GET.get("export") in KINDS:
        return _export(request, loads)
    tasks, companies = here(request, "coordination:task_list"), here(request, "companies:company_list")
    people = [_row(load, load.user_id and f"{tasks}?whose=all&owner={load.user_id}") for load in loads.people]
    houses = [_row(load, f"{companies}?partner={load.house_slug}") for load in loads.houses]
    context = {"people": people, "houses": houses, "bars": _bars(people)}
    return render(request, "enablement/team.html", context)


def _row(load, url):
    minutes = (load.numbers.recent_minutes, load.numbers.longer_minutes)
    return {"load": load, "url": url, "hours": [number_format(each / 60, 1, force_grouping=True) for each in minutes]}


def _bars(rows):
    longest = max((row["load"].numbers.tasks for row in rows), default=0) or 1
    return [
        {
            "label": f"{row['load'].name} ({row['load'].house})",
            "value": number_format(row["load"].numbers.tasks, force_grouping=True),
            "share": f"{row['load'].numbers.tasks * 100 / longest:.1f}",
            "url": row["url"],
        }
        for row in rows
    ]


def _export(request, loads):
    columns = [
        _("Person"),
        _("Organisation"),
        _("Companies"),
        _("Open tasks"),
        _("Overdue"),
        _("Silent companies"),
        _("Support, 30 days"),
        _("Support, 90 days"),
        _("Minutes, 30 days"),
        _("Minutes, 90 days"),
    ]
    rows = [(load.name, load.house, *astuple(load.numbers)) for load in loads.people]
    kind = request.GET["export"]
    return exported(request.acting, kind, name=_("Team"), table="enablement_task", columns=columns, rows=rows, told="")
