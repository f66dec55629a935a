"""Parts of pages that are drawn once and remembered until something in the programme changes."""

import hashlib

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe

from offensive.tenancy.remembering import remembered

# Stands in what is remembered where each visit has its own token; nobody who does not know the secret can write it.
TOKEN_PLACE = salted_hmac("offensive.tenancy.drawing", "token").hexdigest()


def drawn(request, name, template, gather):
    """``template`` drawn with what ``gather`` returns, remembered under ``name`` and the parameters of the address.

    For parts that are the same for every person of the organisation with this role.
    """
    parameters = hashlib.sha256(request.GET.urlencode().encode()).hexdigest()
    found = remembered(request.acting, f"{name} {parameters}", lambda: draw(request, template, gather()))
    return with_token(request, found)


def draw(request, template, context):
    """``template`` as it can be remembered: for each token of a form a place that ``with_token`` fills."""
    return render_to_string(template, {**context, "csrf_token": TOKEN_PLACE}, request)


def with_token(request, text):
    """What ``draw`` returned, with this visit's token."""
    return mark_safe(text.replace(TOKEN_PLACE, get_token(request))) if TOKEN_PLACE in text else text  # noqa: S308
