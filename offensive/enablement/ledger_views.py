"""The ledger of one company: the tab Support, one delivery, its papers, the second look, the reversal."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.guards import company_page
from companies.queries import enterprise_ids
from offensive.documents.services import DocumentError
from offensive.enablement.forms import EvidenceForm, RemarkForm, ReversalForm
from offensive.enablement.guards import support_page
from offensive.enablement.ledger_forms import SupportFilterForm
from offensive.enablement.models import Delivery
from offensive.enablement.queries import ledger_lines, may_support
from offensive.enablement.services import (
    DeliveryError,
    add_paper,
    must_be_second,
    reverse_delivery,
    verify_delivery,
)
from offensive.enablement.support_queries import (
    PAGE_SIZE,
    LedgerPaginator,
    kind_choices,
    people_at,
    story_of,
    support_of,
    totals_of,
    years_of,
)
from offensive.tenancy.addresses import here
from offensive.tenancy.drawing import drawn
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.spreadsheets import KINDS, exported

LIST_ID = "support-list"


@require_safe
@company_page(Action.DELIVERY_VIEW)
def support(request, company):
    """Everything the enterprise received; for its own people without the work on it."""
    if request.GET.get("export") in KINDS:
        return _export(request, company)
    work = _work(request, company)
    name, template = f"support {company.pk}", "enablement/_support.html"
    body = drawn(request, name, template, lambda: {**_ledger(request, company), **work})
    return render(request, "enablement/support.html", {"body": body, **work})


def _narrowed(request, company):
    """(filter form, the deliveries it leaves)."""
    ids = enterprise_ids(company.pk)
    form = SupportFilterForm(request.GET, kinds=kind_choices(company.programme_id), years=years_of(ids))
    return form, support_of(ids, form.filters())


def _ledger(request, company):
    form, deliveries = _narrowed(request, company)
    shown = LedgerPaginator(deliveries, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "totals": totals_of(deliveries),
        "query": urlencode(form.narrowed()),
        "target": LIST_ID,
    }


def _work(request, company):
    """What the asker may do here, and whether the ledger is shown at all."""
    acting = request.acting
    looks_after = may_support(company.pk, acting)
    return {
        "company": company,
        "is_released": looks_after or acting.audience == "company",
        "may_record": looks_after and may(acting.role, Action.DELIVERY_RECORD),
    }


def _export(request, company):
    form, deliveries = _narrowed(request, company)
    columns = [
        _("Date"),
        _("Kind of support"),
        _("Support"),
        _("Minutes"),
        _("Given by"),
        _("State"),
        _("Reason"),
        _("Papers"),
    ]
    return exported(
        request.acting,
        request.GET["export"],
        name=f"{company.organisation.slug}-{_('support')}",
        table=Delivery._meta.db_table,
        columns=columns,
        rows=[_row(line) for line in ledger_lines(deliveries)],
        told="; ".join(filter(None, [str(company), form.told()])),
    )


def _row(line):
    delivery = line.delivery
    papers = ", ".join(paper.name for paper in line.papers)
    given = (delivery.on, str(delivery.kind), delivery.title, delivery.minutes, str(delivery.partner))
    return *given, str(line.label), line.reason, papers


def _delivery(company, pk):
    """A delivery of the enterprise that is no reversal: a reversal is shown at what it reverses."""
    deliveries = Delivery.objects.of(enterprise_ids(company.pk)).filter(reverses=None)
    return get_object_or_404(deliveries.select_related("kind", "partner", "recorded_by"), pk=pk)


def _page_of(request, delivery, company):
    return redirect(here(request, "enablement:delivery", slug=company.organisation.slug, pk=delivery.pk))


@require_safe
@company_page(Action.DELIVERY_VIEW)
def delivery(request, company, pk):
    """One delivery with everything that happened to it."""
    return _show(request, company, _delivery(company, pk))


def _show(request, company, found, *, refused=(), status=200):
    (line,) = ledger_lines(Delivery.objects.filter(pk=found.pk))
    context = {
        "line": line,
        "people": people_at(found),
        "story": story_of(line.delivery),
        "refused": refused,
        "problem": _problem_of_checking(found, request.acting),
        "remark_form": RemarkForm(),
        **_work(request, company),
    }
    return render(request, "enablement/delivery.html", context, status=status)


def _problem_of_checking(delivery, acting):
    """Why the asker may not confirm the papers, "" if nothing stands against it."""
    try:
        must_be_second(delivery, acting)
    except DeliveryError as error:
        return str(error)
    return ""


@require_POST
@support_page(Action.DELIVERY_RECORD)
def evidence_file(request, company, pk):
    """File papers: each by itself, so that one that is refused keeps no other out."""
    found = _delivery(company, pk)
    form = EvidenceForm(request.POST, request.FILES)
    refused = _file(found, form, request.acting) if form.is_valid() else form.errors["document"]
    if request.htmx:
        return _cell(request, company, found, refused)
    if refused:
        return _show(request, company, found, refused=refused, status=422)
    number = len(form.cleaned_data["document"])
    messages.success(
        request, ngettext("The paper has been filed.", "%(n)s papers have been filed.", number) % {"n": number}
    )
    return _page_of(request, found, company)


def _file(delivery, form, acting):
    """What is to be said about each file that was refused."""
    refused = []
    for upload in form.cleaned_data["document"]:
        try:
            add_paper(delivery, upload, acting=acting)
        except (DeliveryError, DocumentError) as error:
            refused.append(f"{upload.name}: {error}")
    return refused


def _cell(request, company, delivery, refused):
    """State and papers anew, where the files were dropped."""
    (line,) = ledger_lines(Delivery.objects.filter(pk=delivery.pk))
    context = {"line": line, "refused": refused, "company": company, "slug": company.organisation.slug}
    return render(request, "enablement/_papers.html", {**context, "may_record": True}, status=422 if refused else 200)


@require_POST
@support_page(Action.DELIVERY_VERIFY)
def delivery_verify(request, company, pk):
    """A second person confirms having looked at the evidence."""
    found = _delivery(company, pk)
    try:
        verify_delivery(found, acting=request.acting)
    except DeliveryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You have checked this delivery."))
    return _page_of(request, found, company)


@require_http_methods(["GET", "POST"])
@support_page(Action.DELIVERY_REVERSE)
def delivery_reverse(request, company, pk):
    """Take a delivery back, with a reason."""
    found = _delivery(company, pk)
    form = ReversalForm(request.POST or None)
    if form.is_valid() and _reversed(form, found, request.acting):
        messages.success(request, _("The delivery has been reversed. It no longer counts."))
        return _page_of(request, found, company)
    context = {"company": company, "delivery": found, "form": form}
    return render(request, "enablement/delivery_reverse.html", context, status=422 if form.errors else 200)


def _reversed(form, delivery, acting):
    try:
        reverse_delivery(delivery, acting=acting, **form.cleaned_data)
    except DeliveryError as error:
        form.add_error(None, str(error))
        return False
    return True
