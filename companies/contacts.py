"""People to talk to at a company: adding, changing and removing them."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from companies.models import Contact
from companies.services import CompanyError
from companies.versions import delete_seen, update_seen
from offensive.tenancy.remembering import changed


def add_contact(company, *, form_key, **values):
    """Add a contact; the same form sent twice is one. Raises ``CompanyError`` for an address that is there already."""
    contact = Contact(programme_id=company.programme_id, company_id=company.pk, form_key=form_key, **values)
    if not _of(company).filter(form_key=form_key).exists():
        _once(lambda: contact.save(force_insert=True))
    changed(company.programme_id)


def change_contact(contact, *, seen, **values):
    """Change a contact as it was ``seen``. Raises ``CompanyError`` for an address that is another contact's."""
    rows = Contact.objects.filter(company=contact.company_id, pk=contact.pk)
    _once(lambda: update_seen(rows, seen=seen, **values))
    changed(contact.programme_id)


def remove_contact(contact, *, seen):
    """Remove a contact as it was ``seen``."""
    delete_seen(Contact.objects.filter(company=contact.company_id, pk=contact.pk), seen=seen)
    changed(contact.programme_id)


def _of(company):
    return Contact.objects.filter(company=company.pk)


def _once(work):
    try:
        with transaction.atomic():
            work()
    except IntegrityError as error:
        raise CompanyError(_("There is a contact with this email address already. Please change that one.")) from error
