"""Reading and taking over lists of companies; reminders every morning."""

from celery import shared_task
from django.utils.translation import gettext as _

from companies.duplicates import likely_pairs
from companies.import_reading import mapping_of
from companies.import_reading import read_list as read
from companies.import_services import READ_TASK, TAKE_TASK, keep_read, take_over_some
from companies.models import ImportBatch, RowState
from companies.reminders import remind_all
from companies.sheets.table import SheetError
from offensive.documents.services import DocumentError, open_file
from offensive.jobs.services import JobError, JobTaken, claim, finish, job_scope, report_progress, working
from offensive.tenancy.addresses import address_for


@shared_task(name=READ_TASK)
def read_list(*, programme_id, job_id):
    """Read an uploaded file into rows. Safe to run again: rows are stored once, with the end of the job."""
    try:
        job = claim(programme_id, job_id)
    except JobTaken:
        return
    with working(job):
        report_progress(job, percent=5, step=_("Opening the file"))
        with job_scope(job):
            batch = ImportBatch.objects.select_related("document").get(pk=job.subject)
        found = _read(batch)
        report_progress(job, percent=60, step=_("Comparing with the companies that are already there"))
        with job_scope(job) as acting:
            keep_read(batch, found)
            finish(job, result=_result(acting, batch))


def _read(batch):
    """The slow middle: neither transaction nor scope."""
    mapping = mapping_of(batch) if batch.mapping.get("confirmed") else None
    try:
        with open_file(batch.document) as file:
            return read(file, batch.document.name, mapping=mapping)
    except (SheetError, DocumentError) as error:
        raise JobError(str(error)) from error


@shared_task(name=TAKE_TASK)
def take_over(*, programme_id, job_id):
    """Register the new rows of an import, some at a time. Safe to run again: what has been taken over is not new."""
    try:
        job = claim(programme_id, job_id)
    except JobTaken:
        return
    with working(job):
        with job_scope(job):
            batch = ImportBatch.objects.select_related("organisation", "document").get(pk=job.subject)
            waiting = batch.importrow_set.in_state(RowState.NEW, RowState.CHANGED).count()
        settled = 0
        while True:
            with job_scope(job) as acting:
                now = take_over_some(batch, acting=acting)
                settled += now
                if not now:
                    finish(job, result=_result(acting, batch))
                    break
            percent = min(99, settled * 100 // max(waiting, 1))
            report_progress(job, percent=percent, step=_("Taking over the companies"))
        with job_scope(job) as acting:
            likely_pairs(acting)  # compared now, so that nobody waits for it at the list of likely duplicates


def _result(acting, batch):
    return {"url": address_for(acting, "companies:import_batch", pk=batch.pk)}


@shared_task(name="companies.remind")
def remind():
    """Every morning, before the mails leave. Safe to run twice: each day before expiry is one mail a person."""
    remind_all()
