# ruff: noqa: E501 - tables and sentences are easier to compare on one line
import json

import pytest
from django.utils.translation import override

from companies.sheets.columns import Mapping, recognise
from companies.sheets.headings import fields_for, money_unit, register_kind, wz_scheme
from companies.sheets.table import Sheet, SheetError, Table
from tests.companies.sheets_data import parsed, read, sample, workbook


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


SPELLINGS = {
    "own_number": ["Lfd. Nr.", "Nr.", "lfd.Nr", "#", "Pos."],
    "name": ["Firma", "Firmenname", "UNTERNEHMEN", "Company name", "Name der Firma", "Name", "Firma (lt. Handelsregister)", "Betrieb"],
    "legal_form": ["Rechtsform", "Legal form"],
    "street": ["Straße / Nr.", "Strasse", "Anschrift", "Adresse", "Street", "Straße und Hausnummer"],
    "postcode": ["PLZ", "Postleitzahl", "Post code", "ZIP"],
    "town": ["Ort", "Stadt", "Town", "City", "Gemeinde"],
    "postcode_town": ["PLZ/Ort", "PLZ, Ort", "PLZ und Ort", "Postcode / town"],
    "district": ["Kreis", "Landkreis", "District"],
    "ags": ["AGS", "Gemeindeschlüssel", "Amtlicher Gemeindeschlüssel (AGS)"],
    "court": ["Amtsgericht", "Registergericht", "Register court"],
    "register": ["Register", "Handelsregister", "HR-Nr.", "HRB", "Handelsregister-Nr.", "Commercial register no."],
    "vat_id": ["USt-IdNr.", "USt-ID", "UStID-Nr", "Umsatzsteuer-ID", "VAT ID", "VAT number", "USt.-Id.-Nr."],
    "wz": ["WZ 2008", "WZ-Code", "Branche (WZ08)", "Wirtschaftszweig", "NACE", "WZ 2025"],
    "staff": ["Mitarbeiter (VZÄ)", "Beschäftigte", "MA", "Anzahl Mitarbeiter", "Mitarbeiter/innen", "VZÄ", "Employees", "Number of employees"],
    "turnover": ["Umsatz (T€)", "Umsatz in EUR", "Jahresumsatz 2025 (Mio. EUR)", "Umsatz TEUR", "Turnover (EUR)", "Umsatz 2024"],
    "balance_sheet": ["Bilanzsumme (T€)", "Bilanzsumme in EUR", "Balance sheet total"],
    "automotive_share": ["Anteil Automotive", "Automotive-Anteil (%)", "Automotive share", "Automobilanteil in %"],
    "certificates": ["Zertifikate", "Zertifizierungen", "Certificates"],
    "contact": ["Ansprechpartner/in", "Ansprechpartner", "Kontaktperson", "Contact person", "Geschäftsführer"],
    "contact_salutation": ["Anrede"],
    "contact_title": ["Titel"],
    "contact_first_name": ["Vorname", "First name", "Ansprechpartner Vorname"],
    "contact_last_name": ["Nachname", "Surname", "Ansprechpartner Nachname"],
    "email": ["E-Mail", "Mail", "E-Mail-Adresse", "email", "Ansprechpartner E-Mail"],
    "phone": ["Telefon", "Tel.", "Phone", "Telefon-Nr.", "Rufnummer"],
    "website": ["Website", "Homepage", "Internet", "Web"],
    "partner": ["Betreuung", "betreuender Partner", "Caring partner", "Zuständig"],
    "first_contact": ["Erstkontakt", "Datum Erstkontakt", "First contact", "Erstgespräch am"],
    "stage": ["Stufe", "Phase", "Stage"],
    "note": ["Bemerkung", "Bemerkungen", "Anmerkung", "Notes", "Kommentar"],
}  # fmt: skip


@pytest.mark.parametrize(("field", "heading"), [(field, each) for field, all_ in SPELLINGS.items() for each in all_])
def test_headings_in_many_spellings(field, heading):
    found = fields_for(heading)
    assert max(found, key=found.get) == field


