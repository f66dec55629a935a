"""What a company releases to whom, and the access rows that follow from it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import UNTIL_DECIDED, Company, DefenceInterest, Reach, Release
from companies.profile_facets import refresh_facets
from companies.queries import enterprise_ids, survivors
from offensive.tenancy.models import AccessCategory, CompanyAccess, Organisation, OrganisationKind
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope

# The explanations beside the choices, as templates/companies/releases.html words them.
TEXT_VERSION = "2026-11"
# Whoever looks after a company knows these by the participation agreement, whatever is released.
BY_AGREEMENT = (AccessCategory.IDENTITY, AccessCategory.SUPPORT)
# What it sees of a company that has not decided anything yet.
FROM_THE_START = (
    *BY_AGREEMENT,
    *(category for category, reach in UNTIL_DECIDED.items() if reach == Reach.CARING_PARTNER),
)


class ReleaseError(Exception):
    """A message for the person who decides."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for a category, and since when; ``decided_at`` is None until the company has decided."""

    category: AccessCategory
    reach: Reach
    decided_at: datetime | None
    decided_by: str


def decisions_of(company_id):
    """``Decision`` of each category a company decides on, as far as the asker may read its decisions."""
    newest = {}
    for row in Release.objects.of(company_id).select_related("decided_by").newest_first():
        newest.setdefault(row.category, row)
    return [_decision(category, newest.get(category)) for category in UNTIL_DECIDED]


def _decision(category, row):
    if row is None:
        return Decision(category, UNTIL_DECIDED[category], None, "")
    return Decision(category, Reach(row.reach), row.decided_at, str(row.decided_by))


def history_of(company_id):
    """All decisions, newest first."""
    return Release.objects.of(company_id).select_related("decided_by").newest_first()


@transaction.atomic
def decide(company, *, acting, reaches):
    """Record what the company releases from now on; ``reaches`` is {category: reach}. Returns the categories changed.

    What stays as it is leaves no second row, so that a double click is one decision. Raises ``ReleaseError`` when the
    company is not the asker's own.
    """
    if company.pk not in acting.companies:
        raise ReleaseError(_("Only the company itself decides what it releases."))
    with system_scope(company.programme_id, "companies.release"):
        company = Company.objects.select_for_update(of=("self",)).get(pk=company.pk)
        before = {decision.category: decision for decision in decisions_of(company.pk)}
        fresh = [
            _release(company, AccessCategory(category), Reach(reach), acting.user_id)
            for category, reach in reaches.items()
            if before[category].decided_at is None or before[category].reach != reach
        ]
        Release.objects.bulk_create(fresh)
        for row in fresh:
            _bring_in_line(company, row.category, row.reach)
        share_access(company.pk, programme_id=company.programme_id)
        changed(company.programme_id)
    return [row.category for row in fresh]


def _release(company, category, reach, user_id):
    return Release(
        programme_id=company.programme_id,
        company_id=company.pk,
        category=category,
        reach=reach,
        text_version=TEXT_VERSION,
        decided_by_id=user_id,
    )


def _bring_in_line(company, category, reach):
    """Make the access rows of one category what the reach says."""
    wanted = _organisations(company, reach)
    rows = CompanyAccess.objects.filter(programme=company.programme_id, company=company.pk, category=category)
    rows.exclude(organisation__in=wanted).delete()
    grant(company, wanted, [category])


def _organisations(company, reach):
    """Ids of the partners that a reach means; the lead needs no row."""
    if reach == Reach.CONSORTIUM:
        partners = Organisation.objects.of(company.programme_id).filter(kind=OrganisationKind.PARTNER)
        return set(partners.values_list("pk", flat=True))
    return {company.caring_partner_id} - {None} if reach == Reach.CARING_PARTNER else set()


def grant(company, organisation_ids, categories):
    """Let organisations see categories of a company; what they have already stays."""
    CompanyAccess.objects.bulk_create(
        [
            CompanyAccess(
                programme_id=company.programme_id,
                company_id=company.pk,
                organisation_id=organisation_id,
                category=category,
            )
            for organisation_id in organisation_ids
            for category in categories
        ],
        ignore_conflicts=True,
    )


def follow_caring_partner(company, *, before_id):
    """After a hand-over: the new partner sees what the company released to whoever looks after it, the old one not.

    The asker must be the lead, or a service of the closed list.
    """
    if before_id and before_id != company.caring_partner_id:
        left = CompanyAccess.objects.filter(programme=company.programme_id, company=company.pk)
        left.filter(organisation=before_id).delete()
    if company.caring_partner_id:
        grant(company, [company.caring_partner_id], BY_AGREEMENT)
    for decision in decisions_of(company.pk):
        _bring_in_line(company, decision.category, decision.reach)
    share_access(company.pk, programme_id=company.programme_id)


def share_access(company_id, *, programme_id):
    """Whoever sees a category of the survivor of merges sees it of all it absorbed, and nobody else does.

    One enterprise has one set of releases, the survivor's; ``company_id`` may be any of its records. The asker must be
    the lead, or a service of the closed list.
    """
    survivor_id = survivors(programme_id).get(company_id, company_id)
    rows = CompanyAccess.objects.filter(programme=programme_id)
    wanted = list(rows.filter(company=survivor_id).values_list("organisation_id", "category"))
    for absorbed_id in enterprise_ids(survivor_id) - {survivor_id}:
        rows.filter(company=absorbed_id).delete()
        CompanyAccess.objects.bulk_create(
            CompanyAccess(
                programme_id=programme_id, company_id=absorbed_id, organisation_id=organisation_id, category=category
            )
            for organisation_id, category in wanted
        )


def interest_in_defence(company_id):
    """The company's ``DefenceInterest`` as far as the asker may see it, or None."""
    return DefenceInterest.objects.filter(company=company_id).first()


@transaction.atomic
def answer_defence(company, *, acting, answer):
    """Record whether the company looks for customers in defence. Raises ``ReleaseError`` for another company."""
    if company.pk not in acting.companies:
        raise ReleaseError(_("Only the company itself answers this."))
    values = {"answer": answer, "answered_by_id": acting.user_id, "answered_at": timezone.now()}
    DefenceInterest.objects.update_or_create(
        company_id=company.pk, defaults=values, create_defaults={**values, "programme_id": company.programme_id}
    )
    refresh_facets(company.pk, programme_id=company.programme_id)
    changed(company.programme_id)
