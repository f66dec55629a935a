"""The guard: no page without a declared action, or a reason why it is public."""

from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from offensive.tenancy.permissions import may
from offensive.tenancy.second_factor import was_shown


def page(action):
    """A tenant page for those whose role allows ``action``.

    Signed out: to sign-in and back. No membership at this address: 404, as if nothing were there.
    Role too low: 403. The view is called without the two address segments.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, programme, organisation, **rest):
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if request.acting is None:
                raise Http404
            if request.acting.needs_second_factor and not was_shown(request):
                return _away(request, reverse("second_factor"))
            if not may(request.acting.role, action):
                raise PermissionDenied
            return view(request, **rest)

        guarded.action = action
        return guarded

    return decorate


def public_page(why):
    """A page for everybody; ``why`` is the reason, read by the completeness test."""

    def decorate(view):
        view.public_because = why
        return view

    return decorate


def _to_sign_in(request):
    return _away(request, resolve_url(settings.LOGIN_URL))


def _away(request, address):
    """To ``address``, and from there back."""
    target = f"{address}?{urlencode({'next': request.get_full_path()})}"
    if not request.htmx:
        return redirect(target)
    # A partial page must not swallow the sign-in form: the browser is told to go there as a whole.
    return HttpResponse(headers={"HX-Redirect": target})
