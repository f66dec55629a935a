"""Access changed and ended by the lead; the last who can decide stays."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError
from django.urls import reverse
from django.utils import timezone, translation

from offensive.accounts.memberships import change_membership, end_membership
from offensive.accounts.models import Invitation
from offensive.accounts.services import AccountError
from offensive.tenancy.models import Membership
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.accounts.test_services import opened
from tests.sites import acting_for, make_person


@pytest.fixture(autouse=True)
def in_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


def now(site, role):
    with system_scope(site.programme.pk, "setup.reference"):
        return Membership.objects.select_related("organisation").get(pk=site.acting[role].membership_id)


def done(site, change, whose, /, *, by=Role.LEAD_COORDINATOR, **values):
    member, acting = now(site, whose), site.acting[by]
    with opened(acting):
        return change(member, acting=acting, **values)


def test_ended_access_stays_on_record_and_ends_once(site):
    done(site, end_membership, Role.COMPANY_MEMBER)
    assert now(site, Role.COMPANY_MEMBER).ended_at
    with pytest.raises(AccountError, match="ended already"):
        done(site, end_membership, Role.COMPANY_MEMBER)


@pytest.mark.parametrize("change", [(end_membership, {}), (change_membership, {"role": Role.COMPANY_MEMBER})])
def test_last_responsible_person_stays(site, change):
    service, values = change
    with pytest.raises(AccountError, match="somebody else first"):
        done(site, service, Role.COMPANY_OWNER, **values)
    assert (now(site, Role.COMPANY_OWNER).ended_at, now(site, Role.COMPANY_OWNER).role) == (None, Role.COMPANY_OWNER)


def test_last_coordinator_stays(site):
    with pytest.raises(AccountError, match="somebody else first"):
        done(site, end_membership, Role.LEAD_COORDINATOR, by=Role.LEAD_APPROVER)


def test_nobody_ends_their_own(site):
    with pytest.raises(AccountError, match="your own"):
        done(site, end_membership, Role.LEAD_APPROVER, by=Role.LEAD_APPROVER)


def test_another_responsible_person_lets_the_first_go(site):
    done(site, change_membership, Role.COMPANY_MEMBER, role=Role.COMPANY_OWNER)
    done(site, end_membership, Role.COMPANY_OWNER)
    assert now(site, Role.COMPANY_OWNER).ended_at


def test_auditor_needs_a_last_day_to_come(site):
    today = timezone.localdate()
    for until, sentence in ((None, "limited time"), (today - timedelta(days=1), "has passed")):
        with pytest.raises(AccountError, match=sentence):
            done(site, change_membership, Role.AUDITOR, role=Role.AUDITOR, until=until)
    assert done(site, change_membership, Role.AUDITOR, role=Role.AUDITOR, until=today).until == today


def test_role_of_another_kind_is_refused(site):
    with pytest.raises(AccountError, match="does not belong"):
        done(site, change_membership, Role.COMPANY_MEMBER, role=Role.LEAD_COORDINATOR)


@pytest.mark.parametrize("by", [Role.PARTNER_VIEWER, Role.PARTNER_ADVISOR])
def test_others_cannot_end_access_past_the_page(site, by):
    with pytest.raises((AccountError, ProgrammingError)):
        done(site, end_membership, Role.COMPANY_MEMBER, by=by)
    assert now(site, Role.COMPANY_MEMBER).ended_at is None


def test_ended_on_the_page_with_the_second_click_told(client, site):
    lead = site.acting[Role.LEAD_COORDINATOR]
    kwargs = {"programme": "io", "organisation": lead.organisation_slug}
    url = reverse("accounts:membership_end", kwargs={**kwargs, "pk": now(site, Role.COMPANY_MEMBER).pk})
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    assert "End access" in client.get(url).content.decode()
    assert "The access has ended." in client.post(url, follow=True).content.decode()
    assert "ended already" in client.post(url, follow=True).content.decode()


def test_owner_lets_colleagues_in_and_out_and_nobody_elsewhere(client, site):
    client.force_login(site.people[Role.COMPANY_OWNER])
    own = "/io/muster-federn-altena-gmbh/people"
    invited = {"name": "Uwe Muster", "email": "uwe@firma.example", "role": "company_member"}
    assert client.post(f"{own}/muster-federn-altena-gmbh/invite/", invited).status_code == 302
    assert "uwe@firma.example" in client.get(f"{own}/muster-federn-altena-gmbh/").content.decode()
    for slug in ("gws", "sihk", "muster-guss-hemer-kg"):
        assert client.get(f"{own}/{slug}/").status_code == 404
        assert client.post(f"{own}/{slug}/invite/", invited).status_code == 404
    colleague = now(site, Role.COMPANY_MEMBER)
    assert client.post(f"{own}/memberships/{colleague.pk}/end/").status_code == 302
    assert now(site, Role.COMPANY_MEMBER).ended_at
    assert client.post(f"{own}/memberships/{now(site, Role.PARTNER_ADVISOR).pk}/end/").status_code == 404
    assert now(site, Role.PARTNER_ADVISOR).ended_at is None


def test_auditor_is_invited_until_a_day_and_then_is_out(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    page = "/io/gws/people/foerderstelle/invite/"
    values = {"name": "Ria Revision", "email": "ria@pruefung.example", "role": "auditor"}
    assert client.post(page, values).status_code == 422
    last = timezone.localdate() + timedelta(days=10)
    assert client.post(page, {**values, "until": last.isoformat()}).status_code == 302
    with system_scope(site.programme.pk, "setup.reference"):
        assert Invitation.objects.get(email="ria@pruefung.example").until == last


@pytest.mark.parametrize("rows", [1, 4])
def test_page_of_people_asks_the_same_number_of_queries(client, site, django_assert_num_queries, rows):
    for number in range(rows):
        acting_for(make_person(f"p{number}@gws.example"), site.organisations["gws"], Role.LEAD_APPROVER)
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    client.get("/io/gws/people/gws/")
    with django_assert_num_queries(9):
        client.get("/io/gws/people/gws/")
