"""Who acts on the journey page, and what it shows to them."""

import pytest
from django.core.cache import cache

from offensive.tenancy.roles import Role


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def journey(client, site):
    """``journey(role, address)`` → what the page shows to somebody of that role, asked for anew."""

    def shown(role, address):
        cache.clear()
        client.force_login(site.people[role])
        return client.get(address).context["journey"]

    return shown
