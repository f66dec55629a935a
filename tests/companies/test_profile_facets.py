"""Facets that follow from the profile: kept in step is counted from zero; defence is a release of its own."""

import pytest

from companies.models import Certificate, CompanyMarket, Competence, DefenceInterest, Facet, Industry
from companies.profile_facets import KINDS, process_facet, recompute_facets, refresh_facets, wz_facet
from companies.releases import answer_defence
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import release

LEAD, ADVISOR, OWNER = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER


def opened(site, role):
    return membership_scope(site.people[role].pk, "io", site.acting[role].organisation_slug)


def fill(site, company, processes, market):
    with system_scope(site.programme.pk, "setup.reference"):
        owned = {"programme": site.programme, "company_id": company.pk}
        for code in processes:
            Competence.objects.create(**owned, process_code=code)
        Industry.objects.create(**owned, scheme="2008", code="25.61")
        Industry.objects.create(**owned, scheme="2025", code="25.51.0")
        Certificate.objects.create(**owned, standard="iso9001")
        Certificate.objects.create(**owned, name="Hausnorm")
        CompanyMarket.objects.create(**owned, market=market, is_wished=True)
        CompanyMarket.objects.create(**owned, market="luftfahrt", share="0.1")
        DefenceInterest.objects.create(**owned, answer="yes", answered_by=site.people[LEAD])


def facets():
    """All that is stored, of every company."""
    rows = Facet.objects.filter(kind__in=KINDS).order_by("company", "kind", "position")
    return list(rows.values_list("company", "kind", "value", "label", "position"))


@pytest.fixture
def filled(site):
    fill(site, site.company, ["2.1", "2.1.3", "3", "3.2.1"], "bahntechnik")
    fill(site, site.other_company, ["1.1"], "windkraft")
    return site


def test_kept_in_step_is_counted_from_zero(filled):
    with opened(filled, LEAD):
        for company in (filled.company, filled.other_company):
            refresh_facets(company.pk, programme_id=filled.programme.pk)
        kept = facets()
        recompute_facets(filled.programme.pk)
        assert facets() == kept
        Facet.objects.all().delete()
        recompute_facets(filled.programme.pk)
        assert facets() == kept
    of_one = [(kind, value) for company, kind, value, *_rest in kept if company == filled.company.pk]
    assert of_one == [
        ("certificate", "iso9001"),
        ("market", "defence"),
        ("market", "bahntechnik"),
        ("process", "2.1"),
        ("process", "3.2"),
        ("wz", "25"),
    ]


def test_what_is_stale_goes_and_the_stage_stays(filled):
    with opened(filled, LEAD):
        owned = {"programme": filled.programme, "company_id": filled.company.pk, "label": "x"}
        Facet.objects.create(**owned, kind="process", value="6.1")
        Facet.objects.create(**owned, kind="process", value="2.1")
        Facet.objects.create(**owned, kind="stage", value="markt")
        recompute_facets(filled.programme.pk)
        assert not Facet.objects.filter(value="6.1").exists()
        assert Facet.objects.get(company=filled.company.pk, value="2.1").label == "2.1 Druckumformen"
        assert Facet.objects.filter(value="markt").exists()


def test_again_costs_no_write(filled, django_assert_num_queries):
    with opened(filled, LEAD):
        recompute_facets(filled.programme.pk)
        with django_assert_num_queries(8):  # five kinds of rows, what stands there, and a savepoint around it
            recompute_facets(filled.programme.pk)


def test_interest_in_defence_is_seen_by_its_own_release(filled):
    with opened(filled, LEAD):
        recompute_facets(filled.programme.pk)
        assert Facet.objects.filter(company=filled.company.pk, value="defence").exists()
    with opened(filled, ADVISOR):
        seen = set(Facet.objects.filter(kind="market").values_list("value", flat=True))
        assert seen == {"bahntechnik"}
        # What it may not see it does not take away either.
        refresh_facets(filled.company.pk, programme_id=filled.programme.pk)
    release(filled.company, filled.organisations["sihk"], "defence")
    with opened(filled, ADVISOR):
        assert set(Facet.objects.filter(kind="market").values_list("value", flat=True)) == {"bahntechnik", "defence"}
    with opened(filled, OWNER):
        assert Facet.objects.filter(value="defence").exists()


def test_answer_about_defence_is_a_facet_at_once(site):
    with opened(site, OWNER) as scope:
        for answer, there in (("yes", True), ("no", False)):
            answer_defence(site.company, acting=scope.acting, answer=answer)
            assert Facet.objects.filter(kind="market", value="defence").exists() == there


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        (process_facet("2.1.3"), "2.1"),
        (process_facet("2"), None),
        (process_facet("9.9"), None),
        (wz_facet("2008", "25.61"), "25"),
        (wz_facet("2025", "25.51.0"), None),
        (wz_facet("2008", "C"), None),
    ],
)
def test_group_and_division_of_a_code(facet, value):
    assert (facet and facet[1]) == value
