"""The second person's look: a queue, one delivery beside its papers, and on to the next."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from offensive.enablement.desk_views import exported_lines, partners_seen
from offensive.enablement.forms import RemarkForm
from offensive.enablement.gaps import next_to_look_at, queue_pages, waiting_for_a_look
from offensive.enablement.ledger_forms import QueueFilterForm
from offensive.enablement.models import Delivery
from offensive.enablement.queries import ledger_lines, may_support
from offensive.enablement.services import DeliveryError, must_be_second, send_back, verify_delivery
from offensive.enablement.support_queries import kind_choices, people_at, remarks_on
from offensive.tenancy.addresses import here
from offensive.tenancy.drawing import drawn
from offensive.tenancy.guard import page
from offensive.tenancy.models import Organisation
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS

QUEUE_ID = "queue"


@require_safe
@page(Action.DELIVERY_VERIFY)
def verification_queue(request):
    """Evidenced support that the person may confirm, the oldest first."""
    if request.GET.get("export") in KINDS:
        form = _filter_form(request)
        found = waiting_for_a_look(request.acting, form.filters())
        return exported_lines(request, found, _("support-to-be-checked"), form.told())
    name = f"verification queue {request.acting.user_id}"
    body = drawn(request, name, "enablement/_verification_queue.html", lambda: _queue(request))
    return render(request, "enablement/verification_queue.html", {"body": body})


def _queue(request):
    form = _filter_form(request)
    shown = queue_pages(request.acting, form.filters()).get_page(request.GET.get("page"))
    return {
        "form": form,
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "query": urlencode(form.narrowed()),
        "target": QUEUE_ID,
    }


def _filter_form(request):
    acting = request.acting
    named = Organisation.objects.of(acting.programme_id).filter(kind="company", slug=request.GET.get("company", ""))
    kinds, partners = kind_choices(acting.programme_id), partners_seen(acting)
    return QueueFilterForm(request.GET, kinds=kinds, partners=partners, companies=list(named))


@require_http_methods(["GET", "POST"])
@page(Action.DELIVERY_VERIFY)
def verification(request, pk):
    """One delivery beside its papers: confirm it or send it back, and go on to the next of the same filter."""
    delivery = _waiting(request, pk)
    form = RemarkForm(request.POST if "send_back" in request.POST else None)
    if request.method == "POST" and _judged(request, delivery, form):
        return _on_to_the_next(request, delivery)
    return _show(request, delivery, form, status=422 if form.errors else 200)


def _waiting(request, pk):
    deliveries = Delivery.objects.of_programme(request.acting.programme_id).filter(reverses=None)
    found = get_object_or_404(deliveries.select_related("company", "kind", "partner"), pk=pk)
    if not may_support(found.company_id, request.acting):
        raise Http404
    return found


def _judged(request, delivery, form):
    """Whether it has been confirmed or sent back, or need not be any more; a form that lacks its text stays."""
    if form.is_bound and not form.is_valid():
        return False
    try:
        if form.is_bound:
            send_back(delivery, acting=request.acting, **form.cleaned_data)
        else:
            verify_delivery(delivery, acting=request.acting)
    except DeliveryError as error:
        messages.error(request, str(error))
    else:
        done = _("Sent back: %s") if form.is_bound else _("Checked: %s")
        messages.success(request, done % delivery.title)
    return True


def _on_to_the_next(request, delivery):
    form = _filter_form(request)
    following = next_to_look_at(request.acting, form.filters(), after=delivery)
    query = f"?{urlencode(form.narrowed())}" if form.narrowed() else ""
    if following is None:
        return redirect(here(request, "support:verification_queue") + query)
    return redirect(here(request, "support:verification", pk=following.pk) + query)


def _show(request, delivery, form, *, status=200):
    (line,) = ledger_lines(Delivery.objects.filter(pk=delivery.pk).select_related("company"))
    filter_form = _filter_form(request)
    context = {
        "line": line,
        "people": people_at(delivery),
        "remarks": remarks_on(delivery),
        "form": form,
        "problem": _problem(request, line),
        "following": next_to_look_at(request.acting, filter_form.filters(), after=delivery),
        "query": urlencode(filter_form.narrowed()),
    }
    return render(request, "enablement/verification.html", context, status=status)


def _problem(request, line):
    """Why the person may not judge this one, "" if nothing stands against it."""
    if line.state == "verified":
        return _("Somebody has confirmed this support already.")
    try:
        must_be_second(line.delivery, request.acting)
    except DeliveryError as error:
        return str(error)
    return ""
