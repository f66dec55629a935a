"""Facets that follow from the profile: processes, certificates, markets, branch. Kept in step, or counted from zero."""

from django.db import transaction

from companies.catalogues import DEFENCE, markets, standards
from companies.classification import processes, wz_activity
from companies.facets import CERTIFICATE, MARKET, PROCESS, WZ
from companies.models import Certificate, CompanyMarket, Competence, DefenceInterest, Facet, Industry
from offensive.tenancy.remembering import changed

KINDS = (PROCESS, CERTIFICATE, MARKET, WZ)
# What the facet of kind ``market`` is called that only those see to whom interest in defence is released.
DEFENCE_VALUE = "defence"


def process_facet(code):
    """(kind, value, label, position) of the group of DIN 8580 that ``code`` lies in, or None for a main group."""
    group = processes().get(".".join(code.split(".")[:2]))
    if group is None or group.level != 2:
        return None
    return PROCESS, group.code, f"{group.code} {group.name_de}"[:120], list(processes()).index(group.code)


def wz_facet(scheme, code):
    """That of the division of WZ 2008, or None for another scheme or a section."""
    division = wz_activity("2008", code[:2]) if scheme == "2008" and code[:2].isdecimal() else None
    return division and (WZ, division.code, f"{division.code} {division.title}"[:120], int(division.code))


def certificate_facet(key):
    """That of a standard of the catalogue; whether the certificate is still valid its own page says."""
    standard = standards().get(key)
    return standard and (CERTIFICATE, key, standard.name, list(standards()).index(key))


def market_facet(key):
    """That of a market a company wishes for."""
    market = markets().get(key)
    value = DEFENCE_VALUE if key == DEFENCE else key
    return market and (MARKET, value, market.name_de, list(markets()).index(key))


def _wanted(programme_id, company_id=None):
    """{(company, kind, value): (label, position)} as the rows say that the asker may see."""
    about = {"programme_id": programme_id} | ({"company": company_id} if company_id else {})
    rows = [
        *_found(Competence.objects.filter(**about), process_facet, "process_code"),
        *_found(Industry.objects.filter(**about), wz_facet, "scheme", "code"),
        *_found(Certificate.objects.filter(**about), certificate_facet, "standard"),
        *_found(CompanyMarket.objects.filter(**about, is_wished=True), market_facet, "market"),
        *_found(DefenceInterest.objects.filter(**about, answer="yes"), lambda: market_facet(DEFENCE)),
    ]
    return {(company, kind, value): rest for company, (kind, value, *rest) in rows}


def _found(rows, facet_of, *columns):
    for company, *values in rows.values_list("company_id", *columns):
        if facet := facet_of(*values):
            yield company, facet


@transaction.atomic
def refresh_facets(company_id, *, programme_id):
    """Bring the facets of one company in line with its profile."""
    _bring_in_line(Facet.objects.filter(company=company_id), programme_id, _wanted(programme_id, company_id))


@transaction.atomic
def recompute_facets(programme_id):
    """Bring those of all companies in line that the asker may see, whatever stands there now."""
    _bring_in_line(Facet.objects.all(), programme_id, _wanted(programme_id))


def _bring_in_line(facets, programme_id, wanted):
    facets = facets.filter(programme_id=programme_id, kind__in=KINDS)
    held = {key: (pk, rest) for pk, key, rest in map(_held, facets)}
    stale = [pk for key, (pk, rest) in held.items() if wanted.get(key) != rest]
    fresh = [key for key, rest in wanted.items() if key not in held or held[key][1] != rest]
    if stale or fresh:
        facets.filter(pk__in=stale).delete()
        rows = [_facet(programme_id, *key, *wanted[key]) for key in fresh]
        Facet.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)
        changed(programme_id)


def _held(row):
    return row.pk, (row.company_id, row.kind, row.value), [row.label, row.position]


def _facet(programme_id, company_id, kind, value, label, position):
    return Facet(
        programme_id=programme_id, company_id=company_id, kind=kind, value=value, label=label, position=position
    )
