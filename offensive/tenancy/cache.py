"""Django's Redis cache, with two differences.

It keeps its client: making one anew for each question costs more than the question. And it may be away: what is kept
there can be computed again, and people shall be able to sign in although nobody counts their attempts.
"""

import logging
from functools import cached_property

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class KeptClient(RedisCacheClient):
    """One client for one server; redis-py's client may be shared by threads, its pool hands out connections."""

    @cached_property
    def kept(self):
        return super().get_client()

    def get_client(self, key=None, *, write=False):
        return self.kept


class Cache(RedisCache):
    """The backend behind ``CACHES``; knows a single server, and answers as if empty while that is away."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = KeptClient

    def add(self, key, value, *args, **kwargs):
        return _unless_away(True, super().add, key, value, *args, **kwargs)

    def get(self, key, default=None, *args, **kwargs):
        return _unless_away(default, super().get, key, default, *args, **kwargs)

    def get_many(self, keys, *args, **kwargs):
        return _unless_away({}, super().get_many, keys, *args, **kwargs)

    def set(self, key, value, *args, **kwargs):
        return _unless_away(None, super().set, key, value, *args, **kwargs)

    def delete(self, key, *args, **kwargs):
        return _unless_away(False, super().delete, key, *args, **kwargs)


def _unless_away(answer, ask, *args, **kwargs):
    try:
        return ask(*args, **kwargs)
    except RedisError as error:
        logger.warning("The cache is away: %s", error)
        return answer
