"""The size class follows the figures: one service for every place where these change."""

from django.utils import timezone

from companies.models import Company, SizeAssessment
from companies.queries import enterprise_ids
from companies.size import size_class
from companies.size_rules import rules_on
from offensive.tenancy.remembering import changed

BY_HEADCOUNT = "%s, headcount alone"


def standing_assessment(company_ids):
    """The evaluation that holds for these records of one enterprise, or None."""
    return SizeAssessment.objects.of(company_ids).newest_first().first()


def assess_size(company, profile, *, by_user_id):
    """Record a new assessment from the figures of ``profile`` and set the company's size class.

    Returns the class, "" while the staff (AWU) is unknown: then nothing is recorded. The same figures again are no
    new assessment, and figures alone never replace one in which the relations were asked for.
    """
    known = standing_assessment(enterprise_ids(company.pk))
    if known and known.basis == SizeAssessment.Basis.QUESTIONS:
        return known.size_class
    judged, _rule = judged_size(profile)
    if not judged:
        return ""
    if known is None or _figures(known) != _figures(profile):
        record_assessment(company, profile, by_user_id=by_user_id)
    Company.objects.filter(pk=company.pk).update(size_class=judged)
    changed(company.programme_id)
    return judged


def _figures(row):
    return row.employees_awu, row.turnover_eur, row.balance_eur


def judged_size(profile):
    """(size class, rule) of one period, ("", "") while the staff is unknown.

    Where turnover or balance sheet total is missing, headcount alone decides, and the rule says so.
    """
    if profile.employees_awu is None:
        return "", ""
    rules = rules_on(timezone.localdate())
    if profile.turnover_eur is None or profile.balance_eur is None:
        return size_class([(profile.employees_awu, 0, 0)], rules=rules), BY_HEADCOUNT % rules.version
    return size_class([_figures(profile)], rules=rules), rules.version


def record_assessment(company, profile, *, by_user_id):
    """Keep an assessment with its inputs; nothing while the staff (AWU) is unknown."""
    judged, rule = judged_size(profile)
    if judged:
        SizeAssessment.objects.create(
            programme_id=company.programme_id,
            company_id=company.pk,
            size_class=judged,
            assessed_on=timezone.localdate(),
            employees_awu=profile.employees_awu,
            turnover_eur=profile.turnover_eur,
            balance_eur=profile.balance_eur,
            rule_version=rule,
            assessed_by_id=by_user_id,
        )
