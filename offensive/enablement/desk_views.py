"""The page Support and the list of what is claimed and not evidenced."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from offensive.enablement.gaps import all_lines, gap_pages, gaps, gaps_by_partner, latest_of
from offensive.enablement.ledger_forms import GapFilterForm
from offensive.enablement.models import Delivery
from offensive.enablement.support_queries import kind_choices
from offensive.tenancy.drawing import drawn
from offensive.tenancy.guard import page
from offensive.tenancy.models import Organisation
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported

GAPS_ID = "gaps"


@require_safe
@page(Action.DELIVERY_RECORD)
def desk(request):
    """Where support is recorded, and what the person has recorded last."""
    return render(request, "enablement/desk.html", {"ledger": latest_of(request.acting)})


@require_safe
@page(Action.DELIVERY_RECORD)
def gap_list(request):
    """Claimed and not evidenced, the oldest first: a partner's own, the lead's all."""
    if request.GET.get("export") in KINDS:
        form = _filter_form(request)
        return exported_lines(request, gaps(request.acting, form.filters()), _("support-without-evidence"), form.told())
    body = drawn(request, "gap list", "enablement/_gap_list.html", lambda: _gaps(request))
    return render(request, "enablement/gap_list.html", {"body": body})


def _filter_form(request):
    acting = request.acting
    return GapFilterForm(request.GET, kinds=kind_choices(acting.programme_id), partners=partners_seen(acting))


def _gaps(request):
    acting, form = request.acting, _filter_form(request)
    shown = gap_pages(acting, form.filters()).get_page(request.GET.get("page"))
    return {
        "form": form,
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "counts": gaps_by_partner(acting) if acting.audience == "lead" else [],
        "today": timezone.localdate(),
        "query": urlencode(form.narrowed()),
        "target": GAPS_ID,
    }


def partners_seen(acting):
    """The partners between which the asker may choose: the lead sees all, a partner itself."""
    consortium = Organisation.objects.of(acting.programme_id).consortium().order_by("short_name", "name")
    return list(consortium) if acting.audience == "lead" else []


def exported_lines(request, deliveries, name, told):
    """The list on the screen as a file: who gave what to which company, and how long ago."""
    columns = [
        _("Given by"),
        _("Date"),
        _("Age in days"),
        _("Company"),
        _("Kind of support"),
        _("Support"),
        _("Remark"),
    ]
    today = timezone.localdate()
    return exported(
        request.acting,
        request.GET["export"],
        name=name,
        table=Delivery._meta.db_table,
        columns=columns,
        rows=(_row(line.delivery, today) for line in all_lines(deliveries)),
        told=told,
    )


def _row(delivery, today):
    given = (str(delivery.partner), delivery.on, (today - delivery.on).days, delivery.company.name)
    return *given, str(delivery.kind), delivery.title, delivery.lacks or ""
