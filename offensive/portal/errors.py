"""Error pages in plain words, each with a reference number that also stands in the log."""

import logging
import secrets

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

# Without characters that are mistaken for one another on the phone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8


def reference_of(request):
    """The reference number of what went wrong in ``request``; made when first asked for."""
    if not hasattr(request, "error_reference"):
        request.error_reference = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return request.error_reference


class ReferenceFilter(logging.Filter):
    """Puts the number, where there is one, behind the log line."""

    def filter(self, record):
        reference = getattr(getattr(record, "request", None), "error_reference", "")
        record.reference = f" [{reference}]" if reference else ""
        return True


def error_page(request, status, template=None):
    """The page for ``status``; the number also goes in a header, for parts of a page that fail."""
    reference = reference_of(request)
    response = render(request, template or f"{status}.html", {"reference": reference}, status=status)
    response["X-Reference"] = reference
    return response


def bad_request(request, exception=None):
    return error_page(request, 400)


def forbidden(request, exception=None):
    return error_page(request, 403)


def not_found(request, exception=None):
    return error_page(request, 404)


def csrf_failure(request, reason=""):
    """The form was too old, or came from elsewhere."""
    return error_page(request, 403, "403_csrf.html")


def server_error(request):
    """Without the request's context: whatever failed, this page asks nobody, the database least of all."""
    reference = reference_of(request)
    body = render_to_string("500.html", {"reference": reference})
    return HttpResponse(body, status=500, headers={"X-Reference": reference})


class AnswerMiddleware:
    """The outermost: headers that every answer carries, and pages for answers that have none.

    A signed-in person's page is not kept by the browser, so that nobody leafs back to it after they have signed out.
    """

    BARE = (405, 413)

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_inside = bool(getattr(request, "acting", None))
        if response.status_code in self.BARE and not response.streaming and not response.content:
            response = self._with_page(request, response)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        if is_inside and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response

    def _with_page(self, request, response):
        # The transaction and its scope are over: the page is drawn as for a visitor, without asking the database.
        request.acting, request.memberships = None, ()
        page = error_page(request, response.status_code)
        return HttpResponse(page.content, status=page.status_code, headers={**response.headers, **page.headers})
