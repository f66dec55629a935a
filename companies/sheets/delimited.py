"""Text lists: CSV, TSV and what spreadsheet programs call so. Encoding and separator are found by trying."""

import codecs
import csv
import io
from collections import Counter
from itertools import islice

from django.utils.translation import gettext as _

from companies.sheets.archive import too_many_rows
from companies.sheets.table import MAX_COLUMNS, MAX_ROWS, Budget, Line, SheetError, Table, clean

_SEPARATORS = ";\t|,"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_BREAKS = 20  # line breaks inside one quoted cell
_ENDLESS = 1_000_000  # characters of one line


def read_delimited(content):
    """The table in ``content`` (bytes). Texts starting with = + - @ stay texts. Raises SheetError."""
    text = _decoded(content)
    if any(len(line) > _ENDLESS for line in io.StringIO(text, newline="")):
        raise not_a_list()
    separator, text = _separator(text)
    lines = tuple(_lines(text, separator))
    if not lines:
        raise SheetError(_("The file is empty. Please choose the file that contains the list."))
    return Table(name="", lines=lines)


def _lines(text, separator):
    budget, filled = Budget(not_a_list), 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            if any(cells):
                cells = _cells(cells, number, budget)
            if any(cells):
                filled += 1
                if filled > MAX_ROWS:
                    raise too_many_rows()
                yield Line(number, cells)
    except csv.Error as error:
        raise _open_quote(0) from error


def _cells(cells, number, budget):
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise not_a_list()
    if any(cell.count("\n") > _MAX_BREAKS for cell in cells):
        raise _open_quote(number)
    return tuple(budget.take(clean(cell)) for cell in cells)


def _open_quote(number):
    where = _("in row %(number)d") % {"number": number} if number else _("somewhere")
    return SheetError(
        _(
            "A quotation mark is opened %(where)s and not closed, so the rows cannot be told apart. "
            "Please open the file in Excel, save it as .xlsx and choose that file."
        )
        % {"where": where}
    )


def not_a_list():
    return SheetError(
        _("This file does not look like a list with rows and columns. Please choose an Excel or CSV file.")
    )


def _decoded(content):
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(content, encoding)
    for encoding in (_wide(content), "utf-8", "cp1252"):
        if encoding:
            try:
                return _checked(content, encoding)
            except SheetError:
                continue
    raise not_a_list()


def _checked(content, encoding):
    """Decode, and refuse what is no text: a list has no control characters to speak of."""
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        raise not_a_list() from error
    control = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32)))
    if control > len(text) // 1000 or "\x00" in text[:4096].rstrip("\x00"):
        raise not_a_list()
    return text


def _wide(content):
    """UTF-16 without a mark shows as a zero in nearly every second byte."""
    head = content[: 4096 - len(content) % 2] if len(content) < 4096 else content[:4096]
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > half * 0.7:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.7:
        return "utf-16-be"
    return None


def _separator(text):
    """The separator that cuts most rows into the same number of columns; Excel's ``sep=`` line is believed."""
    first, _newline, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], "\n" + rest
    return max(_SEPARATORS, key=lambda separator: _regularity(text[:65536], separator)), text


def _regularity(text, separator):
    try:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 100)
        widths = Counter(len(row) for row in rows if len(row) > 1)
    except csv.Error:
        return 0
    if not widths:
        return 0
    width, rows = max(widths.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]))
    return rows * (min(width, 40) - 1)
