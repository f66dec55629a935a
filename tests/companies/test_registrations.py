"""A company asks to take part; staff take it in, put it to a known one, or decline."""

import re

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from companies.models import Company, Contact, RegistrationRequest
from companies.registrations import (
    RegistrationError,
    accept,
    ask_to_join,
    confirm,
    decline,
    merge_with,
    waiting_requests,
)
from offensive.accounts.models import Invitation
from offensive.notices.models import Notice
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_company

FORM = {
    "company_name": "Muster Neuzugang GmbH",
    "postcode": "58762",
    "town": "Altena",
    "contact_name": "Jana Probe",
    "email": "jana@neuzugang.example",
}
LIST = "/io/gws/companies/requests/"


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def mails(site, to):
    with system_scope(site.programme.pk, "notices.send_due"):
        return list(Notice.objects.filter(to=to).order_by("pk"))


def key_in(mail):
    return re.search(r"/join/confirm/([\w-]+)/", mail.text)[1]


def asked(site, *, confirmed=True, **values):
    """A request as a visitor leaves it; returns it as the lead sees it (None while it is not confirmed)."""
    ask_to_join(site.programme, values={**FORM, "partner_id": None, **values})
    if confirmed:
        confirm(key_in(mails(site, values.get("email", FORM["email"]))[0]))
    with opened(site.acting[Role.LEAD_COORDINATOR]) as scope:
        return waiting_requests(scope.acting).last()


def test_visitor_asks_confirms_and_staff_see_it(client, site):
    visitor = Client()
    answer = visitor.post("/join/io/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/join/io/sent/")
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    assert "Muster Neuzugang" not in client.get(LIST).content.decode(), "not before the address is confirmed"
    page = f"/join/confirm/{key_in(mails(site, FORM['email'])[0])}/"
    assert visitor.get(page).status_code == 200
    assert "Muster Neuzugang" not in client.get(LIST).content.decode(), "mail programs follow links by themselves"
    visitor.post(page)
    visitor.post(page)
    assert client.get(LIST).content.decode().count("Muster Neuzugang GmbH") == 1


def test_wrong_entries_are_said_and_what_was_typed_stays(client, site):
    values = {**FORM, "postcode": "5876", "register_number": "1234", "vat_id": "DE123"}
    answer = client.post("/join/io/", values)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Muster Neuzugang GmbH"' in text
    assert 'value="DE123"' in text
    assert mails(site, FORM["email"]) == []


def test_program_that_fills_in_everything_leaves_nothing(client, site):
    assert client.post("/join/io/", {**FORM, "homepage": "https://spam.example"})["Location"] == "/join/io/sent/"
    assert mails(site, FORM["email"]) == []


def test_too_many_requests_from_one_place_are_refused(client, site):
    statuses = [client.post("/join/io/", {**FORM, "email": f"p{n}@firma.example"}).status_code for n in range(12)]
    assert statuses == [302] * 10 + [429] * 2


def test_accepting_makes_a_company_and_invites_once(site):
    request = asked(site)
    with opened(site.acting[Role.LEAD_COORDINATOR]) as scope:
        company = accept(request, acting=scope.acting)
        assert (company.legal_name, company.town) == ("Muster Neuzugang GmbH", "Altena")
        assert Contact.objects.get(company=company.pk).email == FORM["email"]
        assert Invitation.objects.get(organisation=company.pk).role == Role.COMPANY_OWNER
        with pytest.raises(RegistrationError):
            accept(request, acting=scope.acting)
    assert len(mails(site, FORM["email"])) == 2


def test_known_register_number_is_not_taken_in_twice_but_merged(client, site):
    known = make_company(
        site.programme, name="Muster Alt GmbH", register_key="iserlohn HRB 77", register_court="Iserlohn"
    )
    request = asked(site, register_court="Iserlohn", register_number="HRB 77")
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    assert "Muster Alt GmbH" in client.get(f"{LIST}{request.pk}/").content.decode()
    with opened(site.acting[Role.LEAD_COORDINATOR]) as scope:
        before = Company.objects.count()
        with pytest.raises(RegistrationError):
            accept(request, acting=scope.acting)
        merge_with(request, known, acting=scope.acting)
        assert Company.objects.count() == before
        assert Invitation.objects.get(organisation=known.pk).email == FORM["email"]


