# ruff: noqa: E501 - tables and sentences are easier to compare on one line
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from companies.identity import KnownCompanies, match_list
from companies.sheets.fields import FIELDS
from companies.sheets.rows import jsonable, parse_fields
from companies.sheets.values import Reading, parse_value
from tests.companies.sheets_data import by_number, parsed, sample, workbook


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def value(field, text, **reading):
    found, problem = parse_value(field, text, Reading(**reading))
    assert problem == ""
    return found


def problem(field, text, **reading):
    found, sentence = parse_value(field, text, Reading(**reading))
    assert found is None
    return sentence


def test_the_excel_sample_has_54_fine_rows_and_six_problems():
    rows = parsed(sample("gws_teilnehmerliste.xlsx"))[1].rows
    assert [row.own_number for row in rows] == [str(number) for number in range(1, 61)]
    assert sum(row.fine for row in rows) == 54
    assert {row.own_number: row.problems for row in rows if not row.fine} == {
        "12": {"vat_id": "The VAT ID DE999900120 cannot be right: its check digit does not fit. Please check it on an invoice."},
        "29": {"email": "“kontakt029(at)unternehmen.example” is not an e-mail address. Please type one, for example name@company.de."},
        "41": {"name": "The company name is missing. Please type it."},
        "44": {"postcode": "The postcode 5863 has only four digits. Please type all five, for example 58762."},
        "47": {"staff": "“ca. 35” is not an exact number. Please type the number alone, for example 35."},
        "52": {"first_contact": "31.02.2026 is not a day in the calendar. Please type the right date, for example 28.02.2026."},
    }  # fmt: skip


def test_the_excel_sample_leaves_out_the_separator_and_the_sum():
    left_out = parsed(sample("gws_teilnehmerliste.xlsx"))[1].left_out
    assert [(line.number, line.kind) for line in left_out] == [(25, "separator"), (67, "sum")]


def test_values_of_the_excel_sample():
    rows = by_number(sample("gws_teilnehmerliste.xlsx"))
    assert {row.values["ags"] for row in rows.values()} >= {"05962024", "05914000"}
    assert rows["5"].values["turnover"] == Decimal("75998200.00")
    assert rows["9"].values["staff"] == Decimal("4.50")
    assert (rows["2"].values["automotive_share"], rows["1"].values["automotive_share"]) == (Decimal("0.4"), 1)
    assert (rows["1"].values["first_contact"], rows["3"].values["first_contact"]) == (
        date(2026, 9, 16),
        date(2026, 6, 11),
    )
    assert rows["18"].values["name"] == "Muster Drahtzieherei Sprockhövel GmbH"
    assert rows["5"].values["certificates"] == ("ISO 9001", "ISO 50001")
    assert rows["46"].values["wz_code"] == "24.20"
    assert rows["1"].number == 5


def test_both_samples_together():
    excel, contacts = (parsed(sample(name))[1].rows for name in ("gws_teilnehmerliste.xlsx", "sihk_kontakte.csv"))
    assert (len(contacts), sum(row.fine for row in contacts)) == (36, 36)
    known = KnownCompanies.of(row.identity(row.own_number) for row in excel)
    found = match_list([row.identity() for row in contacts], known)
    assert Counter((match.kind, match.by) for match in found) == {
        ("new", ""): 25, ("known", "register"): 4, ("known", "vat_id"): 3, ("question", "name"): 4,
    }  # fmt: skip
    assert [match.company for match in found if match.kind == "question"] == ["15", "17", "18", "16"]


def test_corrections_on_the_screen_make_the_rows_fine():
    found = parsed(sample("gws_teilnehmerliste.xlsx"))[1]
    typed = {
        "12": ("vat_id", "DE999900129"),
        "41": ("name", "Muster GmbH"),
        "44": ("postcode", "58553"),
        "47": ("staff", "35"),
    }
    for row in found.rows:
        if row.own_number in typed:
            field, text = typed[row.own_number]
            values, problems = parse_fields({**row.raw, field: text}, found.reading)
            assert (problems, field in values) == ({}, True)


