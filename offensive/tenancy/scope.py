"""The scope: on whose behalf the current transaction asks. Row security compares every row with it.

Only infrastructure opens scopes (middleware, job base, management commands, token pages) and the closed
list of services in ``system.py``. Feature code never does. A scope lives as long as its transaction.
"""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from offensive.tenancy.roles import AUDIENCE_OF_ROLE, WITH_SECOND_FACTOR
from offensive.tenancy.system import SYSTEM_SERVICES, VIEWING_SERVICES

_KEYS = ("programme", "audience", "organisation", "companies", "user", "token", "actor")
_SET = "SELECT " + ", ".join(f"set_config('offensive.{key}', %s, true)" for key in _KEYS)
_OPEN = "SELECT * FROM offensive_open_scope(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Acting:
    """One membership of one person, as the scope's statement reads it."""

    membership_id: int
    programme_id: int
    programme_slug: str
    programme_name: str
    organisation_id: int
    organisation_slug: str
    organisation_name: str
    role: str
    companies: tuple[int, ...]
    user_id: int
    # The programme wants a second factor of this audience.
    needs_second_factor: bool = False

    @property
    def audience(self):
        return AUDIENCE_OF_ROLE[self.role]


@dataclass(frozen=True, slots=True)
class Opened:
    """The membership that acts (None when the person has none at that address) and all others to switch to."""

    acting: Acting | None
    memberships: tuple[Acting, ...]


@contextmanager
def membership_scope(user_id, programme_slug="", organisation_slug=""):
    """Transaction and scope for a signed-in person at an address; yields ``Opened``.

    One statement opens it in three steps: nobody, the user (own memberships), the membership.
    """
    with _own_transaction():
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, [user_id, programme_slug, organisation_slug])
            rows = cursor.fetchall()
        connection.scope_values = _values_of(user_id, rows)
        yield _opened(user_id, rows)


@contextmanager
def system_scope(programme_id, service):
    """Transaction and scope for work that must see more than its asker, for one programme.

    ``service`` must stand in ``SYSTEM_SERVICES`` with its reason.
    """
    if service not in SYSTEM_SERVICES:
        raise LookupError(f"{service} is not in the closed list of system services.")
    with _own_transaction():
        _apply(programme=programme_id or "", audience="system", actor=_actor())
        yield


def _actor():
    """Who has asked for the system service, "person/organisation", so that what it changes is recorded as theirs."""
    before = getattr(connection, "scope_values", None) or {}
    return before.get("actor") or (f"{before['user']}/{before.get('organisation', '')}" if before.get("user") else "")


@contextmanager
def viewed_as(viewer, service):
    """The scope of another audience, to read only: what it would see, by its own rules and not by a copy of them.

    ``viewer`` is an ``Acting`` without a person. Inside a transaction alone: whatever happens, the savepoint is rolled
    back, which puts the scope back and ends the ban on writing. ``service`` must stand in ``VIEWING_SERVICES``.
    """
    if service not in VIEWING_SERVICES:
        raise LookupError(f"{service} is not in the closed list of services that show what others see.")
    before, savepoint = connection.scope_values, transaction.savepoint()
    try:
        _apply(programme=viewer.programme_id, audience=viewer.audience, organisation=viewer.organisation_id)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        yield
    finally:
        transaction.savepoint_rollback(savepoint)
        connection.scope_values = before


@contextmanager
def token_scope(token):
    """Transaction and scope of a page that a mailed key opens: exactly the rows with that key's hash."""
    with _own_transaction():
        _apply(token=token_hash(token))
        yield


def token_hash(token):
    """SHA-256 of a mailed key, hexadecimal; the key itself is never stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def scope_is_open():
    """Whether this connection's transaction has a scope."""
    return connection.in_atomic_block and getattr(connection, "scope_values", None) is not None


@contextmanager
def _own_transaction():
    """A transaction, or a savepoint that puts the surrounding scope back (a system service inside a request)."""
    nested, before = connection.in_atomic_block, getattr(connection, "scope_values", None)
    try:
        with transaction.atomic():
            yield
            # A rolled back savepoint puts the settings back by itself; so does the end of a transaction.
            if nested and not connection.needs_rollback:
                _apply(**(before or {}))
    finally:
        connection.scope_values = before


def _apply(**values):
    with connection.cursor() as cursor:
        cursor.execute(_SET, [str(values.get(key, "")) for key in _KEYS])
    connection.scope_values = values


def _values_of(user_id, rows):
    for *_membership, is_acting in rows:
        if is_acting:
            programme, organisation, role, companies = _membership[1], _membership[4], _membership[7], _membership[9]
            return {
                "programme": programme,
                "audience": AUDIENCE_OF_ROLE[role],
                "organisation": organisation,
                "companies": companies,
                "user": user_id,
            }
    return {"user": user_id}


def _opened(user_id, rows):
    memberships = {_acting(user_id, row): row[-1] for row in rows}
    acting = next((membership for membership, is_acting in memberships.items() if is_acting), None)
    return Opened(acting, tuple(memberships))


def _acting(user_id, row):
    *names, second_factor, companies, _is_acting = row
    return Acting(
        *names,
        companies=tuple(int(text) for text in companies.split(",") if text),
        user_id=user_id,
        needs_second_factor=second_factor and AUDIENCE_OF_ROLE[names[-1]] in WITH_SECOND_FACTOR,
    )