def test_declined_with_the_reason_by_mail(client, site):
    request = asked(site)
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    page = f"{LIST}{request.pk}/"
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "Ihr Sitz liegt außerhalb der Region."}).status_code == 302
    assert [mail for mail in mails(site, FORM["email"]) if "außerhalb der Region" in mail.text]
    with opened(site.acting[Role.LEAD_COORDINATOR]) as scope, pytest.raises(RegistrationError):
        decline(request, acting=scope.acting, reason="noch einmal")


def test_partner_sees_those_addressed_to_it_or_to_nobody(site):
    sihk, hagen = (site.organisations[slug].pk for slug in ("sihk", "hagen"))
    for number, partner in enumerate((sihk, hagen, None)):
        asked(site, email=f"p{number}@firma.example", partner_id=partner)
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        assert RegistrationRequest.objects.count() == 3
    with opened(site.acting[Role.PARTNER_ADVISOR]):
        assert set(RegistrationRequest.objects.values_list("partner_id", flat=True)) == {sihk, None}
    with opened(site.elsewhere.acting):
        assert not RegistrationRequest.objects.exists()
    with opened(site.acting[Role.COMPANY_OWNER]):
        assert not RegistrationRequest.objects.exists()


def test_stranger_can_write_no_request_past_the_page(site):
    statement = (
        "INSERT INTO companies_registrationrequest (id, programme_id, company_name, postcode, town, register_court, "
        "register_number, vat_id, contact_name, email, phone, message, token_hash, asked_at, state, reason) VALUES "
        "(gen_random_uuid(), %s, 'x', '1', 'x', '', '', '', 'x', 'x@x.example', '', '', 'y', now(), 'waiting', '')"
    )
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with opened(site.acting[Role.COMPANY_OWNER]), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement, [site.programme.pk])


def test_unknown_key_and_programme_are_not_there(client, site):
    assert client.get("/join/confirm/geraten/").status_code == 404
    assert client.get("/join/gibt-es-nicht/").status_code == 404


def test_list_can_be_saved_with_zeros_and_without_formulas(client, site):
    asked(site, company_name="=Falle GmbH", postcode="08134")
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    _heading, line = client.get(LIST, {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert line.startswith('"\'=Falle GmbH";"08134";"Altena";"Jana Probe";')


@pytest.mark.parametrize("rows", [1, 4])
def test_list_asks_the_same_number_of_queries(client, site, django_assert_num_queries, rows):
    for number in range(rows):
        asked(site, email=f"p{number}@firma.example", partner_id=site.organisations["sihk"].pk)
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    client.get(LIST)
    with django_assert_num_queries(8):
        client.get(LIST)


def test_contacts_of_several_companies_are_invited_once(client, site):
    with system_scope(site.programme.pk, "setup.reference"):
        for company in (site.company, site.other_company):
            Contact.objects.create(
                programme=site.programme, company_id=company.pk, name="Petra Muster", email=f"k{company.pk}@f.example"
            )
    client.force_login(site.people[Role.PARTNER_ADVISOR])
    page = "/io/sihk/companies/invitations/"
    text = client.get(page).content.decode()
    assert f"k{site.company.pk}@f.example" in text
    assert f"k{site.other_company.pk}@f.example" not in text, "another partner's company"
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"companies": [site.other_company.pk]}).status_code == 422
    for _click in range(2):
        client.post(page, {"companies": [site.company.pk]})
    assert len(mails(site, f"k{site.company.pk}@f.example")) == 1
    assert f"k{site.company.pk}@f.example" not in client.get(page).content.decode()
