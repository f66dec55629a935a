"""Sign-in through an organisation's own identity provider: a real one, asked over HTTP."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp
from django.db import connection
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from offensive.accounts.models import User
from offensive.tenancy.models import Programme
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.services import ROOT, owner_of, url_with_database
from tests.sites import acting_for, make_person

LOGIN = "/accounts/oidc/sihk/login/"


@pytest.fixture
def provider(db):
    """SIHK's provider, which answers for sihk.example; yields its address."""
    with run_server_in_thread() as server:
        url = f"http://localhost:{server.server_port}"
        register(url)
        yield url
        with owner_of(connection.settings_dict["NAME"]) as owner:
            owner.execute("DELETE FROM socialaccount_socialapp")


def register(url):
    """As `manage.py identity_provider` does, with the owner's rights."""
    with owner_of(connection.settings_dict["NAME"]) as owner:
        owner.execute(
            "INSERT INTO socialaccount_socialapp (provider, provider_id, name, client_id, secret, key, settings) "
            "VALUES ('openid_connect', 'sihk', 'SIHK', 'portal', 'geheim', '', %s)",
            [json.dumps({"server_url": url, "domains": ["sihk.example"], "oauth_pkce_enabled": True})],
        )


@pytest.fixture
def advisor(site):
    person = make_person("sascha@sihk.example", name="Sascha Testmann")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    acting_for(person, site.organisations["sihk"], Role.PARTNER_ADVISOR)
    return person


def go_through(client, as_whom, *, next_page="/io/sihk/"):
    """Sign in at the provider as ``as_whom``; returns our answer to its message."""
    begun = client.get(LOGIN, {"next": next_page})
    assert begun.status_code == 302, begun.content.decode()
    at_provider = requests.post(begun["Location"], data={"sub": as_whom}, allow_redirects=False, timeout=10)
    back = urlsplit(at_provider.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def test_person_of_the_organisation_comes_in_and_needs_no_other_factor(client, provider, advisor, site):
    with system_scope(site.programme.pk, "setup.reference"):
        Programme.objects.filter(pk=site.programme.pk).update(second_factor_required=True)
    answer = go_through(client, advisor.email)
    assert (answer.status_code, answer["Location"]) == (302, "/io/sihk/")
    assert signed_in_as(client) == str(advisor.pk)
    assert client.get("/io/sihk/").status_code == 200
    again = Client()
    assert go_through(again, advisor.email)["Location"] == "/io/sihk/"


def test_provider_signs_in_nobody_of_another_domain(client, provider, site):
    """SIHK's provider claims to have the coordinator of GWS before it."""
    victim = make_person("koordination@gws.example", name="Kim Muster")
    EmailAddress.objects.create(user=victim, email=victim.email, verified=True, primary=True)
    go_through(client, victim.email)
    assert signed_in_as(client) is None


def test_stranger_of_the_domain_gets_no_account(client, provider):
    before = User.objects.count()
    answer = go_through(client, "neu@sihk.example")
    assert answer.status_code in {200, 302}
    assert signed_in_as(client) is None
    assert User.objects.count() == before


def test_answer_that_this_browser_did_not_ask_for_is_refused(client, provider, advisor):
    begun = client.get(LOGIN)
    at_provider = requests.post(begun["Location"], data={"sub": advisor.email}, allow_redirects=False, timeout=10)
    back = urlsplit(at_provider.headers["Location"])
    other = Client()
    other.get(f"{back.path}?{back.query}")
    assert signed_in_as(other) is None
    client.get(f"{back.path}?{back.query.replace('state=', 'state=x')}")
    assert signed_in_as(client) is None


def test_provider_that_is_away_is_said_in_a_sentence(client, db, site):
    register("http://localhost:1")
    try:
        answer = client.get(LOGIN)
        assert answer.status_code == 503
        assert "Organisation" in answer.content.decode()
    finally:
        with owner_of(connection.settings_dict["NAME"]) as owner:
            owner.execute("DELETE FROM socialaccount_socialapp")


def test_sign_in_page_offers_the_provider(client, provider):
    text = client.get("/accounts/login/").content.decode()
    assert f'href="{LOGIN}' in text
    assert "geheim" not in text


def test_nobody_takes_an_unconfirmed_address(client, advisor):
    client.force_login(advisor)
    answer = client.post("/accounts/email/", {"email": "chef@sihk.example", "action_add": ""})
    assert answer.status_code == 404
    assert EmailAddress.objects.filter(user=advisor).count() == 1


def test_unknown_provider_is_not_there(client, db):
    assert client.get("/accounts/oidc/unbekannt/login/").status_code == 404


def identity_provider(*arguments, secret=""):
    """Run the command as the operator does, as owner of the test's database."""
    name = connection.settings_dict["NAME"]
    urls = {key: url_with_database(os.environ[key], name) for key in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    command = [sys.executable, str(ROOT / "manage.py"), "identity_provider", "sihk", *arguments]
    return subprocess.run(
        command, env={**os.environ, **urls}, input=secret, capture_output=True, text=True, check=False
    )


def test_command_sets_a_provider_up_and_takes_it_away(db):
    refused = identity_provider("--name", "SIHK")
    assert refused.returncode
    assert "server_url, client_id, domain" in refused.stderr
    values = ["--name", "SIHK", "--server-url", "https://login.example", "--client-id", "portal"]
    made = identity_provider(*values, "--domain", "SIHK.example", secret="geheim\n")
    assert made.returncode == 0, made.stderr
    known = SocialApp.objects.get(provider_id="sihk")
    assert (known.secret, known.settings["domains"]) == ("geheim", ["sihk.example"])
    assert "geheim" not in made.stdout
    assert identity_provider("--remove").returncode == 0
    assert not SocialApp.objects.exists()
