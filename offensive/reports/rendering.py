"""From frozen content to the document: one set of templates for the PDF and for the draft read in the browser."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation

from offensive.reports.content import content_hash

ANNEX_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Reason:
    """How many enterprises one reason keeps out of one indicator."""

    indicator: str
    reason: str
    companies: int


def render_html(content, *, for_screen=False, annex_limit=ANNEX_LIMIT) -> str:
    """The report as a whole document for the PDF or, ``for_screen``, as an ``<article>`` for a page of the portal.

    The page links static/report/report.css and leaves the only h1 to the article.
    """
    template = "reports/document/report.html" if for_screen else "reports/document/print.html"
    context = {
        "content": content,
        "hash": content_hash(content),
        "built_at": content.edition.built_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "emblem_url": static("img/eu-emblem.svg") if for_screen else "report:eu-emblem.svg",
        "listed": len(content.enterprises) <= annex_limit,
        "reasons": reasons_not_counted(content),
    }
    with translation.override("de"):
        return render_to_string(template, context)


def reasons_not_counted(content) -> list[Reason]:
    counts = Counter((row.indicator, row.reason) for row in content.not_counted)
    return [Reason(*key, companies) for key, companies in sorted(counts.items())]
