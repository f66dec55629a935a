"""Lists as files for spreadsheets: XLSX, and CSV as German programs read it. No cell ever becomes a formula."""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import number_format

from offensive.tenancy.logging import log_access
from offensive.tenancy.models import LogEntry

# As OWASP lists them ("CSV Injection"); the full-width signs are taken for formulas by Japanese and Chinese programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def exported(acting, kind, *, name, table, columns, rows, told):
    """The answer that hands out a list as ``kind`` ("xlsx" or "csv"), recorded in the log as an export.

    ``columns`` are headings, ``rows`` tuples of text, whole numbers, Decimal, dates, moments or None. ``told`` is the
    filter in words, which the log keeps. Raises ``KeyError`` for an unknown kind.
    """
    content_type = KINDS[kind]
    rows = list(rows)
    log_access(acting, LogEntry.Operation.EXPORT, table=table, row="", title=name, filter=told, rows=len(rows))
    body = workbook(name, columns, rows) if kind == "xlsx" else comma_separated(columns, rows)
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def workbook(name, columns, rows) -> bytes:
    """One sheet; texts are written as texts and dates as dates."""
    output = BytesIO()
    # Each row is written and let go, so that 10,000 rows need no more memory than ten.
    with xlsxwriter.Workbook(output, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name[:31])
        styles = _styles(book)
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(columns):
            sheet.set_column(place, place, max(14, len(heading) + 4))
            sheet.write_string(0, place, heading, styles["heading"])
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write(sheet, styles, number, place, value)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    return output.getvalue()


def _styles(book):
    return {
        "heading": book.add_format({"bold": True, "bottom": 1}),
        "text": book.add_format({"num_format": "@"}),
        # The leading apostrophe of spreadsheets: text that stays text when somebody edits the cell.
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        "date": book.add_format({"num_format": "dd.mm.yyyy", "align": "left"}),
    }


def _write(sheet, styles, number, place, value):
    if value is None:
        return
    if isinstance(value, int | Decimal):
        sheet.write_number(number, place, value)
    elif isinstance(value, date):
        day = _day(value)
        sheet.write_datetime(number, place, datetime(day.year, day.month, day.day), styles["date"])
    else:
        text = str(value)
        sheet.write_string(number, place, text, styles["quoted" if text.startswith(FORMULA_STARTS) else "text"])


def _day(value):
    """A moment is kept in UTC; its day is the one people here had then."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def comma_separated(columns, rows) -> bytes:
    """Semicolons and a byte order mark: so German Excel opens it with umlauts and columns in place."""
    output = StringIO()
    writer = csv.writer(output, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(value) for value in row])
    return b"\xef\xbb\xbf" + output.getvalue().encode()


def _text(value):
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{_day(value):%d.%m.%Y}"
    if isinstance(value, Decimal):
        return number_format(value)
    text = str(value)
    # In CSV nothing says "text": an apostrophe keeps a program from taking it for a formula.
    return f"'{text}" if not isinstance(value, int) and text.startswith(FORMULA_STARTS) else text
