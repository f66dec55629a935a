import json
import os
import re
import subprocess
import sys
from io import BytesIO
from itertools import pairwise

import pytest
from django.conf import settings
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from offensive.reports.content import content_hash, from_json, to_json
from offensive.reports.pdf import OwnFiles, own_files, render_pdf
from offensive.reports.rendering import render_html
from offensive.reports.spreadsheet import enterprise_workbook
from tests.reports.pdf_structure import fonts, marks_in_tree, tags, unmarked_painting
from tests.reports.report_samples import report_content


@pytest.fixture(scope="module")
def pdf():
    return render_pdf(report_content(enterprises=40))


@pytest.fixture(scope="module")
def reader(pdf):
    return PdfReader(BytesIO(pdf))


def words(text):
    return re.sub(r"\s+", " ", text)


def text_of(reader):
    return words(" ".join(page.extract_text() for page in reader.pages))


def text_in(page, family):
    """The text of ``page`` set in the font ``family``."""
    pieces = []

    def keep(text, matrix, text_matrix, font, size):
        if font and font["/BaseFont"].endswith(f"+{family}"):
            pieces.append(text)

    page.extract_text(visitor_text=keep)
    return "".join(pieces)


def test_the_stored_content_gives_the_same_file_again(pdf):
    assert render_pdf(from_json(to_json(report_content(enterprises=40)))) == pdf


def test_file_declares_itself_as_german_and_accessible(reader):
    catalog = reader.root_object
    xmp = catalog["/Metadata"].get_data().decode()

    assert catalog["/Lang"] == "de"
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean is not Python's
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata.title == "Fortschrittsbericht 1. Halbjahr 2026 – Industrieoffensive Märkische Region"
    assert re.findall(r'pdfuaid:part="(\d)"', xmp) == ["1"]


def test_every_section_has_a_bookmark(reader):
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "1 Kurzfassung",
        "2 Zielerreichung und Indikatoren",
        "3 Unternehmen im Befähigungsprozess",
        "4 Veranstaltungen",
        "5 Was gezählt wird und wie",
        "Anlage 1: Gezählte Unternehmen",
        "Anlage 2: Korrekturen gegenüber dem Vorbericht",
    ]


def test_everything_painted_is_tagged_or_an_artifact(reader):
    marks = marks_in_tree(reader)
    loose = [unmarked_painting(reader, page, marks[place]) for place, page in enumerate(reader.pages)]

    assert loose == [[]] * len(reader.pages)


def test_parent_tree_leads_from_each_mark_to_its_tag(reader):
    numbers = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    marks = marks_in_tree(reader)
    for place, page in enumerate(reader.pages):
        entries = enumerate(numbers[place * 2 + 1].get_object())
        named = {mark for mark, tag in entries if isinstance(tag.get_object(), dict)}
        assert (numbers[place * 2], named) == (page["/StructParents"], marks[place])


def test_every_figure_says_what_it_shows_within_the_page(reader):
    figures = [tag.element for tag in tags(reader) if tag.kind == "/Figure"]

    assert [figure["/Alt"] for figure in figures] == [
        "Emblem der Europäischen Union",
        "Balkendiagramm, seit Beginn erreicht, gemessen am Zielwert: RCO01 40 von 150; RCO04 40 von 150.",
        "Balkendiagramm, Unternehmen je Stufe am Ende des Berichtszeitraums: Erstgespräch 17; "
        "Profil und Kompetenzen 14; Marktanalyse 11; Erprobung 8; Markteintritt 5.",
    ]
    for figure in figures:
        left, bottom, right, top = figure["/A"]["/BBox"]
        assert 0 < left < right < 596
        assert 0 < bottom < top < 842


