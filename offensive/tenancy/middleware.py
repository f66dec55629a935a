"""Transaction and scope of a request."""

import re

from django.db import transaction

from offensive.tenancy.scope import membership_scope

HEALTH_PAGES = ("/healthz", "/readyz")

# What a programme's and an organisation's segment may hold; PostgreSQL takes no NUL, and no such page exists.
_SEGMENT = re.compile(r"[-\w]{1,100}", re.ASCII)


class ScopeMiddleware:
    """Opens the transaction and the scope that the address asks for.

    ``/programme/organisation/…`` selects the membership. Every response of status 500 and above rolls back:
    Django turns an exception into a response below this middleware, which would commit half the work.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.acting, request.memberships = None, ()
        if request.path_info in HEALTH_PAGES:  # they must answer while the database is away
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self._within(transaction.atomic(), request)
        programme, organisation = address_of(request.path_info)
        return self._within(membership_scope(request.user.pk, programme, organisation), request)

    def _within(self, scope, request):
        with scope as opened:
            if opened:
                request.acting, request.memberships = opened.acting, opened.memberships
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def address_of(path):
    """The first two segments of a tenant page's path, ``("", "")`` for any other."""
    parts = path.split("/", 3)
    if len(parts) < 4 or not all(_SEGMENT.fullmatch(part) for part in parts[1:3]):
        return "", ""
    return parts[1], parts[2]
