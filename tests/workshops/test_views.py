import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse

from offensive.enablement.models import Delivery
from offensive.tenancy.roles import Role
from tests.documents.uploads import PDF, upload
from tests.enablement.support import scope_of
from tests.sites import make_company
from tests.workshops.support import BEGAN, enter, file, make_event
from workshops.models import Attendance, Event

LEAD = Role.LEAD_COORDINATOR
EVENT = {
    "kind": "workshop",
    "title": "Marktsprung",
    "day": "2026-05-12",
    "begins": "14:00",
    "ends": "17:30",
    "place": "Iserlohn",
}


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def gws(site):
    return site.acting[LEAD]


@pytest.fixture
def lead(site, sign_in):
    return sign_in(site.people[LEAD])


def at(name, **kwargs):
    return reverse(f"workshops:{name}", kwargs={"programme": "io", "organisation": "gws", **kwargs})


def test_event_is_created_with_local_times(site, gws, lead):
    response = lead.post(at("event_create"), {**EVENT, "partner": gws.organisation_id})
    with scope_of(gws):
        event = Event.objects.get()
        assert (event.starts_at, event.minutes, event.place) == (BEGAN, 210, "Iserlohn")
    assert response.headers["Location"] == at("event_page", pk=event.pk)


def test_event_that_ends_before_it_begins_keeps_what_was_typed(gws, lead):
    response = lead.post(at("event_create"), {**EVENT, "ends": "13:00", "partner": gws.organisation_id})
    assert list(response.context["form"].errors) == ["ends"]
    assert 'value="Marktsprung"' in response.content.decode()


def test_partner_cannot_enter_an_event_of_the_lead(site, gws, sign_in):
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    url = reverse("workshops:event_create", kwargs={"programme": "io", "organisation": "sihk"})
    response = client.post(url, {**EVENT, "partner": gws.organisation_id})
    assert list(response.context["form"].errors) == ["partner"]


def test_event_is_changed_until_its_sheet_is_filed(site, gws, lead):
    event = make_event(gws)
    lead.post(at("event_edit", pk=event.pk), {**EVENT, "title": "Neu", "partner": gws.organisation_id})
    with scope_of(gws):
        assert Event.objects.get().title == "Neu"
    enter(event, site.company, "Ada", acting=gws)
    file(event, upload(PDF), acting=gws)
    response = lead.post(at("event_edit", pk=event.pk), {**EVENT, "partner": gws.organisation_id})
    assert len(response.context["form"].non_field_errors()) == 1


def test_several_people_are_entered_at_once(site, gws, lead):
    event = make_event(gws)
    people = "Ada Drei, Leitung\nBea Vier; Vertrieb\n\nCem Fünf"
    lead.post(at("attendance_add", pk=event.pk), {"company": "Muster Federn Altena GmbH, Altena", "people": people})
    with scope_of(gws):
        rows = Attendance.objects.order_by("person").values_list("company", "person", "function")
        company = site.company.pk
        assert list(rows) == [
            (company, "Ada Drei", "Leitung"),
            (company, "Bea Vier", "Vertrieb"),
            (company, "Cem Fünf", ""),
        ]


def test_namesakes_are_a_question(site, gws, lead):
    event = make_event(gws)
    twin = make_company(site.programme, name="Muster Federn Werdohl GmbH", town="Werdohl")
    typed = {"company": "Muster Federn", "people": "Ada"}
    response = lead.post(at("attendance_add", pk=event.pk), typed)
    form = response.context["attendance_form"]
    assert [value for value, _label in form.fields["chosen"].choices] == [site.company.pk, twin.pk]
    lead.post(at("attendance_add", pk=event.pk), {**typed, "chosen": twin.pk})
    with scope_of(gws):
        assert Attendance.objects.get().company_id == twin.pk


@pytest.mark.parametrize(
    ("company", "people", "wrong"),
    [("Gibt es nicht", "Ada", "company"), ("Muster Federn", ", Leitung", "people"), ("Muster Federn", "", "people")],
)
def test_what_cannot_be_understood_is_named(gws, lead, company, people, wrong):
    response = lead.post(at("attendance_add", pk=make_event(gws).pk), {"company": company, "people": people})
    assert list(response.context["attendance_form"].errors) == [wrong]
    assert company in response.content.decode()


def test_mistaken_entry_is_taken_out(site, gws, lead):
    event = make_event(gws)
    enter(event, site.company, "Ada", acting=gws)
    with scope_of(gws):
        entry = Attendance.objects.get()
    lead.post(at("attendance_remove", pk=event.pk, attendance=entry.pk))
    with scope_of(gws):
        assert not Attendance.objects.exists()


def test_sheet_is_filed_from_the_page(site, gws, lead):
    event = make_event(gws)
    enter(event, site.company, "Ada", "Bea", acting=gws)
    lead.post(at("sheet_file", pk=event.pk), {"sheet": upload(PDF)})
    response = lead.get(at("event_page", pk=event.pk))
    assert [sheet.document.name for sheet in response.context["sheets"]] == ["Anwesenheit.pdf"]
    with scope_of(gws):
        assert Delivery.objects.count() == 1


def test_text_file_is_no_sheet(site, gws, lead):
    event = make_event(gws)
    enter(event, site.company, "Ada", acting=gws)
    response = lead.post(at("sheet_file", pk=event.pk), {"sheet": upload(b"nur Text", "liste.txt")})
    assert len(response.context["sheet_form"].non_field_errors()) == 1
    with scope_of(gws):
        assert Delivery.objects.count() == 0


def test_suggestions_name_the_town(lead):
    response = lead.get(at("company_options"), {"company": "muster"})
    assert response.context["labels"] == ["Muster Federn Altena GmbH, Altena", "Muster Guss Hemer KG, Hemer"]


@pytest.mark.parametrize("rows", [1, 4])
def test_list_asks_the_same_number_of_queries(site, gws, lead, django_assert_num_queries, rows):
    for row in range(rows):
        event = make_event(gws, starts_at=BEGAN + timedelta(days=row))
        enter(event, site.company, "Ada", "Bea", acting=gws)
    lead.get(at("event_list"))
    with django_assert_num_queries(8):
        response = lead.get(at("event_list"))
    first = response.context["page"].object_list[0]
    assert (first.attendances, first.companies) == (2, 1)


def test_event_of_another_programme_does_not_exist(site, lead):
    event = make_event(site.elsewhere.acting)
    assert lead.get(at("event_page", pk=event.pk)).status_code == 404


def test_events_and_who_came_can_be_saved_as_files(site, gws, lead):
    company = make_company(site.programme, name="=Falle", slug="falle")
    event = make_event(gws, title="Marktsprung", minutes=210)
    enter(event, company, "Ada Beispiel", acting=gws)

    (_heading, listed) = rows_of(lead.get(at("event_list"), {"export": "csv"}))
    assert (listed[0], listed[2:5], listed[7:9]) == ("Marktsprung", ["12.05.2026", "14:00", "17:30"], ["1", "1"])

    (_heading, came) = rows_of(lead.get(at("event_page", pk=event.pk), {"export": "csv"}))
    assert came == ["'=Falle", "Ada Beispiel", "Leitung"]


def rows_of(answer):
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