def test_what_is_no_company_is_left_out_with_a_reason():
    rows = [
        ["Nr.", "Firma", "PLZ", "Ort", "MA", "Umsatz (T€)"],
        [1, "Muster A GmbH", 58762, "Altena", 5, 100],
        [None, "Märkischer Kreis"],
        [None, "=== Hagen ==="],
        [None, "Zwischensumme", None, None, 5, 100],
        ["Nr.", "Firma", "PLZ", "Ort", "MA", "Umsatz (T€)"],
        [2, "Total Technik GmbH", 58095, "Hagen", 7, 100],
        [3, "Summe & Söhne GmbH", 58095, "Hagen", 7, 100],
        [4],
        [None, None, None, None, 12, 200],
        [None, None, None, None, None, None, "geprüft"],
        [None, "Stand: 01.03.2026"],
        [None, "Muster Allein GmbH"],
        [None, "Nur ein Wort"],
    ]
    found = parsed(workbook(A=rows))[1]
    assert [row.number for row in found.rows] == [2, 7, 8, 13, 14]
    assert [(line.number, line.kind) for line in found.left_out] == [
        (3, "separator"), (4, "separator"), (5, "sum"), (6, "heading"), (9, "number"), (10, "sum"), (11, "note"), (12, "separator"),
    ]  # fmt: skip
    assert [row.number for row in found.rows if not row.fine] == [14]
    assert found.rows[4].problems["name"][:43] == "This row holds nothing but “Nur ein Wort”. "


def test_a_formula_without_a_result_is_a_problem_of_its_row():
    rows = [["Firma", "Ort", "MA"], ["A GmbH", "Hagen", "=1+1"], ["=B2", "Hagen", 5]]
    assert [row.problems for row in parsed(workbook(A=rows))[1].rows] == [
        {"staff": "The cell holds a formula without a result (=1+1). Please type the value itself."},
        {"name": "The cell holds a formula without a result (=B2). Please type the value itself."},
    ]


def test_shares_are_read_by_their_whole_column():
    def shares(heading, *cells):
        rows = [["Firma", heading], *[[f"{at} GmbH", cell] for at, cell in enumerate(cells)]]
        return [row.values.get("automotive_share") for row in parsed(workbook(A=rows))[1].rows]

    assert shares("Automotive", 0.55, 1, "55 %", (0.01,)) == [Decimal("0.55"), 1, Decimal("0.55"), Decimal("0.01")]
    assert shares("Automotive", 55, 1, 0) == [Decimal("0.55"), Decimal("0.01"), 0]
    assert shares("Automotive (%)", 1, 0) == [Decimal("0.01"), 0]
    assert shares("Automotive", 55, 0.3, 1) == [Decimal("0.55"), Decimal("0.3"), None]


def test_a_date_column_that_lost_its_format():
    rows = [["Firma", "Erstkontakt"], ["A GmbH", 46088], ["B GmbH", datetime(2026, 3, 7)]]
    assert [row.values["first_contact"] for row in parsed(workbook(A=rows))[1].rows] == [date(2026, 3, 7)] * 2


@pytest.mark.parametrize(
    ("text", "court", "kind", "number"),
    [
        ("AG Iserlohn HRB 90125", "Iserlohn", "HRB", "90125"),
        ("HRA90002 Iserlohn", "Iserlohn", "HRA", "90002"),
        ("HRB90003 Hagen", "Hagen", "HRB", "90003"),
        ("Amtsgericht Hagen, HRB 90.125", "Hagen", "HRB", "90125"),
        ("HRB-Nr. 12345 (Amtsgericht Iserlohn)", "Iserlohn", "HRB", "12345"),
        ("HR B 77, AG Hagen", "Hagen", "HRB", "77"),
        ("HRB 123 B Charlottenburg", "Charlottenburg", "HRB", "123B"),
        ("Iserlohn / HRA 12", "Iserlohn", "HRA", "12"),
        ("HRB 5", "", "HRB", "5"),
    ],
)
def test_register_in_many_orders(text, court, kind, number):
    assert value("register", text) == {"register_court": court, "register_kind": kind, "register_number": number}


def test_the_heading_or_another_column_may_name_the_register():
    assert value("register", "90125", register_kind="HRB")["register_kind"] == "HRB"
    values, problems = parse_fields({"name": "A GmbH", "court": "AG Hagen", "register_kind": "B", "register": "12"})
    assert problems == {}
    assert (values["register_court"], values["register_kind"], values["register_number"]) == ("Hagen", "HRB", "12")


