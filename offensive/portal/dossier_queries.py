"""What a company's dossier holds: each version of each paper the asker may see, as plain values, and what it shows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from django.db.models import Count, Sum
from django.utils.text import capfirst, slugify
from django.utils.timezone import localtime

from companies.models import Company
from companies.queries import enterprise_ids
from offensive.documents.checks import ENDINGS
from offensive.documents.models import Document, Dossier
from offensive.portal.document_queries import agreement_words, agreements_in, delivery_words, evidence_in
from offensive.tenancy.models import AccessCategory, CompanyAccess

# A dossier tells what each paper shows, which is part of a company's support.
NEEDED = (AccessCategory.DOCUMENTS, AccessCategory.SUPPORT)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", ".": "-"})


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of one paper. ``path`` is its place in the archive; ``state`` as ``Document.state``."""

    key: str
    path: str
    record: int
    record_name: str
    title: str
    kind: str
    number: int
    dated_on: date | None
    filed_at: datetime
    filed_by: str
    name: str
    content_type: str
    size: int
    sha256: str
    state: str
    reason: str
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that goes into a dossier, read in one scope: writing it asks the database nothing."""

    company: Company
    papers: tuple[Paper, ...]
    made_for: str
    organisation: str
    made_at: datetime

    @property
    def size(self):
        """Bytes of the papers that can be opened."""
        return sum(paper.size for paper in self.papers if paper.state == "offered")

    @property
    def records(self):
        """The records (ids) whose papers are in it."""
        return sorted({self.company.pk, *(paper.record for paper in self.papers)})


def documents_in_dossier(company_id):
    """Every version of every paper of the enterprise that the asker may see, the oldest first."""
    return Document.objects.of_companies(enterprise_ids(company_id)).order_by("uploaded_at", "pk")


def extent_of(company_id):
    """{"number", "size"} of what a dossier would hold now."""
    return documents_in_dossier(company_id).offered().aggregate(number=Count("pk"), size=Sum("size", default=0))


def papers_of_dossier(company_id):
    """``Paper`` of each; the number of queries does not grow with them."""
    documents = list(documents_in_dossier(company_id).with_state().select_related("company"))
    shows = _shows([document.pk for document in documents])
    return tuple(_paper(document, tuple(shows[document.pk])) for document in documents)


def _shows(document_ids):
    """{document: what it shows, in words}."""
    found = defaultdict(list)
    for row in evidence_in(document_ids):
        found[row.document_id].append(delivery_words(row))
    for row in agreements_in(document_ids):
        found[row.document_id].append(agreement_words(row))
    return found


def _paper(document, shows):
    state = document.state
    return Paper(
        key=str(document.pk),
        path=f"unterlagen/{file_name(document)}",
        record=document.company_id,
        record_name=document.company.name,
        title=str(document),
        kind=capfirst(document.get_kind_display()),
        number=document.number,
        dated_on=document.dated_on,
        filed_at=localtime(document.uploaded_at),
        filed_by=str(document.uploaded_by),
        name=document.name,
        content_type=document.content_type,
        size=document.size,
        sha256=document.sha256,
        state=state,
        reason=document.withdrawal.reason if state == "withdrawn" else "",
        shows=shows,
    )


def file_name(document):
    """A name that any system takes and that stays the same: day, kind, title, version and the start of the id.

    Plain letters, short enough for Windows, and never one of its reserved names, because a day comes first.
    """
    day = document.dated_on or localtime(document.uploaded_at).date()
    stem = document.title or PurePath(document.name).stem
    title = slugify(stem.translate(_SPELLED_OUT))[:60].strip("-")
    kind = slugify(str(document.get_kind_display()).translate(_SPELLED_OUT))[:30].strip("-")
    parts = [f"{day:%Y-%m-%d}", kind, title, f"v{document.number}", document.pk.hex[:8]]
    return "_".join(filter(None, parts)) + ENDINGS[document.content_type][0]


def dossiers_of(company_id, acting):
    """The dossiers of a company that ``acting`` has had made and can still download, the newest first."""
    found = list(Dossier.objects.of(company_id).asked_by(acting).offered().order_by("-made_at"))
    known = open_records({record for dossier in found for record in dossier.records}, acting)
    return [dossier for dossier in found if known.issuperset(dossier.records)]


def open_records(records, acting):
    """Those of ``records`` whose papers, and what they show of its support, are open to ``acting`` today."""
    if acting.audience == "partner":
        access = CompanyAccess.objects.filter(company__in=records, organisation=acting.organisation_id)
        known = [set(access.filter(category=each).values_list("company_id", flat=True)) for each in NEEDED]
        return set.intersection(*known)
    return set(records) if acting.audience == "lead" else set(records) & set(acting.companies)
