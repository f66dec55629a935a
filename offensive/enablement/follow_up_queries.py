"""How long a company has been silent, and what comes next on the ladder."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from offensive.enablement.follow_ups import REACTIONS
from offensive.enablement.models import FollowUp, LadderStep, StepAction


@dataclass(frozen=True, slots=True)
class Silence:
    """``days`` since the last reaction; ``taken`` is the step that was last taken, ``coming`` the next one or ""."""

    reacted_on: date
    reaction: str
    days: int
    taken: str
    taken_on: date | None
    coming: str
    coming_on: date | None
    awaits_decision: bool


def silence_of(company):
    """The ``Silence`` of a company whose stage is running; None for others, and before the first night."""
    row = FollowUp.objects.filter(programme=company.programme_id, company=company.pk).first()
    if row is None or company.stage_due_on is None:
        return None
    today = timezone.localdate()
    ladder = list(LadderStep.objects.of(company.programme_id).in_force(on=today))
    taken = ladder[row.step - 1] if 0 < row.step <= len(ladder) else None
    coming = ladder[row.step] if row.step < len(ladder) else None
    return Silence(
        reacted_on=row.reacted_on,
        reaction=str(REACTIONS[row.reaction]),
        days=(today - row.reacted_on).days,
        taken=taken.get_action_display() if taken else "",
        taken_on=row.step_on,
        coming=coming.get_action_display() if coming else "",
        coming_on=coming and max(_day(row, taken, coming), today),
        awaits_decision=bool(taken) and taken.action == StepAction.DECISION,
    )


def _day(row, taken, coming):
    """As far after the step before as the ladder says."""
    if taken is None:
        return row.reacted_on + timedelta(days=coming.after_days)
    return row.step_on + timedelta(days=coming.after_days - taken.after_days)
