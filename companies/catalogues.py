"""Lists to choose from in a profile: target markets, standards one is certified for, materials, equipment.

The markets are those of the programme's market overview; the standards are the ones its markets ask for.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import get_language

_DATA = Path(__file__).parent / "data"
AUTOMOTIVE, DEFENCE = "automotive", "verteidigung"


@dataclass(frozen=True, slots=True)
class Entry:
    """One choice: ``key`` is what is stored."""

    key: str
    name_de: str
    name_en: str

    @property
    def name(self):
        """In the language of the page."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_de


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard or scheme of certification; ``markets`` are the ones that ask for it."""

    key: str
    name: str
    meaning_de: str
    meaning_en: str
    markets: tuple[str, ...]

    def __str__(self):
        meaning = self.meaning_en if (get_language() or "").startswith("en") else self.meaning_de
        return f"{self.name} – {meaning}"


def _rows(filename):
    with (_DATA / filename).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _entries(filename):
    return MappingProxyType({row["key"]: Entry(**row) for row in _rows(filename)})


def markets():
    """The target markets by key."""
    return _entries("target_markets.csv")


def asked_markets():
    """The markets a profile asks for; automotive is one of its figures, and defence is asked beside the releases."""
    return {key: market for key, market in markets().items() if key not in (AUTOMOTIVE, DEFENCE)}


def materials():
    """Groups of materials by key."""
    return _entries("materials.csv")


def equipment():
    """Kinds of test and measurement equipment by key."""
    return _entries("equipment.csv")


@cache
def standards():
    """The standards by key, in the order of the catalogue."""
    found = (_standard(row) for row in _rows("standards.csv"))
    return MappingProxyType({standard.key: standard for standard in found})


def _standard(row):
    return Standard(**{**row, "markets": tuple(filter(None, row["markets"].split("|")))})
