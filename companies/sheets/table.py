"""What reading a list yields: tables of texts, whatever kind of file it was."""

from dataclasses import dataclass

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 256
MAX_CELLS = 800_000
MAX_CELL_CHARS = 32_767  # Excel's own limit
MAX_TEXT_CHARS = 40_000_000


class SheetError(Exception):
    """The file cannot be read as a list; the message tells the person why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table. ``number`` counts from 1, as the spreadsheet program shows it."""

    number: int
    cells: tuple[str, ...]

    def text(self, column):
        return self.cells[column] if column is not None and 0 <= column < len(self.cells) else ""

    @property
    def filled(self):
        return [column for column, text in enumerate(self.cells) if text]


@dataclass(frozen=True)
class Table:
    """One worksheet, or the whole of a CSV file. Rows without any text are not in ``lines``.

    ``formulas`` names cells (line number, column) that hold a formula whose
    result the file does not contain; nothing is ever calculated here.
    """

    name: str
    lines: tuple[Line, ...]
    formulas: frozenset = frozenset()
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """A file that could be read. ``kind`` is ``xlsx`` or ``csv``; CSV has exactly one table."""

    filename: str
    kind: str
    tables: tuple[Table, ...]


class Budget:
    """Counts what has been taken in, so that a small file cannot become a large memory."""

    def __init__(self, error):
        self.error = error
        self.cells = self.chars = 0

    def take(self, text):
        self.cells += 1
        self.chars += len(text)
        if self.cells > MAX_CELLS or self.chars > MAX_TEXT_CHARS or len(text) > MAX_CELL_CHARS:
            raise self.error()
        return text


# PostgreSQL refuses NUL, and no control character belongs into a name.
_UNPRINTABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 0xFEFF, 0x200B)) | {0xA0: " ", 13: "\n"}


def clean(text):
    """The text of a cell without control characters and without space around it."""
    return text.replace("\r\n", "\n").translate(_UNPRINTABLE).strip()
