"""The invited person's way in, and the staff's list."""

import csv
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from companies.models import Contact
from offensive.accounts.models import Invitation, User
from offensive.notices.models import Notice
from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.accounts.test_services import ADDRESS, PASSWORD, changed, invited, key_of, mails
from tests.sites import make_person


@pytest.fixture(autouse=True)
def english_pages(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def link(site):
    invited(site)
    return reverse("accounts_token:invitation_accept", args=[key_of(mails(site)[0])])


def address(site, name, role=Role.LEAD_COORDINATOR, **kwargs):
    acting = site.acting[role]
    return reverse(name, kwargs={"programme": "io", "organisation": acting.organisation_slug, **kwargs})


def test_page_says_who_invites_into_what(client, link):
    text = client.get(link).content.decode()
    assert "Muster Federn Altena GmbH" in text
    assert "(GWS) invites you" in text
    assert 'value="Petra Muster"' in text


def test_accepting_signs_in_and_leads_to_the_first_page(client, link):
    answer = client.post(link, {"name": "Petra Muster", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/io/muster-federn-altena-gmbh/")
    assert int(client.session["_auth_user_id"]) == User.objects.get(email=ADDRESS).pk
    client.logout()
    again = client.post(link, {"name": "Petra Muster", "password": PASSWORD})
    assert again.status_code == 410
    assert "accepted already" in again.content.decode()


@pytest.mark.parametrize("password", ["kurz", "1234567890", ADDRESS])
def test_weak_password_is_refused_and_the_name_kept(client, link, password):
    answer = client.post(link, {"name": "Petra M. Muster", "password": password})
    assert answer.status_code == 422
    assert 'value="Petra M. Muster"' in answer.content.decode()
    assert password not in answer.content.decode() or password == ADDRESS
    assert not User.objects.filter(email=ADDRESS).exists()


def test_unknown_key_is_a_clear_page(client, site):
    answer = client.get(reverse("accounts_token:invitation_accept", args=["no-such-key"]))
    assert (answer.status_code, "not known here" in answer.content.decode()) == (404, True)


def test_expired_key_is_a_clear_page(client, site, link):
    with system_scope(site.programme.pk, "accounts.accept_invitation"):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    answer = client.get(link)
    assert (answer.status_code, "has expired" in answer.content.decode()) == (410, True)


def test_existing_account_is_asked_to_sign_in_and_then_accepts(client, link):
    person = make_person(ADDRESS, password=PASSWORD)
    text = client.get(link).content.decode()
    assert f"/accounts/login/?next={link}" in text
    assert 'name="password"' not in text
    client.force_login(person)
    assert "Accept the invitation" in client.get(link).content.decode()
    assert client.post(link)["Location"] == "/io/muster-federn-altena-gmbh/"


def test_another_persons_session_cannot_accept(client, site, link):
    client.force_login(site.people[Role.FUNDER_OFFICER])
    assert "another address" in client.post(link).content.decode()
    with system_scope(site.programme.pk, "accounts.accept_invitation"):
        assert Invitation.objects.get().accepted_at is None


def test_staff_invite_the_contact_of_the_company(site, sign_in):
    with system_scope(site.programme.pk, "setup.reference"):
        Contact.objects.create(programme=site.programme, company_id=site.company.pk, name="Petra Muster", email=ADDRESS)
    client = sign_in(site.people[Role.LEAD_COORDINATOR])
    page = address(site, "companies:contact_invite", slug="muster-federn-altena-gmbh")
    assert f'value="{ADDRESS}"' in client.get(page).content.decode()
    answer = client.post(page, {"name": "Petra Muster", "email": ADDRESS, "role": Role.COMPANY_OWNER})
    people = address(site, "accounts:people", slug="muster-federn-altena-gmbh")
    assert answer["Location"] == people
    assert ADDRESS in client.get(people).content.decode()
    assert len(mails(site)) == 1


def test_bad_address_is_kept_with_a_sentence(site, sign_in):
    page = address(site, "companies:contact_invite", slug="muster-federn-altena-gmbh")
    values = {"name": "Petra Muster", "email": "petra.muster", "role": Role.COMPANY_OWNER}
    answer = sign_in(site.people[Role.LEAD_COORDINATOR]).post(page, values)
    assert answer.status_code == 422
    assert 'value="petra.muster"' in answer.content.decode()
    assert "complete email address" in answer.content.decode()


def test_resend_and_withdraw(site, sign_in):
    invitation = invited(site)
    changed(invitation, expires_at=timezone.now() + timedelta(days=1))
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    role = Role.PARTNER_ADVISOR
    people = address(site, "accounts:people", role, slug="muster-federn-altena-gmbh")
    assert client.post(address(site, "accounts:invitation_resend", role, pk=invitation.pk))["Location"] == people
    assert len(mails(site)) == 1
    assert client.post(address(site, "accounts:invitation_withdraw", role, pk=invitation.pk))["Location"] == people
    assert mails(site) == []
    assert client.post(address(site, "accounts:invitation_withdraw", role, pk=invitation.pk))["Location"] == people
    assert "withdrawn already" in client.get(people).content.decode()


def test_others_find_no_invitation(site, sign_in):
    invitation = invited(site, company=site.other_company)
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    for name in ("accounts:invitation_resend", "accounts:invitation_withdraw"):
        assert client.post(address(site, name, Role.PARTNER_ADVISOR, pk=invitation.pk)).status_code == 404
    client.force_login(site.people[Role.PARTNER_VIEWER])
    page = address(site, "accounts:people", Role.PARTNER_VIEWER, slug="muster-federn-altena-gmbh")
    assert client.get(page).status_code == 403


def test_signing_in_with_email_and_password(client, site):
    person = make_person(ADDRESS, password=PASSWORD)
    answer = client.post(reverse("account_login"), {"login": ADDRESS.upper(), "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert int(client.session["_auth_user_id"]) == person.pk


def test_wrong_password_keeps_the_address(client, site):
    make_person(ADDRESS, password=PASSWORD)
    answer = client.post(reverse("account_login"), {"login": ADDRESS, "password": "falsch"})
    assert f'value="{ADDRESS}"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_password_reset_goes_through_the_outbox(client, site):
    person = make_person(ADDRESS, password="Das alte Passwort 1")
    assert client.post(reverse("account_reset_password"), {"email": ADDRESS}).status_code == 302
    with system_scope(None, "notices.send_due"):
        (mail,) = Notice.objects.filter(to=ADDRESS)
    path = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.text).group(1)
    form = client.get(path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_nobody_signs_up(client, site):
    client.post(reverse("account_signup"), {"email": ADDRESS, "password1": PASSWORD})
    assert not User.objects.filter(email=ADDRESS).exists()


def test_people_can_be_saved_as_a_file_and_the_log_knows_of_which_house(client, site, link):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    people = address(site, "accounts:people", slug=site.company.organisation.slug)

    saved = client.get(people, {"export": "csv"}).content.decode("utf-8-sig")

    rows = list(csv.DictReader(saved.splitlines(), delimiter=";"))
    members = {site.people[role].email for role in (Role.COMPANY_OWNER, Role.COMPANY_MEMBER)}
    assert {row["Email address"]: bool(row["Invitation valid until"]) for row in rows} == {
        **dict.fromkeys(members, False),
        ADDRESS: True,
    }
    with system_scope(site.programme.pk, "setup.reference"):
        assert LogEntry.objects.get(operation="EXPORT").changed["filter"] == [None, site.company.organisation.name]
