from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from offensive.enablement.models import Enrolment
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import give, scope_of, take_part
from tests.sites import make_company

START = "portal:start"
OWN, OTHER = "muster-federn-altena-gmbh", "muster-guss-hemer-kg"


def at(name, organisation, **kwargs):
    return reverse(name, kwargs={"programme": "io", "organisation": organisation, **kwargs})


def company_page(organisation, slug=OWN):
    return at("portal:company", organisation, slug=slug)


def numbers(bars):
    return {bar.label: bar.value for bar in bars if bar.value != "0"}


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def advisor(site, sign_in):
    return sign_in(site.people[Role.PARTNER_ADVISOR])


@pytest.mark.parametrize("page", ["home", "imprint", "privacy", "accessibility"])
def test_public_pages_are_public(client, db, page):
    assert client.get(reverse(f"portal:{page}")).status_code == 200


def test_home_leads_on_to_the_own_pages(advisor):
    assert advisor.get("/").headers["Location"] == at(START, "sihk")


@pytest.mark.parametrize(
    ("role", "organisation", "template"),
    [
        (Role.LEAD_COORDINATOR, "gws", "staff"),
        (Role.PARTNER_VIEWER, "sihk", "staff"),
        (Role.COMPANY_OWNER, OWN, "company"),
        (Role.FUNDER_OFFICER, "foerderstelle", "funder"),
        (Role.UNIVERSITY_MEMBER, "fh-swf", "later"),
        (Role.COMMITTEE_READER, "industrieausschuss", "committee"),
        (Role.AUDITOR, "foerderstelle", "funder"),
        (Role.OPERATOR, "betrieb", "operator"),
    ],
)
def test_each_audience_has_its_first_page(site, sign_in, role, organisation, template):
    response = sign_in(site.people[role]).get(at(START, organisation))
    assert response.status_code == 200
    assert f"portal/start_{template}.html" in {each.name for each in response.templates}


def test_partner_sees_shared_progress_and_its_own_companies(site, sihk, gws, advisor):
    take_part(site.company, acting=sihk)
    take_part(site.other_company, acting=gws)
    context = advisor.get(at(START, "sihk")).context
    progress = context["progress"]
    assert numbers(progress.by_stage) == {"Standortbestimmung": "2"}
    assert numbers(progress.by_partner) == {"SIHK": "1", "GWS": "1"}
    assert numbers(progress.by_district) == {"Märkischer Kreis": "2"}
    assert (progress.participating, progress.own, progress.own_participating) == (2, 1, 1)
    assert [(company["name"], company["stage"]) for company in context["own"]] == [
        ("Muster Federn Altena GmbH", "Standortbestimmung")
    ]


def test_what_is_to_be_done_names_missing_agreements(advisor):
    urls = [task.url for task in advisor.get(at(START, "sihk")).context["to_do"]]
    assert urls[-1] == at("portal:participation", "sihk")


@pytest.mark.parametrize("rows", [1, 4])
def test_first_page_of_a_partner_asks_the_same_number_of_queries(site, sihk, advisor, django_assert_num_queries, rows):
    for row in range(rows):
        partner = site.organisations["sihk"]
        company = make_company(site.programme, name=f"Firma {row}", slug=f"firma-{row}", partner=partner)
        take_part(company, acting=sihk)
        give(company, acting=sihk)
    advisor.get(at(START, "sihk"))
    cache.clear()  # the first visit after a change; the next ones ask less
    with django_assert_num_queries(18):
        advisor.get(at(START, "sihk"))


def test_company_is_led_from_the_staff_page_to_its_own(site, sign_in):
    response = sign_in(site.people[Role.COMPANY_OWNER]).get(company_page(OWN))
    assert response.headers["Location"] == at(START, OWN)


def test_company_that_does_not_take_part_is_unknown_to_other_partners(site, advisor):
    assert advisor.get(company_page("sihk", OTHER)).status_code == 404


def test_several_companies_are_enrolled_at_once(site, advisor, sihk):
    partner = site.organisations["sihk"]
    second = make_company(site.programme, name="Zweite Firma GmbH", partner=partner)
    make_company(site.programme, name="Dritte Firma GmbH", partner=partner)
    values = {"companies": [site.company.pk, second.pk], "signed_on": "2026-03-02", "text_version": "1.0"}
    response = advisor.post(at("portal:participation", "sihk"), values)
    assert response.headers["Location"] == at(START, "sihk")
    with scope_of(sihk):
        enrolled = Enrolment.objects.order_by("company").values_list("company", "enrolled_on")
        assert list(enrolled) == [(site.company.pk, date(2026, 3, 2)), (second.pk, date(2026, 3, 2))]


def test_company_of_another_partner_cannot_be_enrolled_with_them(site, advisor):
    values = {"companies": [site.other_company.pk], "signed_on": "2026-03-02", "text_version": "1.0"}
    response = advisor.post(at("portal:participation", "sihk"), values)
    assert list(response.context["form"].errors) == ["companies"]
    with system_scope(site.programme.pk, "setup.reference"):
        assert not Enrolment.objects.exists()
