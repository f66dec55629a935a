"""Certificates of a company: adding, changing, removing them, and the reminder before they expire."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import date as formatted_date
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from companies.catalogues import standards
from companies.models import Certificate, Company
from companies.profile_facets import refresh_facets
from companies.versions import delete_seen, update_seen
from offensive.notices.mails import Mail, absolute, queue_mail
from offensive.notices.services import stop
from offensive.tenancy.models import Membership
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope

DAYS_BEFORE = (90, 30)
# In the morning, so that whoever reads it has the day before them.
AT = time(8)


@transaction.atomic
def add_certificate(company, *, form_key, **values):
    """Add a certificate; the same form sent twice is one."""
    held = Certificate.objects.of(company.pk).filter(form_key=form_key)
    if not held.exists():
        row = Certificate(programme_id=company.programme_id, company_id=company.pk, form_key=form_key, **values)
        Certificate.objects.bulk_create([row], ignore_conflicts=True)
        plan_reminders(held.get())
    _follow(company.pk, company.programme_id)


@transaction.atomic
def change_certificate(certificate, *, seen, **values):
    """Change a certificate as it was ``seen``; without a new ``document`` the one that is filed stays."""
    if not values.get("document"):
        values.pop("document", None)
    update_seen(Certificate.objects.of(certificate.company_id).filter(pk=certificate.pk), seen=seen, **values)
    certificate.refresh_from_db()
    plan_reminders(certificate)
    _follow(certificate.company_id, certificate.programme_id)


@transaction.atomic
def remove_certificate(certificate, *, seen):
    """Remove a certificate as it was ``seen``; its file stays with the company's documents."""
    delete_seen(Certificate.objects.of(certificate.company_id).filter(pk=certificate.pk), seen=seen)
    stop(_stop_key(certificate.pk), programme_id=certificate.programme_id)
    _follow(certificate.company_id, certificate.programme_id)


def _follow(company_id, programme_id):
    refresh_facets(company_id, programme_id=programme_id)
    changed(programme_id)


def name_of(certificate):
    """What the certificate is called, with its edition: "ISO 9001:2015"."""
    standard = standards().get(certificate.standard)
    name = standard.name if standard else certificate.name
    return f"{name}:{certificate.edition}" if certificate.edition else name


def plan_reminders(certificate):
    """Plan a mail to each person of the company 90 and 30 days before it expires, and stop those planned before."""
    stop(_stop_key(certificate.pk), programme_id=certificate.programme_id)
    with system_scope(certificate.programme_id, "companies.remind"):
        company = Company.objects.select_related("programme", "organisation").get(pk=certificate.company_id)
        for send_at in _moments(certificate.valid_until):
            for membership in Membership.objects.active().of_organisation(company.pk).select_related("user"):
                _queue(certificate, company, membership.user, send_at)


def _moments(valid_until):
    """Those of the two moments that are still to come."""
    zone = timezone.get_default_timezone()
    days = [valid_until - timedelta(days=number) for number in DAYS_BEFORE] if valid_until else []
    moments = [datetime.combine(day, AT, tzinfo=zone) for day in days]
    return [moment for moment in moments if moment > timezone.now()]


def _queue(certificate, company, person, send_at):
    with translation.override(settings.LANGUAGE_CODE):
        mail = _reminder(certificate, company, person)
    queue_mail(
        mail,
        to=person.email,
        programme_id=certificate.programme_id,
        send_at=send_at,
        stop_key=_stop_key(certificate.pk),
    )


def _reminder(certificate, company, person):
    slug = company.organisation.slug
    place = {"programme": company.programme.slug, "organisation": slug, "slug": slug, "section": "certificates"}
    names = {"certificate": name_of(certificate), "company": company.legal_name}
    day = formatted_date(certificate.valid_until, "SHORT_DATE_FORMAT")
    return Mail(
        subject=_("%(certificate)s is valid until %(day)s") % {**names, "day": day},
        greeting=_("Good day %(name)s,") % {"name": person.name} if person.name else _("Good day,"),
        paragraphs=(
            _("the certificate %(certificate)s of %(company)s is valid until %(day)s.") % {**names, "day": day},
            _("Once it is renewed, please enter the new date and file the new certificate. Then this reminder ends."),
        ),
        button=(_("Open our certificates"), absolute(reverse("portal:profile_section", kwargs=place))),
        closing=(
            _("If you do not renew it, please remove it there. Your adviser helps you with the way to a new one."),
        ),
        programme_name=company.programme.name,
    )


def _stop_key(pk):
    return f"certificate:{pk}"
