"""What a company releases, and that the access of others follows from it."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.urls import reverse

from companies.models import DefenceInterest, Profile, Reach, Release
from companies.releases import FROM_THE_START, ReleaseError, decide, decisions_of
from companies.services import assign_partner
from offensive.portal.seen_by import SERVICE, viewers
from offensive.tenancy.models import AccessCategory, CompanyAccess, Organisation
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope, viewed_as
from tests.sites import acting_for, make_person, release

ALL_TO_LEAD = dict.fromkeys(("profile", "analyses", "documents", "defence"), Reach.LEAD)


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def decided(site, **reaches):
    with opened(site.acting[Role.COMPANY_OWNER]) as scope:
        return decide(site.company, acting=scope.acting, reaches={**ALL_TO_LEAD, **reaches})


def access(site, category):
    """Slugs of the organisations that have been given the category."""
    with system_scope(site.programme.pk, "setup.reference"):
        rows = CompanyAccess.objects.filter(company=site.company.pk, category=category)
        return set(rows.values_list("organisation__slug", flat=True))


def seen_by_sihk(site, model):
    with opened(site.acting[Role.PARTNER_ADVISOR]):
        return model.objects.filter(company=site.company.pk).exists()


def test_until_decided_the_caring_partner_sees_all_but_defence(site):
    with opened(site.acting[Role.COMPANY_OWNER]):
        held = {decision.category.value: decision.reach for decision in decisions_of(site.company.pk)}
    assert held == {**ALL_TO_LEAD, **dict.fromkeys(("profile", "analyses", "documents"), Reach.CARING_PARTNER)}
    assert set(FROM_THE_START) == set(AccessCategory) - {AccessCategory.DEFENCE}


def test_each_reach_gives_access_to_exactly_its_organisations(site):
    assert decided(site, profile=Reach.CONSORTIUM, documents=Reach.CARING_PARTNER)
    assert access(site, "profile") == {"hagen", "en", "sihk", "zenit"}
    assert access(site, "documents") == {"sihk"}
    assert access(site, "analyses") == access(site, "defence") == set()
    assert access(site, "support") == {"sihk"}, "what the agreement settles stays"


def test_withdrawn_release_is_gone_with_the_next_question(site):
    assert seen_by_sihk(site, Profile)
    decided(site, profile=Reach.LEAD)
    assert not seen_by_sihk(site, Profile)


def test_interest_in_defence_is_the_leads_alone_unless_released(site):
    owner = site.acting[Role.COMPANY_OWNER]
    with opened(owner):
        DefenceInterest.objects.create(
            company_id=site.company.pk, programme=site.programme, answer="yes", answered_by_id=owner.user_id
        )
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        assert DefenceInterest.objects.get(company=site.company.pk).answer == "yes"
    assert not seen_by_sihk(site, DefenceInterest)
    decided(site, defence=Reach.CARING_PARTNER)
    assert seen_by_sihk(site, DefenceInterest)


def test_the_same_decision_twice_is_one_row_per_category(site):
    assert len(decided(site)) == 4
    assert decided(site) == []
    with opened(site.acting[Role.COMPANY_OWNER]):
        assert Release.objects.of(site.company.pk).count() == 4


def test_hand_over_carries_the_decisions_to_the_new_partner(site):
    decided(site, profile=Reach.CARING_PARTNER, documents=Reach.CONSORTIUM)
    with opened(site.acting[Role.LEAD_COORDINATOR]) as scope:
        assign_partner(site.company, acting=scope.acting, partner_id=site.organisations["hagen"].pk)
    assert access(site, "profile") == access(site, "support") == {"hagen"}
    assert access(site, "documents") == {"hagen", "en", "sihk", "zenit"}
    assert access(site, "analyses") == set()


def test_nobody_decides_for_another_company(site):
    with opened(site.acting[Role.COMPANY_OWNER]) as scope, pytest.raises(ReleaseError):
        decide(site.other_company, acting=scope.acting, reaches=ALL_TO_LEAD)


@pytest.mark.parametrize("role", [Role.PARTNER_ADVISOR, Role.COMPANY_OWNER])
def test_access_cannot_be_taken_by_raw_sql(site, role):
    """Neither a partner for itself nor a company for a partner, not even for the own company."""
    with opened(site.acting[role]), connection.cursor() as cursor:
        for company in (site.company, site.other_company):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(
                    "INSERT INTO tenancy_companyaccess (programme_id, company_id, organisation_id, category) "
                    "VALUES (%s, %s, %s, 'defence')",
                    [site.programme.pk, company.pk, site.organisations["sihk"].pk],
                )


@pytest.mark.parametrize("statement", ["UPDATE companies_release SET reach = 'lead'", "DELETE FROM companies_release"])
def test_decisions_cannot_be_changed(site, statement):
    decided(site)
    with opened(site.acting[Role.COMPANY_OWNER]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM companies_release")
        assert cursor.fetchone() == (4,)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)


def page(site, name, **kwargs):
    acting = site.acting[Role.COMPANY_OWNER]
    return reverse(
        name, args=[acting.programme_slug, acting.organisation_slug, site.company.organisation.slug], **kwargs
    )


def test_owner_decides_on_the_page_and_reads_when_it_was(client, site):
    client.force_login(site.people[Role.COMPANY_OWNER])
    answers = {"profile": "consortium", "analyses": "caring_partner", "documents": "lead", "defence": "lead"}
    assert client.post(page(site, "companies:releases"), answers).status_code == 302
    text = client.get(page(site, "companies:releases")).content.decode()
    assert "Profil – das ganze Konsortium" in text
    assert access(site, "profile") == {"hagen", "en", "sihk", "zenit"}


def test_missing_choice_is_asked_for_and_nothing_changes(client, site):
    client.force_login(site.people[Role.COMPANY_OWNER])
    assert client.post(page(site, "companies:releases"), {"profile": "everybody"}).status_code == 422
    assert access(site, "profile") == {"sihk"}


def test_colleague_reads_but_does_not_decide(client, site):
    client.force_login(site.people[Role.COMPANY_MEMBER])
    text = client.get(page(site, "companies:releases")).content.decode()
    assert 'name="profile"' not in text
    client.post(page(site, "companies:releases"), ALL_TO_LEAD)
    assert access(site, "profile") == {"sihk"}
    assert client.post(page(site, "companies:defence_answer"), {"answer": "yes"}).status_code == 403


def seen(client, site, slug):
    client.force_login(site.people[Role.COMPANY_OWNER])
    return client.get(page(site, "portal:seen_by") + f"?as={slug}").content.decode()


def record_part(text):
    return text.split('id="profile"')[1].split("</section>")[0].replace("\n", "")


@pytest.mark.parametrize("reach", Reach)
def test_company_sees_what_the_partner_sees(client, site, reach):
    """The profile on the company's page of "what others see" is letter for letter the one on the partner's page."""
    with system_scope(site.programme.pk, "setup.reference"):
        Profile.objects.filter(company=site.company.pk).update(employees_awu=4711)
        site.company.participating_on = "2026-01-01"
        site.company.save()
        Organisation.objects.filter(pk=site.company.pk).update(shared_on="2026-01-01")
    decided(site, profile=reach)
    advisor = site.people[Role.PARTNER_VIEWER]
    client.force_login(advisor)
    theirs = client.get(f"/io/sihk/companies/{site.company.organisation.slug}/").content.decode()
    ours = seen(client, site, "sihk")
    assert record_part(ours) == record_part(theirs)
    assert ("4.711" in ours) == (reach != Reach.LEAD)
    assert ("4.711" in seen(client, site, "hagen")) == (reach == Reach.CONSORTIUM)
    assert "4.711" in seen(client, site, "gws")
    assert "4.711" not in seen(client, site, "foerderstelle")


def test_partner_that_does_not_know_the_company_sees_nothing(client, site):
    assert "noch nicht teil" in seen(client, site, "hagen")


def test_unknown_eyes_are_not_there(client, site):
    client.force_login(site.people[Role.COMPANY_OWNER])
    assert client.get(page(site, "portal:seen_by") + "?as=nord").status_code == 404


def test_looking_through_others_eyes_changes_nothing_and_ends(site):
    release(site.other_company, site.organisations["sihk"])
    with opened(site.acting[Role.COMPANY_OWNER]) as scope:
        sihk = next(viewer for viewer in viewers(scope.acting, site.company) if viewer.slug == "sihk")
        with connection.cursor() as cursor:
            with viewed_as(sihk.acting, SERVICE):
                cursor.execute("SELECT count(*) FROM companies_profile")
                assert cursor.fetchone()[0] >= 2, "these are the partner's rules"
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute("UPDATE companies_profile SET website = 'x'")
            cursor.execute("SELECT count(*) FROM companies_profile")
            assert cursor.fetchone() == (1,)
            cursor.execute("UPDATE companies_profile SET website = 'https://a.example'")
            assert cursor.rowcount == 1


def test_service_that_is_not_listed_sees_nothing_for_others(site):
    person = make_person("neu@sihk.example")
    acting = acting_for(person, site.organisations["sihk"], Role.PARTNER_VIEWER)
    with opened(site.acting[Role.COMPANY_OWNER]), pytest.raises(LookupError), viewed_as(acting, "anything"):
        pass
