"""The record: who changes what, sites and contacts, twins, and two people at the same record."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import translation

from companies.models import Company, Contact, Industry, Profile, Site
from companies.profile_services import save_site
from companies.sites import change_site
from companies.versions import OvertakenError
from offensive.tenancy.models import AccessCategory, CompanyAccess, Organisation
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_company

KEY = "6d0e4b52-7f0a-4f0e-9b52-0a3a5b6c7d8e"
RECORD = {
    "legal_name": "Muster Öfen Altena GmbH & Co. KG", "street": "Drahtweg 7", "postcode": "58762", "town": "Altena",
    "register_court": "AG Iserlohn", "register_kind": "HRB", "register_number": "0815", "vat_id": "de 999900090",
    "first_contact_on": "2026-03-07", "version": "0",
}  # fmt: skip
SITE = {"name": "Werk 2", "street": "Ring 3", "postcode": "58636", "town": "Iserlohn", "version": "0"}
CONTACT = {"name": "Erika Muster", "role": "quality", "email": "erika@firma.example", "phone": "", "version": "0"}
OWNER, LEAD, ADVISOR = Role.COMPANY_OWNER, Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR


@pytest.fixture(autouse=True)
def german(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    with translation.override("de"):
        yield


@pytest.fixture
def at(site, client):
    """``at(role, url name, values=None, **rest)`` → the answer; with values it is sent."""

    def answered(role, name, values=None, *, company=None, **rest):
        acting = site.acting[role]
        client.force_login(site.people[role])
        slug = (company or site.company).organisation.slug
        kwargs = {"programme": "io", "organisation": acting.organisation_slug, "slug": slug, **rest}
        url = reverse(f"companies:{name}", kwargs=kwargs)
        return client.get(url) if values is None else client.post(url, values)

    return answered


def stored(site, model, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        return list(model.objects.filter(**{"company": site.company.pk} | values).order_by("pk"))


def company_of(site):
    with system_scope(site.programme.pk, "setup.reference"):
        return Company.objects.select_related("organisation").get(pk=site.company.pk)


def text_of(answer):
    return answer.content.decode()


def test_staff_change_the_record_and_the_keys_follow(site, at):
    assert at(ADVISOR, "record_edit", RECORD).status_code == 302
    company = company_of(site)
    assert (
        company.sort_name,
        company.name_key,
        company.register_key,
        company.vat_id,
        company.ags,
        company.version,
    ) == (
        "muster ofen altena gmbh & co. kg",
        "musteroefenaltena",
        "iserlohn HRB 815",
        "DE999900090",
        "05962004",
        1,
    )
    assert company.organisation.name == RECORD["legal_name"]


def test_own_people_correct_the_address_alone(site, at):
    text = text_of(at(OWNER, "record_edit"))
    assert 'name="legal_name"' not in text
    assert "Name, Register und USt-IdNr. kennzeichnen Ihr Unternehmen" in text
    assert at(OWNER, "record_edit", {**RECORD, "street": "Neuer Weg 1"}).status_code == 302
    company = company_of(site)
    assert (company.street, company.legal_name, company.vat_id) == ("Neuer Weg 1", site.company.legal_name, "")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"vat_id": "DE999900091"}, "vat_id"),
        ({"register_number": "abc"}, "register_number"),
        ({"legal_name": ""}, "legal_name"),
    ],
)
def test_wrong_entry_is_told_and_kept(site, at, wrong, field):
    answer = at(LEAD, "record_edit", {**RECORD, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert company_of(site).version == 0


@pytest.mark.parametrize("same", [{"vat_id": "DE999900090"}, {"register_key": "iserlohn HRB 815"}])
def test_twin_is_a_sentence_even_where_the_asker_does_not_see_it(site, at, same):
    make_company(site.programme, name="Verborgene Firma GmbH", partner=site.organisations["gws"], **same)
    answer = at(ADVISOR, "record_edit", RECORD)
    assert answer.status_code == 422
    assert "ist schon da." in text_of(answer)
    assert company_of(site).vat_id == ""


def test_other_staff_find_the_record_closed(site, at):
    """SIHK knows the identity of GWS's company; its record is for those who look after it."""
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.other_company.pk).update(participating_on="2026-03-01")
        Organisation.objects.filter(pk=site.other_company.pk).update(shared_on="2026-03-01")
    assert at(LEAD, "record", company=site.other_company).status_code == 200
    assert at(ADVISOR, "record", company=site.other_company).status_code == 403


