"""From the text of one cell to a value, or to a sentence that says what to type instead."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NumberError

from companies.classification import WZ_SCHEMES, municipalities, wz_activity
from companies.identity import legal_form, vat_key
from companies.sheets.dates import read_date
from companies.sheets.fields import FIELDS
from companies.sheets.numbers import read_number

_NOTHING = re.compile(
    r"(?:-+|–+|—+|/+|\.+|\?+|n\.? ?a\.?|n/a|k\.? ?a\.?|keine angaben?|unbekannt|unknown|none|null|entfällt)",
    re.IGNORECASE,
)
_FAULT = re.compile(r"#(?:REF!|BEZUG!|N/A|NV|VALUE!|WERT!|DIV/0!|NAME\?|NULL!|NUM!|ZAHL!|####*)")
_REGISTER = re.compile(
    r"\b(HR\s?[AB]|Gn\s?R|G[sS]\s?R|PR|VR)\b[\s.:\-]*(?:Nr\.?|Nummer)?[\s.:\-]*|\b(HR[AB])(?=\d)", re.IGNORECASE
)
_REGISTER_NUMBER = re.compile(r"\d[\d .]*\d|\d")
_COURT_WORDS = re.compile(
    r"\b(?:AG|Amtsgerichts?|Registergerichts?|Handelsregister|Register|Local Court|beim|des|Nr\.?|Nummer)\b",
    re.IGNORECASE,
)
_SALUTATIONS = {
    "herr": "Herr",
    "herrn": "Herr",
    "hr.": "Herr",
    "mr": "Herr",
    "mr.": "Herr",
    "frau": "Frau",
    "fr.": "Frau",
    "ms": "Frau",
    "ms.": "Frau",
    "mrs": "Frau",
    "mrs.": "Frau",
}
_TITLE = re.compile(
    r"(?:Prof\.?|Dr\.?|Dr\.-Ing\.|Dipl\.?-\S+|Dipl\.|Ing\.|rer\.|nat\.|phil\.|jur\.|med\.|h\.c\.|M\.?Sc\.?|B\.?Sc\.?|MBA|M\.?A\.?|B\.?A\.?|B\.?Eng\.?|M\.?Eng\.?|Mag\.|-Ing\.)$",
    re.IGNORECASE,
)
_MONEY_UNITS = (
    (re.compile(r"(?:t\s?€|t\s?eur|tsd\.?|tausend|k\s?€|k\s?eur|k)(?:\s?(?:€|eur|euro))?$", re.IGNORECASE), 1000),
    (re.compile(r"(?:mio\.?|mill\.?|millionen|million|m\s?€|meur|m)(?:\s?(?:€|eur|euro))?$", re.IGNORECASE), 1_000_000),
    (re.compile(r"(?:mrd\.?|milliarden?|billion)(?:\s?(?:€|eur|euro))?$", re.IGNORECASE), 1_000_000_000),
    (re.compile(r"(?:€|eur|euro)$", re.IGNORECASE), 1),
)  # fmt: skip
_MOST_MONEY = Decimal(10) ** 12
_MOST_STAFF = Decimal(1_000_000)


class CellError(Exception):
    """What was typed cannot be taken over; the message says what to type."""


@dataclass(frozen=True)
class Reading:
    """How a column is to be read: EUR per unit, WZ scheme, register kind from the heading, number style.

    ``shares``: ``fraction`` (1 is 100 %), ``percent`` (1 is 1 %) or ``mixed`` (1 is asked about).
    """

    units: dict = field(default_factory=dict)
    wz_scheme: str = "2008"
    register_kind: str = ""
    styles: dict = field(default_factory=dict)
    shares: str = "fraction"


def parse_value(key, text, reading=None):
    """(value, problem) for ``text`` typed into field ``key``; problem is "" or a sentence to show.

    Staff in annual work units, money in EUR and the automotive share (0 to 1) are Decimal; a date is a date;
    a cell that holds several things (register, postcode and town, contact, WZ) gives a dict.
    Blank gives None. Raises KeyError for an unknown field.
    """
    if key not in FIELDS:
        raise KeyError(key)
    text = " ".join((text or "").replace("\u00a0", " ").split())
    if not text or (_NOTHING.fullmatch(text) and key != "name"):
        return None, _("The company name is missing. Please type it.") if key == "name" else ""
    if _FAULT.match(text):
        return None, _("The cell holds an error of the spreadsheet (%(value)s). Please type the value itself.") % {
            "value": text
        }
    try:
        text = _short(text, _LENGTHS.get(key, 1000))
        return _PARSERS.get(key, _text)(text, reading or Reading(), key), ""
    except CellError as problem:
        return None, str(problem)


def _refused(sentence, text, **more):
    return CellError(sentence % {"value": text if len(text) <= 60 else text[:57] + "…", **more})


_LENGTHS = {
    "name": 250,
    "note": 10_000,
    "certificates": 1000,
    "industry": 250,
    "website": 200,
    "phone": 50,
    "town": 100,
}


def _text(text, reading, key):
    return _short(text, _LENGTHS.get(key, 150))


def _short(text, most):
    if len(text) > most:
        raise _refused(_("“%(value)s” is too long. Please shorten it to at most %(most)d characters."), text, most=most)
    return text


def _name(text, reading, key):
    if not any(char.isalpha() for char in text):
        raise _refused(_("“%(value)s” is not a company name. Please type the name."), text)
    return _text(text, reading, key)


def _legal_form(text, reading, key):
    return legal_form(text) or _text(text, reading, key)


def _postcode(text, reading, key):
    digits = re.sub(r"^D\s?-?\s?|,0+$|\.0+$|\s", "", text, flags=re.IGNORECASE)
    if re.fullmatch(r"\d{5}", digits, re.ASCII):
        return digits
    if re.fullmatch(r"\d{4}", digits, re.ASCII):
        raise _refused(_("The postcode %(value)s has only four digits. Please type all five, for example 58762."), text)
    raise _refused(_("“%(value)s” is not a postcode. Please type five digits, for example 58762."), text)


def _postcode_town(text, reading, key):
    match = re.fullmatch(r"(?:D\s?-?\s?)?(\d+)[\s,]+(.+)", text, re.IGNORECASE) or re.fullmatch(r"()(\D+)", text)
    if match and match[1]:
        return {"postcode": _postcode(match[1], reading, key), "town": match[2].strip(" ,")}
    if match:
        return {"postcode": "", "town": match[2].strip(" ,")}
    if behind := re.fullmatch(r"(\D+?)[\s,]+\(?(?:D-?)?(\d+)\)?", text):
        return {"postcode": _postcode(behind[2], reading, key), "town": behind[1]}
    return {"postcode": _postcode(text, reading, key), "town": ""}


def _ags(text, reading, key):
    digits = re.sub(r"[\s.]|,0+$", "", text)
    digits = digits.zfill(8) if len(digits) == 7 else digits
    if not re.fullmatch(r"(?:0[1-9]|1[0-6])\d{6}", digits, re.ASCII):
        raise _refused(
            _("“%(value)s” is not a municipality key. Please type its eight digits, for example 05962004."), text
        )
    region = {ags[:5] for ags in municipalities()}
    if digits[:5] in region and digits not in municipalities():
        raise _refused(
            _("No municipality of the region has the key %(value)s. Please type the right one, for example 05962004."),
            text,
        )
    return digits


def _register(text, reading, key):
    """Court, kind and number stand in every order: AG Iserlohn HRB 90125, HRA90002 Iserlohn."""
    found = _REGISTER.search(text)
    kind = re.sub(r"\s", "", found[1] or found[2]).upper() if found else reading.register_kind
    rest = text[: found.start()] + " | " + text[found.end() :] if found else text
    number = _REGISTER_NUMBER.search(rest, rest.index("|") if found and re.search(r"\|\s*\d", rest) else 0)
    if not number:
        raise _refused(
            _("“%(value)s” holds no register number. Please type it like this: Iserlohn HRB 12345."),
            text,
        )
    if not kind:
        raise _refused(
            _("The register number %(value)s lacks its register. Please type HRA or HRB before it: HRB 12345."),
            text,
        )
    suffix = re.match(r"\s?([A-Z]{1,2})\b(?!\w)", rest[number.end() :])
    digits = re.sub(r"\D", "", number[0])
    court = rest[: number.start()] + rest[number.end() + (suffix.end() if suffix else 0) :]
    return {
        "register_court": _court(court, reading, key),
        "register_kind": kind.upper(),
        "register_number": digits + (suffix[1] if suffix else ""),
    }


def _court(text, reading, key):
    court = " ".join(_COURT_WORDS.sub(" ", text).split())
    court = " ".join(re.sub(r"[|,;:]", " ", court).split()).strip(" -–.()/")
    return court[:60]


def _register_kind(text, reading, key):
    kind = re.sub(r"[^A-Z]", "", text.upper())
    kind = {"A": "HRA", "B": "HRB"}.get(kind, kind)
    if kind not in {"HRA", "HRB", "GNR", "PR", "VR", "GSR"}:
        raise _refused(_("“%(value)s” is not a register. Please type HRA or HRB."), text)
    return kind


def _vat_id(text, reading, key):
    number = vat_key(re.sub(r"^\s*(?:USt-?Id-?(?:Nr\.?)?|VAT)[\s:.]*", "", text, flags=re.IGNORECASE))
    try:
        return eu_vat.validate(number)
    except InvalidChecksum as error:
        raise _refused(
            _("The VAT ID %(value)s cannot be right: its check digit does not fit. Please check it on an invoice."),
            text,
        ) from error
    except NumberError as error:
        raise _refused(
            _("“%(value)s” is not a VAT ID. Please type DE and nine digits, for example DE999900016."), text
        ) from error


def _wz(text, reading, key):
    scheme = "2025" if re.search(r"\b2025\b", text) else reading.wz_scheme
    bare = re.sub(r"\bWZ\b|\b20(?:08|25)\b:?", " ", text, flags=re.IGNORECASE).strip(" :")
    match = re.match(r"([A-V]?\s?\d{2}(?:[.,]?\d{1,2})?(?:\.?\d)?)(?!\d)|([A-V])(?=\s|$)", bare, re.IGNORECASE)
    code = (match[1] or match[2]).replace(",", ".") if match else ""
    if activity := _activity(scheme, code):
        return {"wz_scheme": scheme, "wz_code": activity.code}
    other = next((each for each in WZ_SCHEMES if each != scheme and _activity(each, code)), "")
    if other:
        raise _refused(
            _("The code %(value)s is not in WZ %(scheme)s but in WZ %(other)s. Please type the code of WZ %(scheme)s."),
            text,
            scheme=scheme,
            other=other,
        )
    raise _refused(
        _("“%(value)s” is not a code of WZ %(scheme)s. Please type one, for example 25.62."), text, scheme=scheme
    )


def _activity(scheme, code):
    """A class without subclasses of its own ends in .0 everywhere; offices write it for the others too (24.20.0)."""
    if not code:
        return None
    return wz_activity(scheme, code) or (wz_activity(scheme, code[:-2]) if code.endswith(".0") else None)


def _number(text, reading, key):
    number = read_number(text, reading.styles.get(key, "de"))
    if number is None:
        raise _no_number(text)
    if number < 0:
        raise _refused(_("%(value)s is negative. Please type the right number."), text)
    return number


def _no_number(text):
    around = re.findall(r"\d[\d.,]*", text)
    if len(around) == 1 and re.match(
        r"(?:ca|rd|rund|etwa|circa|über|unter|mehr|bis|ab|mind|max|about|approx|[~<>≈±])", text, re.IGNORECASE
    ):
        return _refused(
            _("“%(value)s” is not an exact number. Please type the number alone, for example %(number)s."),
            text,
            number=around[0].rstrip(".,"),
        )
    if len(around) == 2:
        return _refused(
            _("“%(value)s” names a range. Please type one number, for example %(number)s."),
            text,
            number=around[0].rstrip(".,"),
        )
    return _refused(_("“%(value)s” is not a number. Please type the number alone, for example 35."), text)


def _staff(text, reading, key):
    bare = re.sub(r"\s*(?:MA|Mitarbeiter\w*|Beschäftigte|VZÄ|FTE|AWU|JAE|employees)\.?$", "", text, flags=re.IGNORECASE)
    number = _number(bare, reading, key)
    if number > _MOST_STAFF:
        raise _refused(_("%(value)s is too large for a number of staff. Please type the right number."), text)
    return number.quantize(Decimal("0.01"))


def _money(text, reading, key):
    bare = re.sub(r"^(?:€|EUR|Euro)\s*", "", text, flags=re.IGNORECASE)
    unit = Decimal(reading.units.get(key, 1))
    for pattern, named in _MONEY_UNITS:
        if (found := pattern.search(bare)) and re.search(r"\d\s*$", bare[: found.start()]):
            bare, unit = bare[: found.start()].strip(), Decimal(named)
            break
    amount = _number(re.sub(r",[-–]+$", "", bare), reading, key) * unit
    if amount > _MOST_MONEY:
        raise _refused(_("%(value)s is too large an amount. Please check the number and its unit."), text)
    return amount.quantize(Decimal("0.01"))


def _share(text, reading, key):
    signed = re.fullmatch(r"(.+?)\s*(?:%|Prozent|percent|v\.? ?H\.?)", text, re.IGNORECASE)
    number = _number(signed[1] if signed else text, reading, key)
    if not signed and number == 1 and reading.shares == "mixed":
        raise _refused(
            _("%(value)s may mean 1 %% or 100 %%. Please type it with the percent sign."),
            text,
        )
    if signed or reading.shares == "percent" or number > 1:
        number /= 100
    if number > 1:
        raise _refused(_("%(value)s is more than 100 percent. Please type a share between 0 and 100 percent."), text)
    return number.quantize(Decimal("0.0001"))


def _email(text, reading, key):
    address = re.sub(r"^mailto:\s*", "", text, flags=re.IGNORECASE)
    address = named[1] if (named := re.search(r"<([^<>]+)>$", address)) else address
    try:
        validate_email(address)
    except ValidationError as error:
        raise _refused(
            _("“%(value)s” is not an e-mail address. Please type one, for example name@company.de."), text
        ) from error
    return _text(address, reading, key)


def _contact(text, reading, key):
    """Frau Dipl.-Ing. A. Exempel; Exempel, Anna."""
    words, salutation, title = text.split(), "", []
    if words and words[0].lower() in _SALUTATIONS:
        salutation = _SALUTATIONS[words.pop(0).lower()]
    while len(words) > 1 and _TITLE.match(words[0]):
        title.append(words.pop(0))
    if len(words) > 1 and words[0].endswith(",") and "," not in "".join(words[1:]):
        words = [*words[1:], words[0].rstrip(",")]
    first, last = " ".join(words[:-1])[:150], (words[-1] if words else "")[:150]
    return {
        "contact_salutation": salutation,
        "contact_title": " ".join(title)[:50],
        "contact_first_name": first,
        "contact_last_name": last,
    }


def _salutation(text, reading, key):
    return _SALUTATIONS.get(text.lower(), text[:50])


def _certificates(text, reading, key):
    return tuple(part.strip() for part in re.split(r"[;,|\n]|\s/\s", _text(text, reading, key)) if part.strip())


def _website(text, reading, key):
    address = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if not re.fullmatch(r"https?://[^\s/.]+(?:\.[^\s/.]+)+(?:/\S*)?", address, re.IGNORECASE):
        raise _refused(
            _("“%(value)s” is not the address of a website. Please type one, for example www.company.de."), text
        )
    return _text(address, reading, key)


def _date(text, reading, key):
    day, problem = read_date(text)
    if problem:
        raise CellError(problem)
    return day


_PARSERS = {
    "name": _name, "legal_form": _legal_form, "postcode": _postcode, "postcode_town": _postcode_town, "ags": _ags,
    "register": _register, "register_kind": _register_kind, "court": _court, "vat_id": _vat_id, "wz": _wz,
    "staff": _staff, "turnover": _money, "balance_sheet": _money, "automotive_share": _share, "email": _email,
    "contact": _contact, "contact_salutation": _salutation, "certificates": _certificates, "website": _website,
    "first_contact": _date,
}  # fmt: skip
