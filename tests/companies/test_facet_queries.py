"""The facets of the list of companies and their counts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.facet_queries import facet_views
from companies.filters import filter_from
from companies.models import Facet
from companies.queries import company_list
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_company, release

PROCESSES = {"2.1": "Druckumformen", "3.2": "Spanen"}


def add_facets(company, kind, *values):
    with system_scope(company.programme_id, "setup.reference"):
        Facet.objects.bulk_create(
            Facet(
                programme_id=company.programme_id,
                company_id=company.pk,
                kind=kind,
                value=value,
                label=PROCESSES.get(value, value),
                position=int(value[0]) if value[0].isdigit() else 0,
            )
            for value in values
        )


@pytest.fixture
def region(site):
    """Four companies: two small ones in Hagen, one of them late by 40 days, a medium one in Altena, one outside."""
    late = timezone.localdate() - timedelta(days=40)
    one = make_company(site.programme, name="A GmbH", district="Hagen", ags="05914000", size_class="small")
    two = make_company(
        site.programme, name="B GmbH", district="Hagen", ags="05914000", size_class="small", stage_due_on=late
    )
    three = make_company(site.programme, name="C GmbH", ags="05962004", size_class="medium")
    four = make_company(site.programme, name="D GmbH", district="Köln", ags="05315000", town="Köln")
    add_facets(one, "process", "2.1", "3.2")
    add_facets(two, "process", "3.2")
    add_facets(three, "process", "2.1")
    add_facets(three, "market", "medizintechnik")
    site.region = (one, two, three, four)
    return site


def lead_scope(site):
    return membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws")


def counts(site, acting, query=""):
    views = facet_views(acting, filter_from(QueryDict(query)))
    return {view.name: {option.value: option.companies for option in view.options} for view in views}


def test_each_value_has_the_number_of_companies_that_have_it(region):
    with lead_scope(region) as opened:
        found = counts(region, opened.acting)

    assert found["district"] == {"Hagen": 2, "Köln": 1, "Märkischer Kreis": 3}
    assert found["size"] == {"small": 2, "medium": 1}
    assert found["process"] == {"2.1": 2, "3.2": 2}
    assert found["market"] == {"medizintechnik": 1}
    assert found["ags"] == {"05962004": 1, "05914000": 2, "outside": 3}
    assert found["stuck"] == {"overdue": 1, "30": 1}
    assert found["partner"] == {"sihk": 1, "gws": 1}


def test_filter_of_one_facet_narrows_the_counts_of_all_others(region):
    with lead_scope(region) as opened:
        found = counts(region, opened.acting, "process=3.2&district=Hagen")

        assert found["process"] == {"2.1": 1, "3.2": 2}  # within Hagen
        assert found["district"] == {"Hagen": 2}  # among those with process 3.2
        assert found["size"] == {"small": 2}
        assert "market" not in found


@pytest.mark.parametrize(
    "query",
    [
        "", "q=gmbh", "process=2.1", "process=2.1&process=3.2", "process=3.2&size=small", "stuck=30", "ags=outside",
        "district=Hagen&process=2.1&stuck=overdue", "partner=sihk", "market=medizintechnik&ags=05962004",
    ],
)  # fmt: skip
def test_count_is_what_the_list_shows_once_the_value_is_chosen(region, query):
    with lead_scope(region) as opened:
        filters = filter_from(QueryDict(query))
        views = facet_views(opened.acting, filters)
        assert views
        for view in views:
            for option in view.options:
                alone = filters.with_values(view.name, [option.value])
                shown = company_list(region.programme.pk, filters=alone).count()
                assert (view.name, option.value, shown) == (view.name, option.value, option.companies)


def test_one_statement_counts_all_facets(region):
    with (
        lead_scope(region) as opened,
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        facet_views(opened.acting, filter_from(QueryDict("process=2.1&size=small")))

    statements = [query["sql"] for query in asked.captured_queries if "companies_company" in query["sql"]]
    assert len(statements) == 1
    assert "GROUPING SETS" in statements[0]


def test_partner_counts_only_what_was_released_to_it(region):
    one, two, *_rest = region.region
    with system_scope(region.programme.pk, "setup.reference"):
        type(one).objects.filter(pk__in=[one.pk, two.pk]).update(participating_on=timezone.localdate())
    release(one, region.organisations["sihk"], "profile")

    with membership_scope(region.people[Role.PARTNER_ADVISOR].pk, "io", "sihk") as opened:
        found = counts(region, opened.acting)

    assert found["district"] == {"Hagen": 2, "Märkischer Kreis": 1}
    assert found["process"] == {"2.1": 1, "3.2": 1}


def test_what_nobody_has_stays_to_be_taken_away(region):
    with lead_scope(region) as opened:
        (chosen,) = [
            view.chosen
            for view in facet_views(opened.acting, filter_from(QueryDict("market=gibt-es-nicht")))
            if view.chosen
        ]

    assert [(option.value, option.companies) for option in chosen] == [("gibt-es-nicht", 0)]
