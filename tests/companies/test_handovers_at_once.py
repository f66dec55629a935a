"""Two people at one hand-over at the same moment: one decides, the other is told."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from companies.handovers import HandoverError, withdraw
from companies.models import Company, Handover
from companies.record import choose_carer
from offensive.tenancy.roles import Role
from tests.companies.handing_over import accepted, acting_of, asked, carer, mails, opened, stored

ADVISOR, LEAD = Role.PARTNER_ADVISOR, Role.LEAD_COORDINATOR


def at_once(*works):
    """Run each in a connection of its own; returns what they raised."""
    name, raised, together = connection.settings_dict["NAME"], [], Barrier(len(works))

    def run(work):
        connection.settings_dict["NAME"] = name
        try:
            together.wait(10)
            work()
        except HandoverError as error:
            raised.append(str(error))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in works]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    return raised


def test_two_accept_at_once_and_one_is_told(committed_site):
    site, zenit = committed_site, committed_site.shared.here
    colleague = acting_of(site, "zenit")
    row = asked(site.acting[ADVISOR], zenit, site.company)
    assert len(at_once(lambda: accepted(row, zenit), lambda: accepted(row, colleague))) == 1
    decided = stored(site, row)
    assert carer(site, site.company) == (zenit.organisation_id, decided.person_id)
    assert decided.person_id == decided.decided_by_id
    told = [subject for _to, subject in mails(site) if subject.startswith("Übernommen")]
    assert len(told) == 1


def test_accept_and_withdraw_at_once_and_one_is_told(committed_site):
    site, sihk, zenit = committed_site, committed_site.acting[ADVISOR], committed_site.shared.here
    row = asked(sihk, zenit, site.company)

    def withdrawn():
        with opened(sihk):
            withdraw(row, acting=sihk)

    raised = at_once(lambda: accepted(row, zenit), withdrawn)
    state, (partner, _person) = stored(site, row).state, carer(site, site.company)
    assert len(raised) == 1
    assert (state, partner) in {("accepted", zenit.organisation_id), ("withdrawn", sihk.organisation_id)}


@pytest.mark.prove
def test_two_ask_at_once_and_one_is_told(committed_site):
    site, sihk, zenit = committed_site, committed_site.acting[ADVISOR], committed_site.shared.here
    gws = site.acting[LEAD]
    raised = at_once(lambda: asked(sihk, zenit, site.company), lambda: asked(gws, zenit, site.company))
    assert len(raised) == 1
    with opened(gws):
        assert Handover.objects.count() == 1


@pytest.mark.prove
def test_accept_while_the_lead_assigns_otherwise(committed_site):
    site, gws, zenit = committed_site, committed_site.acting[LEAD], committed_site.shared.here
    row = asked(site.acting[ADVISOR], zenit, site.company)

    def assigned():
        with opened(gws):
            company = Company.objects.get(pk=site.company.pk)
            choose_carer(company, acting=gws, seen=company.version, person=None, partner=site.organisations["en"])

    at_once(lambda: accepted(row, zenit), assigned)
    state, (partner, _person) = stored(site, row).state, carer(site, site.company)
    assert partner == site.organisations["en"].pk or state == "accepted"
    assert state in ("accepted", "withdrawn")
