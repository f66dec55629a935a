"""Notes: who reads which, by the database alone; corrected by a further one."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from offensive.enablement.models import Note, Visibility
from offensive.enablement.note_services import NoteError, correct_note, write_note
from offensive.tenancy.roles import Role
from tests.enablement.support import scope_of
from tests.sites import release

OWN = "muster-federn-altena-gmbh"
TODAY = timezone.localdate()
LEAD, ADVISOR, OWNER = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER


def at(name, organisation="sihk", **kwargs):
    return reverse(f"coordination:{name}", kwargs={"programme": "io", "organisation": organisation, **kwargs})


def note(site, acting, visibility="team", text=None):
    values = {"text": text or visibility, "visibility": visibility, "kind": "note", "on": TODAY, "form_key": uuid4()}
    with scope_of(acting):
        return write_note(site.company.pk, acting=acting, **values)


def read_by(acting):
    with scope_of(acting):
        return set(Note.objects.values_list("text", flat=True))


def typed(**values):
    return {"visibility": "team", "text": "Ruhig", "on": f"{TODAY}", "form_key": uuid4(), **values}


@pytest.fixture
def written(site):
    """A note of each visibility by the caring partner."""
    for visibility in Visibility.values:
        note(site, site.acting[ADVISOR], visibility)
    return site


def test_each_audience_reads_what_is_for_it(written):
    site = written
    expected = {LEAD: {"consortium", "company"}, ADVISOR: {"team", "consortium", "company"}, OWNER: {"company"}}
    for role in Role:
        by_audience = {"lead": expected[LEAD], "partner": expected[ADVISOR], "company": expected[OWNER]}
        assert read_by(site.acting[role]) == by_audience.get(site.acting[role].audience, set()), role


def test_partner_reads_nothing_of_a_company_it_does_not_look_after(written):
    site, zenit = written, written.shared.here
    assert read_by(zenit) == set()
    release(site.company, site.organisations["zenit"], "support")
    assert read_by(zenit) == {"consortium", "company"}


def test_own_notes_of_the_lead_are_not_read_by_a_partner(site):
    note(site, site.acting[LEAD], text="nur für uns")
    assert read_by(site.acting[LEAD]) == {"nur für uns"}
    assert read_by(site.acting[ADVISOR]) == read_by(site.acting[OWNER]) == set()


def test_company_writes_no_note_and_nobody_in_anothers_name(written):
    site = written
    with scope_of(site.acting[ADVISOR]):
        known = Note.objects.filter(visibility="company").values().get()
    forged = {**known, "id": None, "form_key": uuid4()}
    for role, values in ((OWNER, {}), (LEAD, {}), (ADVISOR, {"author_id": site.people[LEAD].pk})):
        with scope_of(site.acting[role]), pytest.raises(DatabaseError), transaction.atomic():
            Note.objects.bulk_create([Note(**{**forged, **values})])


@pytest.mark.parametrize("statement", ["update", "delete"])
def test_what_is_written_stays(written, statement):
    with scope_of(written.acting[ADVISOR]):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Note.objects.update(text="anders") if statement == "update" else Note.objects.all().delete()
        assert Note.objects.count() == 3


def test_note_without_words_is_refused_by_the_database(site):
    with pytest.raises(IntegrityError), transaction.atomic():
        note(site, site.acting[ADVISOR], text=" ")


def test_correction_is_a_further_note_for_the_same_audience(site):
    sihk = site.acting[ADVISOR]
    first = note(site, sihk, "company", text="Falsch")
    with scope_of(sihk):
        correct_note(first, acting=sihk, text="Richtig", form_key=uuid4())
        assert Note.objects.standing().get().text == "Richtig"
        with pytest.raises(NoteError):
            correct_note(first, acting=sihk, text="Anders", form_key=uuid4())
    assert read_by(site.acting[OWNER]) == {"Falsch", "Richtig"}


def test_another_house_corrects_nothing(site):
    first = note(site, site.acting[ADVISOR], "consortium")
    with scope_of(site.acting[LEAD]), pytest.raises(NoteError):
        correct_note(first, acting=site.acting[LEAD], text="Anders", form_key=uuid4())


def test_withdrawn_note_shows_its_text_no_more(site, sign_in):
    sihk = site.acting[ADVISOR]
    first = note(site, sihk, "company", text="Vertraulich")
    client = sign_in(site.people[ADVISOR])
    client.post(at("note_correct", slug=OWN, pk=first.pk), {"text": "", "form_key": uuid4()})
    shown = sign_in(site.people[OWNER]).get(at("company_tasks", OWN, slug=OWN)).content.decode()
    assert "Vertraulich" not in shown
    assert "zurückgezogen" in shown


def test_audience_is_chosen_first_and_is_the_own_house(site, sign_in):
    client = sign_in(site.people[ADVISOR])
    form = client.get(at("company_tasks", slug=OWN)).context["note_form"]
    assert next(iter(form.fields)) == "visibility"
    assert form["visibility"].value() == Visibility.TEAM


def test_double_click_is_one_note(site, sign_in):
    client, values = sign_in(site.people[ADVISOR]), typed()
    for _click in range(2):
        assert client.post(at("note_add", slug=OWN), values).status_code == 302
    assert read_by(site.acting[ADVISOR]) == {"Ruhig"}


def test_note_without_text_keeps_what_was_chosen(site, sign_in):
    response = sign_in(site.people[ADVISOR]).post(at("note_add", slug=OWN), typed(text="", visibility="company"))
    assert (response.status_code, list(response.context["note_form"].errors)) == (422, ["text"])
    assert response.context["note_form"]["visibility"].value() == "company"


def test_company_reads_its_notes_and_no_task(written, sign_in):
    context = sign_in(written.people[OWNER]).get(at("company_tasks", OWN, slug=OWN)).context
    assert [row.note.text for row in context["notes"]] == ["company"]
    assert "tasks" not in context
    assert context["writes"] is False


@pytest.mark.parametrize("rows", [1, 4])
def test_page_asks_the_same_number_of_queries(site, sign_in, django_assert_num_queries, rows):
    for row in range(rows):
        note(site, site.acting[ADVISOR], text=f"Notiz {row}")
    client = sign_in(site.people[ADVISOR])
    client.get(at("company_tasks", slug=OWN))
    with django_assert_num_queries(15):
        response = client.get(at("company_tasks", slug=OWN))
    assert len(response.context["notes"]) == rows
