"""Pages of the import: upload, columns, preview, one row."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from companies.import_changes import LIST, RECORD
from companies.import_forms import ColumnsForm, UploadForm
from companies.import_queries import (
    PAGE_SIZE,
    counts_of,
    doubts_of,
    imports_of,
    kept_with_list,
    page_of,
    shown_rows,
    shown_waiting,
    waiting_imports,
    waiting_rows,
    whole_form,
)
from companies.import_reading import mapping_of
from companies.import_services import (
    READ_TASK,
    TAKE_TASK,
    ListError,
    ask_to_take_over,
    assign_columns,
    choose_for_all,
    choose_values,
    correct_row,
    decide_row,
    skip_row,
    upload_list,
)
from companies.models import ImportRow, ImportState
from companies.sheets.fields import FIELDS
from offensive.documents.services import DocumentError
from offensive.jobs.queries import latest_job
from offensive.jobs.services import JobError
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported


@page(Action.COMPANY_IMPORT)
def import_upload(request):
    """Choose a file; below it the imports that still wait for somebody."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid() and (batch := _uploaded(request, form)):
            return redirect(here(request, "companies:import_batch", pk=batch.pk))
    context = {"form": form, "waiting": waiting_imports(request.acting)}
    return render(request, "companies/import_upload.html", context, status=422 if form.errors else 200)


def _uploaded(request, form):
    try:
        batch, job = upload_list(form.cleaned_data["file"], acting=request.acting)
    except (DocumentError, JobError) as error:
        form.add_error("file", str(error))
        return None
    if job is None:
        messages.info(request, _("This list is already in preparation. Here you can go on with it."))
    return batch


@require_safe
@page(Action.COMPANY_IMPORT)
def import_waiting(request):
    """Rows of all lists that need a person."""
    rows = waiting_rows(request.acting)
    if request.GET.get("export") in KINDS:
        return _exported_waiting(request.acting, rows, request.GET["export"])
    paginator = Paginator(rows, PAGE_SIZE)
    shown = paginator.get_page(request.GET.get("page"))
    pages = paginator.get_elided_page_range(shown.number)
    context = {"page": shown, "rows": shown_waiting(shown), "pages": pages}
    return render(request, "companies/import_waiting.html", context)


def _exported_waiting(acting, rows, kind):
    return exported(
        acting,
        kind,
        name=_("rows-waiting"),
        table=ImportRow._meta.db_table,
        columns=[_("Company"), _("Town"), _("Why it waits"), _("List"), _("Line"), _("Brought by")],
        rows=[
            (each.name, each.place, each.why, each.row.batch.document.name, each.row.number, str(each.row.organisation))
            for each in shown_waiting(rows.select_related("organisation", "batch__document"))
        ],
        told="",
    )


@require_safe
@page(Action.COMPANY_IMPORT)
def import_batch(request, pk):
    """What was understood, problems first; or how far reading is."""
    batch = get_object_or_404(imports_of(request.acting), pk=pk)
    if batch.state == ImportState.READING and batch.mapping and not batch.mapping["confirmed"]:
        return redirect(here(request, "companies:import_columns", pk=pk))
    if batch.state == ImportState.READING:
        job = latest_job(READ_TASK, str(pk), acting=request.acting)
        if job and job.result_url:  # finished between the two looks
            return redirect(job.result_url)
        return render(request, "companies/import_reading.html", {"batch": batch, "job": job})
    return render(request, "companies/import_batch.html", _preview(request, batch))


def _preview(request, batch):
    state, line = request.GET.get("state", ""), request.GET.get("row", "")
    shown = page_of(batch, state=state, line=line, number=request.GET.get("page"))
    job = latest_job(TAKE_TASK, str(batch.pk), acting=request.acting)
    return {
        "batch": batch,
        "counts": counts_of(batch),
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "query": f"state={state}" if state else "",
        "is_narrowed": bool(state or line),
        "job": None if job is None or job.result_url else job,
        "kept_with_list": kept_with_list(batch),
    }


