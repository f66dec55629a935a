"""Registering companies, agreements, caring partners."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection

from companies.models import Agreement, Company, Contact, Industry, Profile, Site, SizeAssessment
from companies.services import CompanyError, assign_partner, record_agreement, register_company
from offensive.tenancy.models import CompanyAccess, Organisation
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope

WHOLE = {
    "name": "Muster Öfen & Guß GmbH", "street": "Ring 1", "postcode": "58706", "town": "Menden (Sauerland)",
    "register_court": "AG Arnsberg", "register_kind": "HRB", "register_number": "0815", "vat_id": "DE999900090",
    "staff": "49.5", "turnover": Decimal("9000000"), "balance_sheet": "12000000.00", "automotive_share": "0.55",
    "wz_scheme": "2008", "wz_code": "25.73.1", "contact_title": "Dr.", "contact_first_name": "A.",
    "contact_last_name": "Exempel", "contact_role": "Leitung", "email": "a@exempel.example", "phone": "02373 1",
    "website": "https://guss.example", "first_contact": "2026-03-07",
}  # fmt: skip


@pytest.fixture
def at_desk(site):
    """Somebody of the lead, whose scope is open for the whole test."""
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws") as opened:
        yield SimpleNamespace(acting=opened.acting, site=site)


def register(desk, *, partner=None, **values):
    return register_company(
        acting=desk.acting,
        values={"name": "Muster GmbH", **values},
        caring_partner_id=partner,
        by_user_id=desk.acting.user_id,
    )


def test_all_that_is_known_is_written(at_desk):
    company = register(at_desk, **WHOLE, partner=at_desk.site.organisations["en"].pk)

    company = Company.objects.get(pk=company.pk)
    assert (company.organisation.slug, company.sort_name, company.name_key) == (
        "muster-oefen-und-guss",
        "muster ofen & guss gmbh",
        "musteroefenguss",
    )
    assert (company.ags, company.district, company.register_key) == ("05962040", "Märkischer Kreis", "arnsberg HRB 815")
    assert (company.size_class, company.first_contact_on) == ("small", date(2026, 3, 7))
    profile = Profile.objects.get(company=company.pk)
    assert (profile.employees_awu, profile.automotive_share) == (Decimal("49.50"), Decimal("0.5500"))
    assert list(Industry.objects.of(company.pk).values_list("scheme", "code")) == [("2008", "25.73.1")]
    sites = Site.objects.of(company.pk).values_list("street", "town", "ags", "is_main")
    assert list(sites) == [("Ring 1", "Menden (Sauerland)", "05962040", True)]
    assert list(Contact.objects.filter(company=company.pk).values_list("name", "email")) == [
        ("Dr. A. Exempel", "a@exempel.example")
    ]
    assert SizeAssessment.objects.get(company=company.pk).rule_version == "2003/361/EC"
    access = CompanyAccess.objects.filter(company=company.pk).values_list("organisation__slug", "category")
    assert sorted(access) == [("en", each) for each in ("analyses", "documents", "identity", "profile", "support")]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({}, []),
        ({"staff": "9"}, [("micro", "2003/361/EC, headcount alone")]),
        ({"staff": "9", "turnover": "50000000"}, [("micro", "2003/361/EC, headcount alone")]),
        ({"staff": "9", "turnover": "50000000", "balance_sheet": "50000000"}, [("medium", "2003/361/EC")]),
    ],
)
def test_size_class_says_what_it_was_judged_by(at_desk, figures, expected):
    company = register(at_desk, **figures)

    assessed = SizeAssessment.objects.filter(company=company.pk).values_list("size_class", "rule_version")
    assert list(assessed) == expected


def test_same_name_gets_another_address_and_reserved_ones_are_avoided(at_desk):
    slugs = [register(at_desk, name=name).organisation.slug for name in ("Muster GmbH", "Muster AG", "Import GmbH")]

    assert slugs == ["muster", "muster-2", "import-2"]


@pytest.mark.parametrize(
    "same", [{"register_court": "Iserlohn", "register_kind": "HRB", "register_number": "71"}, {"vat_id": "DE999900090"}]
)
def test_same_identifier_is_refused(at_desk, same):
    register(at_desk, **same)

    with pytest.raises(CompanyError):
        register(at_desk, name="Andere GmbH", **same)
    assert not Organisation.objects.filter(slug="andere").exists()


def test_blank_identifier_never_matches(at_desk):
    assert len({register(at_desk, register_number="", vat_id="").pk for _ in range(2)}) == 2


def test_agreement_makes_identity_known_and_is_recorded_once(at_desk):
    company = register(at_desk)

    for day in (date(2026, 3, 7), date(2026, 5, 1)):
        record_agreement(company, acting=at_desk.acting, signed_on=day, text_version="2026-1")

    assert company.participating_on == date(2026, 3, 7)
    assert Organisation.objects.get(pk=company.pk).shared_on == date(2026, 3, 7)
    assert Agreement.objects.filter(company=company.pk).count() == 1


def test_partner_without_access_records_no_agreement(site):
    with membership_scope(site.people[Role.PARTNER_ADVISOR].pk, "io", "sihk") as opened, pytest.raises(CompanyError):
        record_agreement(site.other_company, acting=opened.acting, signed_on=date(2026, 3, 7), text_version="2026-1")


def test_hand_over_moves_the_access(at_desk):
    organisations = at_desk.site.organisations
    company = register(at_desk, partner=organisations["en"].pk)

    assign_partner(company, acting=at_desk.acting, partner_id=organisations["hagen"].pk)

    access = CompanyAccess.objects.filter(company=company.pk).values_list("organisation__slug", flat=True)
    assert (set(access), len(access)) == ({"hagen"}, 5)


def test_partner_cannot_hand_over(site):
    with membership_scope(site.people[Role.PARTNER_ADVISOR].pk, "io", "sihk") as opened, pytest.raises(CompanyError):
        assign_partner(site.company, acting=opened.acting, partner_id=site.organisations["en"].pk)


def test_scope_of_the_asker_is_back_after_registering(at_desk):
    register(at_desk)

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('offensive.audience')")
        assert cursor.fetchone() == ("lead",)
