"""Words to the planner for lists over the whole ledger.

Row security hides from it how many rows there are: it expects a handful where there are 200,000, and then loops over
all of them or sorts what an index has in order already.
"""

from contextlib import contextmanager

from django.db import connection


def walked(deliveries):
    """The list of ``deliveries`` read in the order of an index, so that reading stops where the slice is full."""
    with _without("enable_sort"):
        return list(deliveries)


@contextmanager
def no_loops():
    """For what is counted as a whole: each table is read once."""
    with _without("enable_nestloop"):
        yield


@contextmanager
def _without(way):
    _switch(way, "off")
    yield
    # An error would have ended the transaction, and with it the setting.
    _switch(way, "on")


def _switch(way, to):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [way, to])
