"""The record of a legal enterprise: what it is called and registered as, and who looks after it."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies.identity import name_key, register_key, sort_name, vat_key
from companies.models import Company
from companies.services import TWINS, CompanyError, assign_partner, place_of
from companies.versions import update_seen
from offensive.accounts.models import User
from offensive.tenancy.models import Membership, Organisation
from offensive.tenancy.remembering import changed

# What a company's own people correct themselves; the rest identifies the enterprise in the report.
OWN_FIELDS = ("street", "postcode", "town")


@transaction.atomic
def change_record(company, *, acting, seen, **values):
    """Change the record as it was ``seen``; keys for sorting and for recognising twins follow.

    A company's own people change ``OWN_FIELDS`` alone. Raises ``CompanyError`` where another company has the register
    number or the VAT ID, whether the asker may see that one or not.
    """
    if acting.audience == "company":
        values = {name: values[name] for name in OWN_FIELDS}
    derived = _derived(company, values)
    try:
        with transaction.atomic():
            update_seen(_row(company), seen=seen, **derived)
    except IntegrityError as error:
        raise CompanyError(TWINS.get(error.__cause__.diag.constraint_name, str(error))) from error
    if "legal_name" in values:
        Organisation.objects.of(company.programme_id).filter(pk=company.pk).update(name=values["legal_name"])
    changed(company.programme_id)


def _row(company):
    return Company.objects.of(company.programme_id).filter(pk=company.pk)


def _derived(company, values):
    """``values`` with what is computed from them; the district of a place outside the region is known from a list."""
    district = company.district if values["town"] == company.town else ""
    found = {**values, **place_of({"town": values["town"], "district": district})}
    if "legal_name" in values:
        name, register = values["legal_name"], [values[f"register_{part}"] for part in ("court", "kind", "number")]
        found |= {"sort_name": sort_name(name)[:250], "name_key": name_key(name)[:250]}
        found |= {"register_key": register_key(*register), "vat_id": vat_key(values["vat_id"])}
    return found


def people_who_care(company):
    """The people of the caring partner, by name, as far as the asker may see them."""
    if not company.caring_partner_id:
        return User.objects.none()
    members = Membership.objects.active().of_organisation(company.caring_partner_id)
    return User.objects.filter(pk__in=members.values("user")).order_by("name", "email")


@transaction.atomic
def choose_carer(company, *, acting, seen, person, partner=None):
    """Say which ``person`` of the caring partner looks after the company; the lead may also change the ``partner``.

    With another partner nobody is chosen yet. Raises ``CompanyError`` for somebody of another organisation.
    """
    if partner and partner.pk != company.caring_partner_id:
        update_seen(_row(company), seen=seen, caring_person=None)
        return assign_partner(company, acting=acting, partner_id=partner.pk)
    if person and not people_who_care(company).filter(pk=person.pk).exists():
        raise CompanyError(_("Please choose somebody who belongs to the caring partner."))
    update_seen(_row(company), seen=seen, caring_person=person)
    return changed(company.programme_id)
