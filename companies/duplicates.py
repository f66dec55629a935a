"""Records that look like one enterprise: similar names in one place, and what speaks for and against it."""

import re
from dataclasses import dataclass

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from companies.alike import ALIKE, Named, alike
from companies.identity import name_key, town_key
from companies.models import Company, Contact, NotDuplicate, Profile
from companies.queries import survivors
from offensive.tenancy.remembering import remembered

PAGE_SIZE = 25
# What follows the town's name, as in "Altena (Westf.)".
_TOWN_ALONE = re.compile(r"[(/]")
# Mail of these says nothing about whose it is.
FREE_MAIL = {"gmail.com", "googlemail.com", "gmx.de", "gmx.net", "outlook.com", "t-online.de", "web.de", "yahoo.de"}

# Names and places change seldom, and to compare them all takes a second or two: kept until one of them changes. The key
# tells what was compared, and so whose eyes saw it.
KEPT_SECONDS = 7 * 24 * 3600
_COMPARED = """
SELECT count(*), sum(hashtextextended(concat_ws('|', organisation_id, name_key, postcode, town, register_key), 0))
  FROM companies_company WHERE programme_id = %s
"""


# Names of a list are few: those in one place are compared one by one.
_ALIKE = """
WITH listed AS (
    SELECT * FROM unnest(%(names)s::text[], %(postcodes)s::text[], %(towns)s::text[], %(registers)s::text[])
                  WITH ORDINALITY AS l(name, postcode, town, register, place)
     WHERE length(name) > 2
), known AS MATERIALIZED (
    SELECT c.organisation_id AS id, c.name_key, c.postcode, c.register_key,
           trim(lower(split_part(split_part(c.town, '(', 1), '/', 1))) AS town
      FROM companies_company c
     WHERE c.programme_id = %(programme)s AND length(c.name_key) > 2 AND NOT c.organisation_id = ANY(%(absorbed)s)
), met AS (
    SELECT l.place, k.id FROM listed l JOIN known k USING (postcode) WHERE l.postcode > ''
    UNION
    SELECT l.place, k.id FROM listed l JOIN known k USING (town) WHERE l.town > ''
)
SELECT met.place, met.id
  FROM met JOIN listed l USING (place) JOIN known k USING (id)
 WHERE similarity(l.name, k.name_key) >= %(alike)s
   AND (l.register = '' OR k.register_key = '' OR l.register = k.register_key)
 ORDER BY met.place, similarity(l.name, k.name_key) DESC, met.id
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one enterprise; ``survivor`` is the one that would rather stay."""

    survivor: Company
    other: Company
    # Similarity of the names in percent.
    similarity: int
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


def likely_pairs(acting):
    """(lower id, higher id, similarity 0 to 1) of the records the asker may see, most likely first; decided ones not.

    A partner learns nothing of records it may not see: all are read in the asker's own scope.
    """
    return remembered(acting, "likely duplicates", lambda: _undecided(acting.programme_id))


def _undecided(programme_id):
    settled = set(NotDuplicate.objects.filter(programme=programme_id).values_list("one", "other"))
    absorbed = set(survivors(programme_id))
    return [row for row in _alike_now(programme_id) if row[:2] not in settled and absorbed.isdisjoint(row[:2])]


def _alike_now(programme_id):
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED, [programme_id])
        key = "alike:{}:{}:{}".format(programme_id, *cursor.fetchone())
    found = cache.get(key)
    if found is None:
        found = alike(_named(programme_id))
        cache.set(key, found, KEPT_SECONDS)
    return found


def _named(programme_id):
    rows = Company.objects.of(programme_id).values_list("pk", "name_key", "postcode", "town", "register_key")
    return [
        Named(pk, name, tuple(filter(None, (postcode, town_key(town)))), bool(register))
        for pk, name, postcode, town, register in rows.order_by("pk")
        if len(name) > 2
    ]