def test_headings_go_down_step_by_step(reader):
    levels = [int(tag.kind[2]) for tag in tags(reader) if re.fullmatch(r"/H\d", tag.kind)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_table_headers_have_a_scope_and_cells_name_their_headers(reader):
    found = tags(reader)
    headers = [tag.element for tag in found if tag.kind == "/TH"]
    cells = [tag.element for tag in found if tag.kind == "/TD"]
    known = {header["/ID"] for header in headers}

    assert {header["/A"]["/Scope"] for header in headers} == {"/Row", "/Column"}
    assert len(known) == len(headers)
    assert all(cell["/A"]["/Headers"] and set(cell["/A"]["/Headers"]) <= known for cell in cells)


def test_headings_of_the_list_are_repeated_on_each_page(reader):
    pages = [page.extract_text() for page in reader.pages if page.mediabox.width > page.mediabox.height]

    assert len(pages) > 2
    assert [words(page).count("Nr. Unternehmen Ort Größe Datum, Art") for page in pages] == [1] * len(pages)


def test_links_are_described_and_tagged(reader):
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    tagged = [tag for tag in tags(reader) if tag.kind == "/Link"]

    assert [link["/Contents"] for link in links if "/StructParent" in link] == [link["/Contents"] for link in links]
    assert len(tagged) == len(links) == 8


def test_all_fonts_are_ours_and_embedded(reader):
    assert fonts(reader) == {
        "Fira-Sans": True,
        "Fira-Sans-Semi-Bold": True,
        "Fira-Sans-Extended": True,
        "Ubuntu": True,
    }


def test_every_page_carries_the_statement_in_ubuntu_and_its_number(reader):
    for place, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert words(text_in(page, "Ubuntu")).strip() == "Kofinanziert von der Europäischen Union"
        assert f"Seite {place} von {len(reader.pages)}" in words(text)


def test_emblem_is_the_only_mark_and_ten_millimetres_high_or_more():
    html = render_html(report_content())
    css = own_files()["report:print.css"].read_text()

    assert set(re.findall(r'<img src="([^"]+)"', html)) == {"report:eu-emblem.svg"}
    heights = re.findall(r"cofunding img \{ height: (\d+)mm", css)
    assert [int(height) >= 10 for height in heights] == [True, True]


def test_hash_of_the_content_is_printed(reader):
    assert content_hash(report_content(enterprises=40)) in text_of(reader).replace(" ", "")


def test_spreadsheet_is_attached_as_data(reader):
    (file,) = [reference.get_object() for reference in reader.root_object["/AF"]]

    assert file["/UF"] == "unternehmen.xlsx"
    assert file["/AFRelationship"] == "/Data"
    assert file["/Desc"] == "Gezählte Unternehmen mit ihrer ersten anrechenbaren Leistung"
    assert file["/EF"]["/F"].get_data() == enterprise_workbook(report_content(enterprises=40))


def test_attendances_and_enterprises_stand_apart(reader):
    text = text_of(reader)

    assert "Teilnahmen (Personen) 119 Verschiedene Unternehmen 19" in text
    assert "138" not in text


@pytest.mark.parametrize(("enterprises", "listed"), [(3, True), (4, False)])
def test_list_is_printed_up_to_the_limit_and_attached_alone_above_it(enterprises, listed):
    html = render_html(report_content(enterprises=enterprises), annex_limit=3)

    assert ("report-list" in html) == listed
    assert ("Die Liste umfasst 4 Unternehmen und ist deshalb nicht abgedruckt." in html) == (not listed)


def test_report_without_anything_is_still_a_report():
    reader = PdfReader(BytesIO(render_pdf(report_content(enterprises=0, held=0, corrected=False, not_counted=0))))
    text = text_of(reader)

    assert "ist noch kein Unternehmen gezählt" in text
    assert "fanden keine Veranstaltungen statt" in text
    assert "Anlage 2" not in text


def test_corrections_name_both_values_and_the_reason(reader):
    assert (
        "RCO01 12 11 Zwei Einträge waren dasselbe Unternehmen und sind seit dem 14.05.2026 zusammengeführt."
        in text_of(reader)
    )


def test_names_are_text_and_never_markup():
    html = render_html(report_content(legal_name='<img src="http://192.0.2.1/x.png"> & Söhne GmbH'))

    assert "&lt;img src=&quot;http://192.0.2.1/x.png&quot;&gt; &amp; Söhne GmbH" in html


@pytest.mark.parametrize("url", ["http://192.0.2.1/x.png", "file:///etc/passwd", "report:../settings.py", "data:,x"])
def test_nothing_but_own_files_is_fetched(url):
    assert OwnFiles().fetch("report:print.css").read() == own_files()["report:print.css"].read_bytes()
    with pytest.raises(FatalURLFetchingError):
        OwnFiles().fetch(url)


def test_a_missing_font_stops_the_report_rather_than_changing_its_looks(settings, tmp_path):
    settings.BASE_DIR = tmp_path

    with pytest.raises(FatalURLFetchingError, match=r"report:report\.css"):
        render_pdf(report_content(enterprises=1))


def test_screen_shows_the_same_without_a_document_of_its_own_or_inline_style(settings):
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    html = render_html(report_content(), for_screen=True)

    assert html.strip().startswith('<article class="report" lang="de">')
    assert html.count("<h1>") == 1
    assert [word for word in ("style=", "<style", "<script", "report:") if word in html] == []


def test_five_hundred_enterprises_need_at_most_400_megabytes():
    measured = subprocess.run(
        [sys.executable, "-m", "tests.reports.measure", "500"],
        cwd=settings.BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(measured.stdout)

    assert figures["enterprises"] == 500
    assert figures["mb"] <= 400
