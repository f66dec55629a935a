"""Companies go on in another version of the process: knowingly, with a reason, and without losing what they reached."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company
from offensive.enablement.detours import stop_running
from offensive.enablement.drafts import ProcessError
from offensive.enablement.journeys import start
from offensive.enablement.models import Enrolment, JourneyEvent, StageProgress
from offensive.enablement.outlook import landings
from offensive.tenancy.remembering import changed

# In one go, so that nobody waits long; the others stay in the list.
MOST = 1000


@transaction.atomic
def move(enrolments, target, *, acting, reason, number, on=None):
    """Let the companies of ``enrolments`` go on in the version of ``target``, at most ``MOST`` at once.

    ``number`` is how many the person was shown: where it is another by now, or where nobody has said how a stage goes
    on, ``ProcessError`` is raised and nothing has happened. Who has been moved meanwhile is left alone.
    """
    found = _locked(enrolments, target)
    if len(found) != number:
        raise ProcessError(_("By now it is %(now)s companies. Please look at it again.") % {"now": len(found)})
    planned = landings(found, target)
    if unsaid := next((landing for landing in planned if landing.is_open), None):
        raise ProcessError(_("Please say where the companies in “%s” go on.") % unsaid.words[0])
    on = on or timezone.localdate()
    _note(planned, target, acting=acting, reason=reason, on=on)
    _stay([landing for landing in planned if landing.stays], target)
    _go_on([landing for landing in planned if not landing.stays], target, on)
    changed(acting.programme_id)
    return len(planned)


def chosen(enrolments, target):
    """Those that are not there yet, in a lasting order."""
    others = enrolments.exclude(process=target.process).select_related("stage", "company")
    return others.order_by("company__name", "pk")[:MOST]


def _locked(enrolments, target):
    """The chosen enrolments, as they are once whoever works on them has ended.

    Read again after the lock: a row that is joined while another's lock is waited for may be the one of before.
    """
    held = chosen(enrolments, target).select_related(None).select_for_update(of=["self"])
    return list(chosen(Enrolment.objects.filter(pk__in=[each.pk for each in held]), target))


def _note(planned, target, *, acting, reason, on):
    JourneyEvent.objects.bulk_create(
        JourneyEvent(
            programme_id=acting.programme_id,
            company_id=landing.enrolment.company_id,
            kind=JourneyEvent.Kind.MOVED,
            stage=landing.after,
            process_before_id=landing.enrolment.process_id,
            process_after=target.process,
            on=on,
            reason=reason.strip(),
            by_id=acting.user_id,
        )
        for landing in planned
    )


def _stay(planned, target):
    """The passage goes on in the same stage of the other version, due by as many days later as that lasts longer."""
    groups = {}
    for landing in planned:
        groups.setdefault((landing.enrolment.stage, landing.after), []).append(landing.enrolment.company_id)
    for (before, after), company_ids in groups.items():
        Enrolment.objects.filter(company__in=company_ids).update(process=target.process, stage=after)
        if after:
            _prolong(company_ids, after, timedelta(days=after.usual_days - before.usual_days))


def _prolong(company_ids, stage, days):
    runs = StageProgress.objects.filter(company__in=company_ids).running()
    runs.update(stage=stage, due_on=F("due_on") + days)
    if days:
        due = Company.objects.of(stage.programme_id).filter(pk__in=company_ids).exclude(stage_due_on=None)
        due.update(stage_due_on=F("stage_due_on") + days)


def _go_on(planned, target, on):
    """The passage ends, and another stage begins."""
    for landing in planned:
        enrolment = landing.enrolment
        if landing.after is None:
            enrolment.paused_on = enrolment.paused_until = None
        Enrolment.objects.filter(pk=enrolment.pk).update(process=target.process)
        stop_running(enrolment, on=on)
        start(enrolment, landing.after, on=on)
