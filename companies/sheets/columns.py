"""Find the list in a file and say which column holds what: by the headings, then by the values."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.utils.translation import gettext as _

from companies.sheets.fields import FIELDS, MONEY, REQUIRED
from companies.sheets.headings import fields_for, money_unit, register_kind, wz_scheme
from companies.sheets.shapes import SPECIFIC, shape_of
from companies.sheets.table import SheetError

SURE = 0.7
_TABLES_SEARCHED, _TABLES_COMPARED = 12, 4
_SEARCHED = 40  # rows looked at for a header
_WIDTH = 60  # columns looked at beyond their heading
_SAMPLE = 40


@dataclass(frozen=True)
class Doubt:
    """Something a person should look at: the ``column`` and, where one was guessed, its ``field``."""

    column: int
    field: str
    sentence: str


@dataclass(frozen=True)
class Mapping:
    """Which table of the file is the list, where it starts, and which column holds which field.

    ``header`` holds the line numbers of the heading rows (none if the list has no headings),
    ``headings`` one text per column, ``units`` EUR per unit of the money columns.
    """

    table: int
    header: tuple[int, ...]
    headings: tuple[str, ...]
    columns: dict = field(default_factory=dict)
    confidence: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    wz_scheme: str = "2008"
    register_kind: str = ""
    unsure: tuple[Doubt, ...] = ()

    @property
    def missing(self):
        """Required fields that no column is assigned to."""
        return tuple(key for key in REQUIRED if key not in self.columns)

    @property
    def unassigned(self):
        """Columns that no field is assigned to."""
        return tuple(column for column in range(len(self.headings)) if column not in self.columns.values())

    def assign(self, key, column):
        """A new Mapping in which a person has put ``key`` on ``column`` (None: on no column)."""
        if key not in FIELDS:
            raise KeyError(key)
        columns = {other: at for other, at in self.columns.items() if other != key and at != column}
        if column is not None:
            columns[key] = column
        confidence = {other: self.confidence.get(other, 1.0) for other in columns} | (
            {key: 1.0} if key in columns else {}
        )
        doubts = tuple(doubt for doubt in self.unsure if doubt.column != column and doubt.field != key)
        return _with_readings(replace(self, columns=columns, confidence=confidence, unsure=doubts))

    def with_unit(self, key, unit):
        """A new Mapping that reads the money column ``key`` in units of ``unit`` EUR."""
        doubts = tuple(doubt for doubt in self.unsure if doubt.field != key)
        return replace(self, units={**self.units, key: unit}, unsure=doubts)

    def as_json(self):
        """For storing beside the uploaded file."""
        return {
            "table": self.table, "header": list(self.header), "headings": list(self.headings),
            "columns": self.columns, "confidence": self.confidence, "units": self.units,
            "wz_scheme": self.wz_scheme, "register_kind": self.register_kind,
            "unsure": [[doubt.column, doubt.field, doubt.sentence] for doubt in self.unsure],
        }  # fmt: skip

    @classmethod
    def from_json(cls, data):
        lists = {"header": tuple(data["header"]), "headings": tuple(data["headings"])}
        return cls(**{**data, **lists, "unsure": tuple(Doubt(*doubt) for doubt in data["unsure"])})


def recognise(sheet):
    """The Mapping that makes most sense of ``sheet`` (Sheet). Raises SheetError if it has no rows at all."""
    found = [
        (_score(candidate, sheet.tables[number]), candidate)
        for number, heads in _likeliest_tables(sheet)
        for candidate in [_mapping(number, sheet.tables[number], head) for head in [(), *heads]]
    ]
    if not found:
        raise SheetError(_("The file is empty. Please choose the file that contains the list."))
    return max(found, key=lambda pair: pair[0])[1]


def _likeliest_tables(sheet):
    """[(number, possible headers)] of the few tables worth a close look: a workbook may have dozens."""
    filled = [number for number, table in enumerate(sheet.tables) if table.lines]
    visible_first = sorted(filled, key=lambda number: sheet.tables[number].hidden)[:_TABLES_SEARCHED]
    heads = {number: _heads(sheet.tables[number]) for number in visible_first}
    best = sorted(heads, key=lambda number: -max(map(_recognised, heads[number]), default=0))
    return [(number, heads[number]) for number in best[:_TABLES_COMPARED]]


def data_lines(sheet, mapping):
    """The lines of the chosen table below its header."""
    last = max(mapping.header, default=0)
    return [line for line in sheet.tables[mapping.table].lines if line.number > last]


def _heads(table):
    """The rows, and pairs of rows, that most look like a header."""
    lines = [line for line in table.lines[:_SEARCHED] if _may_be_heading(line)]
    single = sorted(((line,) for line in lines), key=lambda head: -_recognised(head))[:4]
    likely = {line.number for head in single for line in head}
    pairs = [
        pair
        for pair in pairwise(lines)
        if pair[1].number == pair[0].number + 1 and likely & {line.number for line in pair}
    ]
    return [*single, *sorted(pairs, key=lambda head: -_recognised(head))[:3]]


def _may_be_heading(line):
    texts = [line.text(column) for column in line.filled]
    return not any("@" in text or len(text) > 120 or re.fullmatch(r"[\d.,\s%]+", text) for text in texts)


def _recognised(head):
    return len(
        {max(found, key=found.get) for text in _headings(head)[:_WIDTH] if (found := fields_for(text))}
    ) - 0.5 * len(head)


def _headings(head):
    """One text per column. Of two heading rows the upper one reaches over the columns to its right."""
    if not head:
        return []
    if len(head) == 1:
        return [" ".join(text.split()) for text in head[0].cells]
    upper, texts = "", []
    for column in range(max(len(line.cells) for line in head)):
        upper = head[0].text(column) or upper
        over = head[0].text(column) if not head[1].text(column) else upper
        texts.append(" ".join(f"{over} {head[1].text(column)}".split()))
    return texts


def _score(mapping, table):
    """How much the table looks like a list of companies under this mapping."""
    specific = sum(mapping.confidence.values())
    rows = sum(1 for line in table.lines if line.number > max(mapping.header, default=0))
    score = specific + (3 if "name" in mapping.columns else 0) + min(rows, 5) * 0.2
    return score - (2 if table.hidden else 0) - 0.3 * len(mapping.header) - (1 if not mapping.header else 0)


def _mapping(number, table, head):
    last = head[-1].number if head else 0
    below = [line for line in table.lines if line.number > last][:_SAMPLE]
    headings = _headings(head)
    width = max([len(headings), *(len(line.cells) for line in below)])
    headings += [""] * (width - len(headings))
    values = [[line.text(column) for line in below] for column in range(width)]
    lower = head[-1] if len(head) == 2 else None
    choices, doubts = _choices(headings, lower, values)
    columns, confidence = _assigned(choices)
    mapping = Mapping(number, tuple(line.number for line in head), tuple(headings), columns, confidence)
    return _with_readings(replace(mapping, unsure=tuple(doubts)), values)


def _choices(headings, lower, values):
    """[(likelihood, column, field)] and the columns whose heading and values contradict each other."""
    choices, doubts = [], []
    for column, heading in enumerate(headings):
        likely = fields_for(heading)
        if lower is not None:
            for key, likelihood in fields_for(lower.text(column)).items():
                likely[key] = max(likely.get(key, 0), likelihood * 0.9)
        shape, share = shape_of(values[column]) if column < _WIDTH else ("", 0.0)
        likely = _by_values(likely, shape, share, values[column])
        if likely and shape in SPECIFIC and share >= 0.8 and max(likely, key=likely.get) != shape:
            doubts.append(Doubt(column, shape, _contradiction(heading, shape)))
        choices += [(likelihood, -column, key) for key, likelihood in likely.items()]
    return choices, doubts


def _by_values(likely, shape, share, texts):
    """Let what stands in a column correct what stands above it."""
    likely = dict(likely)
    if "wz" in likely and shape != "wz" and any(texts):
        codes = sum(1 for text in texts if re.match(r"(?:WZ ?)?[A-U]?\d{2}", text))
        if codes * 2 < sum(1 for text in texts if text):
            likely["industry"] = likely.pop("wz")
    if {"town", "postcode", "street"} & likely.keys() and shape == "postcode_town":
        likely["postcode_town"] = 1.0
    if shape in likely:
        likely[shape] = min(1.0, likely[shape] + 0.1)
    elif shape and share >= 0.8 and not likely:
        likely[shape] = 0.6 if shape in SPECIFIC else 0.5
    return likely


def _contradiction(heading, shape):
    return _("The column “%(heading)s” looks as if it held: %(field)s. Please check.") % {
        "heading": heading,
        "field": FIELDS[shape].label,
    }


def _assigned(choices):
    """Each field on one column and each column for one field, the likeliest first."""
    columns, confidence = {}, {}
    for likelihood, column, key in sorted(choices, reverse=True):
        if key not in columns and -column not in columns.values():
            columns[key], confidence[key] = -column, likelihood
    return columns, confidence


def _with_readings(mapping, values=None):
    """Read units, WZ scheme and register kind off the headings, and name what is only guessed."""

    def heading(key):
        return mapping.headings[mapping.columns[key]] if key in mapping.columns else ""

    money = [key for key in MONEY if key in mapping.columns]
    units = {key: money_unit(heading(key)) for key in money}
    doubts = list(mapping.unsure)
    if values is not None:
        doubts += _doubts(mapping)
        doubts += [Doubt(mapping.columns[key], key, _unit_missing(heading(key))) for key in money if units[key] is None]
    return replace(
        mapping,
        units={key: unit or 1 for key, unit in units.items()},
        wz_scheme=wz_scheme(heading("wz")),
        register_kind=register_kind(heading("register")),
        unsure=tuple(doubts),
    )


def _doubts(mapping):
    doubts = []
    for key, likelihood in mapping.confidence.items():
        if likelihood < SURE:
            column = mapping.columns[key]
            sentence = _("Column %(column)d was taken for “%(field)s” by its values. Please check.")
            doubts.append(Doubt(column, key, sentence % {"column": column + 1, "field": FIELDS[key].label}))
    repeated = Counter(text for text in mapping.headings if text)
    for column, text in enumerate(mapping.headings):
        if repeated[text] > 1 and column not in mapping.columns.values() and fields_for(text):
            doubts.append(Doubt(column, "", _("The heading “%(heading)s” occurs more than once.") % {"heading": text}))
    return doubts


def _unit_missing(heading):
    return _("The heading “%(heading)s” names no unit. The amounts are read as EUR. Please check.") % {
        "heading": heading
    }