VALUES = [
    ("name", "  Muster   GmbH ", "Muster GmbH"),
    ("legal_form", "GmbH u. Co KG", "GmbH & Co. KG"),
    ("legal_form", "Werkstatt", "Werkstatt"),
    ("postcode", "58762", "58762"), ("postcode", "58762,0", "58762"), ("postcode", "58762.0", "58762"), ("postcode", "D-58762", "58762"),
    ("postcode_town", "58762 Altena", {"postcode": "58762", "town": "Altena"}),
    ("postcode_town", "Altena, 58762", {"postcode": "58762", "town": "Altena"}),
    ("postcode_town", "Altena", {"postcode": "", "town": "Altena"}),
    ("postcode_town", "58762", {"postcode": "58762", "town": ""}),
    ("ags", "5962024", "05962024"), ("ags", "05962024", "05962024"), ("ags", "05117000", "05117000"),
    ("register_kind", "Abt. B"[-1], "HRB"),
    ("vat_id", "DE 999 900 090", "DE999900090"), ("vat_id", "999900090", "DE999900090"), ("vat_id", "ATU57194903", "ATU57194903"),
    ("wz", "25.73.1", {"wz_scheme": "2008", "wz_code": "25.73.1"}),
    ("wz", "25731 Werkzeuge", {"wz_scheme": "2008", "wz_code": "25.73.1"}),
    ("wz", "25,73", {"wz_scheme": "2008", "wz_code": "25.73"}),
    ("wz", "WZ 2025: 25.53.0", {"wz_scheme": "2025", "wz_code": "25.53.0"}),
    ("wz", "C", {"wz_scheme": "2008", "wz_code": "C"}),
    ("staff", "4,5", Decimal("4.50")), ("staff", "1.250", 1250), ("staff", "35 MA", 35), ("staff", "k. A.", None), ("staff", "-", None),
    ("turnover", "12.345,6", Decimal("12345.60")), ("turnover", "1,5 Mio. €", 1_500_000), ("turnover", "500 TEUR", 500_000),
    ("turnover", "€ 1.000,-", 1000), ("turnover", "2 Mrd. EUR", 2_000_000_000), ("turnover", "1'000'000", 1_000_000),
    ("automotive_share", "55 %", Decimal("0.55")), ("automotive_share", "0,55", Decimal("0.55")), ("automotive_share", "55", Decimal("0.55")),
    ("certificates", "ISO 9001; IATF 16949", ("ISO 9001", "IATF 16949")),
    ("contact", "Frau Dipl.-Ing. A. Exempel",
     {"contact_salutation": "Frau", "contact_title": "Dipl.-Ing.", "contact_first_name": "A.", "contact_last_name": "Exempel"}),
    ("contact", "Exempel, Dr. Anna",
     {"contact_salutation": "", "contact_title": "", "contact_first_name": "Dr. Anna", "contact_last_name": "Exempel"}),
    ("contact_salutation", "Hr.", "Herr"),
    ("email", "Muster <a@b.example>", "a@b.example"), ("email", "mailto:a@b.example", "a@b.example"),
    ("website", "www.muster.example", "https://www.muster.example"),
    ("first_contact", "07.03.2026", date(2026, 3, 7)), ("first_contact", "7.3.26", date(2026, 3, 7)),
    ("first_contact", "2026-03-07", date(2026, 3, 7)), ("first_contact", "7. März 2026", date(2026, 3, 7)),
    ("first_contact", "07/03/2026", date(2026, 3, 7)), ("first_contact", "46088", date(2026, 3, 7)),
    ("note", "", None), ("court", "AG Iserlohn", "Iserlohn"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "meaning"), VALUES)
def test_values(field, text, meaning):
    assert value(field, text) == meaning


def test_units_and_styles_of_the_column_apply():
    assert value("turnover", "804,9", units={"turnover": 1000}) == 804_900
    assert value("turnover", "1 Mio", units={"turnover": 1000}) == 1_000_000
    assert value("turnover", "12,345", styles={"turnover": "en"}) == 12_345
    assert value("wz", "25.53", wz_scheme="2025") == {"wz_scheme": "2025", "wz_code": "25.53"}


