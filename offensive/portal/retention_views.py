"""How long papers are kept: last payment, holds, what goes when and why, what has gone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offensive.documents.models import Document, Expiry, LegalHold
from offensive.documents.retention import RetentionError, end_hold, place_hold, set_last_payment
from offensive.portal.retention_forms import HoldForm, LastPaymentForm
from offensive.portal.retention_queries import holds_of, payments_of, removed_documents, rules_of, spans_of
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.remembering import remembered
from offensive.tenancy.spreadsheets import exported

PER_PAGE = 25


@require_safe
@page(Action.RETENTION_SET)
def retention(request):
    """What would be removed when and why, and what decides it."""
    programme_id = request.acting.programme_id
    payments = payments_of(programme_id)
    context = {
        "spans": remembered(request.acting, "retention", lambda: spans_of(programme_id)),
        "payments": payments,
        "paid_on": payments[0].paid_on if payments else None,
        "holds": Paginator(holds_of(programme_id), PER_PAGE).get_page(request.GET.get("page")),
        "rules": rules_of(programme_id),
    }
    return render(request, "portal/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Action.RETENTION_SET)
def last_payment(request):
    """Enter the day from which the time of the programme's papers runs."""
    payments = payments_of(request.acting.programme_id)
    known = {"paid_on": payments[0].paid_on} if payments else {}
    form = LastPaymentForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            set_last_payment(form.cleaned_data["paid_on"], acting=request.acting)
        except RetentionError as error:
            form.add_error("paid_on", str(error))
        else:
            _tell_what_follows(request)
            return redirect(here(request, "portal:retention"))
    return render(request, "portal/last_payment.html", {"form": form}, status=422 if form.is_bound else 200)


def _tell_what_follows(request):
    messages.success(request, _("The day of the last payment has been noted."))
    over = sum(span.number for span in spans_of(request.acting.programme_id) if span.is_over)
    if over:
        sentence = ngettext(
            "%(n)s paper is past its time now and will be removed in the coming night. "
            "If that is not meant, correct the day or place a hold today.",
            "%(n)s papers are past their time now and will be removed in the coming night. "
            "If that is not meant, correct the day or place a hold today.",
            over,
        )
        messages.warning(request, sentence % {"n": over})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Action.RETENTION_SET)
def hold_place(request):
    """Keep every paper of the programme."""
    return _hold(request, None, here(request, "portal:retention"))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Action.RETENTION_SET)
def document_hold(request, pk):
    """Keep one paper."""
    document = get_object_or_404(Document.objects.of(request.acting.programme_id).filter(expiry=None), pk=pk)
    return _hold(request, document, here(request, "portal:document", pk=pk))


def _hold(request, document, back):
    form = HoldForm(request.POST or None)
    if form.is_valid():
        try:
            place_hold(acting=request.acting, document=document, **form.cleaned_data)
        except RetentionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Nothing of it is removed until the hold is ended."))
            return redirect(back)
    context = {"form": form, "document": document, "back": back}
    return render(request, "portal/hold_place.html", context, status=422 if form.is_bound else 200)


@require_POST
@page(Action.RETENTION_SET)
def hold_end(request, pk):
    """The reason to keep it longer is gone."""
    hold = get_object_or_404(LegalHold.objects.filter(programme=request.acting.programme_id), pk=pk)
    end_hold(hold, acting=request.acting)
    messages.success(request, _("The hold has been ended. What is past its time is removed with the next run."))
    return redirect(here(request, "portal:retention"))


@require_safe
@page(Action.RETENTION_SET)
def removed(request):
    """The record of what was removed after its time, as a page or as a file."""
    records = removed_documents(request.acting.programme_id)
    if request.GET.get("export"):
        return _exported(request, records)
    shown = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "pages": shown.paginator.get_elided_page_range(shown.number), "query": ""}
    return render(request, "portal/removed.html", context)


def _exported(request, records):
    columns = [_("Document"), _("Kind"), _("Kept until"), _("Rule"), _("Removed on"), _("File removed"), _("SHA-256")]
    rows = [_row(record) for record in records]
    told = {"table": Expiry._meta.db_table, "told": ""}
    try:
        return exported(request.acting, request.GET["export"], name=_("Removed"), columns=columns, rows=rows, **told)
    except KeyError as error:
        raise Http404 from error


def _row(record):
    document, went = record.document, _("yes") if record.file_removed else _("no, shared")
    removed_on = localtime(record.removed_at).date()
    facts = (str(document), document.get_kind_display(), record.kept_until)
    return (*facts, record.rule, removed_on, went, document.sha256)
