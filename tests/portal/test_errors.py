"""Error pages, headers of every kind of answer, and where redirects may lead."""

import logging
import re

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client, override_settings
from django.urls import include, path

from offensive.portal.errors import ALPHABET
from offensive.tenancy.roles import Role
from tests.sites import PASSWORD

LOCAL_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
REFERENCE = re.compile(rf"Vorgangsnummer: <strong>([{ALPHABET}]{{8}})</strong>")


def fail(request):
    raise ZeroDivisionError


urlpatterns = [path("kaputt/", fail), path("", include("offensive.urls"))]
handler500 = "offensive.portal.errors.server_error"


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def number_on(response):
    number = REFERENCE.search(response.content.decode())[1]
    assert response.headers["X-Reference"] == number
    return number


@override_settings(ROOT_URLCONF="tests.portal.test_errors")
def test_error_page_carries_the_number_of_the_log_line(db, visitor, caplog):
    with caplog.at_level(logging.ERROR):
        response = visitor.get("/kaputt/")
    assert response.status_code == 500
    records = [record for record in caplog.records if record.exc_info]
    assert [record.request.error_reference for record in records] == [number_on(response)]


@override_settings(ROOT_URLCONF="tests.portal.test_errors")
def test_error_page_asks_no_database(db, visitor):
    def refuse(*_arguments):
        raise AssertionError("the database was asked")

    with connection.execute_wrapper(refuse):
        response = visitor.get("/kaputt/")
    assert response.status_code == 500
    assert "Bei uns ist etwas schiefgegangen" in response.content.decode()
    assert 'rel="stylesheet"' in response.content.decode()


def test_each_error_has_a_page_in_german_with_a_number(client, site):
    client.force_login(site.people[Role.COMPANY_OWNER])
    own = "/io/muster-federn-altena-gmbh"
    answers = {
        404: client.get("/gibt/es/nicht/"),
        403: client.get(f"{own}/reports/"),
        405: client.get(f"{own}/companies/muster-federn-altena-gmbh/releases/defence/"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert number_on(answer)
    assert answers[405].headers["Allow"] == "POST"


@override_settings(CACHES={**configured.CACHES, "template_fragments": {"BACKEND": LOCAL_MEMORY, "LOCATION": "empty"}})
def test_page_drawn_after_the_scope_has_ended_asks_for_no_row(client, site):
    """As the very first page of a process, when no foot has been drawn yet."""
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    for address in ("/io/gws/companies/", "/io/gws/"):
        answer = client.post(address)
        assert answer.status_code == 405
        assert number_on(answer)
    assert "SIHK" in client.get("/io/gws/").content.decode().split('class="site-footer"')[1]


def test_form_without_its_token_is_refused_with_what_to_do(db, visitor):
    answer = visitor.post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert "laden Sie die Seite neu" in answer.content.decode()
    assert number_on(answer)


def test_partial_page_sends_the_token_in_a_header(site, visitor):
    visitor.force_login(site.people[Role.LEAD_COORDINATOR])
    page = visitor.get("/io/gws/").content.decode()
    token = re.search(r'"X-CSRFToken": "(\w+)"', page)[1]
    refused = visitor.post("/i18n/setlang/", {"language": "en"}, headers={"HX-Request": "true"})
    assert refused.status_code == 403
    headers = {"HX-Request": "true", "X-CSRFToken": token}
    assert visitor.post("/i18n/setlang/", {"language": "en"}, headers=headers).status_code in {204, 302}


EVERYWHERE = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "address",
    ["/", "/accounts/login/", "/io/gws/", "/gibt/es/nicht/", "/io/gws/companies/", "/static/img/icon.svg", "/healthz"],
)
def test_every_kind_of_answer_carries_the_headers(client, site, address):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    response = client.get(address)
    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in response.headers["Permissions-Policy"]
    if not address.startswith("/static/"):
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert {"default-src 'none'", "object-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
        assert response.headers["X-Frame-Options"] == "DENY"


def test_pages_of_signed_in_people_are_not_kept(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    assert client.get("/io/gws/").headers["Cache-Control"] == "private, no-store"
    assert "no-store" not in Client().get("/imprint/").headers.get("Cache-Control", "")


ELSEWHERE = [
    "https://boese.example/",
    "//boese.example/",
    "\\\\boese.example",
    "javascript:alert(1)",
    "https:boese",
    "/\\b",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_redirects_lead_to_own_pages_only(site, target):
    person = site.people[Role.PARTNER_ADVISOR]
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    signed_in = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, "next": target})
    language = client.post("/i18n/setlang/", {"language": "en", "next": target})
    out = client.post("/accounts/logout/", {"next": target})
    for answer in (signed_in, language, out):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))


def test_links_in_mails_do_not_follow_a_forged_host(client, db, settings):
    assert client.get("/", headers={"Host": "boese.example"}).status_code == 400
    answer = client.get("/imprint/", headers={"X-Forwarded-Host": "boese.example"})
    assert "boese.example" not in answer.content.decode()


def test_signing_out_needs_a_form(client, site):
    client.force_login(site.people[Role.COMPANY_OWNER])
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
