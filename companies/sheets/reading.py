"""Open a list as an office keeps it. What a file is, its content says; its name is never asked."""

import os

from django.utils.translation import gettext as _

from companies.sheets.archive import open_archive
from companies.sheets.delimited import read_delimited
from companies.sheets.table import MAX_BYTES, Sheet, SheetError
from companies.sheets.workbook import read_workbook

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_PACKED = (b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh9", b"\xfd7zXZ\x00")
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"{\\rtf", b"<workbook")


def read_table(stream, filename, *, max_bytes=MAX_BYTES):
    """Read an XLSX or CSV file from the binary ``stream``.

    ``filename`` is kept for display alone. Files of more than ``max_bytes`` bytes
    or 20,000 rows are refused without being parsed. Raises SheetError, and nothing else.
    """
    content = _content(stream, max_bytes)
    _refuse_other_kinds(content)
    if content.startswith(b"PK"):
        return Sheet(filename, "xlsx", read_workbook(open_archive(content)))
    return Sheet(filename, "csv", (read_delimited(content),))


def _content(stream, max_bytes):
    if _size(stream) > max_bytes:
        raise _too_large(max_bytes)
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise SheetError(_("The file is empty. Please choose the file that contains the list."))
    return content


def _size(stream):
    """The length in bytes where the stream can tell; a stream that cannot seek is counted while reading."""
    try:
        position = stream.tell()
        size = stream.seek(0, os.SEEK_END)
        stream.seek(position)
    except (AttributeError, OSError, ValueError):
        return 0
    return size - position if isinstance(size, int) else 0


def _too_large(max_bytes):
    return SheetError(
        _(
            "The file is larger than %(size)d MB. Please copy the list alone, without pictures and other sheets, "
            "into a new file and choose that one."
        )
        % {"size": max_bytes // (1024 * 1024)}
    )


def _refuse_other_kinds(content):
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith(_COMPOUND):
        raise _compound(content)
    if b"%pdf-" in content[:1024].lower():
        raise SheetError(
            _("This is a PDF file. Please open the list in the program it was made with and save it as Excel or CSV.")
        )
    if content.startswith(_PICTURES) or content[8:12] == b"WEBP" or content[4:8] == b"ftyp":
        raise SheetError(_("This is a picture. Please choose the list itself, as an Excel or CSV file."))
    if content.startswith(_PACKED):
        raise SheetError(_("This is a packed archive. Please unpack it and choose the list inside."))
    if head.startswith(_MARKUP):
        raise SheetError(
            _("This is a web page or text document, not a list. Please open it in Excel and save it as .xlsx.")
        )


def _compound(content):
    if "EncryptedPackage".encode("utf-16-le") in content:
        return SheetError(
            _("The workbook is protected with a password. Please save it without a password and choose it again.")
        )
    return SheetError(_("This is a file of an old Office version (.xls or .doc). Please open it and save it as .xlsx."))
