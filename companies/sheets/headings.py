# ruff: noqa: E501 - a spelling list is read as a table, one field after the other
"""What a column is called: the spellings of offices, German and English."""

import re
from functools import lru_cache

from companies.identity import folded

IGNORED = re.compile(r"\b(?:tele)?fax\b|\bsteuer ?(?:nr|nummer)\b|\bumsatz(?:rendite|anteil|entwicklung)\b")

_STAFF = r"mitarbeiter\w*|mitarbeitende\w*|beschaeftigte\w*|angestellte\w*|ma|vzae|fte|jae|awu|employees|staff|headcount|belegschaft"
_COUNT = r"(?:anzahl|zahl|number of|no of|anz) (?:der )?"
_VAT = r"ust|umsatzsteuer|vat|mwst"

# (field, the whole heading, a part of the heading); a whole heading is sure, a part is likely.
_SPELLINGS = (
    ("own_number", r"lfd|(?:lfd|lauf\w*|pos|position) ?(?:nr|nummer|no)?|nr|no|nummer|number|id|#", None),
    ("name",
     r"firm(?:a|en)|firm(?:a|en)(?:name|bezeichnung|wortlaut)|firmierung|unternehmen|unternehmens ?name|betrieb"
     r"|company|company name|enterprise|business name|name of (?:the )?company|name (?:der|des) (?:firma|unternehmens|betriebs)"
     r"|(?:firma|unternehmen|company|teilnehmer|mitglied) name|mitgliedsunternehmen|firma unternehmen|unternehmen firma",
     r"firmenname|unternehmensname|company name|^firma\b|^unternehmen\b|^company\b|^firm name"),
    ("legal_form", r"rechtsform|gesellschaftsform|unternehmensform|legal form|form", r"rechtsform|legal form"),
    ("street",
     r"strasse|str|strasse (?:und )?(?:haus ?)?(?:nr|nummer)|strasse hs ?nr|anschrift|adresse|street|address|street address"
     r"|street (?:and )?(?:no|number)|(?:firmen)?(?:anschrift|adresse) strasse|strassenanschrift|anschrift strasse und nr",
     r"strasse|\bstr\b|street|\banschrift\b|\badresse\b|\baddress\b"),
    ("house_number", r"haus ?(?:nr|nummer)|hs ?nr|house (?:no|number)", None),
    ("postcode_town",
     r"(?:plz|postleitzahl|postcode|post code|zip|zip code|postal code) (?:und |and |u )?(?:ort|stadt|wohnort|town|city)"
     r"|(?:ort|town|city) (?:plz|postcode|zip)",
     r"\bplz (?:und )?ort\b"),
    ("postcode", r"plz|postleitzahl|post ?code|postal code|zip|zip code", r"\bplz\b|postleitzahl|postcode|postal code"),
    ("town", r"ort|stadt|gemeinde|kommune|town|city|standort|sitz|firmensitz|municipality|place|location|ort name",
     r"\bort\b|\bstadt\b|\btown\b|\bcity\b|\bfirmensitz\b|\bstandort\b"),
    ("district", r"kreis|landkreis|kreis kreisfreie stadt|district|county|region", r"\b(?:land)?kreis\b|\bdistrict\b"),
    ("ags", r"ags|gkz|gemeinde ?(?:schluessel|kennziffer|kennzahl)|amtlicher gemeindeschluessel|municipality (?:key|code)",
     r"gemeindeschluessel|\bags\b|municipality (?:key|code)"),
    ("court", r"amtsgericht|registergericht|gericht|ag|register court|registry court|local court|court|(?:handels)?register(?:eintrag)? (?:amts)?gericht",
     r"amtsgericht|registergericht|court"),
    ("register_kind", r"registerart|register art|abteilung|abt|hra hrb|hr art|register type|(?:handels)?register art", None),
    ("register",
     r"register|handelsregister|hr|hrb|hra|hr[ab]? ?(?:nr|nummer|no)|(?:handels)?register ?(?:nr|nummer|no|number|eintrag|eintragung)"
     r"|commercial register(?: no| number)?|register no|company (?:registration|register) (?:no|number)|registration number",
     r"handelsregister|registernummer|commercial register|\bhr[ab]\b|registration number"),
    ("vat_id",
     rf"(?:{_VAT})(?: ?id)?(?: ?(?:nr|nummer|no|number|ident ?nr))?|(?:{_VAT})identifikations(?:nr|nummer)|uid(?: nr| nummer)?|ustidnr|vat reg(?:istration)? no",
     r"\bust ?id|umsatzsteuer ?id|\bvat\b"),
    ("wz", r"wz|wirtschaftszweig|wz code|branchen(?:schluessel|code)|nace(?: code)?|branche|industry|sector|wirtschaftsbereich",
     r"\bwz ?(?:code|20\d\d|08|25|nr)?\b|wirtschaftszweig|\bnace\b|\bbranche|industry|\bsector\b"),
    ("staff", rf"(?:{_COUNT})?(?:{_STAFF})|{_COUNT}ma|ma zahl|mitarbeiterzahl|personal|arbeitsplaetze|vollzeitaequivalente",
     rf"\b(?:{_STAFF})\b|mitarbeiterzahl|vollzeit"),
    ("turnover", r"(?:jahres)?umsatz|umsatzerloese|turnover|annual turnover|revenue|annual revenue|sales|erloese",
     r"\b(?:jahres|gesamt)?umsatz|turnover|revenue"),
    ("balance_sheet", r"bilanzsumme|bilanz|balance sheet(?: total)?|total assets|balance",
     r"bilanzsumme|bilanz|balance sheet|total assets"),
    ("automotive_share", r"automotive|auto(?:motive|mobil)? ?anteil|anteil auto(?:motive|mobil)?|automotive share|share of automotive",
     r"automotiv|automobil|\bkfz\b"),
    ("certificates", r"zertifikate?|zertifizierung(?:en)?|certificates?|certifications?", r"zertifi|certif"),
    ("contact",
     r"ansprech(?:partner|person|partnerin|partner in)|kontakt|kontaktperson|contact(?: person| name)?|geschaeftsfuehr\w*|gf|inhaber|ap"
     r"|(?:ansprechpartner|kontakt|contact)(?: in)? name|name (?:des )?ansprechpartners?",
     r"ansprechp|kontaktperson|contact person|geschaeftsfuehr"),
    ("contact_salutation", r"(?:\w+ )?(?:anrede|salutation)", r"\banrede\b|salutation"),
    ("contact_title", r"(?:\w+ )?(?:titel|akad titel|akademischer titel|title)", r"\btitel\b"),
    ("contact_first_name", r"(?:\w+ )?(?:vorname|first name|given name|forename)", r"vorname|first name|given name"),
    ("contact_last_name", r"(?:\w+ )?(?:nachname|familienname|zuname|last name|surname|family name)", r"nachname|last name|surname"),
    ("contact_role", r"(?:\w+ )?(?:funktion|rolle|role|job title)", r"\bfunktion\b|job title"),
    ("email", r"(?:\w+ )?(?:e ?mail|mail)(?: ?adresse| address)?", r"\be ?mail|\bmail\b"),
    ("phone", r"(?:\w+ )?(?:tel|telefon|fon|phone|telephone|mobil|handy|mobile|rufnummer|telefonnummer|durchwahl)(?: ?nr| ?nummer| number| no)?",
     r"\btel\b|telefon|phone|rufnummer|\bmobil\b"),
    ("website", r"(?:\w+ )?(?:web ?(?:site|seite|adresse)?|homepage|internet(?:seite|adresse)?|url|www)", r"website|homepage|webseite"),
    ("partner", r"betreuung|betreuer(?: in)?|betreuender partner|betreut (?:durch|von)|partner|projektpartner|zustaendig\w*|caring partner|advisor|berater",
     r"betreu|caring partner|zustaendig"),
    ("first_contact", r"erst(?:kontakt|gespraech|ansprache)(?: am| datum)?|datum(?: erstkontakt)?|kontakt(?:datum| am| seit)|first contact(?: on| date)?|date|date of first contact|aufnahme(?: am|datum)?",
     r"erstkontakt|erstgespraech|first contact|\bdatum\b"),
    ("stage", r"stufe|phase|stage|etappe|status|projektstufe", r"\bstufe\b|\bstage\b"),
    ("note", r"bemerkung(?:en)?|anmerkung(?:en)?|notiz(?:en)?|kommentar|notes?|remarks?|comments?|hinweise?|sonstiges",
     r"bemerkung|anmerkung|notiz|kommentar|remark"),
)  # fmt: skip
_COMPILED = [(field, re.compile(whole), re.compile(part) if part else None) for field, whole, part in _SPELLINGS]
# "Name" alone may be the company's or the person's; what else stands beside it decides.
_NAME_ALONE = {"name": 0.8, "contact_last_name": 0.5, "contact": 0.4}


