"""Reminders of certificates: planned on their morning, for those who are the company's people by then."""

from datetime import timedelta

from django.utils import timezone

from companies.certificates import change_certificate, remove_certificate
from companies.models import Certificate
from companies.reminders import remind_all
from offensive.notices.models import Notice
from offensive.tenancy.models import Membership
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.jobs.test_services import in_threads
from tests.sites import acting_for, make_person

TODAY = timezone.localdate()
EXPIRES = TODAY + timedelta(days=365)
OWNER, MEMBER = Role.COMPANY_OWNER, Role.COMPANY_MEMBER


def hold(site, *, valid_until=EXPIRES):
    with system_scope(site.programme.pk, "setup.reference"):
        values = {"standard": "iso9001", "edition": "2015", "valid_until": valid_until}
        return Certificate.objects.create(programme=site.programme, company_id=site.company.pk, **values)


def morning(days, *, expires=EXPIRES):
    """The day that lies so many days before it expires."""
    return expires - timedelta(days=days)


def notices(site):
    with system_scope(site.programme.pk, "notices.send_due"):
        return list(Notice.objects.filter(stop_key__startswith="certificate:").order_by("send_at", "to"))


def waiting(site):
    """{(address, day)}"""
    return {(row.to, timezone.localdate(row.send_at)) for row in notices(site) if row.stopped_at is None}


def addresses(site, *roles):
    return {site.people[role].email for role in roles}


def test_people_are_reminded_90_and_30_days_before_and_on_no_other_day(site):
    hold(site)
    for days in (91, 90, 60, 31, 30, 29):
        remind_all(on=morning(days))
    both = addresses(site, OWNER, MEMBER)
    assert waiting(site) == {(address, morning(days)) for address in both for days in (90, 30)}
    first = notices(site)[0]
    slug = site.company.organisation.slug
    assert first.subject == f"ISO 9001:2015 ist gültig bis {EXPIRES:%d.%m.%Y}"
    assert f"/io/{slug}/companies/{slug}/profile/certificates/" in first.text
    assert timezone.localtime(first.send_at).hour == 8


def test_whoever_has_come_or_left_since_it_was_entered_counts(site):
    hold(site)
    acting_for(make_person("neu@muster.example"), site.company.organisation, MEMBER)
    with system_scope(site.programme.pk, "setup.reference"):
        Membership.objects.filter(user=site.people[MEMBER]).update(ended_at=timezone.now())
        site.people[OWNER].email = "anders@muster.example"
        site.people[OWNER].save()
    remind_all(on=morning(90))
    assert {to for to, _day in waiting(site)} == {"neu@muster.example", "anders@muster.example"}


def test_each_is_reminded_once_for_each_of_the_days(site):
    hold(site)
    assert [remind_all(on=morning(days)) for days in (90, 90, 89, 88, 87)] == [2, 0, 0, 0, 0]


def test_days_on_which_nothing_ran_are_made_up_for(site):
    hold(site)
    assert remind_all(on=morning(88)) == 2
    assert {day for _to, day in waiting(site)} == {morning(88)}


def test_nobody_is_reminded_of_what_was_entered_late(site):
    hold(site, valid_until=TODAY + timedelta(days=60))
    assert remind_all() == 0


def test_renewed_certificate_stops_what_waits_and_is_reminded_of_anew(site):
    certificate, renewed = hold(site), EXPIRES + timedelta(days=1000)
    remind_all(on=morning(90))
    with system_scope(site.programme.pk, "setup.reference"):
        change_certificate(certificate, seen=0, valid_until=renewed)
    assert waiting(site) == set()
    assert remind_all(on=morning(90, expires=renewed)) == 2


def test_corrected_certificate_keeps_what_waits(site):
    certificate = hold(site)
    remind_all(on=morning(90))
    with system_scope(site.programme.pk, "setup.reference"):
        change_certificate(certificate, seen=0, valid_until=EXPIRES, issuer="Prüfstelle")
    assert len(waiting(site)) == 2


def test_removed_certificate_stops_what_waits(site):
    certificate = hold(site)
    remind_all(on=morning(90))
    with system_scope(site.programme.pk, "setup.reference"):
        remove_certificate(certificate, seen=0)
    assert waiting(site) == set()


def test_other_programme_is_left_alone(site):
    hold(site.elsewhere)
    assert remind_all(on=morning(90)) == 0


def test_two_workers_at_once_remind_once(committed_site):
    hold(committed_site)
    assert sorted(in_threads(*[lambda: remind_all(on=morning(90))] * 3)) == [0, 0, 2]
    assert len(notices(committed_site)) == 2
