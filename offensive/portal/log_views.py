"""The log, of one company and of the programme."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.guards import company_page
from companies.queries import enterprise_ids
from offensive.portal.log import in_words
from offensive.tenancy.guard import page
from offensive.tenancy.models import LogEntry
from offensive.tenancy.permissions import Action

PER_PAGE = 50


@require_safe
@company_page(Action.COMPANY_VIEW)
def company_log(request, company):
    """Who changed or downloaded what about one company, as far as the asker may see it."""
    entries = LogEntry.objects.of(request.acting.programme_id).about(enterprise_ids(company.pk))
    return _shown(request, entries, {"company": company})


@require_safe
@page(Action.LOG_VIEW)
def programme_log(request):
    """The same for the whole programme, settings and people included."""
    return _shown(request, LogEntry.objects.of(request.acting.programme_id), {})


def _shown(request, entries, context):
    listed = Paginator(entries.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    pages = listed.paginator.get_elided_page_range(listed.number)
    return render(request, "portal/log.html", {**context, "page": listed, "pages": pages, "lines": in_words(listed)})
