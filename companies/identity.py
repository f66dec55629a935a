"""When two entries are the same company: register number, else VAT ID, else a question to a person.

A blank identifier never matches: every key is "" where nothing can be said, and "" is never looked up.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.text import slugify

from offensive.tenancy.searching import spelled_out as folded

_SORTED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_REGISTER_KINDS = {"HRA", "HRB", "GNR", "PR", "VR", "GSR"}
_COURT_WORDS = re.compile(
    r"\b(?:ag|amtsgerichts?|registergerichts?|handelsregisters?|register|gericht|local court|beim|des|of|in)\b"
)


_CO = r"\s*(?:&|\+|und|u\.?|and)\s*co(?:mp)?\.?\s*"
_LIMITED = r"(?:gmbh|gesellschaft\s+mit\s+beschr(?:ä|ae)nkter\s+haftung|gesellschaft\s+mbh|ges\.?\s*mbh|mbh)"
_UG = r"ug(?:\s*\(?\s*haftungsbeschr(?:ä|ae)nkt\s*\)?)?"
# What begins with another form stands before it.
_FORMS = (
    ("GmbH & Co. KGaA", rf"{_LIMITED}{_CO}kgaa"),
    ("GmbH & Co. KG", rf"{_LIMITED}{_CO}(?:kg|kommanditgesellschaft)"),
    ("GmbH & Co. OHG", rf"{_LIMITED}{_CO}ohg"),
    ("UG (haftungsbeschränkt) & Co. KG", rf"{_UG}{_CO}kg"),
    ("SE & Co. KGaA", rf"se{_CO}kgaa"),
    ("SE & Co. KG", rf"se{_CO}kg"),
    ("AG & Co. KGaA", rf"ag{_CO}kgaa"),
    ("AG & Co. KG", rf"(?:ag|aktiengesellschaft){_CO}kg"),
    ("& Co. KG", r"(?:&|\+|und|u\.?)\s*co(?:mp)?\.?\s*kg"),
    ("UG (haftungsbeschränkt)", rf"{_UG}|unternehmergesellschaft(?:\s*\(?\s*haftungsbeschr(?:ä|ae)nkt\s*\)?)?"),
    ("gGmbH", r"ggmbh"),
    ("GmbH", _LIMITED),
    ("KGaA", r"kgaa|kommanditgesellschaft\s+auf\s+aktien"),
    ("AG", r"ag|aktiengesellschaft"),
    ("SE", r"se"),
    ("KG", r"kg|kommanditgesellschaft"),
    ("OHG", r"ohg|offene\s+handelsgesellschaft"),
    ("eG", r"eg|eingetragene\s+genossenschaft"),
    ("e.K.", r"e\.\s?k\.?|ek|e\.?\s?kfm\.?|e\.?\s?kfr\.?|eingetragener?\s+kauf(?:mann|frau)"),
    ("eGbR", r"egbr"),
    ("GbR", r"gbr|gesellschaft\s+b(?:ü|ue)rgerlichen\s+rechts"),
    ("PartG mbB", r"partg\s?mbb|partnerschaftsgesellschaft\s+mbb"),
    ("PartG", r"partg|partnerschaftsgesellschaft"),
    ("e.V.", r"e\.\s?v\.?|ev|eingetragener\s+verein"),
    ("Ltd.", r"ltd\.?|limited"),
    ("B.V.", r"b\.\s?v\.?|bv"),
)
_AT_END = tuple((form, re.compile(rf"(?:^|[\s,(\-–])({pattern})\s*\)?\s*$", re.IGNORECASE)) for form, pattern in _FORMS)


def legal_form(text):
    """The usual spelling of a legal form written any way ("GmbH u. Co KG"), "" if ``text`` is none."""
    return next(
        (form for form, pattern in _AT_END if (found := pattern.search(text)) and not text[: found.start()].strip()), ""
    )


def split_legal_form(name):
    """(name without its legal form, legal form in its usual spelling or "")."""
    name = " ".join(name.split())
    for form, pattern in _AT_END:
        if (found := pattern.search(name)) and (rest := name[: found.start()].rstrip(" ,-–(")):
            return rest, form
    return name, ""


def _letters(text):
    return "".join(char for char in text if char.isalnum())


def name_key(name):
    """The name as it is compared: without legal form, case, umlauts, spaces and punctuation."""
    stem = folded(split_legal_form(name)[0])
    stem = re.sub(r"\b(?:gmbh|mbh|und|u\.)(?=\W|$)|[&+]", " ", stem)
    return _letters(stem) or _letters(folded(name))


def town_key(town):
    """``Menden (Sauerland)`` and ``Menden`` are the same town, as are ``Wetter/Ruhr`` and ``Wetter (Ruhr)``."""
    stem = re.split(r"[(/,]|\ba\.\s?d\.", folded(town))[0]
    return _letters(stem)


def court_key(court):
    """``AG Iserlohn``, ``Amtsgericht Iserlohn`` and ``Iserlohn`` are the same court."""
    return _letters(_COURT_WORDS.sub(" ", re.split(r"[(/]", folded(court))[0]))


def register_key(court, kind, number):
    """``iserlohn HRB 90125``, or "" if court, kind or number is missing or senseless."""
    court = court_key(court or "")
    kind = re.sub(r"[^A-Z]", "", (kind or "").upper())
    number = re.sub(r"[^0-9A-Z]", "", str(number or "").upper()).lstrip("0")
    if not court or kind not in _REGISTER_KINDS or not re.fullmatch(r"\d+[A-Z]{0,3}", number):
        return ""
    return f"{court} {kind} {number}"


def vat_key(text):
    """The VAT ID without spaces and punctuation in capitals; nine bare digits are German. "" if blank."""
    compact = re.sub(r"[^0-9A-Z]", "", (text or "").upper())
    if re.fullmatch(r"\d{9}", compact):
        return "DE" + compact
    return compact if re.fullmatch(r"[A-Z]{2}(?=.*\d)[0-9A-Z]{2,13}", compact) else ""


def sort_name(name):
    """The name as lists are ordered by (DIN 5007-1): casefolded, ä as a, ö as o, ü as u, ß as ss."""
    text = unicodedata.normalize("NFC", " ".join(name.split())).casefold().translate(_SORTED)
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def slug_for(name):
    """The part of the address that names the company: ``musterfedern-altena``. Uniqueness is the caller's."""
    return slugify(folded(split_legal_form(name)[0]).replace("&", " und "))[:60].strip("-_") or "firma"


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a company to recognise it. ``company`` is its id, or the place in a file."""

    company: object
    name: str = ""
    postcode: str = ""
    town: str = ""
    register: str = ""
    vat: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """``kind`` is new, known or question; ``by`` is "", register, vat_id, name or conflict.

    ``company`` is the likely one, ``companies`` all that come into question.
    """

    kind: str
    by: str = ""
    company: object = None
    companies: tuple = ()


@dataclass
class KnownCompanies:
    """Lookups over identities. Blank keys are not entered, so they cannot be found.

    A company may be known by several identities: those of records that are merged.
    """

    by_company: dict = field(default_factory=lambda: defaultdict(list))
    by_register: dict = field(default_factory=lambda: defaultdict(list))
    by_vat: dict = field(default_factory=lambda: defaultdict(list))
    by_name: dict = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, identities):
        known = cls()
        for identity in identities:
            known.add(identity)
        return known

    def add(self, identity):
        self.by_company[identity.company].append(identity)
        for index, key in self._keys(identity):
            if key and identity.company not in index[key]:
                index[key].append(identity.company)

    def _keys(self, identity):
        return (
            (self.by_register, identity.register),
            (self.by_vat, vat_key(identity.vat)),
            (self.by_name, name_key(identity.name)),
        )

    def found(self, identity):
        """The companies with the same register number, the same VAT ID, the same name."""
        return [list(index.get(key, ())) if key else [] for index, key in self._keys(identity)]


def match(candidate, known):
    """Decide whether ``candidate`` (Identity) is among ``known`` (KnownCompanies).

    Register number, else VAT ID. Name and place only raise a question, and so does everything
    that contradicts itself: nothing is ever merged on a name.
    """
    register, vat, names = known.found(candidate)
    identified = list(dict.fromkeys(register + vat))
    if len(identified) > 1:
        return Match("question", "conflict", identified[0], tuple(identified))
    if register:
        return Match("known", "register", register[0], (register[0],))
    if vat:
        return _by_vat(candidate, known.by_company[vat[0]])
    likely = [company for company in names if any(_likely(candidate, each) for each in known.by_company[company])]
    return Match("question", "name", likely[0], tuple(likely)) if likely else Match("new")


def _by_vat(candidate, others):
    company = others[0].company
    if all(_differ(candidate.register, other.register) for other in others):
        return Match("question", "conflict", company, (company,))
    return Match("known", "vat_id", company, (company,))


def _likely(candidate, other):
    """Same name: the same company unless register or place say otherwise. An unknown place says nothing."""
    if _differ(candidate.register, other.register):
        return False
    postcodes, towns = (candidate.postcode, other.postcode), (town_key(candidate.town), town_key(other.town))
    if _same(*postcodes) or _same(*towns):
        return True
    return not _differ(*postcodes) and not _differ(*towns)


def _same(one, other):
    return bool(one) and one == other


def _differ(one, other):
    return bool(one) and bool(other) and one != other


def match_list(candidates, known):
    """One Match per candidate, in order. A company that stands twice in the list matches its first entry:

    the ``company`` of that Match is then the ``company`` of the earlier candidate, so the two
    kinds of ids must differ (e.g. ("row", 7)). ``known`` is not changed.
    """
    earlier, matches = KnownCompanies(), []
    for candidate in candidates:
        found = match(candidate, known)
        if found.kind == "new":
            found = match(candidate, earlier)
        matches.append(found)
        earlier.add(candidate)
    return matches
