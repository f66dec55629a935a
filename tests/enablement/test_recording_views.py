"""Support that is typed in, for one company or several."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.models import Contact
from offensive.enablement.models import Delivery, DeliveryKind, Evidence, Presence
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.uploads import PDF, upload
from tests.enablement.support import give, scope_of, take_part
from tests.sites import make_company

ADVISOR = Role.PARTNER_ADVISOR
OWN, OTHER = "muster-federn-altena-gmbh", "muster-guss-hemer-kg"
KEY = "0b6f2a0e-6c6e-4f5c-9a2f-7d1f5b9a3c11"
RECORD = reverse("support:record", kwargs={"programme": "io", "organisation": "sihk"})


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def sihk(site):
    return site.acting[ADVISOR]


@pytest.fixture
def advisor(site, sign_in):
    return sign_in(site.people[ADVISOR])


@pytest.fixture
def second(site):
    return make_company(site.programme, name="Zweite Firma GmbH", partner=site.organisations["sihk"])


def kind_id(acting, key="consultation"):
    with scope_of(acting):
        return DeliveryKind.objects.of(acting.programme_id).current().get(key=key).pk


def typed(acting, *slugs, **values):
    usual = {"on": "2026-04-01", "quick": "90", "title": "Beratung", "form_key": KEY}
    return {"company": slugs or (OWN,), "kind": kind_id(acting), **usual, **values}


def of_company(slug):
    return reverse("enablement:delivery_record", kwargs={"programme": "io", "organisation": "sihk", "slug": slug})


def test_one_form_books_one_row_for_each_company_however_often_it_is_sent(site, sihk, advisor, second):
    for _click in range(2):
        advisor.post(RECORD, typed(sihk, OWN, second.organisation.slug, evidence=upload(PDF)))
    with scope_of(sihk):
        rows = Delivery.objects.order_by("company").values_list("company", "minutes", "on")
        assert list(rows) == [(site.company.pk, 90, date(2026, 4, 1)), (second.pk, 90, date(2026, 4, 1))]
        assert Evidence.objects.count() == 2


def test_company_of_another_partner_is_named_and_nothing_is_recorded(site, sihk, advisor):
    take_part(site.other_company, acting=site.acting[Role.LEAD_COORDINATOR])
    response = advisor.post(RECORD, typed(sihk, OWN, OTHER))
    assert response.status_code == 422
    assert "Muster Guss Hemer KG" in str(response.context["form"].errors["company"])
    assert 'value="Beratung"' in response.content.decode()
    with scope_of(sihk):
        assert not Delivery.objects.exists()


def test_unknown_company_is_refused(sihk, advisor):
    response = advisor.post(RECORD, typed(sihk, OTHER))
    assert list(response.context["form"].errors) == ["company"]


def test_search_shows_what_is_found_and_keeps_what_was_typed(sihk, advisor, second):
    response = advisor.post(RECORD, typed(sihk, OWN, q="zweite", search="1"))
    form = response.context["form"]
    assert ([str(each) for each in form.picked], [str(each) for each in form.found]) == (
        ["Muster Federn Altena GmbH"],
        ["Zweite Firma GmbH"],
    )
    assert 'value="Beratung"' in response.content.decode()
    part = advisor.post(
        RECORD, typed(sihk, OWN, q="zweite", search="1"), headers={"HX-Request": "true", "HX-Target": "picker"}
    )
    assert b"Zweite Firma GmbH" in part.content
    assert b"<html" not in part.content


def test_form_begins_with_the_company_of_the_address_today_and_the_last_kind(site, sihk, advisor):
    give(site.company, acting=sihk, kind="phone", title="Rückfrage zum Antrag")
    form = advisor.get(f"{RECORD}?company={OWN}").context["form"]
    assert [each.pk for each in form.picked] == [site.company.pk]
    assert form["on"].value() == timezone.localdate()
    assert form["kind"].value() == kind_id(sihk, "phone")
    assert advisor.get(RECORD).context["titles"] == ["Rückfrage zum Antrag"]


def test_minutes_left_empty_are_those_of_the_kind(sihk, advisor):
    advisor.post(RECORD, typed(sihk, kind=kind_id(sihk, "phone"), quick=""))
    with scope_of(sihk):
        assert Delivery.objects.get().minutes == 10


def test_typed_minutes_win_over_the_quick_choice(sihk, advisor):
    advisor.post(RECORD, typed(sihk, minutes="25"))
    with scope_of(sihk):
        assert Delivery.objects.get().minutes == 25


def test_contacts_who_were_there_stand_at_their_own_company(site, sihk, advisor, second):
    with system_scope(site.programme.pk, "setup.reference"):
        one, other = (
            Contact.objects.create(programme=site.programme, company_id=company.pk, name=name)
            for company, name in ((site.company, "Petra Beispiel"), (second, "Jana Probe"))
        )
    advisor.post(RECORD, typed(sihk, OWN, second.organisation.slug, people=[one.pk, other.pk]))
    with scope_of(sihk):
        assert set(Presence.objects.values_list("company", "name")) == {
            (site.company.pk, "Petra Beispiel"),
            (second.pk, "Jana Probe"),
        }


def test_each_form_has_a_key_of_its_own(advisor, site):
    assert len({advisor.get(of_company(OWN)).context["form"]["form_key"].value() for _get in range(2)}) == 2


def test_refused_paper_leaves_no_delivery_and_keeps_what_was_typed(sihk, advisor):
    response = advisor.post(of_company(OWN), typed(sihk, evidence=upload(b"nur Text", "notiz.txt")))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["evidence"])
    assert 'value="Beratung"' in response.content.decode()
    with scope_of(sihk):
        assert not Delivery.objects.exists()


@pytest.mark.parametrize("day", ["2999-01-01", "1999-12-31"])
def test_impossible_days_are_refused(sihk, advisor, day):
    assert list(advisor.post(RECORD, typed(sihk, on=day)).context["form"].errors) == ["on"]


def test_company_of_another_partner_cannot_be_worked_on(site, advisor):
    assert advisor.get(of_company(OTHER)).status_code == 404
    take_part(site.other_company, acting=site.acting[Role.LEAD_COORDINATOR])
    assert advisor.get(of_company(OTHER)).status_code == 403


def test_sent_twice_at_the_same_moment_is_booked_once(committed_site, settings, tmp_path):
    acting, start = committed_site.acting[ADVISOR], Barrier(4)

    def send():
        try:
            client = Client()
            client.force_login(committed_site.people[ADVISOR])
            values = typed(acting, evidence=upload(PDF))
            start.wait()
            assert client.post(RECORD, values).status_code == 302
        finally:
            connections.close_all()

    threads = [Thread(target=send) for _number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with scope_of(acting):
        assert (Delivery.objects.count(), Evidence.objects.count()) == (1, 1)
