"""The size class follows the figures: one service for every place where these change."""

from django.utils import timezone

from companies.models import Company, SizeAssessment
from companies.size import size_class
from offensive.tenancy.remembering import changed

RULE, RULE_BY_HEADCOUNT = "2003/361/EC", "2003/361/EC, headcount alone"


def assess_size(company, profile, *, by_user_id):
    """Record a new assessment from the figures of ``profile`` and set the company's size class.

    Returns the class, "" while the staff (AWU) is unknown: then nothing is recorded. The same figures again are no
    new assessment.
    """
    judged, _rule = judged_size(profile)
    if not judged:
        return ""
    if not _is_known(profile):
        record_assessment(company, profile, by_user_id=by_user_id)
    Company.objects.filter(pk=company.pk).update(size_class=judged)
    changed(company.programme_id)
    return judged


def _is_known(profile):
    latest = SizeAssessment.objects.filter(company=profile.company_id).order_by("-assessed_at", "-pk").first()
    return latest is not None and _figures(latest) == _figures(profile)


def _figures(row):
    return row.employees_awu, row.turnover_eur, row.balance_eur


def judged_size(profile):
    """(size class, rule) of one period, ("", "") while the staff is unknown.

    Where turnover or balance sheet total is missing, headcount alone decides, and the rule says so.
    """
    if profile.employees_awu is None:
        return "", ""
    if profile.turnover_eur is None or profile.balance_eur is None:
        return size_class([(profile.employees_awu, 0, 0)]), RULE_BY_HEADCOUNT
    return size_class([(profile.employees_awu, profile.turnover_eur, profile.balance_eur)]), RULE


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
