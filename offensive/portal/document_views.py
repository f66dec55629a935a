"""Documents: those of a company, those of the consortium, and the page of each."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from companies.guards import company_page
from companies.models import Company
from offensive.documents.models import Document
from offensive.documents.retention import kept_in_words
from offensive.documents.services import DocumentError, may_withdraw
from offensive.portal.document_forms import DocumentsForm, KindFilter, VersionForm, WithdrawalForm
from offensive.portal.document_queries import (
    are_released,
    document_rows,
    documents_of,
    kinds_for,
    papers_of,
    preview_of,
    uses_of,
    versions_of,
)
from offensive.portal.document_services import file_documents, replace_document, withdraw_document
from offensive.tenancy.addresses import here
from offensive.tenancy.drawing import drawn
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.spreadsheets import exported

PER_PAGE = 25


@require_safe
@company_page(Action.DOCUMENT_READ)
def documents(request, company):
    """The company's papers, newest first, as a page or as a file."""
    form = KindFilter(request.GET)
    if request.GET.get("export"):
        return _exported(request, documents_of(company.pk, kind=form.chosen()), form)
    released = are_released(company.pk, request.acting)
    context = {
        "company": company,
        "released": released,
        "may_file": may(request.acting.role, Action.DOCUMENT_FILE),
        "body": _drawn(request, form, company.pk) if released else "",
    }
    return render(request, "portal/documents.html", context)


@require_safe
@page(Action.PAPER_LIST)
def papers(request):
    """Papers that belong to no company, such as attendance sheets."""
    form = KindFilter(request.GET)
    if request.GET.get("export"):
        return _exported(request, papers_of(request.acting.programme_id, kind=form.chosen()), form)
    return render(request, "portal/papers.html", {"body": _drawn(request, form)})


def _drawn(request, form, company_id=None):
    """The list, drawn once for all of an organisation until something changes."""
    name = f"documents {company_id or ''}"
    return drawn(request, name, "portal/_documents.html", lambda: _shown(request, form, company_id))


def _shown(request, form, company_id):
    kind = form.chosen()
    listed = documents_of(company_id, kind=kind) if company_id else papers_of(request.acting.programme_id, kind=kind)
    shown = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "company_id": company_id,
        "form": form,
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "rows": document_rows(shown, request.acting, company_id=company_id),
        "query": f"kind={form.chosen()}" if form.chosen() else "",
    }


def _exported(request, listed, form):
    columns = [_("Document"), _("Kind"), _("Date on the paper"), _("Version"), _("Filed on"), _("Filed by"), _("State")]
    keys = ("title", "kind", "dated_on", "number", "filed_at", "filed_by", "state")
    rows = [tuple(row[key] for key in keys) for row in document_rows(listed, request.acting)]
    told = {"table": Document._meta.db_table, "told": form.chosen()}
    try:
        return exported(request.acting, request.GET["export"], name=_("Documents"), columns=columns, rows=rows, **told)
    except KeyError as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@company_page(Action.DOCUMENT_FILE)
def document_file(request, company):
    """File one paper or several of the same kind."""
    asked_for = {"kind": request.GET.get("kind", "")}
    form = DocumentsForm(
        request.POST or None, request.FILES or None, kinds=kinds_for(request.acting), initial=asked_for
    )
    if form.is_valid() and _filed(request, company, form):
        return redirect(here(request, "portal:documents", slug=company.organisation.slug))
    context = {"company": company, "form": form}
    return render(request, "portal/document_file.html", context, status=422 if form.is_bound else 200)


def _filed(request, company, form):
    """Whether at least one was filed; a refused one among them is told beside those that were taken."""
    values = form.cleaned_data
    filed, refused = file_documents(
        company,
        values["files"],
        acting=request.acting,
        kind=values["kind"],
        form_key=values["form_key"],
        facts=form.facts(),
    )
    if not filed:
        for sentence in refused:
            form.add_error("files", sentence)
        return False
    done = ngettext("%(n)s document has been filed.", "%(n)s documents have been filed.", len(filed))
    messages.success(request, done % {"n": len(filed)})
    for sentence in refused:
        messages.error(request, sentence)
    return True


@require_safe
@page(Action.DOCUMENT_READ)
def document(request, pk):
    """One version of a paper: facts, the other versions, what rests on it, how long it is kept."""
    found = _document(request, pk)
    versions = list(versions_of(found))
    is_latest = versions[0].pk == found.pk
    may_file = may(request.acting.role, Action.DOCUMENT_FILE) and found.kind in kinds_for(request.acting)
    pages, problem = preview_of(found)
    context = {
        "document": found,
        "company": _company(request, found),
        "versions": versions,
        "latest": versions[0],
        "is_latest": is_latest,
        "uses": uses_of(found, request.acting),
        "kept": kept_in_words(found),
        "preview_pages": pages,
        "preview_problem": problem,
        "may_replace": may_file and is_latest and found.state != "expired",
        "may_hold": may(request.acting.role, Action.RETENTION_SET) and found.state != "expired",
        "may_withdraw": may_file and may_withdraw(found, acting=request.acting),
    }
    return render(request, "portal/document.html", context)


def _document(request, pk):
    return get_object_or_404(Document.objects.of(request.acting.programme_id).with_state(), pk=pk)


def _company(request, found):
    """The company of the paper, where the asker may see it: not an auditor."""
    known = Company.objects.of(request.acting.programme_id).select_related("organisation")
    return known.filter(pk=found.company_id).first() if found.company_id else None


@require_http_methods(["GET", "HEAD", "POST"])
@page(Action.DOCUMENT_FILE)
def document_replace(request, pk):
    """File the next version of a paper; what it was stays."""
    found = _document(request, pk)
    known = {name: getattr(found, name) for name in ("kind", "title", "note")}
    form = VersionForm(request.POST or None, request.FILES or None, kinds=kinds_for(request.acting), initial=known)
    if form.is_valid() and (filed := _replaced(request, found, form)):
        messages.success(request, _("Version %(number)s has been filed.") % {"number": filed.number})
        return redirect(here(request, "portal:document", pk=filed.pk))
    context = {"document": found, "company": _company(request, found), "form": form}
    return render(request, "portal/document_replace.html", context, status=422 if form.is_bound else 200)


def _replaced(request, found, form):
    values = {name: form.cleaned_data[name] for name in ("kind", "form_key")}
    upload = form.cleaned_data["files"]
    try:
        return replace_document(found, upload, acting=request.acting, facts=form.facts(), **values)
    except DocumentError as error:
        form.add_error("files", str(error))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@page(Action.DOCUMENT_FILE)
def document_withdraw(request, pk):
    """Offer a paper no more that was filed by mistake."""
    found = _document(request, pk)
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        try:
            withdraw_document(found, acting=request.acting, **form.cleaned_data)
        except DocumentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The document has been withdrawn. Nobody can open it any more."))
            return redirect(here(request, "portal:document", pk=found.pk))
    context = {"document": found, "form": form, "uses": uses_of(found, request.acting)}
    return render(request, "portal/document_withdraw.html", context, status=422 if form.is_bound else 200)
