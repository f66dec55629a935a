"""Size classes of enterprises."""

from decimal import Decimal
from itertools import pairwise

CLASSES = ("micro", "small", "medium", "large")
_MILLION = Decimal(1_000_000)
# Headcount below, and turnover OR balance sheet total not above.
_CEILINGS = (
    (Decimal(10), 2 * _MILLION, 2 * _MILLION),
    (Decimal(50), 10 * _MILLION, 10 * _MILLION),
    (Decimal(250), 50 * _MILLION, 43 * _MILLION),
)


def size_class(periods, *, publicly_held=False):
    """``micro``, ``small``, ``medium`` or ``large`` after Recommendation 2003/361/EC, Annex.

    ``periods`` are the approved accounting periods, oldest first, each a tuple
    (annual work units, turnover in EUR, balance sheet total in EUR) after adding partner and
    linked enterprises (Art. 3 and 6). Headcount must lie below its ceiling,
    of the two amounts one must not exceed its own (Art. 2). The class changes only when it is
    crossed in two consecutive periods (Art. 4(2)). ``publicly_held``: public bodies hold
    25 % or more and are not exempt, so it is no SME whatever its figures (Art. 3(4)).
    Raises ValueError without a period or with a negative or missing figure.
    """
    ranks = [_rank(*map(_figure, period)) for period in periods]
    if not ranks:
        raise ValueError("size_class needs at least one accounting period")
    if publicly_held:
        return "large"
    return CLASSES[_settled(ranks)]


def _settled(ranks):
    status = ranks[0]
    for previous, current in pairwise(ranks):
        if previous > status and current > status:
            status = min(previous, current)
        elif previous < status and current < status:
            status = max(previous, current)
    return status


def _rank(staff, turnover, balance_sheet):
    for rank, (heads, most_turnover, most_balance) in enumerate(_CEILINGS):
        if staff < heads and (turnover <= most_turnover or balance_sheet <= most_balance):
            return rank
    return len(_CEILINGS)


def _figure(value):
    if value is None:
        raise ValueError("a period needs staff, turnover and balance sheet total")
    figure = value if isinstance(value, Decimal) else Decimal(str(value))
    if not figure.is_finite() or figure < 0:
        raise ValueError("figures of a period are not negative")
    return figure
