"""The way to an organisation's identity provider."""

import logging

from allauth.socialaccount.providers.openid_connect.views import login
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe
from requests import RequestException

from offensive.tenancy.guard import public_page

logger = logging.getLogger(__name__)


def no_address_page(request):
    """In place of allauth's page: an address that nobody has confirmed must not become the name of an account.

    Somebody could otherwise take the address that an organisation's provider will answer for tomorrow.
    """
    raise Http404


@require_safe
@public_page("Nobody is signed in yet; leads to the organisation's own sign-in.")
def identity_login(request, provider_id):
    """To the provider; a sentence when it does not answer, which allauth leaves to an error page."""
    try:
        return login(request, provider_id)
    except RequestException as error:
        logger.warning("The identity provider %s does not answer: %s", provider_id, error)
        return render(request, "socialaccount/authentication_error.html", status=503)
