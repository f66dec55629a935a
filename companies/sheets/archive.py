"""A workbook is a ZIP archive: everything that can be refused from its directory is refused here."""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from companies.sheets.table import MAX_ROWS, SheetError

MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBER = 100 * 1024 * 1024
MAX_MEMBERS = 2_000
MAX_ELEMENTS = 3_500_000  # in all parts together; 20,000 rows of 40 columns of text have 3.2 million
MAX_RATIO = 200  # a long list packs about 20:1, an attack about 1000:1
_CHUNK = 1 << 16
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[\s/>]")
_VALUE = re.compile(rb"<(?:\w{1,20}:)?(?:v|is|f)[\s>]")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Archive:
    """Reads members of an archive piece by piece and never more than ``MAX_UNPACKED`` bytes in all."""

    def __init__(self, zipped):
        self._zipped = zipped
        self._names = {name.casefold(): name for name in zipped.namelist()}
        self._unpacked = self.elements = 0

    def __contains__(self, name):
        return name.casefold() in self._names

    def names(self, ending):
        return [name for name in self._zipped.namelist() if name.casefold().endswith(ending)]

    def chunks(self, name):
        """The member in pieces. The directory may lie about sizes, so what comes out is counted."""
        size = 0
        try:
            with self._zipped.open(self._names[name.casefold()]) as member:
                while piece := member.read(_CHUNK):
                    size += len(piece)
                    self._count(len(piece), size)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise damaged() from error

    def head(self, name):
        for piece in self.chunks(name):
            return piece[:4096]
        return b""

    def _count(self, piece, member):
        self._unpacked += piece
        # Sheets are gone through twice: once to count, once to read.
        if self._unpacked > 2 * MAX_UNPACKED or member > MAX_MEMBER:
            raise too_much()


def open_archive(content):
    """Check the archive in ``content`` without parsing any of it, and return it for reading.

    Raises SheetError for what is no workbook, is encrypted, unpacks to too much,
    declares entities or holds more than 20,000 filled rows in one sheet.
    """
    # Every entry of the directory starts with this mark: counted before zipfile builds an object for each.
    if content.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise damaged()
    try:
        zipped = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, LookupError, OverflowError) as error:
        raise damaged() from error
    _refuse_by_directory(zipped)
    archive = Archive(zipped)
    _refuse_other_documents(archive)
    _refuse_declarations(archive)
    _refuse_many_rows(archive)
    return archive


def damaged():
    return SheetError(
        _("The file is damaged and cannot be opened. Please open it in Excel, save it again and choose the new file.")
    )


def too_many_rows():
    return SheetError(
        _("The list has more than %(rows)s rows. Please divide it into several files of at most %(rows)s rows each.")
        % {"rows": f"{MAX_ROWS:,}".replace(",", ".")}
    )


def too_much():
    return SheetError(
        _(
            "The workbook unpacks to far more than a list of companies can need and was not opened. "
            "Please copy the list alone into a new workbook of at most %(rows)s rows."
        )
        % {"rows": f"{MAX_ROWS:,}".replace(",", ".")}
    )


def _refuse_by_directory(zipped):
    members = zipped.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise SheetError(
            _("The workbook is protected with a password. Please save it without a password and choose it again.")
        )
    absurd = any(
        member.file_size > MAX_MEMBER
        or (member.file_size > 5_000_000 and member.file_size > MAX_RATIO * max(member.compress_size, 1))
        for member in members
    )
    if absurd or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise too_much()


def _refuse_other_documents(archive):
    if "mimetype" in archive and b"opendocument" in archive.head("mimetype"):
        raise SheetError(_("This is an OpenDocument file (LibreOffice). Please save it there as Excel (.xlsx) or CSV."))
    if archive.names("workbook.bin"):
        raise SheetError(_("This is a binary workbook (.xlsb). Please open it in Excel and save it as .xlsx."))
    if "[Content_Types].xml" not in archive or not archive.names("workbook.xml"):
        raise SheetError(
            _("This archive is not an Excel workbook. Please unpack it and choose the list itself (.xlsx or CSV).")
        )


def _refuse_declarations(archive):
    """No spreadsheet program writes a document type or entities; who does wants to exhaust the reader."""
    for name in archive.names((".xml", ".rels")):
        if _DECLARED.search(archive.head(name).replace(b"\x00", b"")):
            raise declares_entities()


def declares_entities():
    return SheetError(
        _(
            "The workbook contains declarations that no spreadsheet program writes and was not opened. "
            "Please copy the list into a new workbook and choose that one."
        )
    )


def _refuse_many_rows(archive):
    for name in archive.names(".xml"):
        if "worksheets/" in name.casefold() and _filled_rows(archive.chunks(name)) > MAX_ROWS:
            raise too_many_rows()


def _filled_rows(chunks):
    """Rows holding a value. Rows that are merely formatted do not count: Excel writes a million of them."""
    count, rest = 0, b""
    for chunk in chunks:
        *rows, rest = _ROW.split(rest + chunk)
        count += sum(1 for row in rows if _VALUE.search(row))
        # An endless row is left to the counted read; only its beginning matters here.
        rest = rest if len(rest) < 4 * _CHUNK else rest[:_CHUNK] + rest[-64:]
        if count > MAX_ROWS:
            break
    return count + bool(_VALUE.search(rest))
