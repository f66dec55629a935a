"""What a list says otherwise than the record: shown, chosen, taken over; and what lists said before."""

import pytest

from companies.differences import same
from companies.models import Company, ImportRow, Profile, SizeAssessment, SourceRecord
from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from tests.companies.test_imports import Desk
from tests.indicators.ledger import merge
from tests.sites import make_company

HEAD = "Firma;Straße;PLZ;Ort;Register;Mitarbeiter;Website\n"
FIRST = f"{HEAD}Muster Eins GmbH;Am Draht 1;58762;Altena;Iserlohn HRB 71;40;www.eins.example\n"
MOVED = f"{HEAD}Muster Eins GmbH;Lennestr. 5;58762;Altena;Iserlohn HRB 71;40;www.eins.example\n"


@pytest.fixture
def desk(client, site):
    return Desk(client, site)


def brought(desk, content=FIRST):
    """The company that a first list has brought."""
    desk.take_over(desk.read(content, "eins.csv"))
    return company(desk)


def company(desk, name="Muster Eins GmbH"):
    with desk.scope():
        return Company.objects.get(legal_name=name)


def by_hand(desk, **values):
    with desk.scope():
        Company.objects.filter(register_key="iserlohn HRB 71").update(**values)


def states(desk, batch):
    return [row.state for row in desk.rows(batch)]


def choose(desk, batch, number=2, **choices):
    return desk.post("import_choose", choices, pk=batch.pk, number=number)


@pytest.mark.parametrize(
    ("key", "one", "other", "alike"),
    [
        ("name", {"legal_name": "Muster Eins GmbH"}, {"legal_name": "MUSTER-EINS GMBH"}, True),
        ("name", {"legal_name": "Muster Eins GmbH"}, {"legal_name": "Muster Eins AG"}, False),
        ("name", {"legal_name": "Muster Eins GmbH"}, {"legal_name": "Muster Eins"}, True),
        ("name", {"legal_name": "Müller GmbH"}, {"legal_name": "Mueller GmbH"}, True),
        ("vat_id", {"vat_id": "DE 123 456 789"}, {"vat_id": "DE123456789"}, True),
        ("website", {"website": "https://www.eins.example/"}, {"website": "eins.example"}, True),
        ("employees_awu", {"employees_awu": "40"}, {"employees_awu": "40.00"}, True),
        ("employees_awu", {"employees_awu": "40"}, {"employees_awu": None}, False),
        ("first_contact_on", {"first_contact_on": "2026-01-01"}, {"first_contact_on": "2026-01-02"}, False),
    ],
)
def test_spelling_alone_is_no_difference(key, one, other, alike):
    assert same(key, one, other) is alike


@pytest.mark.parametrize(
    ("street", "postcode", "town", "alike"),
    [
        ("Lennestr. 5", "58762", "Altena (Westf.)", True),
        ("LENNESTRASSE 5", "58762", "Altena", True),
        ("Lennestraße 6", "58762", "Altena", False),
        ("Lennestraße 5", "58762", "Werdohl", False),
    ],
)
def test_addresses_are_compared_as_people_read_them(street, postcode, town, alike):
    held = {"street": "Lennestraße 5", "postcode": "58762", "town": "Altena"}
    assert same("address", held, {"street": street, "postcode": postcode, "town": town}) is alike


def test_a_change_is_shown_before_and_written_after_confirmation(desk):
    assert brought(desk).street == "Am Draht 1"
    batch = desk.read(MOVED)
    page = desk.client.get(desk.address("import_batch", pk=batch.pk)).content.decode()
    assert "Am Draht 1, 58762 Altena" in page
    assert "Lennestr. 5, 58762 Altena" in page
    assert states(desk, batch) == ["changed"]
    assert company(desk).street == "Am Draht 1"
    desk.take_over(batch)
    assert (company(desk).street, company(desk).district) == ("Lennestr. 5", "Märkischer Kreis")
    assert states(desk, batch) == ["taken"]


def test_figures_bring_a_new_assessment_and_the_website_comes_along(desk):
    brought(desk)
    batch = desk.read(FIRST.replace(";40;www.eins", ";60;www.zwei"))
    desk.take_over(batch)
    with desk.scope():
        profile = Profile.objects.get(company=company(desk).pk)
        assert (profile.employees_awu, profile.website) == (60, "https://www.zwei.example")
        assert SizeAssessment.objects.of([profile.company_id]).count() == 2
    assert company(desk).size_class == "medium"


def test_what_was_typed_by_hand_is_asked_about_and_kept_or_overwritten_knowingly(desk):
    brought(desk)
    by_hand(desk, street="Von Hand 3")
    batch = desk.read(MOVED)
    assert states(desk, batch) == ["conflict"]
    desk.take_over(batch)
    assert company(desk).street == "Von Hand 3"
    choose(desk, batch, address="record")
    assert states(desk, batch) == ["known"]
    desk.take_over(batch)
    assert company(desk).street == "Von Hand 3"
    again = desk.read(MOVED.replace("Lennestr. 5", "Lennestr. 7"), "neu.csv")
    choose(desk, again, address="list")
    desk.take_over(again)
    assert company(desk).street == "Lennestr. 7"


