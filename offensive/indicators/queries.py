"""Counting: each surviving enterprise once, with its first qualifying delivery, and for all others the reason.

Counted is for the programme as a whole, so these functions need the scope of the lead partner (or ``system``): a
partner sees only the deliveries released to it and would count too few, silently.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import connection

from companies.models import SizeClass
from offensive.indicators.definitions import CLOSEST_FIRST, UNION_OF, Reason
from offensive.indicators.models import Indicator
from offensive.indicators.statements import COUNTING, DELIVERIES


class CountingError(ArithmeticError):
    """Figures that contradict each other must not be reported."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise and the delivery that counts, or comes closest; ``proof`` is a value of ``Proof``.

    ``counts_from`` is the day of that delivery, or of the participation agreement when that was signed later.
    """

    enterprise_id: int
    legal_name: str
    sort_name: str
    town: str
    district: str
    size_class: str
    delivery_id: int
    delivered_on: date
    kind: str
    title: str
    partner_id: int
    proof: str
    counts_from: date


@dataclass(frozen=True, slots=True)
class NotCounted:
    """An enterprise that received something and is not counted; ``reason`` is a value of ``Reason``."""

    enterprise_id: int
    legal_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class JudgedDelivery:
    """One delivery of an enterprise; ``reason`` is empty for the one the enterprise is counted with."""

    delivery_id: int
    on: date
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counting:
    """Who is counted for an indicator up to a day, and who is not; both by name."""

    code: str
    until: date
    counted: tuple[Enterprise, ...]
    not_counted: tuple[NotCounted, ...]

    @property
    def enterprise_ids(self):
        return {enterprise.enterprise_id for enterprise in self.counted}

    def new_since(self, starts_on):
        """The enterprises that became countable on ``starts_on`` or later: the period's value."""
        return tuple(enterprise for enterprise in self.counted if enterprise.counts_from >= starts_on)


def by_size(enterprises):
    """{size class: number}, all four classes present."""
    numbers = Counter(enterprise.size_class for enterprise in enterprises)
    return {size: numbers[size] for size in SizeClass.values}


def count(indicator, *, until):
    """Who is counted for ``indicator`` up to and including the day ``until``, by today's knowledge."""
    if indicator.code not in UNION_OF:
        return _count(indicator, until)
    return _union(indicator.code, until, [_count(source, until) for source in _sources_of(indicator)])


def count_all(programme_id, *, until):
    """{code: Counting} of all active indicators of the programme, in their order; raises ``CountingError``."""
    indicators = list(Indicator.objects.filter(programme_id=programme_id, is_active=True))
    plain = {each.code: _count(each, until) for each in indicators if each.code not in UNION_OF}
    parts = {code: [plain[part] for part in parts if part in plain] for code, parts in UNION_OF.items()}
    countings = {
        each.code: plain[each.code] if each.code in plain else _union(each.code, until, parts[each.code])
        for each in indicators
    }
    for code in countings.keys() & parts.keys():
        check_union(len(countings[code].counted), [len(part.counted) for part in parts[code]])
    return countings


def check_union(total, parts):
    """Raise ``CountingError`` unless max(parts) ≤ total ≤ sum(parts): a union of sets cannot be otherwise."""
    if not max(parts, default=0) <= total <= sum(parts):
        raise CountingError(f"A union of {parts} cannot have {total} members.")


def judge_deliveries(indicator, *, until, enterprise_id):
    """Every delivery of one enterprise, oldest first, with the reason why it does not count (empty: it does)."""
    with connection.cursor() as cursor:
        cursor.execute(DELIVERIES, _parameters(indicator, until, enterprise_id))
        rows = cursor.fetchall()
    first = next((pk for pk, _on, _title, obstacle in rows if not obstacle), None)
    return tuple(
        JudgedDelivery(pk, on, title, obstacle or ("" if pk == first else Reason.ALREADY_COUNTED.value))
        for pk, on, title, obstacle in rows
    )


def _count(indicator, until):
    with connection.cursor() as cursor:
        # Under row security the planner expects one row where there are 200,000, and would loop over them 10,000 times.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(COUNTING, _parameters(indicator, until))
        rows = [(Enterprise(*row[:-1]), row[-1]) for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_nestloop = on")
    return Counting(
        indicator.code,
        until,
        counted=tuple(enterprise for enterprise, reason in rows if not reason),
        not_counted=tuple(_not_counted(enterprise, reason) for enterprise, reason in rows if reason),
    )


def _parameters(indicator, until, enterprise_id=None):
    return {
        "programme": indicator.programme_id,
        "until": until,
        "enterprise": enterprise_id,
        "structured_only": indicator.structured_only,
        "proof": indicator.proof,
        "closest_first": [str(reason) for reason in CLOSEST_FIRST],
    }


def _not_counted(enterprise, reason):
    return NotCounted(enterprise.enterprise_id, enterprise.legal_name, reason)


def _sources_of(indicator):
    return Indicator.objects.filter(
        programme_id=indicator.programme_id,
        specific_objective=indicator.specific_objective,
        code__in=UNION_OF[indicator.code],
        is_active=True,
    )


def _union(code, until, parts):
    """Each enterprise of any part once, with the earliest of its deliveries."""
    earliest, left_out = {}, {}
    for part in parts:
        for enterprise in part.counted:
            known = earliest.setdefault(enterprise.enterprise_id, enterprise)
            earliest[enterprise.enterprise_id] = min(known, enterprise, key=_when)
        for row in part.not_counted:
            left_out.setdefault(row.enterprise_id, row)
    counted = sorted(earliest.values(), key=lambda enterprise: (enterprise.sort_name, enterprise.enterprise_id))
    return Counting(code, until, tuple(counted), tuple(row for pk, row in left_out.items() if pk not in earliest))


def _when(enterprise):
    return enterprise.delivered_on, enterprise.delivery_id
