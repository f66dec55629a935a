"""Size classes of enterprises."""

from decimal import Decimal
from itertools import pairwise

from companies.size_rules import all_rules

CLASSES = ("micro", "small", "medium", "large")


def size_class(periods, *, publicly_held=False, rules=None):
    """``micro``, ``small``, ``medium`` or ``large`` after Recommendation 2003/361/EC, Annex.

    ``periods`` are the approved accounting periods, oldest first, each a tuple
    (annual work units, turnover in EUR, balance sheet total in EUR) after adding partner and
    linked enterprises (Art. 3 and 6, see ``size_relations``). Headcount must lie below its ceiling,
    of the two amounts one must not exceed its own (Art. 2). The class changes only when it is
    crossed in two consecutive periods (Art. 4(2)). ``publicly_held``: public bodies hold
    25 % or more and are not exempt, so it is no SME whatever its figures (Art. 3(4)).
    ``rules``: the version of the ceilings, without it the Recommendation's first.
    Raises ValueError without a period or with a negative or missing figure.
    """
    ceilings = (rules or all_rules()[0]).ceilings
    ranks = [_rank(*map(_figure, period), ceilings) for period in periods]
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


def _rank(staff, turnover, balance_sheet, ceilings):
    for rank, most in enumerate(ceilings):
        if staff < most.awu_below and (turnover <= most.turnover_at_most or balance_sheet <= most.balance_at_most):
            return rank
    return len(ceilings)


def _figure(value):
    if value is None:
        raise ValueError("a period needs staff, turnover and balance sheet total")
    figure = value if isinstance(value, Decimal) else Decimal(str(value))
    if not figure.is_finite() or figure < 0:
        raise ValueError("figures of a period are not negative")
    return figure
