"""Municipalities, sectors and stages that nobody serves."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from companies.facets import set_facet, set_stage
from companies.models import Company
from offensive.enablement.services import record_delivery, reverse_delivery
from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_company

SPOTS = reverse("portal:white_spots", kwargs={"programme": "io", "organisation": "gws"})
ALTENA = "05962004"


@pytest.fixture
def lead(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    return client


def spot(response, section, begin):
    """The line of ``section`` whose name begins with ``begin``."""
    assert response.status_code == 200
    found = next(each for each in response.context["sections"] if each.key == section)
    return next(each for each in found.spots if each.label.startswith(begin))


def takes_part(company, *, stage="marktanalyse", division="25"):
    with system_scope(company.programme_id, "setup.reference"):
        Company.objects.filter(pk=company.pk).update(ags=ALTENA, participating_on=timezone.localdate())
        known = {"programme_id": company.programme_id}
        set_stage(company.pk, **known, value=stage, label="Markt", position=2, due_on=None)
        set_facet(company.pk, **known, kind="wz", value=division, label=division)


def support(site, *, days_ago, key="1"):
    acting = site.acting[Role.LEAD_COORDINATOR]
    with membership_scope(acting.user_id, "io", "gws"):
        on = timezone.localdate() - timedelta(days=days_ago)
        return record_delivery(
            site.company.pk, acting=acting, kind="consultation", on=on, minutes=60, title="x", source=f"form:{key}"
        )


def test_a_place_is_white_until_somebody_takes_part_and_was_supported(lead, site):
    states = [spot(lead.get(SPOTS), "ags", "Altena").state[0]]
    takes_part(site.company)
    cache.clear()
    states.append(spot(lead.get(SPOTS), "ags", "Altena").state[0])
    support(site, days_ago=100)
    states.append(spot(lead.get(SPOTS), "ags", "Altena").state[0])

    assert states == ["kein Unternehmen bekannt", "zuletzt niemand unterstützt", "versorgt"]


def test_support_counts_within_the_days_asked_for_and_while_it_stands(lead, site):
    takes_part(site.company)
    delivery = support(site, days_ago=100)

    within = [spot(lead.get(SPOTS, {"days": days}), "stage", "Marktanalyse").supported for days in ("90", "180", "x")]
    acting = site.acting[Role.LEAD_COORDINATOR]
    with membership_scope(acting.user_id, "io", "gws"):
        reverse_delivery(delivery, acting=acting, reason="Falscher Betrieb", form_key="r")

    assert within == [0, 1, 1]
    assert spot(lead.get(SPOTS), "stage", "Marktanalyse").supported == 0


def test_all_municipalities_and_divisions_of_manufacturing_are_listed(lead, site):
    takes_part(site.company, division="26")

    sections = {section.key: section for section in lead.get(SPOTS).context["sections"]}

    assert len(sections["ags"].spots) == 25
    assert len(sections["wz"].spots) == 24
    assert spot(lead.get(SPOTS), "wz", "26 ").participating == 1
    assert [each.is_white for each in sections["wz"].spots] == sorted(
        (each.is_white for each in sections["wz"].spots), reverse=True
    )


def test_partner_is_told_no_figure_of_support_it_may_not_see(client, site):
    takes_part(site.company)
    support(site, days_ago=1)
    client.force_login(site.people[Role.PARTNER_ADVISOR])

    response = client.get(SPOTS.replace("/gws/", "/sihk/"))

    assert (spot(response, "ags", "Altena").participating, spot(response, "ags", "Altena").supported) == (1, None)
    assert "Zuletzt unterstützt" not in response.content.decode()


def test_page_asks_the_database_equally_often_for_1_and_4_companies(lead, site, django_assert_num_queries):
    takes_part(site.company)
    lead.get(SPOTS)
    for number in range(4):
        cache.clear()
        with django_assert_num_queries(9):  # session, person, scope, 1 for the numbers, 2 for stages, the test's own: 3
            assert spot(lead.get(SPOTS), "ags", "Altena").known == number + 1
        takes_part(make_company(site.programme, name=f"Muster {number} GmbH"))


def test_list_is_saved_as_a_file_and_logged(lead, site):
    response = lead.get(SPOTS, {"export": "csv", "days": "90"})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Bereich";"Name"')
    assert len(lines) > 50
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws"):
        entry = LogEntry.objects.get(operation="EXPORT")
    assert "90" in entry.changed["filter"][1]
