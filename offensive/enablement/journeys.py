"""A company's way through the process: enrolment, and what becomes of its stages."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies.facets import set_stage
from companies.services import CompanyError, record_agreement
from offensive.enablement.models import Enrolment, Process, Stage, StageProgress
from offensive.enablement.queries import profile_completed_on, unmet_requirements
from offensive.enablement.services import must_support, record_achievement

ALL_DONE = "done"


class StageError(Exception):
    """A message for the person who works on a stage."""


@transaction.atomic
def enrol(company, *, acting, signed_on, text_version, signed_by="", document=None):
    """Record the participation agreement of ``company`` and open the first stage; a second time changes nothing.

    Raises ``StageError`` when the programme has no process yet or the asker does not look after the company.
    """
    must_support(company.pk, acting, StageError)
    process = Process.objects.filter(programme_id=acting.programme_id, is_current=True).first()
    if process is None:
        raise StageError(_("This programme has no stages yet. Please ask the consortium leader."))
    agreement = {"signed_on": signed_on, "text_version": text_version, "signed_by": signed_by, "document": document}
    try:
        record_agreement(company, acting=acting, **agreement)
    except CompanyError as error:
        raise StageError(str(error)) from error
    _open_process(company.pk, process, on=signed_on)
    return Enrolment.objects.select_related("stage").get(company=company.pk)


def _open_process(company_id, process, *, on):
    first = Stage.objects.filter(process=process).order_by("position").first()
    enrolment = Enrolment(
        programme_id=process.programme_id, company_id=company_id, process=process, enrolled_on=on, stage=first
    )
    Enrolment.objects.bulk_create([enrolment], ignore_conflicts=True)
    if not StageProgress.objects.of(company_id).exists():
        _start(company_id, first, on=on)


def _start(company_id, stage, *, on):
    """Two people at once leave one running stage: the constraint keeps the second out."""
    due_on = on + timedelta(days=stage.usual_days)
    StageProgress.objects.bulk_create(
        [
            StageProgress(
                programme_id=stage.programme_id,
                company_id=company_id,
                stage=stage,
                started_on=on,
                due_on=due_on,
            )
        ],
        ignore_conflicts=True,
    )
    set_stage(
        company_id,
        programme_id=stage.programme_id,
        value=stage.key,
        label=stage.name,
        position=stage.position,
        due_on=due_on,
    )


@transaction.atomic
def complete_stage(progress, *, by, on=None):
    """Close ``progress`` and open the stage after it.

    Calling it twice is an error, so that two people pressing the button at once leave one signature and not two.
    """
    on = on or timezone.localdate()
    progress = StageProgress.objects.select_for_update(of=["self"]).select_related("stage").get(pk=progress.pk)
    if progress.completed_on:
        raise StageError(_("This stage is already complete."))
    if on < progress.started_on:
        raise StageError(_("This stage only begins on %s.") % date_format(progress.started_on, "SHORT_DATE_FORMAT"))
    _keep_profile_fact(progress)
    if missing := unmet_requirements(progress):
        raise StageError(_("Still missing: %s") % ", ".join(str(requirement.label) for requirement in missing))
    progress.completed_on, progress.completed_by = on, by
    progress.save(update_fields=["completed_on", "completed_by"])
    _move_on(progress, on=on)
    return progress


def _keep_profile_fact(progress):
    """A profile may have come complete with an import: what closing the stage relies on is kept as an achievement."""
    if completed_on := profile_completed_on(progress.company_id):
        record_achievement(
            progress.company_id,
            "profile_complete",
            programme_id=progress.programme_id,
            source="profile",
            on=completed_on,
        )


def _move_on(progress, *, on):
    stage = progress.stage
    following = Stage.objects.filter(process=stage.process_id, position__gt=stage.position).order_by("position").first()
    Enrolment.objects.filter(company=progress.company_id).update(stage=following)
    if following:
        _start(progress.company_id, following, on=on)
    else:
        _note_all_done(progress)


def _note_all_done(progress):
    with translation.override(settings.LANGUAGE_CODE):  # stored, so in the installation's language and not the asker's
        label = _("All stages complete")
    set_stage(
        progress.company_id,
        programme_id=progress.programme_id,
        value=ALL_DONE,
        label=label,
        position=progress.stage.position + 1,
        due_on=None,
    )
