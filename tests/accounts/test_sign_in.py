"""Ways to sign in, the second factor, and what happens when somebody guesses."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.conf import settings as configured
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from offensive.accounts.models import User
from offensive.accounts.passwords import StrengthValidator
from offensive.notices.models import Notice
from offensive.tenancy.models import Membership, Programme
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import PASSWORD

START = "/io/sihk/"
SIGN_IN = "/accounts/login/"


@pytest.fixture
def advisor(site):
    person = site.people[Role.PARTNER_ADVISOR]
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client, person, password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"login": person.email, "password": password}, **extra)


def mails_to(address):
    with system_scope(None, "notices.send_due"):
        return list(Notice.objects.filter(to=address).order_by("pk"))


def totp_of(person):
    """An authenticator app for the person; returns what makes its present code."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return lambda: format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def require_factor(site):
    with system_scope(site.programme.pk, "setup.reference"):
        Programme.objects.filter(pk=site.programme.pk).update(second_factor_required=True)


def test_password_opens_the_session_with_a_new_key(client, advisor):
    client.get(SIGN_IN)
    client.session["seen"] = True
    before = client.session.session_key
    assert sign_in(client, advisor).status_code == 302
    assert client.session.session_key != before
    assert client.get(START).status_code == 200


def test_code_by_mail_signs_in_once(client, advisor):
    client.post("/accounts/login/code/", {"email": advisor.email})
    mail = mails_to(advisor.email)[-1]
    code = re.search(r"Code: (\S+)", mail.subject)[1]
    assert code in mail.text
    assert code in mail.html
    assert client.post("/accounts/login/code/confirm/", {"code": "FALSCH"}).status_code == 200
    assert client.post("/accounts/login/code/confirm/", {"code": code}).status_code == 302
    assert client.get(START).status_code == 200
    other = Client()
    assert other.post("/accounts/login/code/confirm/", {"code": code}).status_code == 302
    assert other.get(START).status_code == 302, "a code belongs to the browser that asked for it"


@pytest.mark.parametrize("page", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_known_and_unknown_addresses_get_the_same_page(advisor, page):
    answers = []
    for address in (advisor.email, "niemand@sihk.example"):
        client = Client()
        first = client.post(page, {"email": address})
        then = client.get(first["Location"])
        text = re.sub(r'(nonce|value|content)="[^"]*"|X-CSRFToken[^}]*', "", then.content.decode()).replace(address, "")
        answers.append((first.status_code, first["Location"], text))
    assert answers[0] == answers[1]
    assert len(mails_to("niemand@sihk.example")) == 1


def test_wrong_password_tells_nothing_about_the_address(advisor):
    texts = []
    for address in (advisor.email, "niemand@sihk.example"):
        answer = Client().post(SIGN_IN, {"login": address, "password": "Falsch-geraten-4711"})
        texts.append((answer.status_code, re.findall(r'class="kern-error[^>]*>([^<]*)', answer.content.decode())))
    assert texts[0] == texts[1]


def test_guessing_locks_out_the_guesser_and_not_the_person(advisor):
    guesser, victim = Client(REMOTE_ADDR="192.0.2.66"), Client(REMOTE_ADDR="192.0.2.7")
    for _try in range(5):
        sign_in(guesser, advisor, "Falsch-geraten-4711")
    assert sign_in(guesser, advisor).status_code == 200, "even the right password does not help the guesser now"
    assert "_auth_user_id" not in guesser.session
    assert sign_in(victim, advisor).status_code == 302


def test_sign_in_works_while_redis_is_away(client, advisor, settings):
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "default": away}
    assert sign_in(client, advisor).status_code == 302
    assert client.get(START).status_code == 200


def test_app_code_is_asked_for_and_works_once(client, advisor):
    code = totp_of(advisor)()
    assert sign_in(client, advisor)["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get(START).status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get(START).status_code == 200
    again = Client()
    sign_in(again, advisor)
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_recovery_code_replaces_the_app_once(client, advisor):
    totp_of(advisor)
    code = RecoveryCodes.activate(advisor).get_unused_codes()[0]
    sign_in(client, advisor)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    again = Client()
    sign_in(again, advisor)
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        (Role.LEAD_COORDINATOR, True),
        (Role.LEAD_APPROVER, True),
        (Role.PARTNER_ADVISOR, True),
        (Role.PARTNER_VIEWER, True),
        (Role.FUNDER_OFFICER, True),
        (Role.OPERATOR, True),
        (Role.COMPANY_OWNER, False),
        (Role.COMMITTEE_READER, False),
    ],
)
def test_programme_wants_a_second_factor_of_those_who_see_many(client, site, role, wanted):
    acting = site.acting[role]
    page = f"/io/{acting.organisation_slug}/"
    client.force_login(site.people[role])
    assert client.get(page).status_code == 200
    require_factor(site)
    answer = client.get(page)
    assert answer.status_code == (302 if wanted else 200)
    if wanted:
        assert answer["Location"] == f"/accounts/second-factor/?next=%2Fio%2F{acting.organisation_slug}%2F"
        partial = client.get(page, headers={"HX-Request": "true"})
        assert partial.headers["HX-Redirect"] == answer["Location"]