def test_sites_stay_closed_to_whom_the_profile_is_not_released(site, at):
    at(LEAD, "site_add", {**SITE, "form_key": KEY})
    assert "Ring 3" in text_of(at(ADVISOR, "record"))
    with system_scope(site.programme.pk, "setup.reference"):
        CompanyAccess.objects.filter(company=site.company.pk, category=AccessCategory.PROFILE).delete()
    answer = at(ADVISOR, "record")
    assert (answer.status_code, "Ring 3" in text_of(answer)) == (200, False)
    assert at(ADVISOR, "site_add").status_code == 403


def test_several_sites_one_of_them_the_main_one(site, at):
    at(OWNER, "site_add", {**SITE, "form_key": KEY})
    at(OWNER, "site_add", {**SITE, "form_key": KEY})  # a double click
    at(OWNER, "site_add", {**SITE, "name": "", "town": "Dortmund", "form_key": KEY.replace("6", "7"), "is_main": "on"})
    at(
        OWNER,
        "site_add",
        {**SITE, "name": "", "town": "Letmathe", "ags": "05962024", "form_key": KEY.replace("6", "8")},
    )
    known = [(row.town, row.ags, row.is_main) for row in stored(site, Site)]
    assert known == [("Iserlohn", "05962024", False), ("Dortmund", "", True), ("Letmathe", "05962024", False)]
    main = stored(site, Site, is_main=True)[0]
    at(OWNER, "site_remove", {"version": main.version}, pk=main.pk)
    assert [(row.town, row.is_main) for row in stored(site, Site)] == [("Iserlohn", True), ("Letmathe", False)]


def test_contacts_with_roles_are_added_changed_and_removed(site, at):
    at(OWNER, "contact_add", {**CONTACT, "form_key": KEY})
    at(OWNER, "contact_add", {**CONTACT, "form_key": KEY})
    (contact,) = stored(site, Contact)
    assert (contact.name, contact.role) == ("Erika Muster", "quality")
    at(ADVISOR, "contact_edit", {**CONTACT, "role": "sales"}, pk=contact.pk)
    assert stored(site, Contact)[0].role == "sales"
    assert at(OWNER, "contact_add", {**CONTACT, "name": "", "email": "", "form_key": KEY}).status_code == 422
    again = at(OWNER, "contact_add", {**CONTACT, "form_key": KEY.replace("6", "7")})
    assert (again.status_code, len(stored(site, Contact))) == (422, 1)
    at(OWNER, "contact_remove", {"version": 1}, pk=contact.pk)
    assert stored(site, Contact) == []


def test_both_classifications_side_by_side(site, at):
    at(OWNER, "industry_edit", {"wz_code": "25.61", "version": "0"})
    assert [(row.scheme, row.code) for row in stored(site, Industry)] == [("2008", "25.61")]
    choices = dict(at(OWNER, "industry_edit").context["form"].fields["codes_2025"].choices)
    assert {"25.51.0", "25.52.0"} <= set(choices)
    chosen = {"wz_code": "25.61", "codes_2025": ["25.51.0", "25.52.0"], "version": "1"}
    assert at(OWNER, "industry_edit", chosen).status_code == 302
    assert len(stored(site, Industry)) == 3
    assert "Beschichten von Metallen" in text_of(at(ADVISOR, "record"))


def test_caring_person_belongs_to_the_caring_partner(site, at):
    adviser, stranger = site.people[ADVISOR], site.people[LEAD]
    assert at(ADVISOR, "carer_edit", {"person": stranger.pk, "version": "0"}).status_code == 422
    assert at(ADVISOR, "carer_edit", {"person": adviser.pk, "version": "0"}).status_code == 302
    assert company_of(site).caring_person_id == adviser.pk
    assert adviser.name in text_of(at(OWNER, "record"))
    hagen = site.organisations["hagen"].pk
    at(LEAD, "carer_edit", {"partner": hagen, "person": adviser.pk, "version": "1"})
    company = company_of(site)
    assert (company.caring_partner_id, company.caring_person_id) == (hagen, None)


def test_record_asks_as_often_for_four_as_for_one(site, at, django_assert_num_queries):
    for number in (1, 3):
        for each in range(number):
            key = f"6d0e4b52-7f0a-4f0e-9b52-0a3a5b6c7{number}{each}e"
            at(LEAD, "site_add", {**SITE, "form_key": key})
            at(LEAD, "contact_add", {**CONTACT, "email": f"e{number}{each}@firma.example", "form_key": key})
        client = Client()
        client.force_login(site.people[LEAD])
        url = f"/io/gws/companies/{site.company.organisation.slug}/record/"
        client.get(url)
        with django_assert_num_queries(QUERIES):
            client.get(url)


