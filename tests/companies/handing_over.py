"""Hand-overs as tests need them."""

from uuid import uuid4

from companies.handover_queries import receivers
from companies.handovers import accept, ask
from companies.models import Company, Handover
from offensive.notices.models import Notice
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import acting_for, make_person

ADVISOR = Role.PARTNER_ADVISOR


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def receiver(acting, to, *, person=None):
    """The ``Receiver`` that a form would offer."""
    found = receivers(acting.programme_id)
    return next(each for each in found if (each.organisation_id, each.user_id) == (to.organisation_id, person))


def asked(acting, to, *companies, person=None, reason="Umzug nach Mülheim", form_key=None):
    """The request of ``acting`` to ``to``; several for several companies."""
    with opened(acting):
        keys = [company.pk for company in companies]
        chosen = receiver(acting, to, person=person)
        rows = ask(keys, acting=acting, receiver=chosen, reason=reason, form_key=form_key or uuid4())
    return rows[0] if len(rows) == 1 else rows


def accepted(row, acting, person_id=None):
    with opened(acting):
        accept(row, acting=acting, person_id=person_id or acting.user_id)


def stored(site, row):
    with system_scope(site.programme.pk, "setup.reference"):
        return Handover.objects.get(pk=row.pk)


def carer(site, company):
    with system_scope(site.programme.pk, "setup.reference"):
        company = Company.objects.get(pk=company.pk)
        return company.caring_partner_id, company.caring_person_id


def mails(site):
    with system_scope(site.programme.pk, "notices.queue"):
        return list(Notice.objects.filter(programme=site.programme, stopped_at=None).values_list("to", "subject"))


def acting_of(site, slug):
    """Somebody who advises for another partner."""
    return acting_for(make_person(f"beratung@{slug}.example"), site.organisations[slug], ADVISOR)
