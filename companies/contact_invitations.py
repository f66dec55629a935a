"""Inviting the contacts of many companies at once."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from companies.models import Company, Contact
from offensive.accounts.models import Invitation
from offensive.accounts.services import AccountError, invite
from offensive.tenancy.roles import Role

# A page of checkboxes that one can still survey; the rest follows.
AT_ONCE = 100


def companies_to_invite(acting):
    """Own companies whose contact has an address and of whom nobody was ever invited, by name.

    Each with ``contact_name`` and ``contact_email`` of its first contact.
    """
    contact = Contact.objects.filter(company=OuterRef("pk")).exclude(email="").order_by("pk")
    invited = Invitation.objects.filter(organisation=OuterRef("pk"), withdrawn_at=None)
    own = Company.objects.of(acting.programme_id).cared_for_by(acting.organisation_id).surviving()
    reachable = own.annotate(
        contact_name=Subquery(contact.values("name")[:1]), contact_email=Subquery(contact.values("email")[:1])
    ).exclude(contact_email=None)
    return reachable.filter(~Exists(invited)).select_related("organisation").order_by("sort_name")


@transaction.atomic
def invite_contacts(companies, *, acting):
    """Invite the contact of each company as the responsible person; returns how many mails are on their way."""
    return sum(_invited(company, acting) for company in companies)


def _invited(company, acting):
    try:
        invite(
            company.organisation,
            acting=acting,
            email=company.contact_email,
            name=company.contact_name,
            role=Role.COMPANY_OWNER,
        )
    except AccountError:  # has become a member since the page was drawn
        return False
    return True
