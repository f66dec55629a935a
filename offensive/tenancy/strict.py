"""In tests and development a query on a tenant's table without a scope is an error, not an empty answer."""

import re
from functools import cache

from django.apps import apps
from django.conf import settings

from offensive.tenancy.scope import scope_is_open
from offensive.tenancy.untenanted import PUBLISHED


class ScopeMissingError(RuntimeError):
    """A tenant's table was asked outside of any scope."""


@cache
def _tenant_tables():
    names = [
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "programme" for field in model._meta.fields) and model._meta.db_table not in PUBLISHED
    ]
    return re.compile(rf'"({"|".join(names)})"')


def watch(connection, **_kwargs):
    """Put the watch on a new connection of the application's role."""
    if settings.SCOPE_STRICT and connection.alias == "default" and _refuse not in connection.execute_wrappers:
        connection.execute_wrappers.append(_refuse)


def _refuse(execute, sql, params, many, context):
    if isinstance(sql, str) and _tenant_tables().search(sql) and not scope_is_open():
        raise ScopeMissingError(f"No scope is open for: {sql[:200]}")
    return execute(sql, params, many, context)
