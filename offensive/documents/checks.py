"""What an uploaded file is, judged by its content and never by its name; nothing that can run is let in."""

import re
import zipfile
import zlib

from django.utils.translation import gettext as _

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT, CSV = "text/plain", "text/csv"
# Content type and the ending its name gets; the first of several is the usual one.
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), XLSX: (".xlsx",), CSV: (".csv",), TEXT: (".txt",)}

_HEAD_BYTES = 64 * 1024
_INFLATED_AT_MOST = 5 * 1024 * 1024
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
# Actions that run something when the file is opened or clicked (ISO 32000-1, 12.6.4), and what carries them.
_ACTIVE_IN_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|XFA|ImportData|SubmitForm)(?![A-Za-z0-9])")
_ACTIVE_IN_XLSX = re.compile(r"vbaProject|activeX/|macrosheets/|externalLinks/|embeddings/.*\.bin", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:!doctype|html|script|svg|\?xml|\?php|iframe|body)|^#!", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# The longer marks first: that of UTF-32 begins like that of UTF-16.
_BYTE_ORDER_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}


class DocumentError(Exception):
    """A message for the person who uploads: what is wrong with the file, and what to do."""


def content_type_of(file, name):
    """The content type of the seekable binary ``file``; ``name`` only tells CSV from other text.

    Raises ``DocumentError`` for an empty file, a kind that is not kept here, and active content.
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if not head:
        raise DocumentError(_("The file is empty. Please choose another one."))
    if b"%PDF-" in head[:1024]:
        _check_pdf(file)
        return PDF
    if head.startswith(b"PK\x03\x04"):
        _check_xlsx(file)
        return XLSX
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return _text_type(head, name)


def _check_pdf(file):
    file.seek(0)
    content = file.read()
    # Streams hold pictures and fonts, whose bytes may look like anything; but objects may hide in them.
    structure = _STREAM.sub(b" ", content)
    if re.search(rb"/Encrypt(?![A-Za-z0-9])", structure):
        raise DocumentError(_("This PDF is protected with a password. Please save it without protection."))
    parts = [structure, *_object_streams(content)]
    if any(_ACTIVE_IN_PDF.search(_plain_names(part)) for part in parts):
        raise DocumentError(
            _("This PDF contains scripts or actions. Please print it to a new PDF and choose that one.")
        )


def _object_streams(content):
    for found in _STREAM.finditer(content):
        dictionary = content[max(0, found.start() - 400) : found.start()].rpartition(b"obj")[2]
        if b"ObjStm" in dictionary:
            yield _inflated(found.group(1))


def _inflated(data):
    try:
        return zlib.decompressobj().decompress(data, _INFLATED_AT_MOST)
    except zlib.error:
        return data


def _plain_names(part):
    """Names of PDF may be written with hexadecimal characters: /J#61vaScript is /JavaScript."""
    return _HEX_IN_NAME.sub(lambda found: bytes([int(found.group(1), 16)]), part)


def _check_xlsx(file):
    """By the archive's directory alone; nothing is unpacked."""
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DocumentError(_("The file is damaged. Please save it again and choose it once more.")) from error
    if "xl/workbook.xml" not in names:
        raise not_kept()
    if any(_ACTIVE_IN_XLSX.search(name) for name in names):
        raise DocumentError(_("This workbook contains macros or links to other files. Please save it as a plain XLSX."))


def _text_type(head, name):
    text = _decoded(head)
    if text is None or _CONTROL.search(text):
        raise not_kept()
    if _MARKUP.search(text[:4096]):
        raise DocumentError(_("Web pages, XML and programs are not kept here. Please save the file as a PDF."))
    return CSV if name.casefold().endswith(".csv") else TEXT


def _decoded(head):
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), None)
    if encoding in ("utf-16", "utf-32"):
        return head[: len(head) // 4 * 4].decode(encoding, errors="replace")
    if encoding is None and b"\x00" in head:
        # UTF-16 without a mark: every second byte of western text is zero.
        odd, even = head[1::2].count(0), head[0::2].count(0)
        encoding = "utf-16-le" if odd > even else "utf-16-be"
        return head[: len(head) // 2 * 2].decode(encoding, errors="replace") if max(odd, even) * 3 > len(head) else None
    return head.decode("cp1252", errors="replace")


def not_kept():
    """The error for a kind of file that is not kept here."""
    return DocumentError(
        _("This kind of file is not kept here. Please choose a PDF, a JPEG or PNG picture, an XLSX or CSV.")
    )