QUERIES = 13


def test_second_one_at_the_record_is_told_and_loses_nothing(site, at):
    at(LEAD, "record_edit", RECORD)
    answer = at(ADVISOR, "record_edit", {**RECORD, "street": "Anderer Weg 9"})
    text, form = text_of(answer), answer.context["form"]
    assert (answer.status_code, set(form.errors)) == (422, {"__all__", "street"})
    assert site.people[LEAD].name in text
    assert "Drahtweg 7" in str(form.errors["street"])
    assert 'value="Anderer Weg 9"' in text
    assert 'name="version" value="1"' in text
    assert company_of(site).street == "Drahtweg 7"
    assert at(ADVISOR, "record_edit", {**RECORD, "street": "Anderer Weg 9", "version": "1"}).status_code == 302
    assert company_of(site).street == "Anderer Weg 9"


def test_the_same_sent_twice_is_no_conflict(site, at):
    assert [at(LEAD, "record_edit", RECORD).status_code for _time in range(2)] == [302, 302]
    assert company_of(site).version == 1


@pytest.mark.parametrize(
    ("model", "name", "values"), [(Site, "site", SITE), (Contact, "contact", CONTACT)], ids=["site", "contact"]
)
def test_second_one_at_a_row_is_told_and_loses_nothing(site, at, model, name, values):
    at(OWNER, f"{name}_add", {**values, "form_key": KEY})
    (row,) = stored(site, model)
    at(OWNER, f"{name}_edit", {**values, "name": "Zuerst"}, pk=row.pk)
    answer = at(ADVISOR, f"{name}_edit", {**values, "name": "Danach"}, pk=row.pk)
    assert answer.status_code == 422
    assert "Zuerst" in str(answer.context["form"].errors["name"])
    assert site.people[OWNER].name in text_of(answer)
    assert 'value="Danach"' in text_of(answer)
    assert at(ADVISOR, f"{name}_remove", {"version": "0"}, pk=row.pk).status_code == 302
    assert stored(site, model)[0].name == "Zuerst"


def test_contact_removed_meanwhile_is_added_anew(site, at):
    at(OWNER, "contact_add", {**CONTACT, "form_key": KEY})
    (contact,) = stored(site, Contact)
    at(OWNER, "contact_remove", {"version": "0"}, pk=contact.pk)
    answer = at(ADVISOR, "contact_edit", {**CONTACT, "name": "Erika Neu"}, pk=contact.pk)
    text = text_of(answer)
    assert (answer.status_code, 'value="Erika Neu"' in text) == (422, True)
    assert "record/contacts/new/" in text
    assert at(OWNER, "contact_edit", pk=contact.pk).status_code == 404


def test_two_connections_at_one_site_and_one_is_told(committed_site):
    site = committed_site
    with system_scope(site.programme.pk, "setup.reference"):
        row = Site.objects.create(programme=site.programme, company_id=site.company.pk, town="Altena", is_main=True)
    together, told = Barrier(2), []

    def change(role, town):
        acting = site.acting[role]
        with membership_scope(acting.user_id, "io", acting.organisation_slug):
            mine = Site.objects.select_related("company").get(pk=row.pk)
            together.wait(10)
            try:
                change_site(mine, seen=0, name="", street="", postcode="", town=town, is_main=True)
            except OvertakenError as error:
                told.append((error.row.town, error.who))

    _at_once(lambda: change(OWNER, "Hemer"), lambda: change(ADVISOR, "Balve"))
    (town,) = {each.town for each in stored(site, Site)}
    winner = {"Hemer": OWNER, "Balve": ADVISOR}[town]
    assert told == [(town, site.people[winner].name)]


def test_two_connections_at_one_section_and_one_is_told(committed_site):
    site, together, told = committed_site, Barrier(2), []

    def save(role, town):
        acting = site.acting[role]
        with membership_scope(acting.user_id, "io", acting.organisation_slug):
            profile = Profile.objects.get(company=site.company.pk)
            together.wait(10)
            try:
                save_site(profile, seen=0, by_user_id=acting.user_id, street="A 1", postcode="58762", town=town)
            except OvertakenError as error:
                told.append(error.who)

    _at_once(lambda: save(OWNER, "Hemer"), lambda: save(ADVISOR, "Balve"))
    (row,) = stored(site, Site)
    winner = {"Hemer": OWNER, "Balve": ADVISOR}[row.town]
    assert told == [site.people[winner].name]


def _at_once(*works):
    name, failures = connection.settings_dict["NAME"], []

    def run(work):
        connection.settings_dict["NAME"] = name
        try:
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
