"""Official lists: municipalities of the region, processes after DIN 8580, economic activities (WZ).

Sources: AGS and NUTS as published by the statistical offices; WZ: Statistisches Bundesamt (Destatis),
Klassifikation der Wirtschaftszweige 2008 and 2025. A code without its scheme means nothing:
25.61 is surface treatment in WZ 2008 and cutlery in WZ 2025.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from wz_code import WZ, WZCodeError

from companies.identity import town_key

WZ_SCHEMES = ("2008", "2025")
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Municipality:
    """``ags`` is text of eight characters: its leading zero belongs to it."""

    ags: str
    name: str
    kreis: str
    nuts3: str
    kind: str


@dataclass(frozen=True, slots=True)
class Process:
    """A manufacturing process of DIN 8580. ``level`` is 1 (main group), 2 (group) or 3 (subgroup)."""

    code: str
    name_de: str
    name_en: str
    level: int

    @property
    def main_group(self):
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Activity:
    """An economic activity: the code means something only together with its ``scheme`` (2008 or 2025)."""

    scheme: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Equivalent:
    """What a code of one classification is in the other. ``is_partial``: only a part of it."""

    activity: Activity
    is_partial: bool


def _rows(filename):
    with (_DATA / filename).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def municipalities():
    """The 25 municipalities of the region by AGS, in the order of the official key."""
    found = (
        Municipality(row["ags"], row["name"], row["kreis"], row["nuts3"], row["type"])
        for row in _rows("municipalities.csv")
    )
    return MappingProxyType({place.ags: place for place in sorted(found, key=lambda place: place.ags)})


def municipality_of(town):
    """The municipality of the region that ``town`` names, or None."""
    wanted = town_key(town)
    return next((place for place in municipalities().values() if wanted and town_key(place.name) == wanted), None)


@cache
def tile_places():
    """{municipality key: (line, column)} of the picture of the region, in about their places."""
    return {row["ags"]: (int(row["row"]), int(row["column"])) for row in _rows("tiles.csv")}


@cache
def processes():
    """The processes of DIN 8580 by code, in the order of the standard (1.10 after 1.9)."""
    found = (
        Process(row["code"], row["name_de"], row["name_en"], row["code"].count(".") + 1) for row in _rows("din8580.csv")
    )
    order = sorted(found, key=lambda process: [int(part) for part in process.code.split(".")])
    return MappingProxyType({process.code: process for process in order})


@cache
def _wz(scheme):
    return WZ(version=scheme)


def wz_activity(scheme, code):
    """The Activity for ``code`` as written by people (25.62, 2562, C 25.62), or None if ``scheme`` lacks it."""
    if scheme not in WZ_SCHEMES:
        raise ValueError(f"unknown WZ scheme {scheme!r}")
    code = wz_normalised(code)
    if not code:
        return None
    try:
        return Activity(scheme, code, _wz(scheme).get(code).title)
    except WZCodeError:
        return None


def equivalents(scheme, code):
    """``Equivalent`` in the other classification of each subclass of ``code``: one, several, or none, by code.

    Only subclasses correspond officially; what a class or division becomes is what its subclasses become, in part.
    """
    activity = wz_activity(scheme, code)
    other = next(each for each in WZ_SCHEMES if each != scheme)
    subclasses = [each for each in _all_codes(scheme) if activity and _lies_in(each.code, activity.code)]
    found = {}
    for subclass in subclasses:
        for known in _wz(scheme).find_equivalent(subclass.code, other):
            is_partial = known.is_partial or (known.code in found and found[known.code].is_partial)
            found[known.code] = Equivalent(Activity(other, known.code, known.title), is_partial)
    return tuple(found[key] for key in sorted(found))


def _lies_in(code, above):
    return code == above or (code.startswith(f"{above}.") or (len(above) == 4 and code.startswith(above)))


def wz_normalised(code):
    """``25731``, ``C25.73.1`` and ``25.73.1`` are the same code; "" if it has no such form."""
    code = re.sub(r"\s+", "", code).upper()
    if re.fullmatch(r"[A-V]", code):
        return code
    match = re.fullmatch(r"[A-V]?(\d{2})(?:\.?(\d{1,2}))?(?:\.?(\d))?", code)
    return ".".join(part for part in match.groups() if part) if match else ""


def wz_choices(scheme, text, *, limit=20):
    """Activities of ``scheme`` whose code begins with or whose title contains ``text``."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    codes = (code for code in _all_codes(scheme) if code.code.startswith(wanted) or wanted in code.title.casefold())
    return [code for code, _number in zip(codes, range(limit), strict=False)]


@cache
def _all_codes(scheme):
    found, waiting = [], list(reversed(_wz(scheme).get_top_level_codes()))
    while waiting:
        code = waiting.pop()
        found.append(Activity(scheme, code.code, code.title))
        waiting.extend(reversed(code.children))
    return tuple(found)