@pytest.mark.parametrize(
    "heading", ["Fax", "Telefax", "Steuernummer", "Umsatzrendite", "", "Lieblingsfarbe", "x" * 200]
)
def test_headings_that_mean_none_of_it(heading):
    assert fields_for(heading) == {}


def test_units_and_schemes_are_read_off_the_heading():
    assert [money_unit(text) for text in ("Umsatz (T€)", "Umsatz TEUR", "Umsatz in Tsd. EUR", "Turnover (k€)")] == [
        1000
    ] * 4
    assert [
        money_unit(text) for text in ("Umsatz Mio. EUR", "Umsatz (Mio €)", "Turnover in million EUR", "Umsatz M€")
    ] == [10**6] * 4
    assert [money_unit(text) for text in ("Umsatz (EUR)", "Umsatz in €", "Umsatz")] == [1, 1, None]
    assert [wz_scheme(text) for text in ("WZ 2008", "WZ", "WZ 2025", "Branche (WZ25)")] == [
        "2008",
        "2008",
        "2025",
        "2025",
    ]
    assert [register_kind(text) for text in ("HRB-Nr.", "HRA", "HRA/HRB", "HR-Nr.")] == ["HRB", "HRA", "", ""]


def test_the_samples_are_recognised_without_a_doubt():
    for name, columns in (("gws_teilnehmerliste.xlsx", 20), ("sihk_kontakte.csv", 9)):
        mapping = recognise(read(sample(name)))
        assert (len(mapping.columns), mapping.unassigned, mapping.missing, mapping.unsure) == (columns, (), (), ())


def test_a_cover_sheet_and_notes_are_passed_over():
    mapping, found = parsed(
        workbook(
            Deckblatt=[["Industrieoffensive"], [None, "Ansprechpartner: Frau Muster"], ["Firma", "siehe nächstes Blatt"]],
            Liste=[["Liste EN-Agentur"], ["Stand", "01.03.2026"], [], ["Firma", "PLZ", "Ort", "MA"], ["Muster A GmbH", 58285, "Gevelsberg", 12]],
            Notizen=[["nicht importieren"]],
        )
    )  # fmt: skip
    assert (mapping.table, mapping.header, len(found.rows)) == (1, (4,), 1)
    assert found.rows[0].values == {
        "name": "Muster A GmbH",
        "legal_form": "GmbH",
        "postcode": "58285",
        "town": "Gevelsberg",
        "staff": 12,
    }


def test_a_header_over_two_rows():
    mapping, found = parsed(
        workbook(
            A=[
                ["Unternehmen", None, "Anschrift", None, None, "Ansprechpartner", None, None, "Umsatz"],
                ["Name", "Rechtsform", "Straße", "PLZ", "Ort", "Vorname", "Name", "E-Mail", "Mio. €"],
                ["Muster Federn", "GmbH", "Weg 1", 58762, "Altena", "Anna", "Probe", "a@b.example", 1.5],
                ["Muster Guss", "AG", "Weg 2", 58762, "Altena", "Bert", "Probe", "b@b.example", 2],
            ]
        )
    )
    assert mapping.header == (1, 2)
    values = found.rows[0].values
    assert values["name"] == "Muster Federn GmbH"
    assert (values["contact_first_name"], values["email"], values["turnover"]) == ("Anna", "a@b.example", 1_500_000)
    assert values["street"] == "Weg 1"
    assert "Probe" in (values.get("contact_last_name"), values.get("contact"))


def test_english_headings_and_numbers():
    content = (
        "No.,Company name,Street address,Post code,Town,Employees,Turnover (EUR),First contact\n"
        '1,Muster Springs GmbH,Weg 1,58762,Altena,12.5,"1,234,567.50",2026-03-07\n'
        '2,Muster Tools AG,Weg 2,58095,Hagen,7,"12,345",2026-03-08\n'
    )
    rows = parsed(content.encode())[1].rows
    assert [row.values["turnover"] for row in rows] == [1_234_567.5, 12_345]
    assert (rows[0].values["staff"], str(rows[0].values["first_contact"])) == (12.5, "2026-03-07")


