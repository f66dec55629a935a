"""Record support: from the company's page, from a list or from the page Support."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from offensive.documents.services import DocumentError
from offensive.enablement.guards import support_page
from offensive.enablement.recording_forms import QUICK_MINUTES, RecordForm
from offensive.enablement.recordings import habits
from offensive.enablement.services import DeliveryError, record_for
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action

PICKER = "picker"
LISTS = ("company", "people")


@require_http_methods(["GET", "POST"])
@page(Action.DELIVERY_RECORD)
def record(request):
    """Support for one or several companies; ``?company=`` names those to begin with."""
    return _recording(request, request.GET.getlist("company"))


@require_http_methods(["GET", "POST"])
@support_page(Action.DELIVERY_RECORD)
def delivery_record(request, company):
    """The same form, begun at one company."""
    return _recording(request, [company.organisation.slug], company=company)


def _recording(request, slugs, company=None):
    known = habits(request.acting.user_id, request.acting.programme_id)
    if "search" in request.POST:
        return _show(request, RecordForm(initial=_typed(request.POST), acting=request.acting), known, company)
    initial = {"company": slugs, **_usual(known.kind)}
    form = RecordForm(request.POST or None, request.FILES or None, initial=initial, acting=request.acting)
    if form.is_valid() and _recorded(form, request.acting):
        return _done(request, form.cleaned_data["company"])
    return _show(request, form, known, company, status=422 if form.errors else 200)


def _typed(data):
    """What stands in the form while somebody still looks for companies."""
    return {name: data.getlist(name) if name in LISTS else data.get(name) for name in RecordForm.base_fields}


def _usual(kind):
    if kind is None:
        return {"quick": "60"}
    minutes = str(kind.default_minutes)
    return {"kind": kind.pk} | ({"quick": minutes} if minutes in QUICK_MINUTES else {"quick": "", "minutes": minutes})


def _recorded(form, acting):
    try:
        record_for(form.cleaned_data["company"], acting=acting, **form.values())
    except (DeliveryError, DocumentError) as error:
        form.add_error("evidence" if isinstance(error, DocumentError) else None, str(error))
        return False
    return True


def _done(request, companies):
    number = len(companies)
    done = _("Recorded for the company %(company)s.") if number == 1 else _("Recorded for %(n)s companies.")
    messages.success(request, done % {"n": number, "company": companies[0]})
    if number > 1:
        return redirect(here(request, "support:desk"))
    return redirect(here(request, "enablement:support", slug=companies[0].organisation.slug))


def _show(request, form, known, company, *, status=200):
    kind = form["kind"].value()
    context = {
        "form": form,
        "company": company,
        "picker": PICKER,
        "titles": known.titles_of(int(kind) if str(kind or "").isdecimal() else None),
    }
    part = f"#{PICKER}" if request.htmx.target == PICKER else ""
    return render(request, f"enablement/record.html{part}", context, status=status)
