"""Sessions as Django keeps them in the database, asked for only by keys that Django could have made.

A cookie may carry any character; PostgreSQL refuses NUL, and Django's own store would answer with an error.
"""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """The store behind ``SESSION_ENGINE``."""

    def _validate_session_key(self, key):
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()
