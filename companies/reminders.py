"""The reminder before a certificate expires: by mail to those who are the company's people on that morning."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.template.defaultfilters import date as formatted_date
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from companies.certificates import DAYS_BEFORE, name_of, stop_key_of
from companies.models import Certificate, Company
from offensive.notices.mails import Mail, absolute, queue_mail
from offensive.notices.models import Notice
from offensive.tenancy.models import Membership, Programme
from offensive.tenancy.scope import system_scope

# A day on which nothing ran is made up for; what expires sooner was entered late, and its people know.
MADE_UP_FOR = timedelta(days=3)
# In the morning, so that whoever reads it has the day before them.
AT = time(8)


def remind_all(*, on=None):
    """Queue the reminders of a day in every programme; safe to run twice and side by side. Returns how many left."""
    on = on or timezone.localdate()
    return sum(_remind(programme_id, on) for programme_id in Programme.objects.values_list("pk", flat=True))


def _remind(programme_id, on):
    with system_scope(programme_id, "companies.remind"):
        waiting = list(_expiring(programme_id, on).values_list("pk", flat=True))
    return sum(_remind_of(programme_id, pk, on) for pk in waiting)


def _expiring(programme_id, on):
    """Certificates of which one of the days has come, or came a few days ago."""
    reached = Q(pk__lt=0)
    for days in DAYS_BEFORE:
        day = on + timedelta(days=days)
        reached |= Q(valid_until__gt=day - MADE_UP_FOR, valid_until__lte=day)
    return Certificate.objects.filter(reached, programme=programme_id)


def _remind_of(programme_id, pk, on):
    """One mail to each person, once for each of the days; the row's lock keeps a second worker off it."""
    with system_scope(programme_id, "companies.remind"):
        certificate = _expiring(programme_id, on).select_for_update().filter(pk=pk).first()
        if certificate is None:
            return 0
        days = next(each for each in reversed(DAYS_BEFORE) if certificate.valid_until - on <= timedelta(days=each))
        key = stop_key_of(certificate, days)
        if Notice.objects.filter(programme=programme_id, stop_key=key).exists():
            return 0
        return _queue(certificate, key, datetime.combine(on, AT, tzinfo=timezone.get_default_timezone()))


def _queue(certificate, key, send_at):
    company = Company.objects.select_related("programme", "organisation").get(pk=certificate.company_id)
    people = Membership.objects.active().of_organisation(company.pk).select_related("user")
    for membership in people:
        with translation.override(settings.LANGUAGE_CODE):
            mail = _reminder(certificate, company, membership.user)
        to = membership.user.email
        queue_mail(mail, to=to, programme_id=certificate.programme_id, send_at=send_at, stop_key=key)
    return len(people)


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
