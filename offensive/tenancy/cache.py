"""Django's Redis cache, keeping its client: making one anew for each question costs more than the question."""

from functools import cached_property

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """One client for one server; redis-py's client may be shared by threads, its pool hands out connections."""

    @cached_property
    def kept(self):
        return super().get_client()

    def get_client(self, key=None, *, write=False):
        return self.kept


class Cache(RedisCache):
    """The backend behind ``CACHES``; knows a single server."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = KeptClient