def test_a_list_that_repeats_itself_is_no_news(desk):
    brought(desk)
    by_hand(desk, street="Von Hand 3")
    batch = desk.read(f"{FIRST}Muster Neu GmbH;;;;;;\n")
    assert states(desk, batch) == ["known", "new"]
    page = desk.client.get(desk.address("import_batch", pk=batch.pk)).content.decode()
    assert "mit einer früheren Liste entschieden" in page
    choose(desk, batch, address="list")
    desk.take_over(batch)
    assert company(desk).street == "Am Draht 1"


def test_several_sources_over_time_do_not_undo_each_other(desk):
    brought(desk)
    desk.take_over(desk.read(MOVED, "zwei.csv"))
    batch = desk.read(FIRST + "\n", "eins-wieder.csv")
    assert states(desk, batch) == ["known"]
    assert company(desk).street == "Lennestr. 5"
    with desk.scope():
        found = SourceRecord.objects.of([company(desk).pk]).order_by("pk").values_list("kind", "list_name", "line")
        assert list(found) == [
            ("brought", "eins.csv", 2),
            ("changed", "zwei.csv", 2),
            ("confirmed", "eins-wieder.csv", 2),
        ]


def test_the_same_file_again_changes_nothing(desk):
    brought(desk)
    desk.take_over(desk.read(MOVED, "zwei.csv"))
    by_hand(desk, street="Von Hand 3")

    def everything():
        with desk.scope():
            tables = Company.objects, Profile.objects, SourceRecord.objects, SizeAssessment.objects
            return [list(rows.order_by("pk").values()) for rows in tables], LogEntry.objects.filter(
                operation="UPDATE", table__startswith="companies_"
            ).exclude(table__startswith="companies_import").count()

    before = everything()
    for content, name in ((FIRST, "eins.csv"), (MOVED, "zwei.csv")):
        batch = desk.read(content, name)
        assert states(desk, batch) == ["known"]
        desk.take_over(batch)
    assert everything() == before


def test_whoever_changes_the_record_after_the_preview_is_not_overwritten(desk):
    brought(desk)
    batch = desk.read(MOVED)
    assert states(desk, batch) == ["changed"]
    by_hand(desk, street="Inzwischen 9")
    desk.take_over(batch)
    assert company(desk).street == "Inzwischen 9"
    assert states(desk, batch) == ["conflict"]
    assert desk.rows(batch)[0].differences["address"]["old"]["street"] == "Inzwischen 9"


def test_a_blank_field_of_the_record_is_filled_and_a_blank_cell_says_nothing(desk):
    brought(desk, f"{HEAD}Muster Eins GmbH;;;Altena;Iserlohn HRB 71;;\n")
    batch = desk.read(FIRST, "mehr.csv")
    assert sorted(desk.rows(batch)[0].differences) == ["address", "employees_awu", "website"]
    desk.take_over(batch)
    batch = desk.read(f"{HEAD}Muster Eins GmbH;;;;Iserlohn HRB 71;;\n", "weniger.csv")
    assert states(desk, batch) == ["known"]


def test_an_identifier_of_another_company_is_not_taken(desk):
    head = "Firma;Register;USt-IdNr.\n"
    desk.take_over(desk.read(f"{head}Muster Eins GmbH;Iserlohn HRB 71;\nMuster Zwei GmbH;Iserlohn HRB 72;\n"))
    batch = desk.read(f"{head}Muster Eins GmbH;Iserlohn HRB 71;DE999900090\n", "zwei.csv")
    assert states(desk, batch) == ["changed"]
    with desk.scope():
        Company.objects.filter(legal_name="Muster Zwei GmbH").update(vat_id="DE999900090")
    desk.take_over(batch)
    assert company(desk).vat_id == ""
    row = desk.rows(batch)[0]
    assert (row.state, "USt-IdNr." in row.problems["name"]) == ("problem", True)


def test_one_answer_for_all(desk):
    two = FIRST + FIRST.partition("\n")[2].replace("Eins", "Zwei").replace("71", "72").replace("eins", "zwei")
    brought(desk, two)
    with desk.scope():
        Company.objects.filter(register_key__startswith="iserlohn HRB 7").update(street="Von Hand 3")
    batch = desk.read(two.replace("Am Draht 1", "Lennestr. 5"), "neu.csv")
    assert states(desk, batch) == ["conflict", "conflict"]
    desk.post("import_choose_all", {"side": "list"}, pk=batch.pk)
    assert states(desk, batch) == ["changed", "changed"]
    desk.take_over(batch)
    assert company(desk, "Muster Zwei GmbH").street == "Lennestr. 5"


