"""The site most tests stand on: two programmes, every audience, one person for each role."""

from types import SimpleNamespace

from django.db import connection, connections

from companies.models import Company, Profile
from offensive.accounts.models import User
from offensive.portal.setup import CONSORTIUM, NOTICE, PERIODS, TARGETS, add_member, set_up_programme
from offensive.tenancy.models import AccessCategory, CompanyAccess, Organisation, Programme
from offensive.tenancy.roles import AUDIENCE_OF_ROLE, Role
from offensive.tenancy.scope import Acting, system_scope

PASSWORD = "Drahtzug-und-Feder-1857"

ORGANISATION_OF_ROLE = {
    Role.LEAD_COORDINATOR: "gws",
    Role.LEAD_APPROVER: "gws",
    Role.PARTNER_ADVISOR: "sihk",
    Role.PARTNER_VIEWER: "sihk",
    Role.COMPANY_OWNER: "muster-federn-altena-gmbh",
    Role.COMPANY_MEMBER: "muster-federn-altena-gmbh",
    Role.UNIVERSITY_MEMBER: "fh-swf",
    Role.COMMITTEE_READER: "industrieausschuss",
    Role.FUNDER_OFFICER: "foerderstelle",
    Role.AUDITOR: "foerderstelle",
    Role.OPERATOR: "betrieb",
}


def make_company(
    programme, *, slug="", name="Muster Federn Altena GmbH", partner=None, participating_on=None, **fields
):
    """A company as the import makes it; all categories but defence released to its caring partner."""
    slug = slug or name.lower().replace(" ", "-").replace(".", "").replace("&", "und")
    with system_scope(programme.pk, "setup.reference"):
        organisation = Organisation.objects.create(
            programme=programme, kind="company", slug=slug, name=name, shared_on=participating_on
        )
        company = Company.objects.create(
            organisation=organisation,
            programme=programme,
            legal_name=name,
            sort_name=name.casefold(),
            name_key=name.casefold(),
            caring_partner=partner,
            participating_on=participating_on,
            **{"town": "Altena", "postcode": "58762", "district": "Märkischer Kreis", **fields},
        )
        Profile.objects.create(company=organisation, programme=programme)
        if partner:
            release(company, partner)
    return company


def release(company, partner, *categories):
    """Let ``partner`` see the company's categories (all but defence when none is named)."""
    categories = categories or [value for value in AccessCategory.values if value != AccessCategory.DEFENCE]
    with system_scope(company.programme_id, "setup.reference"):
        for category in categories:
            CompanyAccess.objects.get_or_create(
                programme_id=company.programme_id,
                company_id=company.pk,
                organisation=partner,
                category=category,
            )


def make_person(email, *, name="", password=None):
    return User.objects.create_user(email, password, name=name)


def acting_for(person, organisation, role):
    """What the scope's statement would read for this membership."""
    membership = add_member(organisation, person, role)
    programme = organisation.programme
    return Acting(
        membership_id=membership.pk,
        programme_id=programme.pk,
        programme_slug=programme.slug,
        programme_name=programme.name,
        organisation_id=organisation.pk,
        organisation_slug=organisation.slug,
        organisation_name=str(organisation),
        role=role,
        companies=(organisation.pk,) if AUDIENCE_OF_ROLE[role] == "company" else (),
        user_id=person.pk,
    )


def build_site(*, password=None):
    """Programme ``io`` with ``organisations[slug]``, ``people[role]``, ``acting[role]``, and ``nb`` as ``elsewhere``.

    ``company`` is SIHK's, with people; ``other_company`` is GWS's and not released to SIHK. ``shared`` acts for ZENIT
    in both programmes.
    """
    made = set_up_programme(
        slug="io",
        name="Industrieoffensive Märkische Region",
        region="Märkische Region",
        organisations=CONSORTIUM,
        periods=PERIODS,
        notice=NOTICE,
        targets=TARGETS,
        second_factor_required=False,
    )
    organisations = dict(made.organisations)
    company = make_company(made.programme, name="Muster Federn Altena GmbH", partner=organisations["sihk"])
    other = make_company(
        made.programme, name="Muster Guss Hemer KG", partner=organisations["gws"], town="Hemer", postcode="58675"
    )
    organisations[company.organisation.slug] = company.organisation
    organisations[other.organisation.slug] = other.organisation
    people, acting = {}, {}
    for role, slug in ORGANISATION_OF_ROLE.items():
        people[role] = make_person(f"{role}@io.example", name=f"Person {Role(role).label}", password=password)
        acting[role] = acting_for(people[role], organisations[slug], role)
    elsewhere = build_elsewhere()
    shared = make_person("shared@zenit.example", name="Chris Modell", password=password)
    return SimpleNamespace(
        programme=made.programme,
        organisations=organisations,
        people=people,
        acting=acting,
        company=company,
        other_company=other,
        elsewhere=elsewhere,
        shared=SimpleNamespace(
            person=shared,
            here=acting_for(shared, organisations["zenit"], Role.PARTNER_ADVISOR),
            there=acting_for(shared, elsewhere.organisations["zenit"], Role.PARTNER_ADVISOR),
        ),
    )


def build_elsewhere():
    """A second programme with its own lead and one company."""
    made = set_up_programme(
        slug="nb",
        name="Nachbarregion",
        region="Nachbarregion",
        organisations=[("lead", "nord", "Nordförderung GmbH", "Nord"), ("partner", "zenit", "ZENIT GmbH", "ZENIT")],
        periods=PERIODS,
        notice=NOTICE,
        targets={},
        second_factor_required=False,
    )
    company = make_company(made.programme, name="Fremde Firma AG", partner=made.organisations["nord"])
    person = make_person("lead@nb.example", name="Nachbarin")
    acting = acting_for(person, made.organisations["nord"], Role.LEAD_COORDINATOR)
    return SimpleNamespace(
        programme=made.programme, organisations=made.organisations, company=company, person=person, acting=acting
    )


def committed_site_in(database, *, password=None):
    """Build the site in ``database`` and return to the database that was in use."""
    connections.close_all()
    back_to = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        assert not Programme.objects.exists()
        return build_site(password=password)
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = back_to
