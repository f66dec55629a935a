"""Is a company of a list already in the programme? Asked over all companies, also those the asker may not see."""

from django.db.models import Q

from companies.duplicates import alike_names
from companies.identity import Identity, KnownCompanies, Match, match_list, name_key, vat_key
from companies.models import Company, Merge
from offensive.tenancy.scope import system_scope

_COLUMNS = ("organisation_id", "legal_name", "postcode", "town", "register_key", "vat_id")


def find_twins(candidates, *, programme_id):
    """One ``Match`` for each Identity in ``candidates``, in order; a row may also match an earlier row of the list.

    Of a company the asker may not see it tells nothing but its number: that there is one.
    """
    candidates = list(candidates)
    with system_scope(programme_id, "companies.find_twins"):
        known = KnownCompanies.of(_alike(candidates, programme_id))
    return match_list(candidates, known)


def find_likely(candidates, *, programme_id):
    """``find_twins``, and for what is new there the companies with a similar name in the same place as a question.

    Of similar names only those count that the asker may see: for all others there is the list of likely duplicates.
    """
    candidates = list(candidates)
    matches = find_twins(candidates, programme_id=programme_id)
    new = [place for place, match in enumerate(matches) if match.kind == "new"]
    alike = alike_names([candidates[place] for place in new], programme_id=programme_id)
    for place, found in zip(new, alike, strict=True):
        if found:
            matches[place] = Match("question", "alike", found[0], tuple(found))
    return matches


def _alike(candidates, programme_id):
    """Identities of the companies that share a register number, a VAT ID or a name with one of the candidates.

    A record that a merge has absorbed is known as its survivor.
    """
    registers = {candidate.register for candidate in candidates} - {""}
    vat_ids = {vat_key(candidate.vat) for candidate in candidates} - {""}
    names = {name_key(candidate.name) for candidate in candidates} - {""}
    alike = Q(register_key__in=registers) | Q(vat_id__in=vat_ids) | Q(name_key__in=names)
    found = Company.objects.of(programme_id).filter(alike).order_by("organisation_id")
    rows = list(found.values_list(*_COLUMNS))
    survivors = _survivors(row[0] for row in rows)
    return [Identity(survivors.get(company, company), *rest) for company, *rest in rows]


def _survivors(company_ids):
    return dict(Merge.objects.standing().filter(absorbed__in=list(company_ids)).values_list("absorbed", "survivor"))
