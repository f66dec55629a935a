"""What a company answers for its process, and what staff decide for it. Both count as achievements."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.enablement.achievements import ANSWER, DECISION
from offensive.enablement.journeys import StageError, locked
from offensive.enablement.models import Answer, Decision, Requirement
from offensive.enablement.queries import may_support
from offensive.enablement.services import must_support, record_achievement


def asked(company_id, kind):
    """The requirement ``kind`` ("answer:…" or "decision:…") of the process the company is in, or None."""
    of_process = Requirement.objects.filter(stage__process__enrolment__company=company_id, achievement=kind)
    return of_process.order_by("stage__position").first()


def answer_of(company_ids, key):
    """The enterprise's newest answer, or None."""
    return Answer.objects.filter(company__in=company_ids, key=key).order_by("-answered_at", "-pk").first()


def decisions_of(company_ids, key):
    """What was decided about it so far, newest first."""
    found = Decision.objects.filter(company__in=company_ids, key=key).select_related("decided_by")
    return found.order_by("-decided_at", "-pk")


@transaction.atomic
def give_answer(company_id, requirement, *, acting, form_key, text="", is_yes=None):
    """Keep what the company answers, or its adviser for it; the same form sent twice is one row.

    Raises ``StageError`` for somebody else, and for a company that does not take part (any more).
    """
    if company_id not in acting.companies and not may_support(company_id, acting):
        raise StageError(_("Only the company and whoever looks after it answer this."))
    key = requirement.achievement.removeprefix(ANSWER)
    answer = Answer(
        programme_id=acting.programme_id,
        company_id=company_id,
        key=key,
        question=requirement.wording,
        text=text.strip(),
        is_yes=is_yes,
        form_key=form_key,
        answered_by_id=acting.user_id,
    )
    Answer.objects.bulk_create([answer], ignore_conflicts=True)
    _count(company_id, requirement.achievement, acting)


@transaction.atomic
def decide(company_id, requirement, *, acting, form_key, is_in_favour, reason):
    """Record a decision with its reason; in favour it counts as an achievement, and then it stands.

    The same form sent twice is one row. Raises ``StageError`` where it was decided in favour before.
    """
    must_support(company_id, acting, StageError)
    locked(company_id)
    key = requirement.achievement.removeprefix(DECISION)
    standing = Decision.objects.filter(company=company_id, key=key, is_in_favour=True).first()
    if standing and standing.form_key != form_key:
        raise StageError(_("This has been decided already. To begin anew, reopen the stage."))
    decision = Decision(
        programme_id=acting.programme_id,
        company_id=company_id,
        key=key,
        subject=requirement.wording,
        is_in_favour=is_in_favour,
        reason=reason.strip(),
        form_key=form_key,
        decided_by_id=acting.user_id,
    )
    Decision.objects.bulk_create([decision], ignore_conflicts=True)
    if is_in_favour:
        _count(company_id, requirement.achievement, acting)


def _count(company_id, kind, acting):
    record_achievement(company_id, kind, programme_id=acting.programme_id, source=kind, on=timezone.localdate())
