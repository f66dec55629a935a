"""The size class follows the figures: one service for every place where these change."""

from companies.models import Company, SizeAssessment
from companies.services import _assess, _size_class

__all__ = ["assess_size"]


def assess_size(company, profile, *, by_user_id):
    """Record a new assessment from the figures of ``profile`` and set the company's size class.

    Returns the class, "" while the staff (AWU) is unknown: then nothing is recorded. The same figures again are no
    new assessment.
    """
    judged, _rule = _size_class(profile)
    if not judged:
        return ""
    if not _is_known(profile):
        _assess(company, profile, by_user_id)
    Company.objects.filter(pk=company.pk).update(size_class=judged)
    return judged


def _is_known(profile):
    latest = SizeAssessment.objects.filter(company=profile.company_id).order_by("-assessed_at", "-pk").first()
    return latest is not None and _figures(latest) == _figures(profile)


def _figures(row):
    return row.employees_awu, row.turnover_eur, row.balance_eur
