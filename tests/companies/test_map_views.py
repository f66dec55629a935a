"""The picture of the region: municipalities as tiles, and the same as a table."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

from companies.classification import municipalities, tile_places
from companies.tiles import FILLS, tile_picture
from offensive.tenancy.roles import Role
from tests.sites import make_company

HERE = {"programme": "io", "organisation": "gws"}
MAP, LIST = (reverse(f"companies:{name}", kwargs=HERE) for name in ("municipality_map", "company_list"))
HAGEN, ALTENA = "05914000", "05962004"


@pytest.fixture
def lead(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    return client


def test_every_municipality_has_a_place_of_its_own():
    assert set(tile_places()) == set(municipalities())
    assert len(set(tile_places().values())) == len(municipalities()) == 25


def test_tiles_are_darker_the_more_companies_they_have():
    numbers = dict.fromkeys(tile_places(), 0) | {HAGEN: 23, ALTENA: 1}
    rows = [{"ags": ags, "label": ags, "companies": number, "url": ""} for ags, number in numbers.items()]

    picture = tile_picture(rows)

    fills = {tile.label: tile.fill for tile in picture.tiles}
    assert (fills[HAGEN], fills[ALTENA], fills["05954036"]) == (FILLS[-1], FILLS[1], FILLS[0])
    assert [(step.least, step.most) for step in picture.legend] == [
        (0, 0),
        (1, 5),
        (6, 10),
        (11, 15),
        (16, 20),
        (21, 23),
    ]


@pytest.mark.parametrize(
    ("number", "steps"), [(0, [(0, 0)]), (1, [(0, 0), (1, 1)]), (3, [(0, 0), (1, 1), (2, 2), (3, 3)])]
)
def test_legend_ends_with_the_largest_number(number, steps):
    rows = [{"ags": HAGEN, "label": "Hagen", "companies": number, "url": ""}]
    assert [(step.least, step.most) for step in tile_picture(rows).legend] == steps


@pytest.mark.parametrize("fill", FILLS)
def test_text_on_every_colour_can_be_read(fill):
    ink = "#ffffff" if FILLS.index(fill) >= 4 else "#17212a"
    one, other = sorted((_luminance(fill), _luminance(ink)))
    assert (other + 0.05) / (one + 0.05) >= 4.5


def _luminance(colour):
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_tile_leads_to_the_companies_it_counts(lead, site):
    for number in range(3):
        make_company(site.programme, name=f"Muster Hagen {number} GmbH", ags=HAGEN, town="Hagen")
    make_company(site.programme, name="Muster Bonn GmbH", ags="05315000", town="Bonn")

    shown = lead.get(MAP, {"q": "muster"})

    tiles = {tile.label: tile for tile in shown.context["picture"].tiles}
    rows = {row["label"]: row for row in shown.context["rows"]}
    assert len(tiles) == 25
    assert rows["Hagen"]["companies"] == tiles["Hagen"].companies == 3
    assert rows["außerhalb der Region"]["companies"] >= 1
    assert shown.context["all"] == sum(row["companies"] for row in rows.values())
    for row in rows.values():
        address = urlsplit(row["url"])
        assert (address.path, parse_qs(address.query)["q"]) == (LIST, ["muster"])
        assert lead.get(row["url"]).context["page"].paginator.count == row["companies"]


def test_picture_and_table_say_the_same(lead):
    content = lead.get(MAP).content.decode()

    assert content.count('class="chart__tile"') == 25
    for place in municipalities().values():
        assert f'aria-label="{place.name}: ' in content
        assert f">{place.name}<" in content
    assert "Außerhalb der Region" in content


def test_map_asks_the_database_equally_often_for_1_and_4_companies(lead, site, django_assert_num_queries):
    lead.get(MAP)
    for companies in (0, 3):
        for number in range(companies):
            make_company(site.programme, name=f"Muster {number} GmbH", ags=HAGEN)
        cache.clear()
        with django_assert_num_queries(8):
            assert lead.get(MAP).status_code == 200
