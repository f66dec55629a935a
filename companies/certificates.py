"""Certificates of a company: adding, changing and removing them."""

from django.db import transaction

from companies.catalogues import standards
from companies.models import Certificate
from companies.profile_facets import refresh_facets
from companies.versions import delete_seen, update_seen
from offensive.notices.services import stop
from offensive.tenancy.remembering import changed

# Days before a certificate expires on which its people are reminded.
DAYS_BEFORE = (90, 30)


@transaction.atomic
def add_certificate(company, *, form_key, **values):
    """Add a certificate; the same form sent twice is one."""
    held = Certificate.objects.of(company.pk).filter(form_key=form_key)
    if not held.exists():
        row = Certificate(programme_id=company.programme_id, company_id=company.pk, form_key=form_key, **values)
        Certificate.objects.bulk_create([row], ignore_conflicts=True)
    _follow(company.pk, company.programme_id)


@transaction.atomic
def change_certificate(certificate, *, seen, **values):
    """Change a certificate as it was ``seen``; without a new ``document`` the one that is filed stays."""
    if not values.get("document"):
        values.pop("document", None)
    if values["valid_until"] != certificate.valid_until:
        _stop_reminders(certificate)
    update_seen(Certificate.objects.of(certificate.company_id).filter(pk=certificate.pk), seen=seen, **values)
    _follow(certificate.company_id, certificate.programme_id)


@transaction.atomic
def remove_certificate(certificate, *, seen):
    """Remove a certificate as it was ``seen``; its file stays with the company's documents."""
    delete_seen(Certificate.objects.of(certificate.company_id).filter(pk=certificate.pk), seen=seen)
    _stop_reminders(certificate)
    _follow(certificate.company_id, certificate.programme_id)


def _follow(company_id, programme_id):
    refresh_facets(company_id, programme_id=programme_id)
    changed(programme_id)


def _stop_reminders(certificate):
    """Do not send what waits: the certificate is renewed, corrected or gone."""
    for days in DAYS_BEFORE:
        stop(stop_key_of(certificate, days), programme_id=certificate.programme_id)


def stop_key_of(certificate, days):
    """With the day, so that a renewed certificate is reminded of anew."""
    return f"certificate:{certificate.pk}:{certificate.valid_until}:{days}"


def name_of(certificate):
    """What the certificate is called, with its edition: "ISO 9001:2015"."""
    standard = standards().get(certificate.standard)
    name = standard.name if standard else certificate.name
    return f"{name}:{certificate.edition}" if certificate.edition else name
