"""Ways out of the order of stages: skipping, reopening, pausing, leaving and coming back. Each leaves a row."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.enablement.journeys import StageError, locked, move_on, running_passage, start, tell_stage
from offensive.enablement.models import JourneyEvent, StageProgress
from offensive.enablement.queries import last_passages
from offensive.enablement.services import must_support

Kind = JourneyEvent.Kind


def record_event(enrolment, kind, *, acting, on, reason, **about):
    """One row of the company's history; ``about`` are other fields of ``JourneyEvent``."""
    if not reason.strip():
        raise StageError(_("Please say why, in one sentence."))
    event = JourneyEvent(
        programme_id=enrolment.programme_id,
        company_id=enrolment.company_id,
        kind=kind,
        on=on,
        reason=reason.strip(),
        by_id=acting.user_id,
        **about,
    )
    event.save(force_insert=True)


@transaction.atomic
def skip_stage(progress, *, acting, reason, on=None):
    """Close the running stage without its requirements and open the next."""
    must_support(progress.company_id, acting, StageError)
    on = on or timezone.localdate()
    enrolment, progress = running_passage(progress)
    record_event(enrolment, Kind.SKIPPED, acting=acting, on=on, reason=reason, stage=progress.stage)
    StageProgress.objects.filter(pk=progress.pk).update(skipped_on=on)
    move_on(enrolment, on=on)


@transaction.atomic
def reopen_stage(progress, *, acting, reason, on=None):
    """Begin a completed or skipped stage anew.

    What was completed stays completed, the later stages too. The stage that is running is stopped and begins again
    once the reopened one is closed.
    """
    must_support(progress.company_id, acting, StageError)
    on = on or timezone.localdate()
    enrolment = locked(progress.company_id)
    _refuse_away(enrolment)
    stage = enrolment.process.stage_set.filter(key=progress.stage.key).first()
    last = last_passages(progress.company_id)[progress.stage.key]
    if stage is None or last.pk != progress.pk or not (last.completed_on or last.skipped_on):
        raise StageError(_("Only a closed stage of the present process can be reopened."))
    record_event(enrolment, Kind.REOPENED, acting=acting, on=on, reason=reason, stage=stage)
    stop_running(enrolment, on=on)
    start(enrolment, stage, on=on)


def stop_running(enrolment, *, on):
    """End the running passage without closing its stage, which begins anew some time."""
    StageProgress.objects.of(enrolment.company_id).running().update(stopped_on=on)


def _refuse_away(enrolment):
    if enrolment.left_on:
        raise StageError(_("The company has left the programme. Record first that it is back."))
    if enrolment.paused_on:
        raise StageError(_("The company is pausing. Let it go on first."))


@transaction.atomic
def pause(company_id, *, acting, reason, until=None, on=None):
    """Stop the clock of the running stage; ``until`` is when the company means to go on, if it knows."""
    must_support(company_id, acting, StageError)
    enrolment, on = locked(company_id), on or timezone.localdate()
    _refuse_away(enrolment)
    if enrolment.stage is None:
        raise StageError(_("The company is through all stages; there is nothing to pause."))
    if until and until <= on:
        raise StageError(_("The pause must end after it has begun."))
    record_event(enrolment, Kind.PAUSED, acting=acting, on=on, reason=reason, stage=enrolment.stage, until=until)
    enrolment.paused_on, enrolment.paused_until = on, until
    enrolment.save(update_fields=["paused_on", "paused_until"])
    tell_stage(enrolment)


@transaction.atomic
def resume(company_id, *, acting, reason, on=None):
    """Let the company go on: its stage is due later by as many days as it paused."""
    must_support(company_id, acting, StageError)
    enrolment, on = locked(company_id), on or timezone.localdate()
    if enrolment.paused_on is None:
        raise StageError(_("The company is not pausing."))
    record_event(enrolment, Kind.RESUMED, acting=acting, on=on, reason=reason, stage=enrolment.stage)
    running = StageProgress.objects.of(company_id).running().get()
    StageProgress.objects.filter(pk=running.pk).update(due_on=running.due_on + (on - enrolment.paused_on))
    enrolment.paused_on = enrolment.paused_until = None
    enrolment.save(update_fields=["paused_on", "paused_until"])
    tell_stage(enrolment)


@transaction.atomic
def leave(company_id, *, acting, reason, on=None):
    """End the participation. What was done and delivered stays; the agreement and what was counted too."""
    must_support(company_id, acting, StageError)
    enrolment, on = locked(company_id), on or timezone.localdate()
    if enrolment.left_on:
        raise StageError(_("The company has left the programme already."))
    record_event(enrolment, Kind.LEFT, acting=acting, on=on, reason=reason, stage=enrolment.stage)
    stop_running(enrolment, on=on)
    enrolment.left_on, enrolment.paused_on, enrolment.paused_until = on, None, None
    start(enrolment, None, on=on)


@transaction.atomic
def come_back(company_id, *, acting, reason, on=None):
    """Let a company that has left take part again: it goes on with its first open stage."""
    must_support(company_id, acting, StageError)
    enrolment, on = locked(company_id), on or timezone.localdate()
    if enrolment.left_on is None:
        raise StageError(_("The company takes part."))
    record_event(enrolment, Kind.RETURNED, acting=acting, on=on, reason=reason)
    enrolment.left_on = None
    move_on(enrolment, on=on)
