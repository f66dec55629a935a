"""What a report edition prints, frozen: the template cannot query, and the same content gives the same file for ever.

The report is a document in German for a German authority. Its labels that may change (names of stages, kinds of
delivery, definitions) are therefore stored here as they were worded on the day, and closed lists as codes.
"""

import hashlib
import json
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

SIZE_CLASSES = ("micro", "small", "medium", "large")
EVIDENCE_STATES = ("claimed", "evidenced", "verified")


class ContentError(ValueError):
    """Figures that contradict each other must never reach paper."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Whose report it is. ``partners`` are the legal names of the consortium, the lead partner first."""

    programme: str
    title: str
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """The period reported on; both days belong to it."""

    key: str
    label: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Funding:
    """Facts of the grant notice; what is not known yet is empty and printed as such.

    ``nrw_measure`` counts in the Land's own programme ("1.4") and is never the EU objective of the same number:
    this project's is RSO1.1.
    """

    grant_recipient: str
    file_number: str
    granting_authority: str
    nrw_measure: str
    specific_objective: str
    fund: str
    notice_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    grant_amount: Decimal | None = None  # EUR


@dataclass(frozen=True, slots=True)
class IndicatorPart:
    """One share of an indicator, for RCO01 a size class."""

    code: str
    label: str
    period_value: Decimal
    cumulative_value: Decimal


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """One indicator. ``parts`` add up to the value exactly, in the period and since the start.

    ``previous_reported`` is the cumulative value the report before printed, ``previous_corrected`` what the same
    day counts to now; where they differ, ``correction_note`` says why.
    """

    code: str
    name: str
    unit: str
    definition: str
    target: Decimal | None
    period_value: Decimal
    cumulative_value: Decimal
    parts: tuple[IndicatorPart, ...] = ()
    previous_reported: Decimal | None = None
    previous_corrected: Decimal | None = None
    correction_note: str = ""

    def __post_init__(self):
        if not self.parts:
            return
        for name in ("period_value", "cumulative_value"):
            total = sum(getattr(part, name) for part in self.parts)
            if total != getattr(self, name):
                raise ContentError(f"{self.code}: parts add up to {total}, {name} is {getattr(self, name)}")

    @property
    def corrected(self) -> bool:
        return self.previous_corrected is not None and self.previous_corrected != self.previous_reported


@dataclass(frozen=True, slots=True)
class StageRow:
    """``companies_now`` stand in the stage on the period's last day; the other two moved within the period."""

    number: int
    name: str
    companies_now: int
    started_in_period: int
    completed_in_period: int


@dataclass(frozen=True, slots=True)
class SizeRow:
    """Enrolled companies of one size class (a code of ``SIZE_CLASSES``) on the period's last day."""

    size_class: str
    companies: int


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """Enrolled companies and enterprises counted for RCO01, by the district of the main site."""

    name: str
    companies: int
    enterprises: int


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """Enterprises credited to a partner for RCO01; each enterprise is credited to one partner."""

    name: str
    period_value: int
    cumulative_value: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of the period: persons present and enterprises they came from are two different things."""

    on: date
    title: str
    kind: str
    place: str
    partner: str
    attendances: int
    distinct_enterprises: int


@dataclass(frozen=True, slots=True)
class EventTotals:
    """``distinct_enterprises`` counts an enterprise once over all events, so it is no sum of the rows."""

    events: int
    attendances: int
    distinct_enterprises: int


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """A counted enterprise with its first qualifying delivery."""

    number: int
    company_id: str
    legal_name: str
    size_class: str
    town: str
    district: str
    first_delivery_on: date
    first_delivery_kind: str
    first_delivery_title: str
    partner: str
    evidence: str
    counted_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotCountedRow:
    """An enterprise that received something and is nevertheless not counted for an indicator."""

    company_id: str
    legal_name: str
    indicator: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Which building of the report this is; ``built_at`` is an aware moment."""

    number: int
    built_at: datetime
    rule_version: str

    def __post_init__(self):
        if self.built_at.tzinfo is None:
            raise ContentError("built_at needs a time zone")


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything a progress report prints, in the order in which it prints it."""

    cover: Cover
    period: Period
    funding: Funding
    edition: Edition
    summary: tuple[str, ...]
    indicators: tuple[IndicatorFigure, ...]
    stages: tuple[StageRow, ...]
    sizes: tuple[SizeRow, ...]
    districts: tuple[DistrictRow, ...]
    partners: tuple[PartnerRow, ...]
    events: tuple[EventRow, ...]
    event_totals: EventTotals
    method: tuple[str, ...]
    enterprises: tuple[EnterpriseRow, ...]
    not_counted: tuple[NotCountedRow, ...] = ()

    def __post_init__(self):
        if self.event_totals.attendances != sum(event.attendances for event in self.events):
            raise ContentError("attendances do not add up to their total")
        if self.event_totals.events != len(self.events):
            raise ContentError("the number of events is not that of the rows")

    @property
    def corrections(self) -> tuple[IndicatorFigure, ...]:
        return tuple(indicator for indicator in self.indicators if indicator.corrected)


def to_data(content) -> dict:
    """``content`` as plain JSON types, for a JSON column."""
    return _plain(content, type(content))


def from_data(data: dict) -> ReportContent:
    """The content stored by ``to_data``; raises ``ContentError`` where the figures contradict each other."""
    return _typed(data, ReportContent)


def to_json(content) -> str:
    """Canonical JSON: sorted keys, no blanks, so that equal content is equal text."""
    return json.dumps(to_data(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> ReportContent:
    return from_data(json.loads(text))


def content_hash(content) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal; printed on the report and named by its approval."""
    return hashlib.sha256(to_json(content).encode()).hexdigest()


@cache
def _hints(cls):
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


def _item_type(hint):
    """The type inside ``tuple[X, ...]``, or None."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None


def _required(hint):
    """``X`` for ``X | None``."""
    if isinstance(hint, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not types.NoneType)
    return hint


def _plain(value, hint):
    hint = _required(hint)
    if value is None:
        return None
    if is_dataclass(value):
        return {name: _plain(getattr(value, name), inner) for name, inner in _hints(type(value)).items()}
    if item := _item_type(hint):
        return [_plain(entry, item) for entry in value]
    if hint is Decimal:
        return _decimal_text(value)
    return value.isoformat() if hint in (date, datetime) else value


def _decimal_text(value):
    """12, 12.0 and Decimal("12.00") are one figure and must have one hash."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _typed(value, hint):
    hint = _required(hint)
    if value is None:
        return None
    if is_dataclass(hint):
        return hint(**{name: _typed(value[name], inner) for name, inner in _hints(hint).items() if name in value})
    if item := _item_type(hint):
        return tuple(_typed(entry, item) for entry in value)
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    return Decimal(value) if hint is Decimal else value
