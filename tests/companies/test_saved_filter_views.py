"""Pages of the filters that a person keeps under a name."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from companies.models import SavedFilter
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope

HERE = {"programme": "io", "organisation": "gws"}
LIST = reverse("companies:company_list", kwargs=HERE)
FILTERS = reverse("companies:filter_list", kwargs=HERE)
NEW = reverse("companies:filter_new", kwargs=HERE)


@pytest.fixture
def lead(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    return client


def keep(site, name, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        return SavedFilter.objects.create(
            programme=site.programme,
            organisation=site.organisations["gws"],
            owner=values.pop("owner", site.people[Role.LEAD_COORDINATOR]),
            name=name,
            place=SavedFilter.objects.count() + 1,
            **{"parameters": {"district": ["Hagen"]}} | values,
        )


def page_of(name, saved):
    return reverse(f"companies:{name}", kwargs={**HERE, "pk": saved.pk})


def test_filter_is_named_and_kept_from_the_list(lead):
    assert f"{NEW}?q=altena".encode() in lead.get(LIST, {"q": "altena"}).content
    assert NEW.encode() not in lead.get(LIST).content

    sent = lead.post(f"{NEW}?q=altena", {"name": "In Altena", "is_shared": "on"})

    assert (sent.status_code, sent["Location"]) == (302, f"{LIST}?q=altena")
    shown = lead.get(LIST, {"q": "altena"})
    assert shown.context["saved"] == [{"name": "In Altena", "query": "q=altena", "is_current": True}]


def test_what_speaks_against_keeping_is_said(lead):
    for address, data in ((NEW, {"name": "Alles"}), (f"{NEW}?q=x", {"name": ""})):
        answer = lead.post(address, data)
        assert (answer.status_code, bool(answer.context["form"].errors)) == (422, True)


def test_default_is_shown_on_coming_to_the_list_and_can_be_left(lead, site):
    keep(site, "Hagen", is_default=True)
    keep(site, "Geteilt", owner=site.people[Role.LEAD_APPROVER], is_shared=True, is_default=True)

    assert lead.get(LIST)["Location"] == f"{LIST}?district=Hagen"
    narrowed = lead.get(LIST, {"district": "Hagen"})
    assert narrowed.context["rows"] == []
    assert f'href="{LIST}?all=1"'.encode() in narrowed.content  # show all companies
    assert b'href="?all=1"' in narrowed.content  # without the one value
    assert lead.get(LIST, {"all": "1"}).context["rows"] != []
    assert lead.get(LIST, headers={"hx-request": "true", "hx-target": "company-list"}).status_code == 200


def test_filter_is_renamed_shared_and_deleted(lead, site):
    saved = keep(site, "Hagen")

    answer = lead.post(page_of("filter_edit", saved), {"name": "Stadt Hagen", "is_shared": "on", "version": "0"})

    assert answer["Location"] == FILTERS
    (row,) = lead.get(FILTERS).context["mine"]
    assert (row["saved"].name, row["saved"].is_shared, row["url"]) == ("Stadt Hagen", True, f"{LIST}?district=Hagen")
    lead.post(page_of("filter_delete", saved), {"version": "0"})  # seen before it was renamed
    assert len(lead.get(FILTERS).context["mine"]) == 1
    lead.post(page_of("filter_delete", saved), {"version": "1"})
    assert "noch kein Filter" in lead.get(FILTERS).content.decode()


def test_second_of_two_tabs_is_told_and_overwrites_knowingly(lead, site):
    saved = keep(site, "Hagen")
    lead.post(page_of("filter_edit", saved), {"name": "Erster", "version": "0"})

    told = lead.post(page_of("filter_edit", saved), {"name": "Zweiter", "version": "0"})

    assert told.status_code == 422
    assert "Erster" in told.content.decode()
    assert 'value="Zweiter"' in told.content.decode()
    assert lead.post(page_of("filter_edit", saved), {"name": "Zweiter", "version": "1"}).status_code == 302


def test_anothers_filter_is_used_and_not_changed(lead, site):
    saved = keep(site, "Geteilt", owner=site.people[Role.LEAD_APPROVER], is_shared=True)

    assert [row["saved"].name for row in lead.get(FILTERS).context["shared"]] == ["Geteilt"]
    for name in ("filter_edit", "filter_delete"):
        assert lead.post(page_of(name, saved), {"name": "Meiner"}).status_code == 404


def test_pages_ask_the_database_equally_often_for_1_and_4_filters(lead, site, django_assert_num_queries):
    for address, queries in ((FILTERS, 7), (f"{LIST}?q=altena", 12)):
        for filters in (1, 4):
            _fill(site, filters)
            lead.get(address)
            cache.clear()
            with django_assert_num_queries(queries):
                assert lead.get(address).status_code == 200


def _fill(site, wanted):
    with system_scope(site.programme.pk, "setup.reference"):
        SavedFilter.objects.all().delete()
    for number in range(wanted):
        keep(site, f"Filter {number}")
        keep(site, f"Geteilt {number}", owner=site.people[Role.LEAD_APPROVER], is_shared=True)
