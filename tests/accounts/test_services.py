"""Invited once, renewed, withdrawn, accepted once; nobody gets in with a key that is not theirs."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone, translation

from offensive.accounts.models import Invitation, User
from offensive.accounts.queries import people_of
from offensive.accounts.services import AccountError, accept_invitation, invite, resend, withdraw
from offensive.notices.models import Notice
from offensive.tenancy.models import Membership
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_person

ADDRESS = "petra.muster@muster-federn.example"
PASSWORD = "Kaltband und Federstahl"


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def invited(site, *, by=Role.LEAD_COORDINATOR, company=None, email=ADDRESS, role=Role.COMPANY_OWNER):
    acting = site.acting[by]
    with opened(acting):
        company = company or site.company
        return invite(company.organisation, acting=acting, email=email, name="Petra Muster", role=role)


def mails(site):
    with system_scope(site.programme.pk, "notices.send_due"):
        return list(Notice.objects.filter(stopped_at=None).order_by("send_at"))


def key_of(mail):
    return re.search(r"/t/invitation/([^/\s]+)/", mail.text).group(1)


def changed(invitation, **values):
    with system_scope(invitation.programme_id, "accounts.accept_invitation"):
        Invitation.objects.filter(pk=invitation.pk).update(**values)


def now(invitation):
    with system_scope(invitation.programme_id, "accounts.accept_invitation"):
        return Invitation.objects.get(pk=invitation.pk)


def memberships(site, user):
    with system_scope(site.programme.pk, "setup.reference"):
        return list(Membership.objects.filter(user=user).values_list("organisation_id", "role"))


def test_invitation_is_mailed_and_only_its_hash_kept(site):
    invitation = invited(site, email=" Petra.Muster@Muster-Federn.example ")
    (mail,) = mails(site)
    assert (mail.to, invitation.email) == (ADDRESS, ADDRESS)
    assert "Muster Federn Altena GmbH" in mail.text
    assert "Kofinanziert" in mail.text or "Co-funded" in mail.text
    assert key_of(mail) not in (invitation.token_hash, str(invitation.pk))


def test_accepting_makes_account_and_membership_once(site):
    invited(site)
    key = key_of(mails(site)[0])
    accepted = accept_invitation(key, password=PASSWORD, name="Petra Muster")
    assert (accepted.programme_slug, accepted.organisation_slug) == ("io", "muster-federn-altena-gmbh")
    assert accepted.user.check_password(PASSWORD)
    assert EmailAddress.objects.filter(user=accepted.user, email=ADDRESS, verified=True, primary=True).count() == 1
    assert memberships(site, accepted.user) == [(site.company.pk, Role.COMPANY_OWNER)]
    with pytest.raises(AccountError, match="accepted already"):
        accept_invitation(key, password=PASSWORD, name="Petra Muster")
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_second_click_sends_no_second_mail(site):
    assert invited(site).pk == invited(site).pk
    assert len(mails(site)) == 1


def test_inviting_again_later_renews_and_the_old_key_stops(site):
    invitation = invited(site)
    old = key_of(mails(site)[0])
    changed(invitation, expires_at=timezone.now() + timedelta(days=13))
    assert invited(site).pk == invitation.pk
    (mail,) = mails(site)
    assert key_of(mail) != old
    with pytest.raises(AccountError, match="not known"):
        accept_invitation(old, password=PASSWORD, name="P")


def test_resent_lives_another_fourteen_days(site):
    invitation = invited(site)
    changed(invitation, expires_at=timezone.now() - timedelta(days=1))
    with opened(site.acting[Role.LEAD_APPROVER]):
        resend(invitation, acting=site.acting[Role.LEAD_APPROVER])
    assert now(invitation).expires_at > timezone.now() + timedelta(days=13, hours=23)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "expired"),
        ({"withdrawn_at": timezone.now()}, "withdrawn"),
        ({"accepted_at": timezone.now()}, "accepted already"),
    ],
)
def test_closed_invitation_opens_nothing(site, values, sentence):
    changed(invited(site), **values)
    with pytest.raises(AccountError, match=sentence):
        accept_invitation(key_of(mails(site)[0]), password=PASSWORD, name="P")
    assert not User.objects.filter(email=ADDRESS).exists()


def test_withdrawn_before_it_was_sent_is_not_sent(site):
    invitation = invited(site)
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        withdraw(invitation)
        with pytest.raises(AccountError):
            withdraw(invitation)
        with pytest.raises(AccountError):
            resend(invitation, acting=site.acting[Role.LEAD_COORDINATOR])
    assert mails(site) == []


def test_existing_account_accepts_signed_in(site):
    person = make_person(ADDRESS, password=PASSWORD)
    invited(site)
    key = key_of(mails(site)[0])
    with pytest.raises(AccountError, match="an account with this address"):
        accept_invitation(key, password=PASSWORD, name="P")
    with pytest.raises(AccountError, match="another address"):
        accept_invitation(key, user=site.people[Role.FUNDER_OFFICER])
    assert accept_invitation(key, user=person).user == person
    assert memberships(site, person) == [(site.company.pk, Role.COMPANY_OWNER)]


def test_partner_invites_companies_it_cares_for_only(site):
    assert invited(site, by=Role.PARTNER_ADVISOR).email == ADDRESS
    with pytest.raises(AccountError, match="may not invite"):
        invited(site, by=Role.PARTNER_ADVISOR, company=site.other_company)


def test_member_is_not_invited_again(site):
    with pytest.raises(AccountError, match="already"):
        invited(site, email=site.people[Role.COMPANY_OWNER].email, company=own_company(site))


def own_company(site):
    acting = site.acting[Role.COMPANY_OWNER]
    return next(company for company in (site.company, site.other_company) if company.pk == acting.organisation_id)


def test_role_of_another_kind_of_organisation_is_refused(site):
    with pytest.raises(AccountError, match="role"):
        invited(site, role=Role.LEAD_APPROVER)


@pytest.mark.parametrize("by", [Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR])
def test_people_are_listed_with_one_number_of_queries(site, by, django_assert_num_queries):
    before = listed(site, by, django_assert_num_queries)
    for number in range(3):
        invited(site, email=f"person{number}@muster-federn.example")
    accept_invitation(key_of(mails(site)[0]), password=PASSWORD, name="Petra Muster")
    after = listed(site, by, django_assert_num_queries)
    assert len(after.members) - len(before.members) == 1
    assert len(after.invited) - len(before.invited) == 2


def listed(site, by, django_assert_num_queries):
    with opened(site.acting[by]), django_assert_num_queries(2):
        return people_of(site.company.organisation)
