"""Building, approving and submitting reports.

Whatever writes for a period locks its row first: a period has one submission, and nothing is built after it.
"""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from offensive.jobs.services import JobError, ask_for, finish, job_scope, report_progress, working
from offensive.reports import storage
from offensive.reports.content import content_hash, to_data
from offensive.reports.gathering import gather
from offensive.reports.models import Approval, Edition, EditionEnterprise, EditionFigure, Submission
from offensive.tenancy.addresses import address_for
from offensive.tenancy.models import Period

BUILD_TASK = "reports.build_edition"


class ReportError(JobError):
    """A message for the person who builds, approves or submits a report."""


@transaction.atomic
def ask_for_report(period, *, acting):
    """The job that builds the report on ``period``; asked twice while it runs, it is the same job.

    Raises ``ReportError`` once the period's report has been submitted.
    """
    _lock(period)
    return ask_for(BUILD_TASK, period.key, acting=acting)


def build_edition(job):
    """Gather – render – store for a claimed ``job``; run again, it still writes one edition, whole or not at all."""
    # Dear to load, and the web server never needs it.
    from offensive.reports.pdf import render_pdf  # noqa: PLC0415

    with working(job):
        report_progress(job, percent=5, step=_("Collecting the figures"))
        with job_scope(job):
            period = Period.objects.select_related("programme").get(programme=job.programme_id, key=job.subject)
            gathered = gather(period, number=next_number(period), built_at=timezone.now())
        report_progress(job, percent=40, step=_("Laying out the pages"))
        pdf = render_pdf(gathered.content, annex_limit=period.programme.annex_limit)
        report_progress(job, percent=95, step=_("Storing the report"))
        with job_scope(job) as acting:
            edition = record_edition(period, gathered, pdf, user_id=job.asked_by_id, job=job)
            url = address_for(acting, "reports:edition_read", key=period.key, number=edition.number)
            finish(job, result={"url": url, "period": period.key, "edition": edition.number})


def next_number(period):
    """The number the next edition of the period's report gets."""
    return (Edition.objects.of_period(period).aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def record_edition(period, gathered, pdf, *, user_id, job=None):
    """Keep what was gathered as a new edition; ``pdf`` (bytes) is empty where the demonstration needs no files.

    The file is written before the rows that name it: a crash in between leaves a file nobody knows, never a row without
    its file. Raises ``ReportError`` when the period's report has been submitted in the meantime.
    """
    _lock(period)
    content = gathered.content
    edition = Edition.objects.create(
        programme_id=period.programme_id,
        period=period,
        number=content.edition.number,
        job=job,
        built_by_id=user_id,
        built_at=content.edition.built_at,
        rule_version=content.edition.rule_version,
        content=to_data(content),
        content_hash=content_hash(content),
        pdf_sha256=storage.keep(pdf) if pdf else "",
        pdf_size=len(pdf or b""),
    )
    EditionFigure.objects.bulk_create(_figures(edition, content))
    EditionEnterprise.objects.bulk_create(_enterprises(edition, period, gathered.countings), batch_size=2000)
    return edition


@transaction.atomic
def approve(edition, *, acting, at=None):
    """Answer for ``edition`` as it stands; returns the approval.

    Raises ``ReportError`` when it is approved already, when the period's report is submitted, or when the programme
    asks for four eyes and the person had it built.
    """
    _lock(edition.period)
    if approval := Approval.objects.filter(edition=edition).first():
        raise ReportError(_("This edition was already approved on %s.") % _day(approval.approved_at))
    if edition.period.programme.four_eyes and edition.built_by_id == acting.user_id:
        raise ReportError(_("You had this report created yourself. Please let a second person approve it."))
    return Approval.objects.create(
        programme_id=edition.programme_id,
        edition=edition,
        approved_by_id=acting.user_id,
        approved_at=at or timezone.now(),
    )


@transaction.atomic
def submit(edition, *, acting, at=None):
    """Hand ``edition`` in to the funding body; returns the submission. Two at once leave one.

    Raises ``ReportError`` when the period's report is submitted already, or the edition is not approved.
    """
    _lock(edition.period)
    approval = Approval.objects.filter(edition=edition).first()
    if approval is None:
        raise ReportError(_("This edition has not been approved yet."))
    return Submission.objects.create(
        programme_id=edition.programme_id,
        period_id=edition.period_id,
        edition=edition,
        approval=approval,
        submitted_by_id=acting.user_id,
        submitted_at=at or timezone.now(),
    )


@transaction.atomic
def approve_and_submit(edition, *, acting):
    """Both in one step, as the confirmation page offers it; an approval that is there already stands."""
    if not Approval.objects.filter(edition=edition).exists():
        approve(edition, acting=acting)
    return submit(edition, acting=acting)


def _lock(period):
    Period.objects.select_for_update().get(pk=period.pk)
    if submission := Submission.objects.filter(period=period).select_related("edition").first():
        raise ReportError(
            _("Edition %(number)s of this report was submitted on %(day)s. A correction stands in the next report.")
            % {"number": submission.edition.number, "day": _day(submission.submitted_at)}
        )


def _day(moment):
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def _figures(edition, content):
    for indicator in content.indicators:
        yield _figure(edition, indicator, "", indicator, indicator.target)
        for part in indicator.parts:
            yield _figure(edition, indicator, part.code, part)


def _figure(edition, indicator, part, values, target=None):
    return EditionFigure(
        programme_id=edition.programme_id,
        edition=edition,
        code=indicator.code,
        part=part,
        target=target,
        in_period=values.period_value,
        cumulative=values.cumulative_value,
    )


def _enterprises(edition, period, countings):
    return [
        EditionEnterprise(
            programme_id=edition.programme_id,
            edition=edition,
            code=code,
            company_id=each.enterprise_id,
            legal_name=each.legal_name,
            size_class=each.size_class,
            delivery=each.delivery_id,
            delivered_on=each.delivered_on,
            delivery_title=each.title,
            partner_id=each.partner_id,
            is_new=each.counts_from >= period.starts_on,
        )
        for code, counting in countings.items()
        for each in counting.counted
    ]
