"""A few sheets that stand for every scanned paper and photo of the demonstration."""

import io

from PIL import Image, ImageDraw
from weasyprint import HTML

from offensive.documents.checks import JPEG, PDF

_PAGE = """
<html lang="de"><head><title>{title}</title>
<style>@page {{ size: A4; margin: 30mm }} h1 {{ font-size: 20pt }} p {{ font-size: 12pt }}</style></head>
<body><h1>{title}</h1><p>Dieses Blatt ist erfunden. Es steht in der Vorführung für {what}.</p>
<p>Kofinanziert von der Europäischen Union</p></body></html>
"""
# By kind of document; any other kind gets the record.
_SHEETS = {
    "protocol": ("Musterbeleg", "ein unterschriebenes Beratungsprotokoll"),
    "attendance": ("Muster-Teilnahmeliste", "die unterschriebene Teilnahmeliste einer Veranstaltung"),
    "agreement": ("Muster-Teilnahmevereinbarung", "eine unterschriebene Teilnahmevereinbarung"),
    "certificate": ("Muster-Zertifikat", "ein Zertifikat mit Geltungsbereich und Ablaufdatum"),
}


def sample_papers():
    """{kind: (content, content type)}."""
    sheets = {kind: (_sheet(kind, *words), PDF) for kind, words in _SHEETS.items()}
    return {**sheets, "photo": (_photo(), JPEG)}


def _sheet(kind, title, what):
    return HTML(string=_PAGE.format(title=title, what=what)).write_pdf(pdf_identifier=kind.encode())


def _photo():
    """A workpiece on a bench, as plain as can be."""
    picture = Image.new("RGB", (1200, 800), "#c9d3d1")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 1200, 800), fill="#8a6b4a")
    pen.ellipse((400, 260, 800, 660), fill="#52625f", outline="#1d3a36", width=12)
    pen.ellipse((530, 390, 670, 530), fill="#c9d3d1", outline="#1d3a36", width=12)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()
