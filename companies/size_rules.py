"""The ceilings and percentages of the SME definition: legal values, dated and versioned in ``data/size_rules.csv``."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "size_rules.csv"
# From the smallest; whoever exceeds the last one is large.
BOUNDED = ("micro", "small", "medium")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Staff (AWU) lies below, and of turnover and balance sheet total (EUR) one is not above."""

    awu_below: Decimal
    turnover_at_most: Decimal
    balance_at_most: Decimal


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the definition. Percentages are those of capital or votes, from 0 to 100."""

    version: str
    valid_from: date
    ceilings: tuple[Ceiling, ...]
    partner_from: Decimal
    linked_above: Decimal
    public_from: Decimal
    angel_invested_below: Decimal
    authority_budget_below: Decimal
    authority_inhabitants_below: Decimal


@cache
def all_rules():
    """Every version known, oldest first."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    versions = dict.fromkeys((row["version"], row["valid_from"]) for row in rows)
    made = [_rules(version, day, [row for row in rows if row["version"] == version]) for version, day in versions]
    return tuple(sorted(made, key=lambda rules: rules.valid_from))


def _rules(version, day, rows):
    values = {row["key"]: Decimal(row["value"]) for row in rows}
    ceilings = tuple(
        Ceiling(*(values.pop(f"{name}.{part}") for part in ("awu_below", "turnover_at_most", "balance_at_most")))
        for name in BOUNDED
    )
    return Rules(version=version, valid_from=date.fromisoformat(day), ceilings=ceilings, **values)


def rules_on(day):
    """The version that holds on ``day``; before the first one, the first."""
    known = all_rules()
    return next((rules for rules in reversed(known) if rules.valid_from <= day), known[0])


def rules_named(version):
    """The version that an evaluation names. Raises LookupError for an unknown one."""
    for rules in all_rules():
        if rules.version == version:
            return rules
    raise LookupError(f"There is no version {version} of the SME definition.")
