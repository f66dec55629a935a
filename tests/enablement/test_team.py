"""The team's load: each adviser's numbers, their sums by house, and a partner reads its own house alone."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from companies.models import Company
from offensive.enablement.follow_ups import climb
from offensive.enablement.team import Numbers, team_of
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import give, scope_of, take_part
from tests.enablement.test_tasks import TODAY, at, task


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


def team(acting):
    with scope_of(acting):
        return team_of(acting)


def numbers_of(acting, person):
    return next((load.numbers for load in team(acting).people if load.user_id == person.user_id), None)


def name_carer(company, person):
    with system_scope(company.programme_id, "setup.reference"):
        Company.objects.filter(pk=company.pk).update(caring_person=person.user_id)


def test_numbers_of_one_adviser(site, sihk, gws):
    name_carer(site.company, sihk)
    task(sihk)
    give(site.company, acting=sihk, on=TODAY - timedelta(days=5), source="form:a")
    give(site.company, acting=sihk, on=TODAY - timedelta(days=60), source="form:b")
    give(site.company, acting=sihk, on=TODAY - timedelta(days=100), source="form:c")
    expected = Numbers(companies=1, tasks=1, recent=1, longer=2, recent_minutes=90, longer_minutes=180)
    assert numbers_of(gws, sihk) == numbers_of(sihk, sihk) == expected


def test_partner_reads_of_its_own_house_alone(site, sihk, gws):
    task(gws)
    assert numbers_of(gws, gws).tasks == 1
    assert numbers_of(sihk, gws) is None
    assert [load.house_slug for load in team(sihk).houses] == ["sihk"]


def test_overdue_and_silent_ones_are_told_apart(site, sihk, gws):
    take_part(site.company, acting=sihk, signed_on=TODAY - timedelta(days=40))
    for day in (0, 12):
        climb(site.programme.pk, on=TODAY - timedelta(days=13 - day))
    numbers = numbers_of(gws, sihk)
    assert (numbers.tasks, numbers.overdue, numbers.silent) == (1, 1, 1)


def test_sum_of_a_house_has_companies_for_which_nobody_is_named(site, sihk, gws):
    with scope_of(gws):
        looked_after = Company.objects.filter(caring_partner=sihk.organisation_id).count()
    found = team(gws)
    (house,) = [load for load in found.houses if load.house_slug == "sihk"]
    assert house.numbers.companies == looked_after > 0
    assert [load.name for load in found.people if load.house_slug == "sihk" and load.user_id is None] == [
        "niemand benannt"
    ]
    assert sum(load.numbers.companies for load in found.people) == sum(load.numbers.companies for load in found.houses)


def test_numbers_are_saved_as_a_file(site, sihk, sign_in):
    task(sihk)
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    lines = client.get(at("team"), {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Person";"Organisation";"Unternehmen";"Offene Aufgaben"')
    name = site.people[Role.PARTNER_ADVISOR].name
    assert lines[1] == f'"{name}";"SIHK";"0";"1";"0";"0";"0";"0";"0";"0"'
    assert client.get(at("team"), {"export": "xlsx"}).content.startswith(b"PK")


@pytest.mark.parametrize("rows", [1, 4])
def test_page_asks_the_same_number_of_queries(site, sihk, sign_in, django_assert_num_queries, rows):
    for row in range(rows):
        task(sihk, title=f"Aufgabe {row}")
        give(site.company, acting=sihk, on=TODAY, source=f"form:{row}")
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    client.get(at("team"))
    cache.clear()
    with django_assert_num_queries(11):
        assert client.get(at("team")).status_code == 200
