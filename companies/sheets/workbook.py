"""Read the sheets of an XLSX workbook as texts, in one pass and without building a tree.

Numbers, percentages and dates become the text a German office would have typed,
so that a cell is read the same way whether it came from Excel, CSV or a form.
"""

import posixpath
import re
from functools import lru_cache
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from companies.sheets.archive import MAX_ELEMENTS, damaged, declares_entities, too_many_rows, too_much
from companies.sheets.numbers import german_number
from companies.sheets.table import MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS, Budget, Line, SheetError, Table, clean

MAX_SHEETS = 50
MAX_FORMATS = 65_536  # Excel's own limit
_LETTERS = re.compile(r"[A-Z]{1,3}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_workbook(archive):
    """All worksheets of the checked ``archive`` as Tables. Raises SheetError."""
    book = _Book(archive)
    tables = tuple(book.tables())
    if not any(table.lines for table in tables):
        raise SheetError(_("The workbook has no filled cells. Please choose the file that contains the list."))
    return tables


def _parse(archive, name, handler):
    """Feed a member to ``handler`` by local names. Elements are counted, declarations refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = _opening(archive, handler.opened)
    parser.EndElementHandler = lambda name: handler.closed(name.rpartition(":")[2])
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_declaration
    try:
        for chunk in archive.chunks(name):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise damaged() from error
    return handler


def _opening(archive, opened):
    def start(name, attributes):
        archive.elements += 1
        if archive.elements > MAX_ELEMENTS:
            raise too_much()
        opened(name.rpartition(":")[2], attributes)

    return start


def _refuse_declaration(*_details):
    raise declares_entities()


class _Handler:
    """The parts of a workbook are flat: local names are enough to tell where one is."""

    def opened(self, name, attributes):
        pass

    def closed(self, name):
        pass

    def text(self, data):
        pass


class _Relations(_Handler):
    def __init__(self):
        self.targets = {}

    def opened(self, name, attributes):
        if name == "Relationship" and len(self.targets) < 1000:
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


class _Contents(_Handler):
    """xl/workbook.xml: the sheets in their order, and from when dates are counted."""

    def __init__(self):
        self.sheets = []
        self.epoch = CALENDAR_WINDOWS_1900

    def opened(self, name, attributes):
        if name == "sheet" and len(self.sheets) < MAX_SHEETS:
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", "")[:255], relation, hidden))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904


class _Styles(_Handler):
    """xl/styles.xml: which cell formats show a date or a percentage."""

    def __init__(self):
        self.codes = dict(BUILTIN_FORMATS)
        self.kinds = []
        self.in_formats = False

    def opened(self, name, attributes):
        if name == "numFmt":
            self.codes[_integer(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self.in_formats = True
        elif name == "xf" and self.in_formats and len(self.kinds) < MAX_FORMATS:
            self.kinds.append(_kind(self.codes.get(_integer(attributes.get("numFmtId")), "")))

    def closed(self, name):
        if name == "cellXfs":
            self.in_formats = False


@lru_cache(maxsize=256)
def _kind(code):
    if "%" in code:
        return "percent"
    return "date" if is_date_format(code) else ""


class _Texts(_Handler):
    """Collects text between tags; a reading aid (rPh) is no part of the word it explains."""

    def __init__(self):
        self.pieces = None
        self.length = 0
        self.aside = False

    def collect(self):
        self.pieces, self.length = [], 0

    def text(self, data):
        if self.pieces is not None and not self.aside:
            self.length += len(data)
            if self.length > MAX_CELL_CHARS:
                raise damaged()
            self.pieces.append(data)

    def taken(self):
        text, self.pieces = "".join(self.pieces or ()), None
        return text


class _SharedStrings(_Texts):
    def __init__(self):
        super().__init__()
        self.strings = []
        self.budget = Budget(too_much)
        self.parts = []

    def opened(self, name, attributes):
        if name == "si":
            self.parts = []
        elif name == "t":
            self.collect()
        elif name == "rPh":
            self.aside = True

    def closed(self, name):
        if name == "t" and self.pieces is not None:
            self.parts.append(self.taken())
        elif name == "rPh":
            self.aside = False
        elif name == "si":
            self.strings.append(self.budget.take(clean(unescaped("".join(self.parts)))))


class _Cells(_Texts):
    """One worksheet. Formulas are not calculated: the stored result counts, and where there is none, that is noted."""

    def __init__(self, book):
        super().__init__()
        self.book = book
        self.lines, self.formulas = [], set()
        self.row = self.column = 0
        self.cells, self.cell, self.parts = {}, {}, []

    def opened(self, name, attributes):
        if name == "c":
            self._open_cell(attributes)
        elif name in ("v", "t", "f"):
            self.collect()
        elif name == "row":
            self.row = _integer(attributes.get("r")) or self.row + 1
            self.column, self.cells = -1, {}
        elif name == "rPh":
            self.aside = True

    def _open_cell(self, attributes):
        letters = _LETTERS.match(attributes.get("r", ""))
        self.column = _column(letters[0]) if letters else self.column + 1
        self.cell = {"t": attributes.get("t", "n"), "s": _integer(attributes.get("s"))}
        self.parts = []

    def closed(self, name):
        if name in ("v", "f") and self.pieces is not None:
            self.cell[name] = self.taken()
        elif name == "t" and self.pieces is not None:
            self.parts.append(self.taken())
        elif name == "c":
            self._close_cell()
        elif name == "rPh":
            self.aside = False
        elif name == "row" and self.cells:
            self._close_row()

    def _close_cell(self):
        text = self._cell_text()
        if "f" in self.cell and not text:
            self.formulas.add((self.row, self.column))
            text = "=" + self.cell["f"]
        if not text:
            return
        if self.column >= MAX_COLUMNS:
            raise SheetError(
                _("The list has more than %(columns)d columns. Please copy the columns you need into a new workbook.")
                % {"columns": MAX_COLUMNS}
            )
        self.cells[self.column] = self.book.budget.take(text)

    def _cell_text(self):
        kind, value = self.cell.get("t"), self.cell.get("v", "")
        if kind == "s":
            return self.book.shared(value)
        if kind == "inlineStr":
            return clean(unescaped("".join(self.parts)))
        if kind == "n":
            return self.book.number(value, self.cell.get("s", 0))
        if kind == "b":
            return _("yes") if value == "1" else _("no")
        return clean(unescaped(value))

    def _close_row(self):
        if len(self.lines) >= MAX_ROWS:
            raise too_many_rows()
        width = max(self.cells) + 1
        self.lines.append(Line(self.row, tuple(self.cells.get(column, "") for column in range(width))))
        self.cells = {}


class _Book:
    """Knows where things are in the archive and what the parts have in common."""

    def __init__(self, archive):
        self.archive = archive
        self.budget = Budget(too_much)
        self.path = self._workbook_path()
        self.relations = self._relations(self.path)
        self.contents = _parse(archive, self.path, _Contents())
        self.kinds = self._part("styles", _Styles, "kinds")
        self.strings = self._part("sharedStrings", _SharedStrings, "strings")

    def _workbook_path(self):
        targets = self._relations("").values()
        path = next((target for kind, target in targets if kind == "officeDocument"), "xl/workbook.xml")
        path = posixpath.normpath(path.lstrip("/"))
        return path if path in self.archive else self.archive.names("workbook.xml")[0]

    def _relations(self, path):
        folder, name = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        return _parse(self.archive, relations, _Relations()).targets if relations in self.archive else {}

    def _located(self, target):
        if target.startswith("/"):
            return posixpath.normpath(target.lstrip("/"))
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), target))

    def _part(self, kind, handler, result):
        path = next((self._located(target) for found, target in self.relations.values() if found == kind), "")
        return getattr(_parse(self.archive, path, handler()), result) if path and path in self.archive else []

    def tables(self):
        for name, relation, hidden in self.contents.sheets:
            kind, target = self.relations.get(relation, ("", ""))
            path = self._located(target)
            if kind == "worksheet" and path in self.archive:
                cells = _parse(self.archive, path, _Cells(self))
                yield Table(name, tuple(cells.lines), frozenset(cells.formulas), hidden)

    def shared(self, index):
        index = _integer(index, -1)
        if not 0 <= index < len(self.strings):
            raise damaged()
        return self.strings[index]

    def number(self, text, style):
        """The text an office would type for a stored number: 58762, 804,9, 55 %, 07.03.2026."""
        try:
            value = float(text)
        except ValueError:
            return clean(text)
        kind = self.kinds[style] if 0 <= style < len(self.kinds) else ""
        if kind == "date":
            return self._date(value) or german_number(value)
        return f"{german_number(round(value * 100, 10))} %" if kind == "percent" else german_number(value)

    def _date(self, value):
        try:
            moment = from_excel(value, self.contents.epoch)
            return moment.strftime("%d.%m.%Y") if hasattr(moment, "year") else moment.strftime("%H:%M")
        except (ValueError, OverflowError, TypeError, AttributeError):
            return ""


def unescaped(text):
    """Excel writes characters XML cannot hold as _x000D_; half characters (surrogates) are dropped."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match):
    code = int(match[1], 16)
    return "" if 0xD800 <= code <= 0xDFFF else chr(code)


def _integer(text, otherwise=0):
    try:
        return int(text) if text and len(text) < 10 else otherwise
    except ValueError:
        return otherwise


def _column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
