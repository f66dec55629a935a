"""The list of counted enterprises as a spreadsheet, attached inside the report's PDF.

Every text is written as text: register numbers keep their zeros, and a company called "=cmd" is a company.
"""

from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter

from offensive.reports import wording
from offensive.reports.content import content_hash

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# (heading, width in characters)
ENTERPRISE_COLUMNS = (
    ("Nr.", 7),
    ("Unternehmens-ID", 18),
    ("Unternehmen", 44),
    ("Größenklasse", 22),
    ("Ort", 22),
    ("Kreis", 26),
    ("Erste Leistung am", 18),
    ("Art der Leistung", 24),
    ("Titel der Leistung", 44),
    ("Partner", 26),
    ("Nachweis", 12),
    ("Zählt für", 18),
)
NOT_COUNTED_COLUMNS = (("Unternehmens-ID", 18), ("Unternehmen", 44), ("Indikator", 12), ("Grund", 70))


def enterprise_workbook(content) -> bytes:
    """XLSX with the sheets "Unternehmen", "Nicht gezählt" and "Angaben"; the same content gives the same bytes."""
    output = BytesIO()
    # Rows are written once and let go, so that 10,000 enterprises need no more memory than ten.
    with xlsxwriter.Workbook(output, {"constant_memory": True, "strings_to_urls": False}) as workbook:
        workbook.set_properties(_properties(content))
        styles = _styles(workbook)
        _write_table(workbook, styles, "Unternehmen", ENTERPRISE_COLUMNS, map(_enterprise, content.enterprises))
        _write_table(workbook, styles, "Nicht gezählt", NOT_COUNTED_COLUMNS, map(_not_counted, content.not_counted))
        _write_table(workbook, styles, "Angaben", (("Angabe", 28), ("Wert", 72)), _facts(content))
    return output.getvalue()


def _properties(content):
    return {
        "title": f"Gezählte Unternehmen, {content.cover.title} {content.period.label}",
        "author": content.funding.grant_recipient,
        # Naive UTC: the writer prints it as given, and a clock of its own would change the bytes each time.
        "created": content.edition.built_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
    }


def _styles(workbook):
    return {
        "heading": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": workbook.add_format({"num_format": "@", "valign": "top"}),
        # The leading apostrophe of spreadsheets: text that stays text when somebody edits the cell.
        "quoted": workbook.add_format({"num_format": "@", "valign": "top", "quote_prefix": True}),
        "date": workbook.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "align": "left"}),
    }


def _write_table(workbook, styles, name, columns, rows):
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&LKofinanziert von der Europäischen Union&RSeite &P von &N")
    for column, (heading, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, styles["heading"])
    last = 0
    for last, row in enumerate(rows, start=1):
        _write_row(sheet, styles, last, row)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _write_row(sheet, styles, place, row):
    for column, value in enumerate(row):
        if isinstance(value, int):
            sheet.write_number(place, column, value)
        elif isinstance(value, str):
            sheet.write_string(place, column, value, styles["quoted" if value.startswith(FORMULA_STARTS) else "text"])
        else:
            midnight = datetime(value.year, value.month, value.day)
            sheet.write_datetime(place, column, midnight, styles["date"])


def _enterprise(row):
    return (
        row.number,
        row.company_id,
        row.legal_name,
        wording.SIZE_LABELS[row.size_class],
        row.town,
        row.district,
        row.first_delivery_on,
        row.first_delivery_kind,
        row.first_delivery_title,
        row.partner,
        wording.EVIDENCE_LABELS[row.evidence],
        ", ".join(row.counted_for),
    )


def _not_counted(row):
    return (row.company_id, row.legal_name, row.indicator, row.reason)


def _facts(content):
    period = content.period
    return (
        ("Programm", content.cover.programme),
        ("Bericht", f"{content.cover.title} {period.label}"),
        ("Berichtszeitraum", f"{wording.day(period.starts_on)} bis {wording.day(period.ends_on)}"),
        ("Aktenzeichen", content.funding.file_number),
        ("Stand", f"{wording.moment(content.edition.built_at)}, Ausgabe {content.edition.number}"),
        ("Zählregeln", content.edition.rule_version),
        ("Prüfsumme (SHA-256)", content_hash(content)),
        ("Förderung", "Kofinanziert von der Europäischen Union"),
    )
