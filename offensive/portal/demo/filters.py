"""Filters of the company list that the lead has kept."""

from companies.filters import filter_of
from companies.saved_filters import save_filter

# Name, what the address carries, whether colleagues use it too.
KEPT = (
    ("Seit 30 Tagen überfällig", {"stuck": "30"}, True),
    ("Kleine Betriebe in den Workshops", {"stage": "workshops", "size": "small"}, False),
)


def write_filters(acting):
    """One that colleagues share and one of the person's own."""
    for name, parameters, is_shared in KEPT:
        save_filter(filter_of(parameters), acting=acting, name=name, is_shared=is_shared, is_default=False)
