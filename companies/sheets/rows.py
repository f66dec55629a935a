"""From the lines of a list to companies, each with its problems named; what is no company is set aside."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from statistics import median

from django.utils.translation import gettext as _

from companies.classification import municipalities
from companies.identity import Identity, folded, register_key, split_legal_form, town_key, vat_key
from companies.sheets.columns import data_lines
from companies.sheets.fields import MONEY
from companies.sheets.numbers import number_style
from companies.sheets.values import Reading, parse_value

_SUM = re.compile(
    r"(?:zwischen|gesamt)?summe\b|gesamt\b|insgesamt\b|total\b|subtotal\b|sum\b|durchschnitt|mittelwert|anzahl\b|uebertrag\b|ø"
)
_RULED = re.compile(r"[-–—=*_#~.>]{2,}")
_NOTICE = re.compile(
    r"(?:ab hier|stand|seite|page|quelle|source|legende|hinweis|anmerkung|erstellt|ende|fortsetzung|noch zu|\*)"
)
_IDENTIFYING = ("register", "vat_id", "postcode", "town", "postcode_town", "email", "street", "contact")
_NUMERIC = ("staff", *MONEY, "automotive_share")


@dataclass(frozen=True)
class ParsedRow:
    """``number`` is the line in the file; ``raw`` what was typed, by field; ``values`` what it means.

    ``problems`` has a sentence for each field that needs a person. ``own_number`` is the list's own numbering.
    """

    number: int
    raw: dict
    values: dict
    problems: dict

    @property
    def own_number(self):
        return self.raw.get("own_number", "")

    @property
    def fine(self):
        return not self.problems

    def identity(self, company=None):
        """What identifies this company, to be matched; ``company`` defaults to ("row", number)."""
        return identity_of(self.values, company or ("row", self.number))


@dataclass(frozen=True)
class LeftOut:
    """A line that is no company: ``kind`` is separator, sum, heading, number or note; ``reason`` is a sentence."""

    number: int
    kind: str
    text: str
    reason: str


@dataclass(frozen=True)
class ParsedList:
    rows: list
    left_out: list = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)


def parse_rows(sheet, mapping):
    """The companies in ``sheet`` (Sheet) as list[ParsedRow], in the order of the file."""
    return parse_list(sheet, mapping).rows


def parse_list(sheet, mapping):
    """Rows, the lines left out with their reasons, and the Reading with which to parse corrections."""
    table, lines = sheet.tables[mapping.table], data_lines(sheet, mapping)
    reading = reading_of(lines, mapping)
    usual = median([len(line.filled) for line in lines if len(line.filled) > 1] or [0])
    rows, left_out = [], []
    for line in lines:
        raw = {key: line.text(column) for key, column in mapping.columns.items() if line.text(column)}
        if kind := _no_company(line, raw, mapping, usual):
            left_out.append(LeftOut(line.number, kind, _shown(line), _reason(kind)))
        else:
            rows.append(_row(line, raw, reading, table, mapping, usual))
    return ParsedList(rows, left_out, reading)


def reading_of(lines, mapping):
    """How the columns are to be read, from the headings and from all their values together."""
    texts = {key: [line.text(mapping.columns[key]) for line in lines] for key in _NUMERIC if key in mapping.columns}
    heading = mapping.headings[mapping.columns["automotive_share"]] if "automotive_share" in texts else ""
    return Reading(
        units=mapping.units,
        wz_scheme=mapping.wz_scheme,
        register_kind=mapping.register_kind,
        styles={key: number_style(values) for key, values in texts.items()},
        shares=_shares(texts.get("automotive_share", ()), "%" in heading or "prozent" in heading.casefold()),
    )


def parse_fields(raw, reading=None):
    """(values, problems) of one company from what was typed, by field. Also for a corrected row.

    Values: name (with its legal form), legal_form, street, postcode, town, district, ags, register_court,
    register_kind, register_number, vat_id, wz_scheme, wz_code, industry, staff (AWU), turnover and
    balance_sheet (EUR), automotive_share (0 to 1), certificates, contact_*, email, phone, website, partner,
    first_contact, stage, note. A field with a problem has no value; a blank one neither.
    """
    reading, values, problems = _with_kind(raw, reading or Reading()), {}, {}
    for key in dict.fromkeys(["name", *raw]):
        value, problem = parse_value(key, raw.get(key, ""), reading)
        if problem:
            problems[key] = problem
        elif isinstance(value, dict):
            values.update({name: part for name, part in value.items() if part and not values.get(name)})
        elif value is not None:
            values[{"court": "register_court"}.get(key, key)] = value
    _join(values)
    return values, problems


def jsonable(values):
    """``values`` with dates and Decimals as text, for a JSON column."""
    return {key: _plain(value) for key, value in values.items()}


def identity_of(values, company):
    """The Identity of a company with these ``values``."""
    return Identity(
        company=company,
        name=values.get("name", ""),
        postcode=values.get("postcode", ""),
        town=values.get("town", ""),
        register=register_key(*(values.get(f"register_{part}", "") for part in ("court", "kind", "number"))),
        vat=vat_key(values.get("vat_id", "")),
    )


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else list(value) if isinstance(value, tuple) else value


def _with_kind(raw, reading):
    kind, problem = parse_value("register_kind", raw.get("register_kind", ""))
    return replace(reading, register_kind=kind) if kind and not problem else reading


def _join(values):
    """Name and legal form, street and house number may stand in two columns."""
    if name := values.get("name"):
        form = split_legal_form(name)[1]
        if not form and (form := values.get("legal_form", "")):
            values["name"] = f"{name} {form}"
        if form:
            values["legal_form"] = form
    if number := values.pop("house_number", ""):
        values["street"] = f"{values.get('street', '')} {number}".strip()
    if "register_number" not in values:
        values.pop("register_kind", None)


def _row(line, raw, reading, table, mapping, usual):
    values, problems = parse_fields(raw, reading)
    for key, column in mapping.columns.items():
        if (line.number, column) in table.formulas:
            values.pop(key, None)
            problems[key] = _(
                "The cell holds a formula without a result (%(value)s). Please type the value itself."
            ) % {"value": raw[key][:60]}
    if set(raw) == {"name"} and len(line.filled) == 1 and usual >= 4 and not split_legal_form(raw["name"])[1]:
        problems["name"] = _(
            "This row holds nothing but “%(value)s”. If it is a heading, leave the row out; "
            "if it is a company, type its full name with the legal form."
        ) % {"value": raw["name"][:60]}
    return ParsedRow(line.number, raw, values, problems)


def _shares(texts, by_heading):
    plain = [text.replace(",", ".") for text in texts if re.fullmatch(r"\d{1,3}(?:[.,]\d+)?", text)]
    numbers = [Decimal(text) for text in plain]
    fractions = any(0 < number < 1 for number in numbers)
    percents = by_heading or any(number > 1 for number in numbers)
    if fractions and percents:
        return "mixed"
    return "percent" if percents else "fraction"


def _no_company(line, raw, mapping, usual):
    """Why ``line`` is no company, or "" if it is one."""
    texts = [line.text(column) for column in line.filled]
    known = {key for key in raw if key != "own_number"}
    if not known:
        return "number" if len(texts) == 1 and "own_number" in raw else "note"
    if _repeats_heading(line, mapping):
        return "heading"
    if _is_sum(raw, texts, known):
        return "sum"
    if len(texts) == 1:
        return _single(texts[0], "name" in raw, usual)
    return ""


def _repeats_heading(line, mapping):
    texts = [(line.text(column), mapping.headings[column]) for column in line.filled if column < len(mapping.headings)]
    return len(texts) > 1 and all(" ".join(text.split()) == heading for text, heading in texts)


def _is_sum(raw, texts, known):
    if known & set(_IDENTIFYING):
        return False
    labels = [text for text in texts if not text.startswith("=") and re.search(r"[^\W\d]|ø", text)]
    if labels and _SUM.match(folded(labels[0][:100])):
        return True
    return "name" not in raw and known <= set(_NUMERIC)


def _single(text, is_name, usual):
    text = text[:100]
    bare = folded(text).strip(" -–—=*_#~.:>")
    if _RULED.search(text[:3]) or _RULED.search(text[-3:]) or _NOTICE.match(folded(text)) or _NOTICE.match(bare):
        return "separator"
    if usual >= 3 and town_key(text) in _places():
        return "separator"
    return "" if is_name else "note"


@cache
def _places():
    return {town_key(name) for place in municipalities().values() for name in (place.name, place.kreis)}


def _shown(line):
    return " · ".join(line.text(column) for column in line.filled)[:200]


def _reason(kind):
    return {
        "separator": _("divides the list"),
        "sum": _("adds up the rows above"),
        "heading": _("repeats the headings"),
        "number": _("holds a number only"),
        "note": _("holds nothing of a company"),
    }[kind]
