from datetime import date, timedelta

import pytest
from django.utils import timezone

from offensive.documents.models import Document
from offensive.documents.services import DocumentError
from offensive.enablement.models import Achievement, Delivery, Evidence, Presence
from offensive.enablement.services import reverse_delivery
from offensive.tenancy.models import Organisation
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.uploads import PDF, PNG, upload
from tests.enablement.support import scope_of
from tests.sites import make_company
from tests.workshops.support import enter, file, make_event
from workshops.models import Attendance, Sheet
from workshops.queries import companies_meant_by, participants, suggested_companies
from workshops.services import EventError, Filed, change_event, create_event, remove_attendance


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def attended(site, gws):
    """Three people of one company and one of another."""
    event = make_event(gws)
    enter(event, site.company, "Ada", "Bea", "Cem", acting=gws)
    enter(event, site.other_company, "Dora", acting=gws)
    return event


def test_sheet_brings_one_delivery_for_each_company(site, gws, attended):
    assert file(attended, upload(PDF), acting=gws) == Filed(companies=2, new_deliveries=2)
    with scope_of(gws):
        delivery = Delivery.objects.with_names().get(company=site.company.pk)
        assert (delivery.kind.key, delivery.on, delivery.minutes) == ("workshop", date(2026, 5, 12), 180)
        assert (delivery.source, delivery.partner_id) == (f"event:{attended.pk}", gws.organisation_id)
        assert Evidence.objects.filter(delivery=delivery).count() == 1
        assert sorted(Presence.objects.filter(delivery=delivery).values_list("name", flat=True)) == [
            "Ada",
            "Bea",
            "Cem",
        ]
        assert Achievement.objects.filter(company=site.company.pk, kind="delivery:workshop").count() == 1


def test_filing_the_same_sheet_twice_changes_nothing(gws, attended):
    file(attended, upload(PDF), acting=gws)
    assert file(attended, upload(PDF), acting=gws) == Filed(companies=2, new_deliveries=0)
    with scope_of(gws):
        counts = [model.objects.count() for model in (Sheet, Document, Delivery, Evidence, Presence)]
        assert counts == [1, 1, 2, 2, 4]


def test_second_sheet_is_further_evidence(gws, attended):
    file(attended, upload(PDF), acting=gws)
    assert file(attended, upload(PNG, "Seite2.png"), acting=gws).new_deliveries == 0
    with scope_of(gws):
        assert (Sheet.objects.count(), Delivery.objects.count(), Evidence.objects.count()) == (2, 2, 4)


def test_later_addition_gets_delivery_and_evidence_at_once(site, gws, attended):
    file(attended, upload(PDF), acting=gws)
    late = make_company(site.programme, name="Muster Walz GmbH", partner=site.organisations["hagen"])
    assert enter(attended, late, "Eva", acting=gws) == Filed(companies=3, new_deliveries=1)
    with scope_of(gws):
        assert Evidence.objects.filter(delivery__company=late.pk).count() == 1


def test_partner_files_for_companies_that_released_nothing_to_it(site, sihk):
    with system_scope(site.programme.pk, "setup.reference"):
        site.other_company.participating_on = date(2026, 1, 1)
        site.other_company.save()
        Organisation.objects.filter(pk=site.other_company.pk).update(shared_on=date(2026, 1, 1))
    event = make_event(sihk)
    enter(event, site.other_company, "Dora", acting=sihk)
    assert file(event, upload(PDF), acting=sihk) == Filed(companies=1, new_deliveries=1)
    with scope_of(sihk):
        assert Delivery.objects.count() == 0
    with scope_of(site.acting[Role.LEAD_COORDINATOR]):
        assert Delivery.objects.get().partner_id == sihk.organisation_id


def test_reversed_delivery_is_not_brought_back_by_an_addition(site, gws, attended):
    file(attended, upload(PDF), acting=gws)
    with scope_of(gws):
        delivery = Delivery.objects.get(company=site.other_company.pk)
        reverse_delivery(delivery, acting=gws, reason="war nicht da", form_key="r")
    enter(attended, site.other_company, "Emil", acting=gws)
    with scope_of(gws):
        assert Delivery.objects.standing().filter(company=site.other_company.pk).count() == 0


def test_event_to_come_takes_no_sheet(site, gws):
    event = make_event(gws, starts_at=timezone.now() + timedelta(days=3))
    enter(event, site.company, "Ada", acting=gws)
    with pytest.raises(EventError):
        file(event, upload(PDF), acting=gws)


def test_sheet_of_nobody_is_refused(gws):
    with pytest.raises(EventError):
        file(make_event(gws), upload(PDF), acting=gws)


def test_refused_file_leaves_nothing(gws, attended):
    with pytest.raises(DocumentError):
        file(attended, upload(b"MZ no scan", "liste.exe"), acting=gws)
    with scope_of(gws):
        assert (Sheet.objects.count(), Delivery.objects.count()) == (0, 0)


def test_mistaken_entry_is_taken_out_until_the_sheet_is_filed(gws, attended):
    with scope_of(gws):
        remove_attendance(Attendance.objects.get(person="Cem"))
        assert Attendance.objects.count() == 3
    file(attended, upload(PDF), acting=gws)
    with scope_of(gws), pytest.raises(EventError):
        remove_attendance(Attendance.objects.get(person="Bea"))


def test_same_person_twice_is_one_attendance(site, gws, attended):
    enter(attended, site.company, "Ada", acting=gws)
    with scope_of(gws):
        (first, second) = participants(attended)
        assert ([row.person for row in first.people], len(second.people)) == (["Ada", "Bea", "Cem"], 1)


def test_event_in_the_ledger_no_longer_changes(gws, attended):
    file(attended, upload(PDF), acting=gws)
    with scope_of(gws), pytest.raises(EventError):
        change_event(attended, acting=gws, partner_id=gws.organisation_id, title="Anders")


def test_partner_enters_no_event_of_another(site, sihk):
    with scope_of(sihk), pytest.raises(EventError):
        create_event(acting=sihk, partner_id=site.organisations["hagen"].pk, title="Fremd")


def test_typed_name_means_the_company_of_exactly_that_name(site, gws):
    make_company(site.programme, name="Muster Federn Altena GmbH & Co. KG", slug="zweite", partner=None)
    with scope_of(gws):
        programme_id = site.programme.pk
        assert companies_meant_by(programme_id, "Muster Federn Altena GmbH") == [site.company]
        assert companies_meant_by(programme_id, "muster federn altena gmbh, Altena") == [site.company]
        assert len(companies_meant_by(programme_id, "federn")) == 2
        assert companies_meant_by(programme_id, "gibt es nicht") == []


def test_partner_is_offered_only_companies_it_may_see(site, sihk):
    with scope_of(sihk):
        assert list(suggested_companies(site.programme.pk, "muster")) == [site.company]
