"""First pages, the page of one company, and the public pages."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from companies.guards import company_page
from offensive.enablement.journeys import StageError, enrol
from offensive.indicators.published import published_table
from offensive.portal.forms import ParticipationForm
from offensive.portal.journey import journey_of, own_company
from offensive.portal.operation import operation
from offensive.portal.queries import dashboard, not_yet_participating
from offensive.portal.visits import notice_visit
from offensive.reports.queries import submitted_editions
from offensive.reports.samples import samples_of
from offensive.tenancy.addresses import address_for, here
from offensive.tenancy.drawing import drawn
from offensive.tenancy.guard import page, public_page
from offensive.tenancy.permissions import Action

# A page of checkboxes that one can still survey.
AT_ONCE = 100


@require_safe
@public_page("What the programme is and how to take part.")
def home(request):
    """The public first page; whoever is signed in goes on to the own pages."""
    if request.memberships:
        return redirect(address_for(request.memberships[0], "portal:start"))
    return render(request, "portal/home.html")


@require_safe
@public_page("§ 5 DDG: everybody may know who provides the portal.")
def imprint(request):
    return render(request, "portal/imprint.html")


@require_safe
@public_page("Art. 13 GDPR: everybody may know how data are handled.")
def privacy(request):
    return render(request, "portal/privacy.html")


@require_safe
@public_page("§ 10b BGG NRW: the accessibility statement is for everybody.")
def accessibility(request):
    return render(request, "portal/accessibility.html")


@require_safe
@page(Action.START)
def start(request):
    """The first page, one for each audience."""
    name, gather = FIRST_PAGES.get(request.acting.audience, ("later", _what_comes))
    return render(request, f"portal/start_{name}.html", gather(request))


def _dashboard(request):
    return dashboard(request)


def _own_journey(request):
    notice_visit(request.acting)
    return _journey(request, own_company(request.acting))


def _journey(request, company):
    """Context of a journey page; its body is the same for everybody of an organisation with the same role."""

    def gather():
        journey = journey_of(company, request.acting, shown=_number(request.GET.get("shown")))
        return {"journey": journey, "company": company, "is_company": request.acting.audience == "company"}

    return {"company": company, "body": drawn(request, f"journey {company.pk}", "portal/_journey.html", gather)}


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 5 else 0


def _submitted(request):
    return {"editions": submitted_editions(request.acting.programme_id)}


def _audit(request):
    samples = [sample for sample in samples_of(request.acting.programme_id) if not sample.is_over]
    return {**_submitted(request), "samples": samples}


def _published(request):
    return {"table": published_table(request.acting.programme_id)}


def _operation(request):
    return operation(request.acting)


def _what_comes(request):
    """What an audience that has no pages yet will find here; said honestly."""
    sentences = {
        "university": _("Here you will find the challenges companies ask your institute about, and your cooperations."),
    }
    return {"sentence": sentences.get(request.acting.audience, "")}


FIRST_PAGES = {
    "lead": ("staff", _dashboard),
    "partner": ("staff", _dashboard),
    "company": ("company", _own_journey),
    "funder": ("funder", _submitted),
    "auditor": ("funder", _audit),
    "operator": ("operator", _operation),
    "committee": ("committee", _published),
}


@require_safe
@company_page(Action.COMPANY_VIEW)
def company(request, company):
    """One company for staff; its own people have it on their first page."""
    if request.acting.audience == "company":
        return redirect(here(request, "portal:start"))
    place = f"{company.postcode} {company.town}".strip() or _("Place unknown")
    return render(request, "portal/company.html", {"place": place, **_journey(request, company)})


@page(Action.STAGE_COMPLETE)
def participation(request):
    """Record the agreements of several own companies at once."""
    companies = not_yet_participating(request.acting)
    form = ParticipationForm(request.POST or None, companies=companies)
    if form.is_valid() and _enrol_all(form, request.acting):
        number = len(form.cleaned_data["companies"])
        done = ngettext("%(n)s company now takes part.", "%(n)s companies now take part.", number)
        messages.success(request, done % {"n": number})
        return redirect(here(request, "portal:start"))
    shown = companies[:AT_ONCE]
    form.fields["companies"].choices = [(each.pk, f"{each.legal_name}, {each.town}".strip(", ")) for each in shown]
    return render(request, "portal/participation.html", {"form": form, "at_once": AT_ONCE, "shown": len(shown)})


def _enrol_all(form, acting):
    values = form.cleaned_data
    try:
        for each in values["companies"]:
            enrol(each, acting=acting, signed_on=values["signed_on"], text_version=values["text_version"])
    except StageError as error:
        form.add_error(None, str(error))
        return False
    return True
