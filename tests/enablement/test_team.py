"""The team's load: each adviser's numbers, and a partner reads its own house alone."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from offensive.enablement.team import team_load
from offensive.tenancy.roles import Role
from tests.enablement.support import give, scope_of
from tests.enablement.test_tasks import TODAY, at, task


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


def load_of(acting, person):
    with scope_of(acting):
        return next((load for load in team_load(acting) if load.user_id == person.user_id), None)


def test_numbers_of_one_adviser(site, sihk):
    task(sihk)
    give(site.company, acting=sihk, on=TODAY - timedelta(days=5), source="form:a")
    give(site.company, acting=sihk, on=TODAY - timedelta(days=60), source="form:b")
    give(site.company, acting=sihk, on=TODAY - timedelta(days=100), source="form:c")
    gws = site.acting[Role.LEAD_COORDINATOR]
    load = load_of(gws, sihk)
    assert (load.tasks, load.overdue, load.deliveries, load.minutes) == (1, 0, (1, 2), (90, 180))
    assert load_of(sihk, gws) is None


@pytest.mark.parametrize("rows", [1, 4])
def test_page_asks_the_same_number_of_queries(site, sihk, sign_in, django_assert_num_queries, rows):
    for row in range(rows):
        task(sihk, title=f"Aufgabe {row}")
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    client.get(at("team"))
    cache.clear()
    with django_assert_num_queries(10):
        assert client.get(at("team")).status_code == 200