def normalised(heading):
    """Lower case, umlauts spelled out, what stands in brackets and punctuation left out."""
    text = folded(heading)
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)
    bare = bare if re.search(r"[a-z#]", bare) else text
    bare = re.sub(r"\b(?:in|t|k|mio|mill|tsd)?\.?\s*(?:€|eur\b|euro\b|teur\b|keur\b|meur\b)", " ", bare)
    bare = re.sub(r"\bin (?:tsd|mio|%|prozent|tausend|millionen)\b\.?|%", " ", bare)
    return " ".join(re.sub(r"[^a-z0-9#]+", " ", bare).split())


def fields_for(heading):
    """{field: likelihood from 0 to 1} for a heading as typed."""
    return dict(_fields_for(heading)) if len(heading) <= 200 else {}


@lru_cache(maxsize=4096)
def _fields_for(heading):
    text = normalised(heading)
    if not text or len(text) > 80 or IGNORED.search(text):
        return {}
    if text == "name":
        return dict(_NAME_ALONE)
    found = {}
    for field, whole, part in _COMPILED:
        without_year = re.sub(r" ?(?:19|20)\d\d$", "", text)
        if whole.fullmatch(text) or whole.fullmatch(without_year):
            found[field] = 1.0
        elif part and part.search(text):
            found[field] = 0.75
    return found


def money_unit(heading):
    """EUR per unit of a money column by its heading: 1, 1000, 1000000, or None if it names none."""
    text = folded(heading)
    if re.search(r"\bt\s?€|\bt\.?\s?eur|\btsd|tausend|\bk\s?€|\bkeur|thousand|1[.,]?000", text):
        return 1000
    if re.search(r"\bmio|\bmill|\bm\s?€|\bmeur|million", text):
        return 1_000_000
    return 1 if re.search(r"€|\beur", text) else None


def wz_scheme(heading):
    """``2025`` if the heading says so, else ``2008``."""
    text = folded(heading)
    return "2025" if re.search(r"2025|\bwz ?25\b|rev\.? ?2\.1", text) else "2008"


def register_kind(heading):
    found = {kind.upper() for kind in re.findall(r"\bhr ?[ab]\b", folded(heading))}
    return found.pop().replace(" ", "") if len(found) == 1 else ""
