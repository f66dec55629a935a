"""What an enterprise does by the official classification, in WZ 2008 and in WZ 2025 side by side."""

from dataclasses import dataclass

from django.db import transaction

from companies.classification import Activity, equivalents, wz_activity
from companies.models import Industry
from offensive.tenancy.remembering import changed

MAIN_SCHEME = "2008"


@dataclass(frozen=True, slots=True)
class Industries:
    """The activities of one enterprise in the two classifications."""

    wz_2008: tuple[Activity, ...]
    wz_2025: tuple[Activity, ...]


def industries_of(company_id):
    """``Industries`` of a company, as far as the asker may see them; one query."""
    rows = list(Industry.objects.of(company_id).order_by("scheme", "code"))
    named = {row.pk: wz_activity(row.scheme, row.code) or Activity(row.scheme, row.code, "") for row in rows}
    return Industries(*(tuple(named[row.pk] for row in rows if row.scheme == scheme) for scheme in ("2008", "2025")))


@transaction.atomic
def choose_industry(company_id, *, programme_id, code, codes_2025=None):
    """Make ``code`` the activity in WZ 2008 ("" for none) and ``codes_2025`` those in WZ 2025.

    Without ``codes_2025`` the ones that correspond to the code before make way for the one that corresponds to the
    code now; where several do, a person chooses.
    """
    held = {row.scheme: row.code for row in Industry.objects.of(company_id).filter(scheme=MAIN_SCHEME)}
    if codes_2025 is None and held.get(MAIN_SCHEME, "") != code:
        found = equivalents(MAIN_SCHEME, code) if code else ()
        codes_2025 = [found[0].activity.code] if len(found) == 1 else []
    _set(company_id, programme_id, MAIN_SCHEME, [code] if code else [])
    if codes_2025 is not None:
        _set(company_id, programme_id, "2025", codes_2025)
    changed(programme_id)


def _set(company_id, programme_id, scheme, codes):
    Industry.objects.of(company_id).filter(scheme=scheme).exclude(code__in=codes).delete()
    Industry.objects.bulk_create(
        [Industry(programme_id=programme_id, company_id=company_id, scheme=scheme, code=code) for code in codes],
        ignore_conflicts=True,
    )
