from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.models import SizeClass
from offensive.jobs.queries import latest_job
from offensive.jobs.services import JobError
from offensive.reports import queries, services, storage
from offensive.reports.content import from_data
from offensive.reports.forms import EnterpriseFilter
from offensive.reports.models import Download
from offensive.reports.rendering import render_html
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.logging import log_access
from offensive.tenancy.models import LogEntry, Period
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported

ROWS_PER_PAGE = 50


@require_safe
@page(Action.REPORT_READ)
def period_list(request):
    rows = queries.period_rows(request.acting.programme_id, today=timezone.localdate())
    if request.GET.get("export") in KINDS:
        return _periods_exported(request.acting, request.GET["export"], rows)
    return render(request, "reports/period_list.html", {"periods": rows})


def _periods_exported(acting, kind, rows):
    columns = [_("Period"), _("From"), _("To"), _("Due on"), _("State"), _("Edition"), _("Submitted on")]
    return exported(
        acting,
        kind,
        name=_("Reporting periods"),
        table="tenancy_period",
        columns=columns,
        rows=[
            (row.name, row.starts_on, row.ends_on, row.due_on, str(row.state[0]), row.number, row.submitted_at)
            for row in rows
        ],
        told="",
    )


@require_safe
@page(Action.REPORT_READ)
def period(request, key):
    period = _period(request, key)
    editions = list(queries.editions(request.acting.programme_id).of_period(period))
    shown = next((each for each in editions if hasattr(each, "submission")), editions[0] if editions else None)
    context = {
        "period": period,
        "editions": editions,
        "shown": shown,
        "figures": queries.figures(shown) if shown else (),
        "job": _job_to_show(request, period, editions),
        "today": timezone.localdate(),
    }
    return render(request, "reports/period.html", context)


def _job_to_show(request, period, editions):
    """The work under way, or what went wrong with it when nothing came of it since."""
    job = latest_job(services.BUILD_TASK, period.key, acting=request.acting)
    is_outdated = job and job.is_finished and (not job.has_failed or any(e.built_at > job.asked_at for e in editions))
    return None if is_outdated else job


@require_POST
@page(Action.REPORT_BUILD)
def report_create(request, key):
    try:
        services.ask_for_report(_period(request, key), acting=request.acting)
    except JobError as error:
        messages.error(request, str(error))
    return redirect(here(request, "reports:period", key=key))


@require_safe
@page(Action.REPORT_DOWNLOAD)
def edition(request, key, number):
    """An edition's figures, hash and file; a funding body finds submitted ones alone."""
    edition = _edition(request, key, number)
    context = {"edition": edition, "period": edition.period, "figures": queries.figures(edition)}
    return render(request, "reports/edition.html", context)


@require_safe
@page(Action.REPORT_READ)
def edition_read(request, key, number):
    """The report itself as a page, from the same templates as the file."""
    edition = _edition(request, key, number)
    html = render_html(from_data(edition.content), for_screen=True, annex_limit=_annex_limit(edition))
    # Written by the report's own templates, which escape every value.
    context = {"edition": edition, "period": edition.period, "report": mark_safe(html)}  # noqa: S308
    return render(request, "reports/edition_read.html", context)


def _annex_limit(edition):
    return edition.period.programme.annex_limit


@require_safe
@page(Action.REPORT_DOWNLOAD)
def edition_pdf(request, key, number):
    """The stored file, byte for byte what was approved; who took it is written down."""
    edition = _edition(request, key, number)
    try:
        file = storage.open_report(edition.pdf_sha256)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Http404 from error
    _note_download(request, edition)
    name = f"Fortschrittsbericht_{key}_Ausgabe-{number}.pdf"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")


def _note_download(request, edition):
    row = Download(
        programme_id=edition.programme_id,
        edition=edition,
        organisation_id=request.acting.organisation_id,
        downloaded_by=request.user,
    )
    # The funding body may add to this list but not read it: nothing must be returned.
    Download.objects.bulk_create([row], ignore_conflicts=True)
    log_access(
        request.acting,
        LogEntry.Operation.DOWNLOAD,
        table="reports_edition",
        row=edition.pk,
        title=str(edition),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(Action.REPORT_SUBMIT)
def edition_submit(request, key, number):
    """Says what will happen and which file it is about; by POST it happens."""
    edition = _edition(request, key, number)
    if request.method != "POST":
        return render(request, "reports/edition_submit.html", _before_submission(request, edition))
    return _act(request, edition, services.approve_and_submit, done=_("The report has been submitted."))


@require_POST
@page(Action.REPORT_SUBMIT)
def edition_approve(request, key, number):
    edition = _edition(request, key, number)
    return _act(request, edition, services.approve, done=_("The report has been approved."))


def _act(request, edition, service, *, done):
    try:
        service(edition, acting=request.acting)
    except services.ReportError as error:
        return render(
            request,
            "reports/edition_submit.html",
            {**_before_submission(request, edition), "problem": error},
            status=422,
        )
    messages.success(request, done)
    return redirect(here(request, "reports:edition", key=edition.period.key, number=edition.number))


def _before_submission(request, edition):
    newer = queries.editions(request.acting.programme_id).of_period(edition.period).filter(number__gt=edition.number)
    needs_another = edition.period.programme.four_eyes and edition.built_by_id == request.user.pk
    return {
        "edition": edition,
        "period": edition.period,
        "figures": queries.figures(edition),
        "newer": newer.first(),
        "needs_another": needs_another and not hasattr(edition, "approval"),
    }


@require_safe
@page(Action.REPORT_READ)
def figure(request, key, number, code):
    """The enterprises behind a figure: the edition's own rows, not today's."""
    edition = _edition(request, key, number)
    figure = next((each for each in queries.figures(edition) if each.code == code), None)
    if figure is None:
        raise Http404
    form = EnterpriseFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = queries.enterprises_behind(edition, code, size=chosen.get("size", ""), only_new=chosen.get("new", False))
    page_of_rows = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"edition": edition, "period": edition.period, "figure": figure, "form": form}
    context["left_out"] = queries.left_out(edition, code)
    return render(request, "reports/figure.html", {**context, **_rows_with_evidence(request, page_of_rows)})


def _rows_with_evidence(request, page_of_rows):
    rows = list(page_of_rows)
    evidence = queries.evidence_of([row.delivery for row in rows])
    parameters = request.GET.copy()
    parameters.pop("page", None)
    return {
        "page": page_of_rows,
        "pages": page_of_rows.paginator.get_elided_page_range(page_of_rows.number),
        "query": parameters.urlencode(),
        "rows": [(row, SizeClass(row.size_class).label, evidence.get(row.delivery, ())) for row in rows],
    }


def _period(request, key):
    return get_object_or_404(Period.objects.of(request.acting.programme_id).select_related("programme"), key=key)


def _edition(request, key, number):
    known = queries.editions(request.acting.programme_id).select_related("period__programme")
    return get_object_or_404(known, period__key=key, number=number)
