"""Addresses of tenant pages: programme and organisation come first and say who acts."""

from functools import lru_cache

from django.urls import reverse


def here(request, name, **kwargs):
    """The address of the page ``name`` for the membership that acts in ``request``."""
    return address_for(request.acting, name, **kwargs)


def address_for(acting, name, **kwargs):
    """The address of the page ``name`` for the membership ``acting``."""
    return _address(name, acting.programme_slug, acting.organisation_slug, *kwargs.items())


# A page names some forty addresses, most of them those of the page before.
@lru_cache(maxsize=20_000)
def _address(name, programme, organisation, *rest):
    return reverse(name, kwargs={"programme": programme, "organisation": organisation, **dict(rest)})
