"""The record of a company: identity, sites, industry, contacts, who looks after it, its agreement."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.contacts import add_contact, change_contact, remove_contact
from companies.guards import company_page
from companies.handover_queries import open_request
from companies.models import Contact, Profile, Site
from companies.profile_services import save_industry
from companies.queries import enterprise_ids
from companies.record import change_record, choose_carer
from companies.record_forms import CarerForm, ContactForm, IndustryForm, RecordForm, SiteForm
from companies.record_queries import record_of, sees
from companies.sites import add_site, change_site, remove_site
from companies.versions import OvertakenError
from offensive.tenancy.addresses import here
from offensive.tenancy.models import AccessCategory
from offensive.tenancy.permissions import Action, may


def record_page(action, *, category=AccessCategory.SUPPORT):
    """A page of the record for those to whom ``category`` of the company is open; for other staff 403."""

    def decorate(view):
        @company_page(action)
        @wraps(view)
        def guarded(request, company, **rest):
            if not sees(company.pk, request.acting, category):
                raise PermissionDenied
            return view(request, company, **rest)

        return guarded

    return decorate


@require_safe
@record_page(Action.RECORD_VIEW)
def record(request, company):
    """All that is known of the legal enterprise, each part with the way to change it."""
    acting = request.acting
    context = {
        "company": company,
        "record": record_of(company, acting),
        "may_edit": may(acting.role, Action.RECORD_EDIT),
        "may_assign": may(acting.role, Action.CARER_CHOOSE),
        "handover": open_request(company.pk) if acting.audience != "company" else None,
        "may_hand_over": may(acting.role, Action.HANDOVER_ASK) and company.caring_partner_id is not None,
    }
    return render(request, "companies/record.html", context)


@require_http_methods(["GET", "POST"])
@record_page(Action.RECORD_EDIT)
def record_edit(request, company):
    """Name, register, VAT ID, address; a company's own people correct the address."""
    for_company = request.acting.audience == "company"
    form = RecordForm(request.POST or None, company=company, for_company=for_company)

    def save():
        change_record(company, acting=request.acting, seen=form.seen, **form.values())

    return _edited(request, company, form, save, _("Change the record"), own_people=for_company)


@require_http_methods(["GET", "POST"])
@record_page(Action.RECORD_EDIT, category=AccessCategory.PROFILE)
def site_edit(request, company, pk=None):
    """A new site, or one that is there."""
    site, form = _row_and_form(request, company, Site, SiteForm, pk)

    def save():
        if site is None:
            add_site(company, form_key=form.key, **form.values())
        else:
            change_site(site, seen=form.seen, **form.values())

    title = _("Change the site") if pk else _("Add a site")
    return _edited(request, company, form, save, title, add_url="companies:site_add")


@require_POST
@record_page(Action.RECORD_EDIT, category=AccessCategory.PROFILE)
def site_remove(request, company, pk):
    """Remove a site, if nobody has changed it since it was looked at."""
    site = get_object_or_404(Site, company__in=enterprise_ids(company.pk), pk=pk)
    return removed(request, site, remove_site, back=_record_url(request, company))


@require_http_methods(["GET", "POST"])
@record_page(Action.RECORD_EDIT)
def contact_edit(request, company, pk=None):
    """A new contact, or one that is there."""
    contact, form = _row_and_form(request, company, Contact, ContactForm, pk)

    def save():
        if contact is None:
            add_contact(company, form_key=form.key, **form.values())
        else:
            change_contact(contact, seen=form.seen, **form.values())

    title = _("Change the contact") if pk else _("Add a contact")
    return _edited(request, company, form, save, title, add_url="companies:contact_add")


@require_POST
@record_page(Action.RECORD_EDIT)
def contact_remove(request, company, pk):
    """Remove a contact, if nobody has changed it since it was looked at."""
    contact = get_object_or_404(Contact, company__in=enterprise_ids(company.pk), pk=pk)
    return removed(request, contact, remove_contact, back=_record_url(request, company))


@require_http_methods(["GET", "POST"])
@record_page(Action.RECORD_EDIT, category=AccessCategory.PROFILE)
def industry_edit(request, company):
    """The branch in WZ 2008 and in WZ 2025."""
    profile = get_object_or_404(Profile, company=company.pk)
    form = IndustryForm(request.POST or None, company=company)

    def save():
        save_industry(profile, seen=form.seen, by_user_id=request.user.pk, **form.values())

    return _edited(request, company, form, save, _("Branch of industry"))


@require_http_methods(["GET", "POST"])
@record_page(Action.CARER_CHOOSE)
def carer_edit(request, company):
    """Who looks after the company; only the lead changes the partner."""
    form = CarerForm(request.POST or None, company=company, may_assign=request.acting.audience == "lead")

    def save():
        choose_carer(company, acting=request.acting, seen=form.seen, **form.values())

    return _edited(request, company, form, save, _("Who looks after the company"))


def _row_and_form(request, company, model, form_class, pk):
    """The row, None for a new one or one that somebody has removed meanwhile, and its form."""
    rows = model.objects.filter(company__in=enterprise_ids(company.pk)).select_related("company")
    row = rows.filter(pk=pk).first() if pk else None
    if pk and row is None and request.method != "POST":
        raise Http404
    form = form_class(request.POST or None, request.FILES or None, row=row)
    if pk and row is None and form.is_valid():
        form.tell_removed()
    return row, form


def _edited(request, company, form, save, title, *, add_url="", **told):
    """Save what is right and go back to the record, or show the form with what has to be looked at."""
    if form.is_valid() and form.attempt(save):
        messages.success(request, _("Saved."))
        return redirect(_record_url(request, company))
    action = here(request, add_url, slug=company.organisation.slug) if form.is_removed else ""
    context = {"company": company, "form": form, "title": title, "action": action, **told}
    return render(request, "companies/record_edit.html", context, status=422 if form.is_bound else 200)


def removed(request, row, remove, *, back):
    """Remove ``row`` as it was seen, say what came of it, and go ``back``."""
    version = request.POST.get("version", "")
    try:
        remove(row, seen=int(version) if version.isdecimal() else row.version)
    except OvertakenError as overtaken:
        words = _("%(who)s has changed this meanwhile. Nothing was removed; please look at it first.")
        messages.error(request, words % {"who": overtaken.who or _("Somebody")})
    else:
        messages.success(request, _("Removed."))
    return redirect(back)


def _record_url(request, company):
    return here(request, "companies:record", slug=company.organisation.slug)
