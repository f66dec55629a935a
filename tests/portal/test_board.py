"""The board by stage."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from companies.facets import set_stage
from companies.models import Merge
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.sites import make_company

BOARD = reverse("portal:board", kwargs={"programme": "io", "organisation": "gws"})
OF_PARTNER = BOARD.replace("/gws/", "/sihk/")


@pytest.fixture
def lead(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    return client


def put(company, key, *, days=None):
    """Into the stage ``key``, due ``days`` from today."""
    due_on = None if days is None else timezone.localdate() + timedelta(days=days)
    with system_scope(company.programme_id, "setup.reference"):
        set_stage(
            company.pk, programme_id=company.programme_id, value=key, label=key.title(), position=2, due_on=due_on
        )


def shown(response):
    """{stage key: names on the page shown} of the columns that have any."""
    assert response.status_code == 200
    columns = {column.key: [card.name for card in column.cards] for column in response.context["columns"]}
    return {key: names for key, names in columns.items() if names}


def test_board_asks_the_database_equally_often_for_1_and_4_companies(lead, site, django_assert_num_queries):
    put(site.company, "marktanalyse", days=5)
    lead.get(BOARD)
    for number in range(4):
        cache.clear()
        with django_assert_num_queries(11):  # session, person, scope, board 3, filter 2, and the test's transaction: 3
            assert sum(map(len, shown(lead.get(BOARD)).values())) == number + 1
        put(make_company(site.programme, name=f"Muster {number} GmbH"), "marktanalyse", days=number)


def test_who_waits_longest_comes_first_and_says_since_when(lead, site):
    put(site.company, "marktanalyse", days=-3)
    put(site.other_company, "marktanalyse", days=-34)
    put(make_company(site.programme, name="Muster Ohne Frist GmbH"), "marktanalyse")

    response = lead.get(BOARD)

    assert shown(response) == {
        "marktanalyse": ["Muster Guss Hemer KG", "Muster Federn Altena GmbH", "Muster Ohne Frist GmbH"]
    }
    assert "34 Tage überfällig" in response.content.decode()


def test_stages_without_companies_and_values_beside_the_process_have_columns(lead, site):
    put(site.company, "pausiert")

    keys = [column.key for column in lead.get(BOARD).context["columns"]]

    assert "pausiert" in keys
    assert len(keys) > 5


def test_each_column_has_pages_of_its_own(lead, site):
    for number in range(10):
        put(make_company(site.programme, name=f"Muster {number} GmbH"), "marktanalyse", days=number)
    put(site.company, "workshops", days=1)

    second = lead.get(BOARD, {"page-marktanalyse": "2"})
    part = lead.get(
        BOARD, {"page-marktanalyse": "2"}, headers={"HX-Request": "true", "HX-Target": "column-marktanalyse"}
    ).content.decode()

    assert shown(second) == {
        "marktanalyse": ["Muster 8 GmbH", "Muster 9 GmbH"],
        "workshops": ["Muster Federn Altena GmbH"],
    }
    assert "Muster 9 GmbH" in part
    assert "Federn" not in part
    assert "<html" not in part
    beyond = lead.get(BOARD, {"page-marktanalyse": "x"})
    assert len(shown(beyond)["marktanalyse"]) == 8


def test_column_that_is_none_is_not_found(lead, site):
    assert lead.get(BOARD, headers={"HX-Request": "true", "HX-Target": "column-gibt-es-nicht"}).status_code == 404


def test_filters_narrow_the_board(lead, site):
    put(site.company, "marktanalyse", days=-3)
    put(site.other_company, "marktanalyse", days=3)
    far = make_company(site.programme, name="Muster Hagen GmbH", district="Hagen", partner=site.organisations["hagen"])
    put(far, "marktanalyse", days=9)

    found = [
        shown(lead.get(BOARD, asked)).get("marktanalyse", [])
        for asked in ({"overdue": "on"}, {"district": "Hagen"}, {"partner": "gws"}, {"partner": "niemand"})
    ]

    assert found == [
        ["Muster Federn Altena GmbH"],
        ["Muster Hagen GmbH"],
        ["Muster Guss Hemer KG"],
        ["Muster Federn Altena GmbH", "Muster Guss Hemer KG", "Muster Hagen GmbH"],
    ]


def test_partner_begins_with_its_own_and_sees_those_that_take_part(client, site):
    client.force_login(site.people[Role.PARTNER_ADVISOR])
    put(site.company, "marktanalyse", days=1)
    put(site.other_company, "marktanalyse", days=1)
    taking_part = make_company(
        site.programme, name="Muster Nimmt Teil AG", partner=site.organisations["en"], participating_on="2026-01-01"
    )
    put(taking_part, "marktanalyse", days=2)

    assert shown(client.get(OF_PARTNER)) == {"marktanalyse": ["Muster Federn Altena GmbH"]}
    # The lead's own company has not signed yet: its identity is not known to SIHK.
    assert shown(client.get(OF_PARTNER, {"partner": ""})) == {
        "marktanalyse": ["Muster Federn Altena GmbH", "Muster Nimmt Teil AG"]
    }


def test_absorbed_companies_stand_on_no_board(lead, site):
    put(site.company, "marktanalyse", days=1)
    put(site.other_company, "marktanalyse", days=1)
    with system_scope(site.programme.pk, "setup.reference"):
        Merge.objects.create(
            programme=site.programme,
            survivor=site.company,
            absorbed=site.other_company,
            merged_by=site.people[Role.LEAD_COORDINATOR],
        )

    response = lead.get(BOARD)

    assert shown(response) == {"marktanalyse": ["Muster Federn Altena GmbH"]}
    assert {column.key: column.page.paginator.count for column in response.context["columns"]}["marktanalyse"] == 1
