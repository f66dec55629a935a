"""What the pages about documents show: lists, one paper with its versions, and what rests on it."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from companies.models import Agreement
from companies.queries import enterprise_ids
from offensive.documents.models import COMPANY_KINDS, STAFF_KINDS, Document
from offensive.documents.previews import can_be_shown, pages_of
from offensive.documents.services import DocumentError
from offensive.enablement.models import Evidence
from offensive.tenancy.addresses import address_for
from offensive.tenancy.models import AccessCategory, CompanyAccess
from workshops.models import Sheet

STATES = {
    "offered": "",
    "withdrawn": pgettext_lazy("document", "withdrawn"),
    "expired": gettext_lazy("removed after its time"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """Something that rests on a document: in words, and where it stands ("" where the asker cannot go)."""

    words: str
    url: str


def documents_of(company_id, *, kind=""):
    """The latest versions of an enterprise's papers, newest first, as far as the asker may see them."""
    return _listed(Document.objects.of_companies(enterprise_ids(company_id)).select_related("company"), kind)


def papers_of(programme_id, *, kind=""):
    """The same of papers that belong to no company, such as attendance sheets."""
    return _listed(Document.objects.of(programme_id).of_the_consortium(), kind)


def _listed(documents, kind):
    documents = documents.filter(kind=kind) if kind else documents
    return documents.newest().with_state().order_by("-uploaded_at", "pk")


def document_rows(documents, acting, *, company_id=None):
    """What a list prints of each document; ``record`` where it was filed under another record than ``company_id``."""
    return [
        {
            "url": address_for(acting, "portal:document", pk=document.pk),
            "title": str(document),
            "kind": capfirst(document.get_kind_display()),
            "dated_on": document.dated_on,
            "number": document.number,
            "filed_at": localtime(document.uploaded_at),
            "filed_by": str(document.uploaded_by),
            "size": filesizeformat(document.size),
            "state": str(STATES[document.state]),
            "record": str(document.company) if document.company_id != company_id else "",
        }
        for document in documents
    ]


def preview_of(document):
    """(numbers of the pages that can be shown, the sentence why there are none)."""
    if document.state != "offered" or not can_be_shown(document):
        return (), ""
    try:
        return range(1, pages_of(document) + 1), ""
    except DocumentError as error:
        return (), str(error)


def are_released(company_id, acting):
    """Whether documents of the company are open to the one who asks; to partners by its release alone."""
    if acting.audience != "partner":
        return True
    access = CompanyAccess.objects.filter(company=company_id, organisation=acting.organisation_id)
    return access.filter(category=AccessCategory.DOCUMENTS).exists()


def kinds_for(acting):
    """The kinds of documents that ``acting`` may file."""
    return COMPANY_KINDS if acting.audience == "company" else STAFF_KINDS


def versions_of(document):
    """All versions of the same paper, the newest first."""
    versions = Document.objects.of(document.programme_id).filter(series=document.series)
    return versions.with_state().order_by("-number")


def uses_of(document, acting):
    """What rests on this very version, as far as the asker may see it: deliveries, agreements, events."""
    evidence = evidence_in([document.pk])
    agreements = agreements_in([document.pk])
    sheets = Sheet.objects.filter(document=document).select_related("event")
    return [
        *(_delivery_use(row, acting) for row in evidence),
        *(_agreement_use(row, acting) for row in agreements),
        *(_sheet_use(row, acting) for row in sheets),
    ]


def evidence_in(document_ids):
    """What the documents show was delivered, the newest first."""
    evidence = Evidence.objects.filter(document__in=document_ids).select_related("delivery__kind", "company")
    return evidence.order_by("-delivery__on")


def agreements_in(document_ids):
    """The participation agreements that are signed in the documents."""
    return Agreement.objects.filter(document__in=document_ids).select_related("company")


def delivery_words(row):
    """What a paper shows, of an ``Evidence``."""
    words = {"kind": row.delivery.kind, "title": row.delivery.title, "day": f"{row.delivery.on:%d.%m.%Y}"}
    return _("Evidence of %(kind)s: %(title)s, %(day)s") % words


def agreement_words(row):
    """The same of an ``Agreement``."""
    words = {"version": row.text_version, "day": f"{row.signed_on:%d.%m.%Y}"}
    return _("Participation agreement, text %(version)s, signed on %(day)s") % words


def _delivery_use(row, acting):
    return Use(delivery_words(row), _company_url(row.company, acting))


def _agreement_use(row, acting):
    return Use(agreement_words(row), _company_url(row.company, acting))


def _sheet_use(row, acting):
    words = _("Attendance sheet of %(event)s") % {"event": row.event.title}
    return Use(words, address_for(acting, "workshops:event_page", pk=row.event_id))


def _company_url(company, acting):
    return address_for(acting, "portal:company", slug=company.slug) if acting.audience in ("lead", "partner") else ""
