"""Files that mean harm, and files that merely are the wrong ones."""

# ruff: noqa: E501 - one file a line

import io
import struct
import zipfile
import zlib

from tests.companies.sheets_data import archive, workbook, zipped

SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1024 * 1024
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def list_of(rows, *, width=2):
    """A CSV list with so many rows below its headings."""
    rest = ";x" * (width - 2)
    return b"Firma;Ort\n" + b"".join(f"Muster {number} GmbH;Hagen{rest}\n".encode() for number in range(rows))


def excel_list_of(rows):
    return workbook(A=[["Firma", "Ort"], *[[f"Muster {number} GmbH", "Hagen"] for number in range(rows)]])


def bomb(megabytes, *, honest=True, member=SHEET):
    """A workbook of some kilobytes whose sheet unpacks to so many megabytes. Made without ever holding them.

    Not ``honest``: the archive's directory says that the sheet has 4 kB.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive()), "r") as good, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            if name != member:
                bad.writestr(name, good.read(name))
        with bad.open(member, "w", force_zip64=True) as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _each in range(megabytes):
                sheet.write(b" " * MEGABYTE)
    content = target.getvalue()
    return content if honest else lying(content, member, 4096)


def lying(content, member, size):
    """The same archive; its directory says that ``member`` has ``size`` bytes."""
    changed = bytearray(content)
    at = content.rindex(member.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<L", changed, at + 24, size)
    return bytes(changed)


def overlapping(entries):
    """One packed member that many entries of the directory point to (after D. Fifield)."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packed.compress(b" " * 90 * MEGABYTE) + packed.flush()
    name = SHEET.encode()
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(kernel), 90 * MEGABYTE, len(name), 0)
    numbered = [f"xl/worksheets/sheet{number}.xml".encode() for number in range(entries)]
    directory = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(kernel), 90 * MEGABYTE, len(each), 0, 0, 0, 0, 0, 0)
        + each
        for each in numbered
    )  # fmt: skip
    body = local + name + kernel
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), len(body), 0)
    return body + directory + end


def sheet(*rows):
    return f"<worksheet><sheetData>{''.join(rows)}</sheetData></worksheet>"


QUICK = {
    # what it is: (file, its name, how the answer begins)
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(5000), "liste.pdf", "Dies ist eine PDF-Datei."),
    "PDF named xlsx": (lambda: b"%PDF-1.4\n", "liste.xlsx", "Dies ist eine PDF-Datei."),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9000), "liste.xls", "Dies ist eine Datei einer alten"),
    "OpenDocument": (lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "liste.ods", "Dies ist eine OpenDocument-Datei"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000), "liste.png", "Dies ist ein Bild."),
    "picture named csv": (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "liste.csv", "Dies ist ein Bild."),
    "program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 90, "liste.csv", "Diese Datei sieht nicht nach einer Liste"),
    "Windows program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 90, "liste.xlsx", "Diese Datei sieht nicht nach einer Liste"),
    "noise": (lambda: zlib.compress(bytes(range(256)) * 900, 9)[2:] * 30, "liste.csv", "Diese Datei sieht nicht nach einer Liste"),
    "web page": (lambda: b"<!DOCTYPE html><table><tr><td>Firma</td></tr></table>", "liste.xls", "Dies ist eine Webseite"),
    "empty": (lambda: b"", "liste.xlsx", "Die Datei ist leer."),
    "blank": (lambda: b"\xef\xbb\xbf \r\n;;\n", "liste.csv", "Die Datei ist leer."),
    "cut short": (lambda: excel_list_of(20)[:2000], "liste.xlsx", "Die Datei ist beschädigt"),
    "too many rows, csv": (lambda: list_of(20_001), "liste.csv", "Die Liste hat mehr als 20.000 Zeilen."),
    "too many rows, xlsx": (lambda: excel_list_of(20_001), "liste.xlsx", "Die Liste hat mehr als 20.000 Zeilen."),
    "laughs in the sheet": (lambda: archive(LAUGHS + sheet("<row><c><v>&j;</v></c></row>")), "liste.xlsx", "Die Arbeitsmappe enthält Angaben"),
    "laughs in the strings": (lambda: archive(sheet(), sharedStrings=f"{LAUGHS}<sst><si><t>&j;</t></si></sst>"), "liste.xlsx", "Die Arbeitsmappe enthält Angaben"),
    "laughs in the workbook": (lambda: archive(book=f"{LAUGHS}<workbook><sheets>&j;</sheets></workbook>"), "liste.xlsx", "Die Arbeitsmappe enthält Angaben"),
    "entity of another file": (lambda: archive(OUTSIDE + sheet("<row><c><v>&e;</v></c></row>")), "liste.xlsx", "Die Arbeitsmappe enthält Angaben"),
    "bomb of 300 MB": (lambda: bomb(300), "liste.xlsx", "Die Arbeitsmappe enthält weit mehr"),
    "lying directory": (lambda: bomb(150, honest=False), "liste.xlsx", "Die Datei ist beschädigt"),
    "overlapping members": (lambda: overlapping(1500), "liste.xlsx", "Die Arbeitsmappe enthält weit mehr"),
    "one endless text": (lambda: archive(sheet(), sharedStrings=f"<sst><si><t>{'lang ' * 60_000}</t></si></sst>"), "liste.xlsx", "Die Datei ist beschädigt"),
    "50 MB": (lambda: b"Muster GmbH;Hagen\n" * (50 * MEGABYTE // 18), "liste.csv", "Die Datei ist größer als 20 MB."),
}  # fmt: skip

# Each of these takes seconds to make.
HEAVY = {
    "bomb of 3 GB": (lambda: bomb(3000), "liste.xlsx", "Die Arbeitsmappe enthält weit mehr"),
    "3 GB, lying directory": (lambda: bomb(3000, honest=False), "liste.xlsx", "Die Datei ist beschädigt"),
    "3 GB of shared strings": (lambda: bomb(3000, member="xl/sharedStrings.xml"), "liste.xlsx", "Die Arbeitsmappe enthält weit mehr"),
    "100,000 rows, xlsx": (lambda: excel_list_of(100_000), "liste.xlsx", "Die Liste hat mehr als 20.000 Zeilen."),
    "just below 20 MB of separators": (lambda: b";" * 19 * MEGABYTE, "liste.csv", ""),
    "just below 20 MB of quotation marks": (lambda: b'"' * 19 * MEGABYTE, "liste.csv", ""),
    "two million elements": (lambda: archive(sheet("".join(f'<a b{number % 97}="1"/>' for number in range(2_000_000)))), "liste.xlsx", ""),
    "a million rows that are merely formatted": (lambda: archive(sheet("".join(f'<row r="{number}" ht="{number * 7919 % 300}"><c s="1"/></row>' for number in range(900_000)))), "liste.xlsx", ""),
}  # fmt: skip
