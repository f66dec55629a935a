"""Figures over a whole programme that are dear to compute, kept in the cache until something in the programme changes.

The services that change what is counted say ``changed(programme_id)``; whatever was remembered before is then not
asked for any more. What is kept belongs to one organisation: another never sees it. Without the cache all is computed.
"""

import time

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language

SECONDS = 300


def remembered(acting, name, compute):
    """What ``compute`` returns, as of the last change in the programme of ``acting``."""
    stamp_key, key = _stamp_of(acting.programme_id), _key(acting, name)
    known = cache.get_many([stamp_key, key])
    stamp = known.get(stamp_key, 0)
    as_of, found = known.get(key, (None, None))
    if as_of != stamp:
        found = compute()
        cache.set(key, (stamp, found), SECONDS)
    return found


def changed(programme_id):
    """Forget what is remembered of a programme: at once for this transaction, and once it is committed for all.

    Between the two somebody else may remember the old state anew; the second time drops that.
    """
    _forget(programme_id)
    transaction.on_commit(lambda: _forget(programme_id))


def _forget(programme_id):
    cache.set(_stamp_of(programme_id), time.time_ns(), None)


def _key(acting, name):
    parts = (acting.programme_id, acting.organisation_id, acting.role, get_language(), name)
    return "remembered:" + ":".join(map(str, parts)).replace(" ", "-")


def _stamp_of(programme_id):
    return f"changed:{programme_id}"
