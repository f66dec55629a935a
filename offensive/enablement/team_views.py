"""The page of the team's load."""

from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from offensive.documents.spreadsheets import KINDS, exported
from offensive.enablement.team import team_load
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_safe
@page(Action.TASK_VIEW)
def team(request):
    """Who has how much on the desk."""
    loads = team_load(request.acting)
    if request.GET.get("export") in KINDS:
        return _export(request, loads)
    tasks = f"{here(request, 'coordination:task_list')}?whose=all&owner="
    rows = [{"load": load, "url": f"{tasks}{load.user_id}", "hours": _hours(load.minutes)} for load in loads]
    return render(request, "enablement/team.html", {"rows": rows, "bars": _bars(loads, tasks)})


def _hours(minutes):
    return tuple(number_format(each / 60, 1, force_grouping=True) for each in minutes)


def _bars(loads, tasks):
    longest = max((load.tasks for load in loads), default=0) or 1
    return [
        {
            "label": f"{load.name} ({load.organisation})",
            "value": number_format(load.tasks, force_grouping=True),
            "share": f"{load.tasks * 100 / longest:.1f}",
            "url": f"{tasks}{load.user_id}",
        }
        for load in loads
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
    rows = [
        (
            *(load.name, load.organisation, load.companies, load.tasks, load.overdue, load.silences),
            *load.deliveries,
            *load.minutes,
        )
        for load in loads
    ]
    kind = request.GET["export"]
    return exported(request.acting, kind, name=_("Team"), table="enablement_task", columns=columns, rows=rows, told="")
