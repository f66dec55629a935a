"""The log, of one company and of the programme."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies.guards import company_page
from companies.handover_queries import handovers_of
from companies.queries import enterprise_ids
from offensive.enablement.handover_queries import handover_rows
from offensive.portal.log import in_words
from offensive.portal.log_forms import LogFilterForm
from offensive.tenancy.guard import page
from offensive.tenancy.models import LogEntry
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported

PER_PAGE = 50
# A file of more lines is read by nobody, and a spreadsheet of half a million would hold a web process for minutes.
EXPORTED_AT_MOST = 20_000


@require_safe
@company_page(Action.COMPANY_VIEW)
def company_log(request, company):
    """Who changed or downloaded what about one company, as far as the asker may see it."""
    entries = LogEntry.objects.of(request.acting.programme_id).about(enterprise_ids(company.pk))
    # The company itself reads who looks after it, not who was asked.
    given = handovers_of(company.pk) if request.acting.audience != "company" else []
    return _shown(request, entries, {"company": company, "handovers": handover_rows(given, request.acting)})


@require_safe
@page(Action.LOG_VIEW)
def programme_log(request):
    """The same for the whole programme, settings and people included."""
    return _shown(request, LogEntry.objects.of(request.acting.programme_id), {})


def _shown(request, entries, context):
    form = LogFilterForm(request.GET)
    paginator = Paginator(form.found_in(entries).newest_first(), PER_PAGE)
    fits = paginator.count <= EXPORTED_AT_MOST
    if fits and request.GET.get("export") in KINDS:
        return _export(request, paginator.object_list, form)
    listed = paginator.get_page(request.GET.get("page"))
    shown = {"page": listed, "pages": paginator.get_elided_page_range(listed.number), "lines": in_words(listed)}
    asked = {"form": form, "query": urlencode(form.narrowed()), "fits": fits, "at_most": EXPORTED_AT_MOST}
    return render(request, "portal/log.html", {**context, **shown, **asked})


def _export(request, entries, form):
    rows = (
        (line.at, f"{localtime(line.at):%H:%M:%S}", line.who, line.sentence, "; ".join(line.details))
        for line in in_words(entries)
    )
    return exported(
        request.acting,
        request.GET["export"],
        name=_("history"),
        table=LogEntry._meta.db_table,
        columns=[_("Date"), _("Time"), _("Person"), _("What was done"), _("Details")],
        rows=rows,
        told=" – ".join(form.narrowed().values()),
    )
