"""A company's way through the process: enrolment, and how one stage follows the other."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies.facets import set_stage
from companies.services import CompanyError, record_agreement
from offensive.enablement.achievements import DOCUMENT
from offensive.enablement.models import AgreementScan, Enrolment, Process, Stage, StageProgress
from offensive.enablement.queries import last_passages, profile_facts, unmet_requirements
from offensive.enablement.services import must_support, record_achievement
from offensive.tenancy.remembering import changed

# Values of the facet ``stage`` of companies that are in none, with their places after all stages.
ALL_DONE, PAUSED, LEFT = "done", "paused", "left"
PLACES = {ALL_DONE: 900, PAUSED: 901, LEFT: 902}


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
    if document:
        note_document(document)
    _open_process(company.pk, process, on=signed_on)
    return Enrolment.objects.select_related("stage").get(company=company.pk)


def _open_process(company_id, process, *, on):
    first = Stage.objects.filter(process=process).order_by("position").first()
    enrolment = Enrolment(
        programme_id=process.programme_id, company_id=company_id, process=process, enrolled_on=on, stage=first
    )
    Enrolment.objects.bulk_create([enrolment], ignore_conflicts=True)
    if not StageProgress.objects.of(company_id).exists():
        start(Enrolment.objects.select_related("stage").get(company=company_id), first, on=on)


@transaction.atomic
def file_agreement(agreement, document, *, acting):
    """File the signed paper of an agreement that was recorded without it; the same document twice is one row."""
    must_support(agreement.company_id, acting, StageError)
    scan = AgreementScan(
        programme_id=agreement.programme_id,
        company_id=agreement.company_id,
        agreement=agreement,
        document=document,
        filed_by_id=acting.user_id,
    )
    AgreementScan.objects.bulk_create([scan], ignore_conflicts=True)
    note_document(document)


def note_document(document):
    """A paper of a company counts as the achievement ``document:<kind>``, with all its versions once."""
    on, source = timezone.localdate(document.uploaded_at), f"document:{document.series}"
    kind = f"{DOCUMENT}{document.kind}"
    record_achievement(document.company_id, kind, programme_id=document.programme_id, source=source, on=on)


def start(enrolment, stage, *, on):
    """Begin another passage of ``stage`` and say so; with ``stage`` None the company is through.

    Two people at once leave one running stage: the constraint keeps the second out.
    """
    if stage:
        StageProgress.objects.bulk_create([_passage(enrolment, stage, on)], ignore_conflicts=True)
    enrolment.stage = stage
    enrolment.save(update_fields=["stage", "left_on", "paused_on", "paused_until"])
    tell_stage(enrolment)


def _passage(enrolment, stage, on):
    before = StageProgress.objects.of(enrolment.company_id).filter(stage__key=stage.key)
    return StageProgress(
        programme_id=enrolment.programme_id,
        company_id=enrolment.company_id,
        stage=stage,
        round=(before.aggregate(last=Max("round"))["last"] or 0) + 1,
        started_on=on,
        due_on=on + timedelta(days=stage.usual_days),
    )


@transaction.atomic
def complete_stage(progress, *, by, on=None):
    """Close ``progress`` and open the stage after it.

    Calling it twice is an error, so that two people pressing the button at once leave one signature and not two.
    """
    on = on or timezone.localdate()
    enrolment, progress = running_passage(progress)
    if on < progress.started_on:
        raise StageError(_("This stage only begins on %s.") % date_format(progress.started_on, "SHORT_DATE_FORMAT"))
    _keep_profile_facts(progress)
    if missing := unmet_requirements(progress):
        raise StageError(_("Still missing: %s") % ", ".join(str(requirement.label) for requirement in missing))
    StageProgress.objects.filter(pk=progress.pk).update(completed_on=on, completed_by=by)
    move_on(enrolment, on=on)
    return progress


def locked(company_id):
    """The company's enrolment, locked: whatever is done to its way happens one after another.

    Its stage is read afterwards: joined while the lock is waited for, it might be the one of before.
    """
    found = Enrolment.objects.select_for_update().filter(company=company_id).first()
    if found is None:
        raise StageError(_("This company does not take part yet."))
    return found


def running_passage(progress):
    """(enrolment, passage), both as they are now. Raises ``StageError`` unless the passage runs and is not paused."""
    enrolment = locked(progress.company_id)
    progress = StageProgress.objects.select_related("stage").get(pk=progress.pk)
    if progress.closed_on:
        raise StageError(_("This stage is already closed."))
    if enrolment.paused_on:
        raise StageError(_("The company is pausing. Let it go on first."))
    return enrolment, progress


def _keep_profile_facts(progress):
    """A profile may have come filled in with an import: what closing the stage relies on is kept as an achievement."""
    wanted = set(progress.stage.requirement_set.values_list("achievement", flat=True))
    for kind, on in profile_facts(progress.company_id, wanted).items():
        record_achievement(progress.company_id, kind, programme_id=progress.programme_id, source="profile", on=on)


def move_on(enrolment, *, on):
    """Open the first stage that is neither completed nor skipped; after the last the company is through."""
    start(enrolment, first_open(enrolment.company_id, enrolment.process_id), on=on)


def first_open(company_id, process_id):
    """The first stage of a version that the company has neither completed nor skipped, or None."""
    closed = {key for key, row in last_passages(company_id).items() if row.closed_on and not row.stopped_on}
    stages = Stage.objects.filter(process=process_id).order_by("position")
    return next((stage for stage in stages if stage.key not in closed), None)


def tell_stage(enrolment):
    """Let lists and figures know where the company stands, and when its stage is due."""
    due_on = None
    if enrolment.stage and not enrolment.paused_on:
        due_on = StageProgress.objects.of(enrolment.company_id).running().values_list("due_on", flat=True).first()
    value, label, position = _place(enrolment)
    set_stage(
        enrolment.company_id,
        programme_id=enrolment.programme_id,
        value=value,
        label=label,
        position=position,
        due_on=due_on,
    )


def _place(enrolment):
    """(value, label, place) of the facet: a stage is called as in the newest version that has it."""
    outside = LEFT if enrolment.left_on else PAUSED if enrolment.paused_on else None if enrolment.stage else ALL_DONE
    if outside:
        with translation.override(settings.LANGUAGE_CODE):  # stored, so not in the asker's language
            return outside, stage_words()[outside], PLACES[outside]
    called = Stage.objects.of(enrolment.programme_id).filter(key=enrolment.stage.key).newest_of_each_key().get()
    return called.key, called.name, called.position


def stage_words():
    """{value: label} of what a company may be in instead of a stage."""
    return {ALL_DONE: _("All stages complete"), PAUSED: _("Pausing"), LEFT: _("Left the programme")}


# How a stage is called and where it stands follows the newest version that has it.
_RENAME = """
UPDATE companies_facet f SET label = called.name, position = called.position
  FROM (SELECT DISTINCT ON (s.key) s.key, s.name, s.position
          FROM enablement_stage s JOIN enablement_process p ON p.id = s.process_id
         WHERE s.programme_id = %(programme)s AND p.published_at IS NOT NULL
         ORDER BY s.key, p.version DESC) called
 WHERE f.programme_id = %(programme)s AND f.kind = 'stage' AND f.value = called.key
"""


def rename_stages(programme_id):
    """After a new version: the stages that companies are in are called, and ordered, as in it."""
    with connection.cursor() as cursor:
        cursor.execute(_RENAME, {"programme": programme_id})
    changed(programme_id)