def alike_names(identities, *, programme_id):
    """For each Identity the companies the asker may see with a similar name in its place, the most similar first."""
    found = [[] for _identity in identities]
    if not found:
        return found
    asked = {
        "programme": programme_id,
        "absorbed": list(survivors(programme_id)),
        "alike": ALIKE,
        "names": [name_key(each.name) for each in identities],
        "postcodes": [each.postcode for each in identities],
        "towns": [_TOWN_ALONE.split(each.town)[0].strip().lower() for each in identities],
        "registers": [each.register for each in identities],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, asked)
        for place, company_id in cursor.fetchall():
            found[place - 1].append(company_id)
    return found


class PairPaginator(Paginator):
    """Pages of ``Pair``; what a row prints is read for the rows of one page."""

    def __init__(self, acting):
        super().__init__(likely_pairs(acting), PAGE_SIZE)
        self.programme_id = acting.programme_id

    def page(self, number):
        page = super().page(number)
        page.object_list = pairs_of(page.object_list, programme_id=self.programme_id)
        return page


def pairs_of(found, *, programme_id):
    """``Pair`` for each of ``found``; the same number of queries however many they are."""
    ids = {company_id for one, other, _similarity in found for company_id in (one, other)}
    rows = Company.objects.of(programme_id).filter(pk__in=ids).select_related("organisation", "caring_partner")
    companies, reached = rows.in_bulk(), _ways_to_reach(ids)
    return [
        _pair(companies[one], companies[other], similarity, reached)
        for one, other, similarity in found
        if one in companies and other in companies
    ]


def _ways_to_reach(ids):
    """{company: {kind: values}} of telephone, mail domain and website, as far as they are released to the asker."""
    found = {company_id: {"phone": set(), "domain": set(), "website": set()} for company_id in ids}
    for company_id, phone, email in Contact.objects.filter(company__in=ids).values_list("company", "phone", "email"):
        digits = "".join(char for char in phone if char.isdecimal())
        found[company_id]["phone"].add(digits.removeprefix("49").lstrip("0"))
        found[company_id]["domain"].add(email.rpartition("@")[2].casefold())
    for company_id, website in Profile.objects.filter(company__in=ids).values_list("company", "website"):
        found[company_id]["website"].add(website.casefold().rpartition("//")[2].removeprefix("www.").rstrip("/"))
    for ways in found.values():
        ways["domain"] -= FREE_MAIL
    return found


def _pair(one, other, similarity, reached):
    survivor, other = sorted((one, other), key=_rather_stays)
    return Pair(
        survivor=survivor,
        other=other,
        similarity=round(similarity * 100),
        speaks_for=tuple(_for(one, other, reached)),
        speaks_against=tuple(_against(one, other)),
    )


def _rather_stays(company):
    """Who takes part before who does not, the earlier known before the later."""
    return (company.participating_on is None, company.participating_on, company.pk)


def _for(one, other, reached):
    if one.name_key == other.name_key:
        yield _("same name without its legal form")
    if one.postcode and one.postcode == other.postcode:
        yield _("same postcode")
    elif town_key(one.town) == town_key(other.town):
        yield _("same town")
    if one.street and one.street.casefold() == other.street.casefold():
        yield _("same street")
    words = {"phone": _("same telephone number"), "domain": _("same mail domain"), "website": _("same website")}
    for kind, sentence in words.items():
        if (reached[one.pk][kind] & reached[other.pk][kind]) - {""}:
            yield sentence


def _against(one, other):
    identifiers = ((one.register_key, other.register_key, _("register numbers differ")),)
    identifiers += ((one.vat_id, other.vat_id, _("VAT IDs differ")),)
    for mine, theirs, sentence in identifiers:
        if mine and theirs and mine != theirs:
            yield sentence
    if one.participating_on and other.participating_on:
        yield _("both take part")


def decisions(programme_id):
    """Pairs that somebody has decided are two enterprises, newest first, as far as the asker may see both."""
    seen = Company.objects.of(programme_id).values("pk")
    found = NotDuplicate.objects.filter(Q(one__in=seen) & Q(other__in=seen), programme=programme_id)
    return found.select_related("one__organisation", "other__organisation", "decided_by").order_by("-decided_at", "-pk")
