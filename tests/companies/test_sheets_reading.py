# ruff: noqa: E501 - tables and sentences are easier to compare on one line
import io
import struct
import subprocess
import sys
import textwrap
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.sheets.columns import recognise
from companies.sheets.reading import read_table
from companies.sheets.rows import parse_list
from companies.sheets.table import SheetError
from tests.companies.sheets_data import archive, cells, read, sample, sheet_of, workbook, zipped

ROOT = Path(__file__).parent.parent.parent
CSV = "Firma;Ort;Umsatz\nMüller GmbH;Lüdenscheid;1.234,5\n"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def refusal(content, **more):
    with pytest.raises(SheetError) as caught:
        read_table(io.BytesIO(content), "list", **more)
    return str(caught.value)


def refused(content, sentence, **more):
    """The message begins with ``sentence``; what follows says what to do."""
    assert refusal(content, **more)[: len(sentence)] == sentence


def texts(content):
    return [line.cells for line in read(content).tables[0].lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("separator", ";\t|,")
def test_encodings_and_separators(encoding, separator):
    rows = [("Firma", "Ort", "Umsatz"), ("Müller GmbH", "Lüdenscheid", "1.234"), ("Öl & Süß AG", "Hagen", "5")]
    content = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    assert texts(content) == rows


def test_quotes_line_breaks_and_decimal_commas():
    content = b'Firma;Anschrift;MA\n"Muster; GmbH";"Weg 1\nHagen";4,5\n"Rohr 2"" AG";;7,5\n'
    assert texts(content)[1:] == [("Muster; GmbH", "Weg 1\nHagen", "4,5"), ('Rohr 2" AG', "", "7,5")]


def test_excels_own_separator_line_is_believed():
    assert texts(b"sep=|\nFirma|a;b;c\nMuster|d;e;f\n") == [("Firma", "a;b;c"), ("Muster", "d;e;f")]


def test_rows_keep_the_number_the_person_sees():
    assert [line.number for line in read(b"Firma;Ort\n\n;;\nMuster;Hagen\n").tables[0].lines] == [1, 4]


def test_formulas_in_text_stay_text():
    assert texts(b"Firma;Ort\n=1+1;+49 2331\n-x;@y\n")[1:] == [("=1+1", "+49 2331"), ("-x", "@y")]


def test_the_name_of_the_file_is_never_asked():
    assert read_table(io.BytesIO(CSV.encode()), "list.xlsx").kind == "csv"
    assert read_table(io.BytesIO(workbook(A=[["Firma"], ["Muster GmbH"]])), "list.csv").kind == "xlsx"


def test_cells_of_a_workbook_become_what_one_would_type():
    row = [58762, 804.9, 0.1 + 0.2, True, datetime(2026, 3, 7), (0.55,), " Müller\n", "12.345,6"]
    assert texts(workbook(A=[row])) == [("58762", "804,9", "0,3", "yes", "07.03.2026", "55 %", "Müller", "12.345,6")]


def test_a_formula_is_never_calculated():
    table = read(workbook(A=[["Firma", "MA"], ["Muster", "=SUM(1,2)"]])).tables[0]
    assert table.lines[1].cells == ("Muster", "=SUM(1,2)")
    assert table.formulas == {(2, 1)}


def test_dates_from_1904_and_hidden_sheets():
    book = '<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="A" state="hidden" r:id="rId1"/></sheets></workbook>'
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    table = read(archive(sheet_of('<row><c s="1"><v>1</v></c></row>'), book=book, styles=styles)).tables[0]
    assert (table.hidden, table.lines[0].cells) == (True, ("02.01.1904",))


def test_reading_aids_and_escapes_in_shared_strings():
    shared = (
        "<sst><si><r><t>Mus</t></r><r><t>ter</t></r><rPh><t>aside</t></rPh></si><si><t>a_x000D_b_xD800_</t></si></sst>"
    )
    sheet = sheet_of('<row r="7"><c r="B7" t="s"><v>0</v></c><c r="D7" t="s"><v>1</v></c></row>')
    line = read(archive(sheet, sharedStrings=shared)).tables[0].lines[0]
    assert (line.number, line.cells) == (7, ("", "Muster", "", "a\nb"))


@pytest.mark.parametrize("content", [b"", b"  \r\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b";;;\n;;;\n"])
def test_an_empty_file(content):
    assert refusal(content) == "The file is empty. Please choose the file that contains the list."


def test_an_empty_workbook():
    assert refusal(workbook(A=[])).startswith("The workbook has no filled cells.")


KINDS = {
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF file."),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(50), "This is a picture."),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(50), "This is a picture."),
    "gzip": (b"\x1f\x8b\x08" + bytes(50), "This is a packed archive."),
    "html": (b"<html><table><tr><td>Firma</td></tr></table></html>", "This is a web page or text document"),
    "rtf": (rb"{\rtf1 Firma}", "This is a web page or text document"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "This is a file of an old Office version"),
    "locked": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "The workbook is protected"),
    "ods": (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "This is an OpenDocument file"),
    "xlsb": (zipped({"xl/workbook.bin": "x"}), "This is a binary workbook"),
    "docx": (zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "This archive is not an Excel workbook."),
    "zip": (zipped({"list.csv": CSV}), "This archive is not an Excel workbook."),
    "cut": (workbook(A=[["Firma"]])[:900], "The file is damaged"),
    "binary": (bytes(range(256)) * 40, "This file does not look like a list"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_of_files_are_named(kind):
    refused(*KINDS[kind])


def test_an_encrypted_archive():
    content = bytearray(zipped({"[Content_Types].xml": "<a/>"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    refused(bytes(content), "The workbook is protected")


def test_too_large_is_refused_by_its_size():
    refused(b"a;b\n" * 300_000, "The file is larger than 1 MB.", max_bytes=1024 * 1024)


def test_a_stream_that_cannot_seek_is_counted():
    class Pipe(io.RawIOBase):
        def read(self, size=-1):
            return b"x" * size

    with pytest.raises(SheetError, match="larger than 20 MB"):
        read_table(Pipe(), "list")


@pytest.mark.parametrize("rows", [20_001, 100_000])
def test_too_many_rows(rows):
    refused(b"Firma;Ort\n" + b"Muster;Hagen\n" * rows, "The list has more than 20.000 rows.")
    refused(archive(sheet_of(*["<row><c><v>1</v></c></row>"] * rows)), "The list has more than 20.000 rows.")


def test_merely_formatted_rows_do_not_count():
    formatted = [f'<row r="{number}" ht="{number * 7919 % 300}"><c s="1"/></row>' for number in range(3, 60_000)]
    assert texts(archive(sheet_of(cells("Firma"), cells("Muster GmbH"), *formatted))) == [("Firma",), ("Muster GmbH",)]


def test_an_open_quotation_mark_swallows_no_rows():
    refused(
        b'Firma;Ort\n"Muster;Hagen\n' + b"Muster;Hagen\n" * 100, "A quotation mark is opened in row 2 and not closed"
    )


@pytest.mark.parametrize("where", ["sheet", "sharedStrings", "styles", "far", "wide"])
def test_declarations_are_refused(where):
    evil = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    contents = {
        "sheet": lambda: archive(evil),
        "sharedStrings": lambda: archive(sheet_of(cells("a")), sharedStrings=evil),
        "styles": lambda: archive(sheet_of(cells("a")), styles=evil),
        "far": lambda: archive(evil.replace("?><!", "?>" + " " * 9000 + "<!")),
        "wide": lambda: archive(evil.replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16")),
    }
    refused(contents[where](), "The workbook contains declarations that")


def test_a_workbook_that_unpacks_to_gigabytes():
    refused(archive(sheet_of(" " * 60_000_000)), "The workbook unpacks to far more than a list ")


def test_a_directory_that_lies_about_its_sizes():
    content = bytearray(archive(sheet_of(*[cells("Muster")] * 5000)))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, 10)
    refused(bytes(content), "The file is damaged")


def test_one_long_text_used_many_times():
    shared = f"<sst><si><t>{'lang ' * 6000}</t></si></sst>"
    content = archive(sheet_of(*["<row>" + '<c t="s"><v>0</v></c>' * 10 + "</row>"] * 500), sharedStrings=shared)
    refused(content, "The workbook unpacks to far more than a list ")


@pytest.mark.parametrize(
    "sheet",
    [
        "<worksheet>", "no xml", sheet_of('<row><c t="s"><v>5</v></c></row>'), sheet_of(cells("x" * 40_000)),
        '<?xml version="1.0" encoding="shift-jis"?><worksheet/>', '<?xml version="1.0" encoding="nothing"?><worksheet/>',
    ],
)  # fmt: skip
def test_damaged_sheets(sheet):
    refused(archive(sheet), "The file is damaged")


def test_more_columns_than_a_list_can_have():
    assert "more than 256 columns" in refusal(archive(sheet_of('<row><c r="ZZ1"><v>1</v></c></row>')))


MEASURED = """\
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from companies.sheets.columns import recognise
from companies.sheets.reading import read_table
from companies.sheets.rows import parse_list
from companies.sheets.table import SheetError
begun = time.process_time()
try:
    with Path(sys.argv[1]).open("rb") as file:
        sheet = read_table(file, "x")
    parse_list(sheet, recognise(sheet))
except SheetError:
    pass
# Processor time, as the machine is shared. The peak of this process alone: getrusage would tell that of the process it was forked from.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(time.process_time() - begun, int(peak.split()[1]) / 1024)
"""


def hostile_files():
    number = iter(range(10**9))
    return {
        "a sheet of blanks": lambda: archive(sheet_of(" " * 90_000_000)),
        "many attributes": lambda: archive(sheet_of("".join(f'<a b{next(number) % 97}="1"/>' for _ in range(2_000_000)))),
        "one endless row": lambda: archive(sheet_of("<row>" + "".join(f"<c><v>{next(number)}</v></c>" for _ in range(10**6)))),
        "many strings": lambda: archive(sharedStrings="<sst>" + "".join(f"<si><t>{next(number)}</t></si>" for _ in range(10**6))),
        "50 MB": lambda: b"a;b\n" * 13_000_000,
        "separators": lambda: b";" * 19_000_000,
        "quotes": lambda: b'"' * 19_000_000,
        "a full list": lambda: workbook(A=[["Firma", "PLZ", "Ort", "E-Mail"], *[["M GmbH", 58762, "Altena", "a@b.example"]] * 19_999]),
    }  # fmt: skip


@pytest.mark.parametrize("name", hostile_files())
def test_hostile_files_are_answered_in_time_and_memory(tmp_path, name):
    (tmp_path / "list").write_bytes(hostile_files()[name]())
    command = [sys.executable, "-c", textwrap.dedent(MEASURED), str(tmp_path / "list")]
    seconds, megabytes = map(
        float, subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    )
    print(f"{name}: {seconds:.1f} s, {megabytes:.0f} MB")
    assert seconds < 10
    assert megabytes < 400


def answered(answer):
    """A list of rows, perhaps none, or a sentence that is not empty."""
    assert isinstance(answer, list) or answer


def survives(content):
    """Whatever the bytes, the answer is a list or a sentence."""
    try:
        sheet = read(content)
        return [row.number for row in parse_list(sheet, recognise(sheet)).rows]
    except SheetError as error:
        return str(error)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_raise_anything_but_sheet_error(content):
    answered(survives(content))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252"]))
def test_no_text_raises_anything_but_sheet_error(text, encoding):
    answered(survives("Firma;PLZ;Register;Umsatz;Datum;E-Mail\n".encode(encoding) + text.encode(encoding, "ignore")))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_damaged_workbook_raises_anything_but_sheet_error(data):
    content = bytearray(data.draw(st.sampled_from([BOOK_FILE, sample("gws_teilnehmerliste.xlsx"), STORED])))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert survives(
        bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
        if data.draw(st.booleans())
        else bytes(content)
    )


def stored(content):
    """The same archive without compression, so that a changed byte is a changed letter of XML."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as file:
        for name in source.namelist():
            file.writestr(name, source.read(name))
    return target.getvalue()


BOOK_FILE = workbook(A=[["Firma", "Datum", "Anteil"], ["Muster GmbH", datetime(2026, 3, 7), (0.5,)]])
STORED = stored(BOOK_FILE)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(min_size=1, max_size=300), st.sampled_from(["sheet", "sharedStrings", "styles", "book"]), st.booleans()
)
def test_no_part_of_a_workbook_raises_anything_but_sheet_error(noise, part, wrapped):
    text = (
        b"<a><row r='x'><c r='A1' t='s' s='99'><v>" + noise.replace(b"<", b"") + b"</v></c></row></a>"
        if wrapped
        else noise
    )
    answered(survives(archive(**{"sheet": sheet_of(cells("Firma")), part: text})))
