"""One page that stands for every scanned paper of the demonstration."""

from weasyprint import HTML

_PAGE = """
<html lang="de"><head><title>Musterbeleg</title>
<style>@page { size: A4; margin: 30mm } h1 { font-size: 20pt } p { font-size: 12pt }</style></head>
<body><h1>Musterbeleg</h1>
<p>Dieses Blatt ist erfunden. Es steht in der Vorführung für eine unterschriebene Teilnahmeliste oder ein
Beratungsprotokoll.</p><p>Kofinanziert von der Europäischen Union</p></body></html>
"""


def sample_paper():
    """The page as PDF (bytes)."""
    return HTML(string=_PAGE).write_pdf(pdf_identifier=b"muster")