def test_utf16_with_tabs_and_name_and_form_apart():
    content = "Firma\tRechtsform\tPLZ/Ort\tUmsatz (EUR)\nMüller Öl\tGmbH u. Co KG\t58511 Lüdenscheid\t1.234.567,89\n"
    row = parsed(content.encode("utf-16"))[1].rows[0]
    assert (row.values["name"], str(row.values["turnover"])) == ("Müller Öl GmbH & Co. KG", "1234567.89")
    assert (row.values["postcode"], row.values["town"]) == ("58511", "Lüdenscheid")


def test_columns_without_headings_are_guessed_and_asked_about():
    content = "".join(
        f"Muster {name} GmbH;58762 Altena;HRB {900 + at} Iserlohn;m{at}@b.example\n" for at, name in enumerate("ABCD")
    )
    mapping, found = parsed(content.encode())
    assert mapping.columns == {"name": 0, "postcode_town": 1, "register": 2, "email": 3}
    assert mapping.header == ()
    assert {doubt.field for doubt in mapping.unsure} == set(mapping.columns)
    assert len(found.rows) == 4


def test_an_unknown_heading_is_taken_by_its_values():
    rows = [["Firma", "Kürzel", "Digitale Post"], *[["Muster GmbH", "x", f"a{at}@b.example"] for at in range(4)]]
    mapping = recognise(read(workbook(A=rows)))
    assert mapping.columns == {"name": 0, "email": 2}
    assert mapping.unassigned == (1,)
    assert [doubt.sentence for doubt in mapping.unsure] == [
        "Column 3 was taken for “E-mail” by its values. Please check."
    ]


def test_a_heading_that_its_values_contradict_is_asked_about():
    rows = [["Firma", "Telefon"], *[["Muster GmbH", f"a{at}@b.example"] for at in range(4)]]
    mapping = recognise(read(workbook(A=rows)))
    assert [doubt.sentence for doubt in mapping.unsure] == [
        "The column “Telefon” looks as if it held: E-mail. Please check."
    ]


def test_an_industry_in_words_is_no_code():
    rows = [["Firma", "Branche"], ["A GmbH", "Metall"], ["B GmbH", "Kunststoff"]]
    assert recognise(read(workbook(A=rows))).columns == {"name": 0, "industry": 1}


def test_an_amount_without_a_unit_is_asked_about():
    mapping = recognise(read(b"Firma;Ort;Umsatz\nA GmbH;Hagen;500\n"))
    assert mapping.units == {"turnover": 1}
    assert [doubt.field for doubt in mapping.unsure] == ["turnover"]
    assert mapping.with_unit("turnover", 1000).units == {"turnover": 1000}
    assert mapping.with_unit("turnover", 1000).unsure == ()


def test_a_person_assigns_columns():
    mapping = recognise(read(b"Bezeichnung;Was;Umsatz (TEUR)\nAlpha;Hagen;500\nBeta;Hagen;7\n"))
    assert mapping.missing == ("name",)
    assigned = mapping.assign("name", 0).assign("town", 1)
    assert (assigned.columns, assigned.missing, assigned.units) == (
        {"turnover": 2, "name": 0, "town": 1},
        (),
        {"turnover": 1000},
    )
    assert assigned.assign("balance_sheet", 2).columns == {"name": 0, "town": 1, "balance_sheet": 2}
    assert assigned.assign("town", None).columns == {"turnover": 2, "name": 0}
    with pytest.raises(KeyError):
        mapping.assign("colour", 1)


def test_a_mapping_can_be_stored():
    mapping = recognise(read(b"Firma;Ort;Umsatz;Mail\nA GmbH;Hagen;500;a@b.example\n"))
    assert Mapping.from_json(json.loads(json.dumps(mapping.as_json()))) == mapping


def test_a_file_without_rows():
    with pytest.raises(SheetError):
        recognise(Sheet("x", "xlsx", (Table("A", ()),)))
