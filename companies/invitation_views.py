"""Inviting a company's contact: the contact is known here, the invitation is accounts' work."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from companies.contact_invitations import AT_ONCE, companies_to_invite, invite_contacts
from companies.guards import company_page
from companies.invitation_forms import ContactsForm
from companies.models import Contact
from offensive.accounts.forms import InviteForm
from offensive.accounts.services import AccountError, invite
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@company_page(Action.CONTACT_INVITE)
def contact_invite(request, company):
    """Invite somebody of the company; the first contact with an address is filled in."""
    form = InviteForm(request.POST or None, organisation=company.organisation, initial=_first_contact(company))
    if form.is_valid():
        try:
            invitation = invite(company.organisation, acting=request.acting, **form.cleaned_data)
        except AccountError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
            return redirect(here(request, "accounts:people", slug=company.organisation.slug))
    context = {"company": company, "form": form}
    return render(request, "companies/contact_invite.html", context, status=422 if form.errors else 200)


def _first_contact(company):
    contact = Contact.objects.filter(company=company.pk).exclude(email="").order_by("pk").first()
    return {"name": contact.name, "email": contact.email} if contact else {}


@require_http_methods(["GET", "POST"])
@page(Action.CONTACT_INVITE)
def contacts_invite(request):
    """Invite the contacts of several companies at once: those with an address and nobody of theirs here yet."""
    companies = companies_to_invite(request.acting)[:AT_ONCE]
    form = ContactsForm(request.POST if request.method == "POST" else None, companies=companies)
    if form.is_valid():
        chosen = [each for each in companies if str(each.pk) in form.cleaned_data["companies"]]
        number = invite_contacts(chosen, acting=request.acting)
        sentence = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", number)
        messages.success(request, sentence % {"n": number})
        return redirect(here(request, "companies:contacts_invite"))
    context = {"form": form, "companies": companies, "at_once": AT_ONCE}
    return render(request, "companies/contacts_invite.html", context, status=422 if form.errors else 200)