PROBLEMS = [
    ("name", "", "The company name is missing. Please type it."),
    ("name", "123", "“123” is not a company name."),
    ("note", "x" * 10_001, f"“{'x' * 57}…” is too long."),
    ("town", "#REF!", "The cell holds an error of the spreadsheet (#REF!)."),
    ("postcode", "5863", "The postcode 5863 has only four digits."),
    ("postcode", "A-1010 Wien", "“A-1010 Wien” is not a postcode."),
    ("postcode_town", "5876 Altena", "The postcode 5876 has only four digits."),
    ("ags", "05962", "“05962” is not a municipality key."), ("ags", "05962999", "No municipality of the region has the key 05962999."),
    ("register", "90125", "The register number 90125 lacks its register."), ("register", "HRB Hagen", "“HRB Hagen” holds no register number."),
    ("register_kind", "X", "“X” is not a register."),
    ("vat_id", "DE999900120", "The VAT ID DE999900120 cannot be right: its check digit does not fit."), ("vat_id", "DE12", "“DE12” is not a VAT ID."),
    ("wz", "99.99", "“99.99” is not a code of WZ 2008."), ("wz", "25.53", "The code 25.53 is not in WZ 2008 but in WZ 2025."), ("wz", "Metall", "“Metall” is not a code"),
    ("staff", "ca. 35", "“ca. 35” is not an exact number. Please type the number alone, for example 35."),
    ("staff", "50-100", "“50-100” names a range. Please type one number, for example 50."),
    ("staff", "viele", "“viele” is not a number."), ("staff", "-5", "-5 is negative."), ("staff", "99999999", "99999999 is too large for a number of staff."),
    ("staff", "٣٥", "“٣٥” is not a number."),
    ("turnover", "9999999999999", "9999999999999 is too large an amount."),
    ("automotive_share", "120 %", "120 % is more than 100 percent."), ("email", "a(at)b.example", "“a(at)b.example” is not an e-mail address."),
    ("email", "a@b.example; c@d.example", "“a@b.example; c@d.example” is not an e-mail address."), ("website", "keine", "“keine” is not the address of a website."),
    ("first_contact", "31.02.2026", "31.02.2026 is not a day in the calendar. Please type the right date, for example 28.02.2026."),
    ("first_contact", "00.03.2026", "00.03.2026 is not a day in the calendar. Please type the right date, for example 01.03.2026."),
    ("first_contact", "07.13.2026", "“07.13.2026” is not a date: there is no month 13."), ("first_contact", "Frühjahr", "“Frühjahr” is not a date."),
    ("first_contact", "01.01.0203", "The year 203 cannot be right."),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "sentence"), PROBLEMS)
def test_problems_say_what_to_do(field, text, sentence):
    found = problem(field, text)
    assert found[: len(sentence)] == sentence
    assert "Please" in found


def test_one_percent_or_a_hundred_is_asked():
    assert (
        problem("automotive_share", "1", shares="mixed")
        == "1 may mean 1 % or 100 %. Please type it with the percent sign."
    )


def test_a_problem_leaves_the_other_values():
    values, problems = parse_fields(
        {"name": "A", "legal_form": "gmbh", "street": "Weg", "house_number": "7", "staff": "viele"}
    )
    assert values == {"name": "A GmbH", "legal_form": "GmbH", "street": "Weg 7"}
    assert list(problems) == ["staff"]


def test_values_can_be_stored():
    values = parsed(sample("gws_teilnehmerliste.xlsx"))[1].rows[0].values
    stored = json.loads(json.dumps(jsonable(values)))
    assert (stored["first_contact"], stored["staff"], stored["certificates"]) == ("2026-09-16", "8.00", ["ISO 13485"])


def test_an_unknown_field_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        parse_value("colour", "red")


@given(st.sampled_from(list(FIELDS)), st.text(max_size=80))
def test_any_text_gives_a_value_or_a_sentence(field, text):
    found, sentence = parse_value(field, text)
    assert found is None or sentence == ""
    assert json.dumps(jsonable({field: found}))