@page(Action.COMPANY_IMPORT)
def import_columns(request, pk):
    """Say what each column holds; then the file is read again."""
    batch = get_object_or_404(imports_of(request.acting), pk=pk)
    if not batch.mapping:
        return redirect(here(request, "companies:import_batch", pk=pk))
    mapping = mapping_of(batch)
    form = ColumnsForm(request.POST or None, mapping=mapping, samples=batch.mapping["samples"])
    if request.method == "POST" and form.is_valid() and (read := _assigned(request, form, batch)):
        return redirect(here(request, "companies:import_batch", pk=read.pk))
    context = {"batch": batch, "form": form, "doubts": doubts_of(mapping)}
    return render(request, "companies/import_columns.html", context, status=422 if form.errors else 200)


def _assigned(request, form, batch):
    try:
        return assign_columns(batch, form.assigned(), acting=request.acting)[0]
    except (ListError, JobError) as error:
        form.add_error(None, str(error))
        return None


@page(Action.COMPANY_IMPORT)
def import_row(request, pk, number):
    """All fields of one row; a POST takes what was typed, here or in the preview."""
    row = _row(request, pk, number)
    if request.method == "POST":
        typed = {key: _text(request.POST[key]) for key in FIELDS if key in request.POST}
        return _changed(request, row, lambda: correct_row(row, typed))
    context = {"batch": row.batch, "row": row, "form": whole_form(row, row.batch)}
    return render(request, "companies/import_row.html", context)


def _text(typed):
    return typed.replace("\x00", "").strip()[:20_000]


@require_POST
@page(Action.COMPANY_IMPORT)
def import_decide(request, pk, number):
    """The same company, or another one."""
    row = _row(request, pk, number)
    choice = _choice(request.POST.get("choice", ""))
    return _changed(request, row, lambda: decide_row(row, choice, acting=request.acting))


def _choice(text):
    kind, _colon, number = text.partition(":")
    if kind == "row" and number.isdecimal():
        return ("row", int(number))
    return int(text) if text.isdecimal() else text


@require_POST
@page(Action.COMPANY_IMPORT)
def import_skip(request, pk, number):
    """Leave a row out, or take it in again."""
    row = _row(request, pk, number)
    return _changed(request, row, lambda: skip_row(row, skipped=request.POST.get("skipped") != "no"))


@require_POST
@page(Action.COMPANY_IMPORT)
def import_choose(request, pk, number):
    """Which value holds in each field of which list and record say different things."""
    row = _row(request, pk, number)
    choices = {key: request.POST[key] for key in row.differences if key in request.POST}
    return _changed(request, row, lambda: choose_values(row, choices, acting=request.acting))


@require_POST
@page(Action.COMPANY_IMPORT)
def import_choose_all(request, pk):
    """The same answer for every row of which list and record say different things."""
    batch = get_object_or_404(imports_of(request.acting), pk=pk)
    if (side := request.POST.get("side")) in (LIST, RECORD):
        choose_for_all(batch, side, acting=request.acting)
        messages.success(request, _("Noted. You can still change it row by row before you take the list over."))
    return redirect(here(request, "companies:import_batch", pk=pk))


@require_POST
@page(Action.COMPANY_IMPORT)
def import_take_over(request, pk):
    """Take over all new rows and chosen changes, as a job."""
    batch = get_object_or_404(imports_of(request.acting), pk=pk)
    try:
        job = ask_to_take_over(batch, acting=request.acting)
    except JobError as error:
        messages.error(request, str(error))
        return redirect(here(request, "companies:import_batch", pk=pk))
    return redirect(here(request, "jobs:job_progress", pk=job.pk))


def _row(request, pk, number):
    batch = get_object_or_404(imports_of(request.acting), pk=pk)
    row = get_object_or_404(batch.importrow_set, number=number)
    row.batch = batch
    return row


def _changed(request, row, change):
    """Make the change and answer: for htmx the row and the counts, else the preview (back at the row)."""
    problem = ""
    try:
        row = change()
    except ListError as error:
        problem = str(error)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        where = "import_row" if "whole" in request.POST and row.state == "problem" else "import_batch"
        return redirect(_address(request, where, row))
    row.refresh_from_db()
    batch = imports_of(request.acting).get(pk=row.batch_id)
    context = {"batch": batch, "shown": shown_rows(batch, [row])[0], "counts": counts_of(batch), "problem": problem}
    return render(request, "companies/import_changed.html", context)


def _address(request, where, row):
    if where == "import_row":
        return here(request, "companies:import_row", pk=row.batch_id, number=row.number)
    return f"{here(request, 'companies:import_batch', pk=row.batch_id)}#row-{row.number}"
