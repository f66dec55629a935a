"""From the document to the file.

The same content gives the same bytes: every date in the file is the edition's, and nothing is fetched from elsewhere.
Imported where a file is made and not before: what lays out pages takes most of a second to load, and only workers do.
"""

from datetime import UTC

from django.conf import settings
from weasyprint import HTML, Attachment
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from offensive.reports.content import content_hash
from offensive.reports.rendering import ANNEX_LIMIT, render_html
from offensive.reports.spreadsheet import enterprise_workbook
from offensive.reports.tagging import complete

WORKBOOK_NAME = "unternehmen.xlsx"
FONTS = (
    "fira-sans-latin-400-normal.woff2",
    "fira-sans-latin-600-normal.woff2",
    "fira-sans-latin-ext-400-normal.woff2",
    "fira-sans-latin-ext-600-normal.woff2",
    "ubuntu-statement.woff2",
)


def render_pdf(content, *, annex_limit=ANNEX_LIMIT) -> bytes:
    """The report as tagged PDF/UA-1 with the list of enterprises attached as a spreadsheet.

    Above ``annex_limit`` enterprises the list is the attachment alone: laying out 10,000 rows takes over a minute
    and 1.6 GB.
    """
    document = HTML(string=render_html(content, annex_limit=annex_limit), url_fetcher=OwnFiles())
    return document.write_pdf(
        pdf_variant="pdf/ua-1",
        attachments=[workbook_attachment(content)],
        finisher=complete,
        pdf_identifier=content_hash(content)[:32].encode(),
    )


def workbook_attachment(content) -> Attachment:
    built_at = content.edition.built_at.astimezone(UTC)
    return Attachment(
        string=enterprise_workbook(content),
        name=WORKBOOK_NAME,
        description="Gezählte Unternehmen mit ihrer ersten anrechenbaren Leistung",
        created=built_at,
        modified=built_at,
        relationship="Data",
    )


def font_dir():
    """Where `dev/frontend.py` puts the fonts."""
    return settings.BASE_DIR / "static" / "vendor"


class OwnFiles(URLFetcher):
    """Gives the renderer the report's own files and refuses every other address, loudly.

    A missing font would otherwise be replaced in silence by one of the machine's.
    """

    def fetch(self, url, headers=None):
        path = own_files().get(url)
        if path is None or not path.is_file():
            raise FatalURLFetchingError(f"not one of the report's own files: {url}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix]})


MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def own_files():
    """Path by address; the addresses are those in print.html and print.css."""
    static_dir = settings.BASE_DIR / "static"
    paths = [static_dir / "report" / "report.css", static_dir / "report" / "print.css"]
    paths += [static_dir / "img" / "eu-emblem.svg", *(font_dir() / name for name in FONTS)]
    return {f"report:{path.name}": path for path in paths}
