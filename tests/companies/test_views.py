"""The list of companies."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from companies.facets import set_facet
from companies.identity import name_key, sort_name
from companies.record import change_record
from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_company

LIST = reverse("companies:company_list", kwargs={"programme": "io", "organisation": "gws"})


@pytest.fixture
def lead(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    return client


def names(response):
    assert response.status_code == 200
    return [row["name"] for row in response.context["rows"]]


def stage(company, value, label, *, position=0):
    with system_scope(company.programme_id, "setup.reference"):
        set_facet(
            company.pk, programme_id=company.programme_id, kind="stage", value=value, label=label, position=position
        )


def test_list_asks_the_database_equally_often_for_1_and_25_rows(lead, site, django_assert_num_queries):
    for number in range(24):
        make_company(site.programme, name=f"Muster {number:02} GmbH", town="Balve")
    lead.get(LIST)

    for address, rows in ((f"{LIST}?q=Altena", 1), (LIST, 25), (f"{LIST}?sort=-stage", 25)):
        cache.clear()  # the first visit after a change; the next ones ask less
        with django_assert_num_queries(12):  # 9, and what the test's own transaction adds around the request's: 3
            assert len(lead.get(address).context["rows"]) == rows


def test_companies_chosen_in_the_list_are_those_of_the_entry(client, site):
    client.force_login(site.people[Role.PARTNER_ADVISOR])
    own = [site.company, make_company(site.programme, name="Muster Zwei GmbH", partner=site.organisations["sihk"])]
    foreign = make_company(site.programme, name="Muster Drei GmbH", participating_on=date(2026, 3, 2))
    rows = client.get(LIST.replace("gws", "sihk")).context["rows"]
    slugs = {row["name"]: row["slug"] for row in rows}
    assert slugs == {**{each.legal_name: each.organisation.slug for each in own}, foreign.legal_name: ""}
    record = reverse("support:record", kwargs={"programme": "io", "organisation": "sihk"})
    assert f'method="get" action="{record}"' in client.get(LIST.replace("gws", "sihk")).content.decode()
    form = client.get(record, {"company": [each.organisation.slug for each in own]}).context["form"]
    assert {each.pk for each in form.picked} == {each.pk for each in own}


def test_who_only_reads_chooses_nothing(client, site):
    client.force_login(site.people[Role.PARTNER_VIEWER])
    response = client.get(LIST.replace("gws", "sihk"))
    assert [row["slug"] for row in response.context["rows"]] == [""]
    assert 'type="checkbox" name="company"' not in response.content.decode()


def test_search_finds_name_town_and_register(lead, site):
    company = make_company(
        site.programme, name="Schließtechnik Öhler KG", slug="oehler", town="Balve", register_number="90125"
    )
    with system_scope(site.programme.pk, "setup.reference"):
        company.sort_name, company.name_key = sort_name(company.legal_name), name_key(company.legal_name)
        company.save()

    searches = ("schliess", "Oehler", "balve", "90125", "Öhler Balve", "%")
    found = [names(lead.get(LIST, {"q": text})) for text in searches]

    assert found == [["Schließtechnik Öhler KG"]] * 5 + [[]]


def test_filters_narrow_the_list(lead, site):
    company = make_company(
        site.programme, name="A GmbH", district="Hagen", size_class="small", partner=site.organisations["en"]
    )
    stage(company, "2", "Marktanalyse")

    found = [
        names(lead.get(LIST, {key: value}))
        for key, value in (("district", "Hagen"), ("size", "small"), ("partner", "en"), ("stage", "2"))
    ]

    assert found == [["A GmbH"]] * 4
    assert names(lead.get(LIST, {"district": "Hagen", "partner": "sihk"})) == []


def test_list_is_sorted_both_ways(lead, site):
    stage(site.company, "standort", "Standort", position=1)
    stage(site.other_company, "markt", "Markt", position=2)

    assert names(lead.get(LIST, {"sort": "town"})) == ["Muster Federn Altena GmbH", "Muster Guss Hemer KG"]
    assert names(lead.get(LIST, {"sort": "-name"})) == ["Muster Guss Hemer KG", "Muster Federn Altena GmbH"]
    assert names(lead.get(LIST, {"sort": "-stage"})) == ["Muster Guss Hemer KG", "Muster Federn Altena GmbH"]
    assert names(lead.get(LIST, {"sort": "nothing", "page": "seventeen"})) == [
        "Muster Federn Altena GmbH",
        "Muster Guss Hemer KG",
    ]


def test_htmx_gets_the_list_alone(lead):
    whole = lead.get(LIST).content.decode()
    part = lead.get(LIST, headers={"HX-Request": "true", "HX-Target": "company-list"}).content.decode()

    assert ("<html" in whole, "<html" in part) == (True, False)
    assert 'id="company-list"' in part


def test_partner_sees_its_own_and_those_that_take_part(client, site):
    client.force_login(site.people[Role.PARTNER_ADVISOR])
    address = LIST.replace("/gws/", "/sihk/")

    assert names(client.get(address)) == ["Muster Federn Altena GmbH"]


def test_search_without_a_hit_offers_the_way_back(lead):
    page = lead.get(LIST, {"q": "gibt es nicht"})

    assert (names(page), page.context["filtered"]) == ([], True)


def test_row_leads_to_the_company(lead, site):
    address = reverse(
        "portal:company", kwargs={"programme": "io", "organisation": "gws", "slug": site.company.organisation.slug}
    )

    assert f'href="{address}"' in lead.get(LIST).content.decode()


def test_pages_follow_each_other_also_when_counted_from_the_end(lead, site):
    for number in range(76):
        make_company(site.programme, name=f"Muster {number:02} GmbH", town="Balve")
    shown = [name for page in (1, 2, 3, 4) for name in names(lead.get(LIST, {"page": page}))]
    assert shown == sorted(shown, key=str.casefold)
    assert len(set(shown)) == 78
    backwards = [name for page in (1, 2, 3, 4) for name in names(lead.get(LIST, {"page": page, "sort": "-name"}))]
    assert backwards == shown[::-1]


def test_several_values_of_a_facet_widen_and_several_facets_narrow(lead, site):
    for name, size, district in (("A", "small", "Hagen"), ("B", "micro", "Hagen"), ("C", "small", "Köln")):
        make_company(site.programme, name=name, size_class=size, district=district)

    assert names(lead.get(LIST, {"size": ["small", "micro"]})) == ["A", "B", "C"]
    assert names(lead.get(LIST, {"size": ["small", "micro"], "district": "Hagen"})) == ["A", "B"]
    assert names(lead.get(LIST, {"size": "huge\x00"})) == []


def test_each_chosen_value_can_be_taken_away(lead, site):
    make_company(site.programme, name="A", size_class="small", district="Hagen")
    page = lead.get(LIST, {"size": ["small"], "district": "Hagen", "q": "a"}).content.decode()

    assert 'href="?q=a&amp;district=Hagen"' in page
    assert 'href="?q=a&amp;size=small"' in page


def test_export_holds_all_pages_of_the_list_on_the_screen(lead, site):
    for number in range(30):
        make_company(site.programme, name=f"=Muster {number:02}", slug=f"muster-{number}", district="Hagen")
    query = {"district": "Hagen", "sort": "-name", "export": "csv"}

    answer = lead.get(LIST, query)
    lines = answer.content.decode("utf-8-sig").splitlines()

    assert (len(lines), lines[1].split(";")[0]) == (31, '"\'=Muster 29"')
    with system_scope(site.programme.pk, "setup.reference"):
        (entry,) = LogEntry.objects.filter(operation="EXPORT")
    assert (entry.changed["rows"][1], entry.changed["filter"][1]) == (30, "Kreis: Hagen")
    assert lead.get(LIST, query | {"export": "xlsx"}).content[:2] == b"PK"


def test_list_that_was_drawn_before_shows_what_has_changed_since(lead, site):
    assert "Muster Federn Neuenrade GmbH" not in lead.get(LIST).content.decode()
    acting = site.acting[Role.LEAD_COORDINATOR]
    kept = ("street", "postcode", "town", "register_court", "register_kind", "register_number", "vat_id")
    values = {name: getattr(site.company, name) for name in kept} | {"legal_name": "Muster Federn Neuenrade GmbH"}
    with membership_scope(acting.user_id, "io", "gws"):
        change_record(site.company, acting=acting, seen=site.company.version, **values)

    assert "Muster Federn Neuenrade GmbH" in lead.get(LIST).content.decode()
