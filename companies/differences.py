"""What a list says otherwise than a record. Three are compared: the record, the list, and what lists said before.

A value that somebody has typed by hand is never overwritten unasked, and what a list has said before is no news: it has
been decided then, so that reading a list again changes nothing.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from companies.identity import folded, name_key, register_key, split_legal_form, town_key, vat_key
from companies.models import Company, Profile, RowState, SourceRecord
from companies.queries import survivors
from companies.record_fields import FIELDS, as_json, from_json, record_of
from offensive.tenancy.models import AccessCategory, CompanyAccess, OrganisationKind

# The record has nothing there; it has what some list said; somebody has typed something else; the list is no news.
FILLS, CHANGES, CONFLICT, REPEATS = "fills", "changes", "conflict", "repeats"
_TAKEN_AT_FIRST = {FILLS: True, CHANGES: True, CONFLICT: None, REPEATS: False}
_REGISTER = ("register_court", "register_kind", "register_number")
_ADDRESS = ("street", "postcode", "town")
# What a list calls the columns of a profile, beside the website.
_FIGURES = {
    "employees_awu": "staff",
    "turnover_eur": "turnover",
    "balance_eur": "balance_sheet",
    "automotive_share": "automotive_share",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A company as a list is compared with it. ``said``: {field: [what some list said of it, …]}.

    The profile is None where it is not released to the asker.
    """

    company: Company
    profile: Profile | None
    said: dict

    def recorded(self, key, columns):
        """What the record says in ``columns`` of the field; None without a record to say it."""
        record = record_of(FIELDS[key], self.company, self.profile)
        return record and as_json({column: getattr(record, column) for column in columns})


def known_companies(company_ids, *, batch):
    """{company id: ``Known``} of those that the asker may see and whoever brought the list may change."""
    companies = Company.objects.of(batch.programme_id).filter(pk__in=company_ids).select_related("organisation")
    if batch.organisation.kind != OrganisationKind.LEAD:
        access = CompanyAccess.objects.filter(organisation=batch.organisation_id, category=AccessCategory.SUPPORT)
        companies = companies.filter(pk__in=access.filter(company__in=company_ids).values("company"))
    profiles = Profile.objects.in_bulk(company_ids)
    said = {}
    for company_id, values in SourceRecord.objects.of(company_ids).values_list("company", "values"):
        for key, columns in values.items():
            said.setdefault(company_id, {}).setdefault(key, []).append(columns)
    return {company.pk: Known(company, profiles.get(company.pk), said.get(company.pk, {})) for company in companies}


def listed(values):
    """{field: {column: text}} of what a row of a list says about the record; what it leaves blank is not said."""
    register = {column: values.get(column, "") for column in _REGISTER}
    found = {
        "name": {"legal_name": " ".join(values.get("name", "").split())[:250]},
        "address": {column: _cut(column, values.get(column, "")) for column in _ADDRESS},
        "register": register if _fits(register) else {},
        "vat_id": {"vat_id": vat_key(values.get("vat_id", ""))},
        "first_contact_on": {"first_contact_on": values.get("first_contact", "")},
        **{column: {column: _rounded(column, values.get(key))} for column, key in _FIGURES.items()},
        "website": {"website": values.get("website", "")[:200]},
    }
    return {key: columns for key, columns in found.items() if any(columns.values())}


def _cut(column, text):
    return text[: Company._meta.get_field(column).max_length]


def _fits(register):
    return register_key(*register.values()) and len(register["register_number"]) <= 20


def _rounded(column, text):
    places = Profile._meta.get_field(column).decimal_places
    return str(round(Decimal(text), places)) if text not in (None, "") else ""


def differences(values, known):
    """{field: {"kind", "old", "new", "take"}} of what the row says otherwise; "take" is None while it is asked."""
    found = {}
    for key, new in listed(values).items():
        old = known.recorded(key, new)
        if old is None:
            continue
        new = _completed(new, old) if key == "address" else new
        if kind := _kind(key, old, new, known):
            found[key] = {"kind": kind, "old": old, "new": new, "take": _TAKEN_AT_FIRST[kind]}
    return found


def _completed(new, old):
    """A list that names the same town and no street does not mean that there is none."""
    if new["town"] and town_key(new["town"]) != town_key(old["town"]):
        return new
    return {column: new[column] or old[column] for column in _ADDRESS}


def _kind(key, old, new, known):
    if same(key, old, new):
        return ""
    said = [_completed(columns, old) if key == "address" else columns for columns in known.said.get(key, ())]
    if any(same(key, columns, new) for columns in said):
        return REPEATS
    if not any(old.values()):
        return FILLS
    return CHANGES if any(same(key, columns, old) for columns in said) else CONFLICT


def same(key, one, other):
    """Whether two values of a field mean the same, however they are spelt."""
    if key == "name":
        return _same_name(one["legal_name"], other["legal_name"])
    return _COMPARED.get(key, _number)(one) == _COMPARED.get(key, _number)(other)


def _same_name(one, other):
    """An office that leaves out the legal form says nothing about it."""
    forms = {_letters(split_legal_form(name)[1]) for name in (one, other)} - {""}
    return name_key(one) == name_key(other) and len(forms) < 2


def _address(columns):
    street = re.sub(r"str(asse|\.)?(?=[^a-z]|$)", "str", folded(columns["street"]))
    return _letters(street), columns["postcode"].strip(), town_key(columns["town"])


def _letters(text):
    return re.sub(r"[^a-z0-9]", "", folded(text))


def _website(columns):
    return columns["website"].casefold().rpartition("//")[2].removeprefix("www.").rstrip("/")


def _number(columns):
    return [Decimal(text) if text else None for text in columns.values()]


_COMPARED = {
    "address": _address,
    "register": lambda columns: register_key(*(columns[column] for column in _REGISTER)),
    "vat_id": lambda columns: vat_key(columns["vat_id"]),
    "first_contact_on": lambda columns: columns["first_contact_on"] or "",
    "website": _website,
}


def shown(key, columns):
    """What people read of one side of a difference, "" where it is empty."""
    return FIELDS[key].shown(from_json(FIELDS[key], columns)) if any(columns.values()) else ""


def compare(rows, *, batch):
    """Set differences and state of the rows that are known: as they are, with changes, or with a question."""
    known_rows = [row for row in rows if row.state == RowState.KNOWN and row.match_id]
    if not known_rows:
        return
    merged = survivors(batch.programme_id)
    for row in known_rows:
        row.match_id = merged.get(row.match_id, row.match_id)
    known = known_companies({row.match_id for row in known_rows}, batch=batch)
    for row in known_rows:
        row.differences = differences(row.values, known[row.match_id]) if row.match_id in known else {}
        row.state = state_of(row.differences)


def state_of(found):
    """The state of a known row with these differences."""
    choices = {difference["take"] for difference in found.values()}
    if None in choices:
        return RowState.CONFLICT
    return RowState.CHANGED if True in choices else RowState.KNOWN