def test_second_factor_lets_in_and_writing_without_it_is_refused(client, site, advisor):
    require_factor(site)
    sign_in(client, advisor)
    posted = client.post(reverse("workshops:event_create", args=["io", "sihk"]), {"title": "Heimlich"})
    assert posted["Location"].startswith("/accounts/second-factor/")
    assert "einrichten" in client.get("/accounts/second-factor/?next=/io/sihk/").content.decode()
    code = totp_of(advisor)()
    other = Client()
    sign_in(other, advisor)
    other.post("/accounts/2fa/authenticate/", {"code": code})
    assert other.get(START).status_code == 200


def test_factor_made_in_this_session_counts_and_one_made_before_must_be_shown(client, site, advisor):
    require_factor(site)
    sign_in(client, advisor)
    totp_of(advisor)
    assert client.get("/accounts/second-factor/?next=/io/sihk/")["Location"] == START
    assert client.get(START).status_code == 200
    stolen = Client()
    sign_in(stolen, advisor)  # stops at the code: not signed in
    assert stolen.get("/accounts/second-factor/?next=/io/sihk/")["Location"].startswith("/accounts/login/")


def test_page_of_the_second_factor_leads_to_own_pages_only(client, site, advisor):
    client.force_login(advisor)
    session = client.session
    session["second_factor_made"] = True
    session.save()
    for target in ("https://boese.example/", "//boese.example", "javascript:alert(1)", "\\\\boese.example"):
        assert client.get("/accounts/second-factor/", {"next": target})["Location"] == "/"


def test_other_sessions_can_be_ended(client, advisor):
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, advisor)
    assert UserSession.objects.filter(user=advisor).count() == 2
    assert client.post("/accounts/sessions/").status_code == 302
    assert client.get(START).status_code == 200
    assert elsewhere.get(START).status_code == 302


def test_changed_password_ends_other_sessions_and_gives_this_one_a_new_key(client, advisor):
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, advisor)
    before, fresh = client.session.session_key, "Hammerwerk Lenne Nebel Kanne"
    values = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert client.post("/accounts/password/change/", values).status_code == 302
    assert client.session.session_key != before
    assert client.get(START).status_code == 200
    assert elsewhere.get(START).status_code == 302
    assert "geändert" in mails_to(advisor.email)[-1].text


@pytest.mark.parametrize(
    "password",
    ["kurz", "passwort123", "1234567890", "Sascha-Testmann-1", "sascha.testmann", "qwertzuiop", "Industrieoffensive1"],
)
def test_guessable_password_is_refused(password):
    with pytest.raises(ValidationError):
        StrengthValidator().validate(password, User(email="sascha.testmann@sihk.example", name="Sascha Testmann"))


def test_long_passwords_are_judged_quickly_or_refused():
    StrengthValidator().validate("Drahtzug-und-Feder-1857")
    StrengthValidator().validate("Hammerwerk Lenne Nebel Kanne " * 3)
    with pytest.raises(ValidationError):
        StrengthValidator().validate("x" * 100_000)


def test_unknown_addresses_cost_a_hash_too():
    assert configured.AUTHENTICATION_BACKENDS == ["allauth.account.auth_backends.AuthenticationBackend"]
    assert make_password("x").startswith("pbkdf2_")


def test_accepting_an_invitation_and_a_new_membership_need_no_factor_twice(client, site, advisor):
    """A second membership that wants the factor asks the same session; one that does not opens without."""
    with system_scope(site.programme.pk, "setup.reference"):
        Membership.objects.create(
            programme=site.programme,
            organisation=site.organisations["industrieausschuss"],
            user=advisor,
            role=Role.COMMITTEE_READER,
        )
    require_factor(site)
    client.force_login(advisor)
    assert client.get("/io/industrieausschuss/").status_code == 200
    assert client.get(START).status_code == 302
    with membership_scope(advisor.pk, "io", "sihk") as opened:
        assert opened.acting.needs_second_factor
    assert Authenticator.objects.count() == 0
