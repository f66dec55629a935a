import zipfile
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from offensive.reports.content import content_hash
from offensive.reports.spreadsheet import enterprise_workbook
from tests.reports.report_samples import report_content


def sheets(content):
    workbook = load_workbook(BytesIO(enterprise_workbook(content)))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.rows] for sheet in workbook}


def test_each_enterprise_stands_with_its_first_delivery():
    rows = sheets(report_content())["Unternehmen"]

    assert rows[0] == (
        "Nr.",
        "Unternehmens-ID",
        "Unternehmen",
        "Größenklasse",
        "Ort",
        "Kreis",
        "Erste Leistung am",
        "Art der Leistung",
        "Titel der Leistung",
        "Partner",
        "Nachweis",
        "Zählt für",
    )
    assert rows[1] == (
        1,
        "000001",
        "Beispiel Gesenkschmiede 1 GmbH (fiktiv)",
        "Mittlere Unternehmen",
        "Iserlohn",
        "Märkischer Kreis",
        datetime(2026, 1, 13),
        "Beratung",
        "Marktanalyse Bahntechnik: Anforderungen und Zugang",
        "SIHK",
        "belegt",
        "RCO01, RCO04",
    )
    assert len(rows) == 13


def test_more_enterprises_than_the_pdf_prints_are_all_there():
    rows = sheets(report_content(enterprises=1200))["Unternehmen"]

    assert [row[0] for row in rows[1:]] == list(range(1, 1201))


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://192.0.2.1")', "+49 GmbH", "-tec GmbH", "@work GmbH", "\tTab GmbH"]
)
def test_a_name_like_a_formula_stays_a_name(name):
    data = enterprise_workbook(report_content(legal_name=name))
    cell = load_workbook(BytesIO(data))["Unternehmen"]["C2"]
    sheet = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")

    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)
    assert b"<f>" not in sheet


def test_enterprises_not_counted_stand_with_the_reason():
    rows = sheets(report_content(not_counted=1))["Nicht gezählt"]

    assert rows == [
        ("Unternehmens-ID", "Unternehmen", "Indikator", "Grund"),
        ("900000", "Nur Anruf 0 GmbH (fiktiv)", "RCO04", "Einmaliger Kontakt ohne Dokumentation"),
    ]


def test_sheet_says_which_report_it_belongs_to():
    facts = dict(sheets(report_content())["Angaben"])

    assert facts["Prüfsumme (SHA-256)"] == content_hash(report_content())
    assert facts["Berichtszeitraum"] == "01.01.2026 bis 30.06.2026"
    assert facts["Förderung"] == "Kofinanziert von der Europäischen Union"


def test_same_content_gives_the_same_bytes():
    assert enterprise_workbook(report_content()) == enterprise_workbook(report_content())


def test_empty_list_is_a_sheet_with_headings():
    assert len(sheets(report_content(enterprises=0))["Unternehmen"]) == 1
