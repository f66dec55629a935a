"""The lead sets the ladder, from a day on."""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.versions import OvertakenError
from offensive.accounts.models import User
from offensive.enablement.models import LadderStep, StepAction
from offensive.tenancy.models import LogEntry

# Until the lead sets another one: (days without a reaction, what happens then).
USUAL_LADDER = ((9, StepAction.NUDGE), (21, StepAction.CALL), (45, StepAction.DECISION))


class LadderError(Exception):
    """A message for the person who sets the ladder."""


def newest(programme_id):
    """A number that changes whenever the ladder does."""
    found = LadderStep.objects.of(programme_id).order_by("-pk").values_list("pk", flat=True)
    return found.first() or 0


def last_set(programme_id):
    """The steps of the ladder that was set last, in their order: in force already, or planned."""
    steps = LadderStep.objects.of(programme_id)
    return list(steps.filter(valid_from=steps.order_by("-pk").values("valid_from")[:1]).order_by("position"))


@transaction.atomic
def set_ladder(*, acting, seen, valid_from, steps):
    """``steps`` [(after days, action), …] apply from ``valid_from`` on, instead of those planned for that day before.

    ``seen`` is ``newest`` as it was on the screen. Raises ``LadderError``, and ``OvertakenError`` when somebody was
    faster.
    """
    days = [after for after, _action in steps]
    if not steps:
        raise LadderError(_("Please enter at least one step."))
    if days != sorted(set(days)):
        raise LadderError(_("Each step must come later than the one before it."))
    if valid_from < timezone.localdate():
        raise LadderError(_("The ladder cannot be changed for days that have passed."))
    _one_at_a_time(acting.programme_id)
    if newest(acting.programme_id) != seen:
        raise OvertakenError("The ladder", **_last_change(acting.programme_id))
    LadderStep.objects.of(acting.programme_id).filter(valid_from=valid_from).delete()
    write_ladder(acting.programme_id, valid_from=valid_from, steps=steps)


def _one_at_a_time(programme_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('enablement.ladder'), %s)", [programme_id])


def _last_change(programme_id):
    about = LogEntry.objects.of(programme_id).filter(table=LadderStep._meta.db_table)
    entry = about.newest_first().first()
    user = entry and User.objects.filter(pk=entry.user).first()
    return {"who": str(user or ""), "at": entry and entry.at}


def write_ladder(programme_id, *, valid_from, steps):
    """The rows of one ladder."""
    LadderStep.objects.bulk_create(
        LadderStep(programme_id=programme_id, valid_from=valid_from, position=place, after_days=after, action=action)
        for place, (after, action) in enumerate(steps, start=1)
    )
