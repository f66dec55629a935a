"""The guard of pages on which a company is worked for."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from companies.guards import company_page
from offensive.enablement.queries import may_support


def support_page(action):
    """A company's page for those who look after it; for staff of other partners 403."""

    def decorate(view):
        @company_page(action)
        @wraps(view)
        def guarded(request, company, **rest):
            if not may_support(company.pk, request.acting):
                raise PermissionDenied
            return view(request, company, **rest)

        return guarded

    return decorate
