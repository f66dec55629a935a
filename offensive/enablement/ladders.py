"""The lead sets the ladder, from a day on."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.enablement.models import LadderStep, StepAction

# Until the lead sets another one: (days without a reaction, what happens then).
USUAL_LADDER = ((9, StepAction.NUDGE), (21, StepAction.CALL), (45, StepAction.DECISION))


class LadderError(Exception):
    """A message for the person who sets the ladder."""


def newest(programme_id):
    """A number that changes whenever the ladder does."""
    found = LadderStep.objects.of(programme_id).order_by("-pk").values_list("pk", flat=True)
    return found.first() or 0


@transaction.atomic
def set_ladder(*, acting, seen, valid_from, steps):
    """``steps`` [(after days, action), …] apply from ``valid_from`` on, instead of those planned for that day before.

    ``seen`` is ``newest`` as it was on the screen. Raises ``LadderError``.
    """
    days = [after for after, _action in steps]
    if not steps:
        raise LadderError(_("Please enter at least one step."))
    if days != sorted(set(days)):
        raise LadderError(_("Each step must come later than the one before it."))
    if valid_from < timezone.localdate():
        raise LadderError(_("The ladder cannot be changed for days that have passed."))
    if newest(acting.programme_id) != seen:
        raise LadderError(_("Somebody has changed the ladder meanwhile. Please compare, then save to overwrite."))
    LadderStep.objects.of(acting.programme_id).filter(valid_from=valid_from).delete()
    write_ladder(acting.programme_id, valid_from=valid_from, steps=steps)


def write_ladder(programme_id, *, valid_from, steps):
    """The rows of one ladder."""
    LadderStep.objects.bulk_create(
        LadderStep(programme_id=programme_id, valid_from=valid_from, position=place, after_days=after, action=action)
        for place, (after, action) in enumerate(steps, start=1)
    )
