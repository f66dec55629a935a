"""A list as a file is what the list says: text stays text, numbers stay numbers, and nothing is ever computed."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.utils import translation
from openpyxl import load_workbook

from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from offensive.tenancy.spreadsheets import FORMULA_STARTS, comma_separated, exported, workbook

HOSTILE = (
    '=HYPERLINK("http://boese.example";"klick")',
    "=cmd|' /C calc'!A0",
    "+49 2331 12345",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
)
DAY = date(2026, 3, 1)
HARMLESS = ("05914000", "Müller & Söhne; „Präzision“", 'sagt "ja"', "25.11.2026", "1E5", "")


@pytest.fixture(autouse=True)
def in_german():
    with translation.override("de"):
        yield


def sheet_cells(columns, rows):
    (sheet,) = load_workbook(BytesIO(workbook("Liste", columns, rows))).worksheets
    return [list(row) for row in sheet.iter_rows()]


def comma_cells(columns, rows):
    text = comma_separated(columns, rows).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_of_the_workbook_is_never_a_formula(text):
    _, (cell,) = sheet_cells(["Name"], [(text,)])
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text.replace("\r", "_x000D_"), True)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_of_the_comma_file_is_never_a_formula(text):
    _, (cell,) = comma_cells(["Name"], [(text,)])
    assert cell == f"'{text}"
    assert not cell.startswith(FORMULA_STARTS)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_handed_out_as_it_is(text):
    _, (cell,) = comma_cells(["Name"], [(text,)])
    assert cell == text
    _, (cell,) = sheet_cells(["Name"], [(text,)])
    assert (cell.value or "", cell.quotePrefix) == (text, False)


def test_identifiers_keep_their_zeros_and_numbers_can_be_summed():
    _, cells = sheet_cells(["AGS", "Zahl", "Betrag", "Tag", "leer"], [("05914000", -3, Decimal("-1234.50"), DAY, None)])
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "d", "n"]
    assert [cell.value for cell in cells] == ["05914000", -3, -1234.5, datetime(2026, 3, 1), None]


def test_the_comma_file_reads_as_german_programs_do():
    raw = comma_separated(["Größe", "Betrag", "Tag"], [("klein", Decimal("-1234.50"), DAY)])
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig") == '"Größe";"Betrag";"Tag"\r\n"klein";"-1234,50";"01.03.2026"\r\n'


def test_a_moment_is_told_by_the_day_people_here_had():
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)  # half past midnight in Hagen
    assert comma_cells(["Tag"], [(late,)])[1] == ["01.03.2026"]
    assert sheet_cells(["Tag"], [(late,)])[1][0].value == datetime(2026, 3, 1)


def test_handing_out_is_logged_with_filter_and_number_of_rows(site):
    acting = site.acting[Role.LEAD_COORDINATOR]
    with membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug):
        answer = exported(
            acting,
            "xlsx",
            name="liste",
            table="companies_company",
            columns=["A"],
            rows=iter([("a",), ("b",)]),
            told="Hagen",
        )
    assert answer["Content-Disposition"] == 'attachment; filename="liste.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"
    with system_scope(site.programme.pk, "setup.reference"):
        (entry,) = LogEntry.objects.filter(operation="EXPORT")
    assert (entry.user, entry.changed["rows"][1], entry.changed["filter"][1]) == (acting.user_id, 2, "Hagen")


def test_an_unknown_kind_hands_out_and_logs_nothing(site):
    acting = site.acting[Role.LEAD_COORDINATOR]
    with membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug), pytest.raises(KeyError):
        exported(acting, "ods", name="liste", table="companies_company", columns=["A"], rows=[], told="")
    with system_scope(site.programme.pk, "setup.reference"):
        assert not LogEntry.objects.filter(operation="EXPORT").exists()
