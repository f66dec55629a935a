"""Addresses of tenant pages: programme and organisation come first and say who acts."""

from django.urls import reverse


def here(request, name, **kwargs):
    """The address of the page ``name`` for the membership that acts in ``request``."""
    return address_for(request.acting, name, **kwargs)


def address_for(acting, name, **kwargs):
    """The address of the page ``name`` for the membership ``acting``."""
    return reverse(
        name, kwargs={"programme": acting.programme_slug, "organisation": acting.organisation_slug, **kwargs}
    )
