"""Evaluations of the size class: recorded once, explained, corrected by a new one and never changed."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies.assessment import standing_assessment
from companies.models import Company, SizeAssessment, SizeDraft
from companies.queries import enterprise_ids
from companies.size_drafts import case_of, profile_figures
from companies.size_evaluation import Case, Result, case_from_data, case_to_data, evaluate
from companies.size_reasoning import Reasoning, reasoning
from companies.size_rules import rules_named, rules_on
from offensive.tenancy.remembering import changed

_CENT = Decimal("0.01")


class SizeError(Exception):
    """A message for the person who assesses."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A result with what it rests on and why."""

    case: Case
    result: Result
    reasoning: Reasoning


def explained(assessment):
    """``Explained`` of an evaluation by its own version of the rules; None where only own figures were asked for."""
    if assessment.basis == SizeAssessment.Basis.OWN_FIGURES:
        return None
    return _explain(case_from_data(_case_data(assessment)), rules_named(assessment.rule_version))


def preview(draft):
    """``Explained`` of what the answers given so far would mean. Raises ValueError while figures are missing."""
    return _explain(case_of(draft), _rules_for(draft))


def _explain(case, rules):
    result = evaluate(case, rules)
    return Explained(case, result, reasoning(case, result, rules))


def _case_data(assessment):
    return {key: value for key, value in assessment.inputs.items() if key != "profile"}


def _rules_for(draft):
    """A correction is judged by the rules of the day it corrects."""
    return rules_on(draft.corrects.assessed_on if draft.corrects else timezone.localdate())


def figures_changed_since(assessment):
    """Whether the profile says something else than on the day of this evaluation."""
    asked = assessment.basis == SizeAssessment.Basis.QUESTIONS
    return asked and assessment.inputs["profile"] != profile_figures(assessment.company_id)


@transaction.atomic
def record_evaluation(draft, *, acting, seen, newest=None, reason=""):
    """Make the answers an evaluation, set the company's size class and forget the draft; returns the evaluation.

    ``newest`` is the id of the evaluation that held when the page was drawn, so that two people who assess at once
    learn of one another. A correction has the day of what it corrects and a ``reason``. Raises ``SizeError``; returns
    None when the draft has become an evaluation already (a double click).
    """
    company = Company.objects.select_for_update(of=("self",)).get(pk=draft.company_id)
    draft = SizeDraft.objects.select_for_update(of=("self",)).select_related("corrects").filter(pk=draft.pk).first()
    if draft is None:
        return None
    _refuse_surprises(draft, seen=seen, newest=newest)
    case, rules = case_of(draft), _rules_for(draft)
    evaluation = _written(draft, case, evaluate(case, rules), rules, acting=acting, reason=reason)
    draft.delete()
    _follow(company)
    return evaluation


def _refuse_surprises(draft, *, seen, newest):
    if draft.version != seen:
        raise SizeError(_("The answers were changed in another window. Please look at the result once more."))
    if draft.corrects and (other := SizeAssessment.objects.filter(corrects=draft.corrects).first()):
        raise SizeError(_told(_("%(person)s has corrected this evaluation already, on %(at)s: %(size)s."), other))
    known = standing_assessment(enterprise_ids(draft.company_id))
    if not draft.corrects and known and known.pk != newest:
        told = _(
            "%(person)s has assessed the size class in the meantime, on %(at)s: %(size)s. Send again to add yours."
        )
        raise SizeError(_told(told, known))


def _told(sentence, other):
    return sentence % {
        "person": other.assessed_by,
        "at": date_format(timezone.localtime(other.assessed_at), "SHORT_DATETIME_FORMAT"),
        "size": other.get_size_class_display(),
    }


def _written(draft, case, result, rules, *, acting, reason):
    last = result.periods[-1]
    return SizeAssessment.objects.create(
        programme_id=draft.programme_id,
        company_id=draft.company_id,
        size_class=result.size_class,
        assessed_on=draft.corrects.assessed_on if draft.corrects else timezone.localdate(),
        # Rounded down: 9.999 AWU are less than 10, and so must what is printed of them be.
        employees_awu=last.awu.quantize(_CENT, ROUND_DOWN),
        turnover_eur=last.turnover.quantize(_CENT, ROUND_DOWN),
        balance_eur=last.balance.quantize(_CENT, ROUND_DOWN),
        rule_version=rules.version,
        assessed_by_id=acting.user_id,
        basis=SizeAssessment.Basis.QUESTIONS,
        ground=result.ground,
        inputs={**case_to_data(case), "profile": profile_figures(draft.company_id)},
        corrects=draft.corrects,
        reason=reason if draft.corrects else "",
    )


def _follow(company):
    """The size class in the list is that of the newest evaluation."""
    records = enterprise_ids(company.pk)
    Company.objects.filter(pk__in=records).update(size_class=standing_assessment(records).size_class)
    changed(company.programme_id)
