"""Files as people and attackers upload them."""

import io
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def upload(content, name="Anwesenheit.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/x-whatever-the-browser-says")


def archive(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "<x/>")
    return buffer.getvalue()


def pdf_with(entry):
    return PDF.replace(b"/Type /Catalog", b"/Type /Catalog " + entry)


def pdf_hiding(entry):
    """The entry stands in a compressed object stream."""
    packed = zlib.compress(b"5 0 << " + entry + b" >>")
    stream = b"4 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream\nendobj\n"
    return PDF.replace(b"trailer", stream + b"trailer")


def pdf_with_picture(data):
    stream = b"4 0 obj\n<< /Type /XObject /Length 99 >>\nstream\n" + data + b"\nendstream\nendobj\n"
    return PDF.replace(b"trailer", stream + b"trailer")
