"""The profile in three sections: each saved on its own, complete when all are."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from companies.models import Company, Competence, Industry, Profile, ProfileSection, Site, SizeAssessment
from offensive.enablement.models import Achievement
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.sites import make_company

SITE = {"street": "Drahtweg 7", "postcode": "58762", "town": "Altena (Westf.)", "website": ""}
FIGURES = {"employees_awu": "48,5", "turnover_eur": "4.300.000", "balance_eur": "2.100.000,00 €"}
FIGURES |= {"automotive_percent": "62,5", "wz_code": "25.93"}
PROCESSES = {"codes": ["2.1", "2.2"]}


@pytest.fixture(autouse=True)
def german(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    with translation.override("de"):
        yield


def company_of(site):
    organisation = site.acting[Role.COMPANY_OWNER].organisation_id
    return next(company for company in (site.company, site.other_company) if company.pk == organisation)


def address(site, section="", role=Role.COMPANY_OWNER):
    kwargs = {"programme": "io", "organisation": site.acting[role].organisation_slug}
    kwargs["slug"] = company_of(site).organisation.slug
    return (
        reverse("portal:profile_section", kwargs={**kwargs, "section": section})
        if section
        else reverse("portal:profile", kwargs=kwargs)
    )


@pytest.fixture
def save(site, sign_in):
    def saved(section, values, role=Role.COMPANY_OWNER):
        rows = stored(site, ProfileSection, company=company_of(site).pk, key=section)
        seen = {"version": rows[0].version} if rows else {}
        return sign_in(site.people[role]).post(address(site, section, role), {**seen, **values})

    return saved


def stored(site, model, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        return list(model.objects.filter(**values))


def profile(site):
    return stored(site, Profile, company=company_of(site).pk)[0]


def test_site_gets_its_municipality(site, save):
    assert save("site", SITE)["Location"] == address(site, "figures")
    (known,) = stored(site, Site)
    assert (known.street, known.town, known.ags, known.is_main) == ("Drahtweg 7", "Altena (Westf.)", "05962004", True)


def test_site_outside_the_region_has_no_municipality_of_it(site, save):
    save("site", {**SITE, "postcode": "44135", "town": "Dortmund"})
    assert stored(site, Site)[0].ags == ""


def test_figures_are_read_and_the_size_class_follows(site, save):
    assert save("figures", FIGURES).status_code == 302
    known = profile(site)
    assert (known.employees_awu, known.turnover_eur, known.automotive_share) == (
        Decimal("48.5"),
        Decimal(4300000),
        Decimal("0.625"),
    )
    branches = [(row.scheme, row.code) for row in stored(site, Industry)]
    assert sorted(branches) == [("2008", "25.93"), ("2025", "25.93.0")]
    assert stored(site, Company, pk=company_of(site).pk)[0].size_class == "small"
    (assessment,) = stored(site, SizeAssessment)
    assert (assessment.size_class, assessment.assessed_by_id) == ("small", site.people[Role.COMPANY_OWNER].pk)


def test_only_changed_figures_are_a_new_assessment(site, save):
    save("figures", FIGURES)
    save("figures", {**FIGURES, "automotive_percent": "50"})
    assert len(stored(site, SizeAssessment)) == 1
    save("figures", {**FIGURES, "employees_awu": "80"})
    assert len(stored(site, SizeAssessment)) == 2
    assert stored(site, Company, pk=company_of(site).pk)[0].size_class == "medium"


def test_unreadable_entry_is_kept_and_nothing_saved(site, save):
    answer = save("figures", {**FIGURES, "turnover_eur": "vier Millionen"})
    assert answer.status_code == 422
    assert 'value="vier Millionen"' in answer.content.decode()
    assert 'value="62,5"' in answer.content.decode()
    assert profile(site).employees_awu is None


def test_saved_figures_come_back_in_german(site, save, client):
    save("figures", {**FIGURES, "turnover_eur": "4300000,5"})
    text = client.get(address(site, "figures")).content.decode()
    assert 'value="4.300.000,50"' in text
    assert "25.93" in text


def test_processes_are_groups_and_what_lies_below_them(site, save, client):
    with system_scope(site.programme.pk, "setup.reference"):
        Competence.objects.create(programme=site.programme, company_id=company_of(site).pk, process_code="2.1.1")
    save("processes", {"codes": ["2.1.1", "2.2"]})
    page = client.get(address(site, "processes"))
    assert page.content.decode().count('<details class="more finer" open>') == 1
    save("processes", {"codes": ["2.2", "3.1.1"]})
    assert sorted(row.process_code for row in stored(site, Competence)) == ["2.2", "3.1.1"]


def test_all_sections_complete_the_profile_once(site, save, client):
    assert "15 Minuten" in page_of(site, save, client) or "15 minutes" in page_of(site, save, client)
    save("processes", PROCESSES)
    save("site", SITE)
    assert profile(site).completed_on is None
    save("figures", FIGURES)
    assert profile(site).completed_on == timezone.localdate()
    save("figures", FIGURES)
    (achievement,) = stored(site, Achievement, kind="profile_complete")
    assert (achievement.company_id, achievement.reached_on) == (company_of(site).pk, date.today())


def page_of(site, save, client):
    client.force_login(site.people[Role.COMPANY_OWNER])
    return client.get(address(site)).content.decode()


def test_caring_staff_may_fill_it_in(site, save):
    assert save("site", SITE, Role.LEAD_COORDINATOR).status_code == 302
    assert stored(site, Site)[0].street == "Drahtweg 7"


def test_unknown_section_is_404(site, save):
    assert save("nothing", {}).status_code == 404


def test_another_company_finds_nothing(site, sign_in):
    client = sign_in(site.people[Role.COMPANY_OWNER])
    other = site.other_company if company_of(site) is site.company else site.company
    kwargs = {"programme": "io", "organisation": site.acting[Role.COMPANY_OWNER].organisation_slug}
    assert client.get(reverse("portal:profile", kwargs={**kwargs, "slug": other.organisation.slug})).status_code == 404


def test_a_profile_not_released_to_a_partner_is_not_there(site, sign_in):
    """The company itself may be seen by all partners once it takes part; its profile may not."""
    closed = make_company(site.programme, name="Muster Presse Halver GmbH", participating_on=date(2026, 4, 20))
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    kwargs = {"programme": "io", "organisation": "sihk", "slug": closed.organisation.slug}
    assert client.get(reverse("portal:company", kwargs=kwargs)).status_code == 200
    assert client.get(reverse("portal:profile", kwargs=kwargs)).status_code == 404