def test_a_list_about_an_absorbed_record_is_compared_with_the_survivor(desk, site):
    absorbed = brought(desk)
    survivor = make_company(site.programme, name="Muster Eins Altena GmbH", partner=site.organisations["gws"])
    early = desk.read(MOVED, "frueh.csv")
    merge(site, survivor=survivor, absorbed=absorbed)
    late = desk.read(MOVED.replace("Lennestr. 5", "Lennestr. 7"), "spaet.csv")
    assert [desk.rows(late)[0].match_id, states(desk, late)] == [survivor.pk, ["conflict"]]
    desk.take_over(early)
    assert [desk.rows(early)[0].match_id, states(desk, early)] == [survivor.pk, ["conflict"]]
    assert company(desk).street == "Am Draht 1"


def test_a_partner_changes_its_own_companies_alone(desk, client, site):
    brought(desk, f"{FIRST}Muster Zwei GmbH;Am Draht 2;58762;Altena;Iserlohn HRB 72;;\n")
    with desk.scope():
        Company.objects.filter(legal_name="Muster Zwei GmbH").update(participating_on="2026-01-01")
    partner = Desk(client, site, Role.PARTNER_ADVISOR)
    own = f"{HEAD}Muster Drei GmbH;Am Draht 3;58762;Altena;Iserlohn HRB 73;;\n"
    partner.take_over(partner.read(own, "eigene.csv"))
    batch = partner.read(
        f"{HEAD}Muster Drei GmbH;Neu 3;58762;Altena;Iserlohn HRB 73;;\n"
        "Muster Zwei GmbH;Neu 2;58762;Altena;Iserlohn HRB 72;;\nMuster Eins GmbH;Neu 1;;;Iserlohn HRB 71;;\n"
    )
    assert states(partner, batch) == ["changed", "known", "known"]
    partner.take_over(batch)
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    names = ("Muster Drei GmbH", "Muster Zwei GmbH", "Muster Eins GmbH")
    assert [company(desk, name).street for name in names] == ["Neu 3", "Am Draht 2", "Am Draht 1"]


def test_a_similar_name_in_the_same_place_is_asked_about(desk):
    before = desk.companies()
    desk.take_over(desk.read(f"{HEAD}Hammerwerk Lenne GmbH;;58762;Altena;;;\nHammerwerke Lenne AG;;58762;Altena;;;\n"))
    batch = desk.read(
        f"{HEAD}Hammerwerk-Lenne Technik KG;;58762;Altena;;;\nHammerwerk Lenne Tec;;58089;Hagen;;;\n", "zwei.csv"
    )
    assert states(desk, batch) == ["question", "new"]
    row = desk.rows(batch)[0]
    assert row.match_by == "alike"
    desk.post("import_decide", {"choice": "other"}, pk=batch.pk, number=row.number)
    desk.take_over(batch)
    assert states(desk, batch) == ["taken", "taken"]
    assert desk.companies() - before == 4


def test_rows_of_all_lists_that_wait_stand_in_one_list(desk, django_assert_num_queries):
    brought(desk)
    by_hand(desk, street="Von Hand 3")
    for number, rows in enumerate((1, 4)):
        lines = "".join(f"Muster {x} GmbH;;;Altena;Iserlohn HRB {x};falsch;\n" for x in range(100, 99 + rows))
        desk.read(MOVED.replace("Lennestr. 5", f"Lennestr. {number}") + lines, f"{number}.csv")
        url = desk.address("import_waiting")
        desk.client.get(url)
        with django_assert_num_queries(8):
            page = desk.client.get(url).content.decode()
        assert page.count("Sagt es anders als im Eintrag") == number + 1
    exported = desk.client.get(url, {"export": "csv"}).content.decode("utf-8-sig")
    assert exported.count("Muster Eins GmbH") == 2


def test_preview_asks_the_database_equally_often_for_1_and_4_rows(desk, django_assert_num_queries):
    four = HEAD + "".join(
        FIRST.partition("\n")[2].replace("Eins", x).replace("71", f"7{place}") for place, x in enumerate("ABCD")
    )
    brought_four = desk.read(four, "vier.csv")
    desk.take_over(brought_four)
    moved = four.replace("Am Draht 1", "Lennestr. 5")
    one = desk.read("".join(moved.splitlines(keepends=True)[:2]), "eins-neu.csv")
    many = desk.read(moved, "vier-neu.csv")
    desk.client.get(desk.address("import_batch", pk=one.pk))
    for batch in (one, many):
        with django_assert_num_queries(17):
            page = desk.client.get(desk.address("import_batch", pk=batch.pk)).content.decode()
        assert page.count("Lennestr. 5, 58762 Altena") == len(desk.rows(batch))
        with desk.scope():
            assert not ImportRow.objects.filter(batch=batch).exclude(state="changed").exists()
