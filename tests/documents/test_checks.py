"""Allowed by content: nothing that can run, nothing that lies about what it is."""

import io

import pytest
from django.utils import translation

from offensive.documents.checks import CSV, JPEG, PDF, PNG, TEXT, XLSX, DocumentError, content_type_of
from tests.documents import uploads

WORKBOOK = uploads.archive("[Content_Types].xml", "xl/workbook.xml")


def checked(content, name="datei"):
    return content_type_of(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (uploads.PDF, "a.pdf", PDF),
        (uploads.pdf_with_picture(b"/JS (app.alert)"), "a.pdf", PDF),
        (uploads.pdf_with(b"/OpenAction [2 0 R /Fit]"), "a.pdf", PDF),
        (uploads.JPEG, "a.jpg", JPEG),
        (uploads.PNG, "a.png", PNG),
        (WORKBOOK, "a.xlsx", XLSX),
        ("Firma;Ort\nMüller;Lüdenscheid\n".encode(), "a.csv", CSV),
        ("Firma;Ort\nMüller;Lüdenscheid\n".encode("cp1252"), "a.CSV", CSV),
        ("Firma\tOrt\nMüller\tLüdenscheid\n".encode("utf-16"), "a.csv", CSV),
        ("Firma\tOrt\nMüller\tLüdenscheid\n".encode("utf-16-le"), "a.csv", CSV),
        (b"Nur ein Satz.", "a.txt", TEXT),
    ],
)
def test_kept_by_content(content, name, content_type):
    assert checked(content, name) == content_type


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "This kind of file"),
        (b"\x7fELF\x02\x01\x01\x00", "This kind of file"),
        (b"GIF89a\x01\x00\x01\x00", "This kind of file"),
        (uploads.archive("readme.txt"), "This kind of file"),
        (b"PK\x03\x04 and nothing more", "The file is damaged"),
        (uploads.archive("xl/workbook.xml", "xl/vbaProject.bin"), "This workbook contains macros"),
        (uploads.archive("xl/workbook.xml", "xl/externalLinks/externalLink1.xml"), "This workbook contains macros"),
        (uploads.pdf_with(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "This PDF contains scripts"),
        (uploads.pdf_with(b"/OpenAction << /S /J#61vaScript >>"), "This PDF contains scripts"),
        (uploads.pdf_with(b"/AA << /O << /S /Launch >> >>"), "This PDF contains scripts"),
        (uploads.pdf_hiding(b"/S /JavaScript /JS (app.alert)"), "This PDF contains scripts"),
        (uploads.pdf_with(b"/Encrypt 9 0 R"), "This PDF is protected"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "Web pages"),
        (b"  \n<svg onload='alert(1)'>", "Web pages"),
        (b"#!/bin/sh\nrm -rf", "Web pages"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>', "Web pages"),
    ],
)
def test_refused_with_a_sentence(content, sentence):
    with translation.override("en"), pytest.raises(DocumentError, match=sentence):
        checked(content, "anwesenheit.pdf")
