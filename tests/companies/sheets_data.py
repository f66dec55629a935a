"""Lists as partners bring them, built for tests."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import xlsxwriter

from companies.sheets.columns import recognise
from companies.sheets.reading import read_table
from companies.sheets.rows import parse_list

SAMPLES = Path(__file__).parent.parent / "samples"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="x"><Default Extension="xml" ContentType="application/xml"/></Types>'
BOOK = (
    f'<workbook xmlns="{NAMESPACE}" xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="p"><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    '<Relationship Id="rId3" Type="x/styles" Target="styles.xml"/></Relationships>'
)


def read(content, name="list"):
    return read_table(io.BytesIO(content), name)


def parsed(content):
    """(Mapping, ParsedList) of a file's bytes."""
    sheet = read(content)
    mapping = recognise(sheet)
    return mapping, parse_list(sheet, mapping)


def sample(name):
    return (SAMPLES / name).read_bytes()


def workbook(**sheets):
    """An XLSX file with one sheet for each keyword; cells starting with ``=`` become formulas without a result."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        day, percent = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "0%"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(number, column, value, day)
                    elif isinstance(value, str) and value.startswith("="):
                        sheet.write_formula(number, column, value, value="")
                    elif isinstance(value, tuple):
                        sheet.write_number(number, column, value[0], percent)
                    elif value is not None:
                        sheet.write(number, column, value)
    return target.getvalue()


def archive(sheet="<worksheet><sheetData/></worksheet>", **parts):
    """A workbook written by hand, for what no spreadsheet program would write."""
    members = {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/workbook.xml": parts.pop("book", BOOK),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
        **{f"xl/{name}.xml": text for name, text in parts.items()},
    }
    return zipped(members)


def zipped(members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return target.getvalue()


def cells(*texts):
    """One row of a sheet written by hand."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts) + "</row>"


def sheet_of(*rows):
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def by_number(content):
    """Rows by the list's own numbering."""
    return {row.own_number: row for row in parsed(content)[1].rows}
