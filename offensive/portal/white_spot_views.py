"""White spots: what nobody serves."""

from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies.models import Company
from offensive.portal.white_spots import WINDOWS, white_spots
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.remembering import remembered
from offensive.tenancy.spreadsheets import KINDS, exported

USUAL_DAYS = 180


@require_safe
@page(Action.COMPANY_LIST)
def spots(request):
    """Municipalities, sectors and stages with how many companies are known, take part and were supported lately."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, WINDOWS) else USUAL_DAYS
    sections = white_spots(request.acting, days=days)
    if (kind := request.GET.get("export")) in KINDS:
        return _file(request, kind, sections, days)
    context = {"sections": sections, "days": days, "windows": WINDOWS, "query": f"days={days}"}
    return render(request, "portal/white_spots.html", {**context, "drawn": _drawn(request, sections, days)})


def _drawn(request, sections, days):
    """The tables, remembered as drawn: some sixty rows cost more than all else on the page."""
    return remembered(
        request.acting,
        f"white spots drawn {days} {timezone.localdate()}",
        lambda: render_to_string("portal/white_spots.html#sections", {"sections": sections}, request),
    )


def _file(request, kind, sections, days):
    columns = [_("Section"), _("Name"), _("Known"), _("Taking part"), _("Supported lately"), _("State")]
    rows = (
        (section.title, spot.label, spot.known, spot.participating, spot.supported, spot.state[0])
        for section in sections
        for spot in section.spots
    )
    told = _("Support within the last %(days)s days") % {"days": days}
    table = Company._meta.db_table
    return exported(request.acting, kind, name=_("White spots"), table=table, columns=columns, rows=rows, told=told)
