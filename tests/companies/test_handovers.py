"""A company changes hands: who may ask and answer, and what changes with it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from companies.handover_queries import handovers_of, receivers, to_hand_over, waiting_for
from companies.handovers import HandoverError, accept, decline, withdraw
from companies.merging import merge_companies
from companies.models import Company, Contact, Handover, Merge, Profile
from companies.record import choose_carer
from offensive.notices.models import Notice
from offensive.tenancy.models import CompanyAccess, Membership
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.companies.handing_over import accepted, acting_of, asked, carer, mails, opened, stored
from tests.sites import make_company

ADVISOR, LEAD = Role.PARTNER_ADVISOR, Role.LEAD_COORDINATOR


@pytest.fixture
def sihk(site):
    return site.acting[ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[LEAD]


@pytest.fixture
def zenit(site):
    return site.shared.here


def test_accepting_changes_who_looks_after_it_and_who_sees_it(site, sihk, zenit):
    with system_scope(site.programme.pk, "setup.reference"):
        Contact.objects.create(programme=site.programme, company_id=site.company.pk, name="Erika Muster")
        Company.objects.filter(pk=site.company.pk).update(caring_person=sihk.user_id)
    row = asked(sihk, zenit, site.company)
    for acting, number in ((sihk, 1), (zenit, 0)):
        with opened(acting):
            assert (Company.objects.filter(pk=site.company.pk).count(), Contact.objects.count()) == (number, number)
    accepted(row, zenit)
    assert carer(site, site.company) == (zenit.organisation_id, zenit.user_id)
    for acting, number in ((sihk, 0), (zenit, 1)):
        with opened(acting):
            assert (Company.objects.filter(pk=site.company.pk).count(), Contact.objects.count()) == (number, number)
            assert Profile.objects.filter(company=site.company.pk).count() == number
    decided = stored(site, row)
    assert (decided.state, decided.decided_by_id, decided.person_id) == ("accepted", zenit.user_id, zenit.user_id)


def test_identity_of_a_participating_company_stays_known_to_the_partner_before(site, sihk, zenit):
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.company.pk).update(participating_on="2026-03-02")
    accepted(asked(sihk, zenit, site.company), zenit)
    with opened(sihk):
        assert Company.objects.filter(pk=site.company.pk).exists()
        assert not Profile.objects.filter(company=site.company.pk).exists()
        assert not CompanyAccess.objects.filter(company=site.company.pk).exists()


def test_only_the_two_partners_and_the_lead_see_a_request(site, sihk, zenit, gws):
    asked(sihk, zenit, site.company)
    hagen = acting_of(site, "hagen")
    for acting, number in ((sihk, 1), (zenit, 1), (gws, 1), (hagen, 0), (site.acting[Role.COMPANY_OWNER], 0)):
        with opened(acting):
            assert Handover.objects.count() == number, acting.organisation_slug


def test_it_waits_for_the_house_or_for_the_proposed_person(site, sihk, zenit, gws):
    row = asked(sihk, zenit, site.company, person=zenit.user_id)
    other = asked(gws, zenit, site.other_company)
    colleague = acting_of(site, "zenit")
    with opened(zenit):
        assert list(waiting_for(zenit)) == [row, other]
    with opened(colleague):
        assert list(waiting_for(colleague)) == [other]
    with opened(sihk):
        assert list(waiting_for(sihk)) == []
        assert [each.pk for each in handovers_of(site.company.pk)] == [row.pk]


def test_nobody_offers_what_another_looks_after(site, sihk, zenit, gws):
    en = acting_of(site, "en")
    for acting in (zenit, sihk):
        with pytest.raises(HandoverError):
            asked(acting, en, site.other_company)
    assert asked(gws, zenit, site.company).from_partner_id == sihk.organisation_id, "the lead may for any"


def test_what_cannot_be_handed_over_is_said_by_name(site, sihk, zenit, gws):
    with pytest.raises(HandoverError, match="Muster Federn"):
        asked(gws, sihk, site.company)
    lonely = make_company(site.programme, name="Muster Allein KG")
    with pytest.raises(HandoverError, match="Muster Allein"):
        asked(gws, zenit, lonely)
    asked(sihk, zenit, site.company)
    with pytest.raises(HandoverError, match="Muster Federn"):
        asked(sihk, zenit, site.company)
    with opened(sihk):
        assert Handover.objects.count() == 1
        assert not to_hand_over(sihk).exists(), "what was offered is not offered again"


def test_several_are_asked_for_at_once_with_one_mail(site, sihk, gws, zenit):
    second = make_company(site.programme, name="Muster Draht Balve GmbH", partner=site.organisations["sihk"])
    rows = asked(sihk, zenit, site.company, second)
    assert len(rows) == 2
    assert [to for to, _subject in mails(site)] == ["shared@zenit.example"] * 2, "now, and once more after a week"
    with opened(zenit):
        decline(rows[0], acting=zenit, answer="Niemand frei")
    assert ("shared@zenit.example", "Noch offen: Bitte übernehmen Sie 2 Unternehmen") in mails(site)
    accepted(rows[1], zenit)
    assert not [to for to, _subject in mails(site) if to == "shared@zenit.example"], "all are answered"


def test_one_that_cannot_be_offered_stops_all_of_them(site, gws, zenit):
    lonely = make_company(site.programme, name="Muster Allein KG")
    with pytest.raises(HandoverError, match="Muster Allein"):
        asked(gws, zenit, site.company, lonely)
    with opened(gws):
        assert not Handover.objects.exists()
    assert mails(site) == []


def test_the_same_form_twice_asks_once(site, sihk, zenit):
    key = uuid4()
    first, again = (asked(sihk, zenit, site.company, form_key=key) for _click in range(2))
    assert first.pk == again.pk
    assert len(mails(site)) == 2


def test_decline_leaves_all_and_tells_why(site, sihk, zenit):
    row, before = asked(sihk, zenit, site.company), carer(site, site.company)
    with opened(zenit):
        for _click in range(2):
            decline(row, acting=zenit, answer="Vor März ist niemand frei")
    assert (stored(site, row).state, carer(site, site.company)) == ("declined", before)
    assert [subject for to, subject in mails(site) if to == site.people[ADVISOR].email] == [
        "Nicht übernommen: Muster Federn Altena GmbH"
    ]
    asked(sihk, zenit, site.company)


def test_withdrawn_stops_the_mails_that_wait(site, sihk, zenit):
    row = asked(sihk, zenit, site.company)
    with opened(zenit), pytest.raises(HandoverError):
        withdraw(row, acting=zenit)
    assert len(mails(site)) == 2
    with opened(sihk):
        withdraw(row, acting=sihk)
    assert (stored(site, row).state, mails(site)) == ("withdrawn", [])
    with pytest.raises(HandoverError, match="zurückgezogen"):
        accepted(row, zenit)


def test_accepted_is_not_withdrawn_any_more(site, sihk, gws, zenit):
    row = asked(sihk, zenit, site.company)
    accepted(row, zenit)
    for acting in (sihk, gws):
        with opened(acting), pytest.raises(HandoverError, match="angenommen"):
            withdraw(row, acting=acting)


def test_accepted_is_told_to_who_asked_and_who_cared(site, sihk, gws, zenit):
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.company.pk).update(caring_person=sihk.user_id)
    row = asked(gws, zenit, site.company)
    for _click in range(2):
        accepted(row, zenit)
    subject = "Übernommen: Muster Federn Altena GmbH"
    assert sorted(mails(site)) == sorted([(site.people[LEAD].email, subject), (site.people[ADVISOR].email, subject)])


def test_receiver_alone_answers_and_with_a_person_of_its_own(site, sihk, gws, zenit):
    row = asked(sihk, zenit, site.company)
    for acting in (sihk, gws):
        with opened(acting), pytest.raises(HandoverError):
            accept(row, acting=acting, person_id=acting.user_id)
        with opened(acting), pytest.raises(HandoverError):
            decline(row, acting=acting, answer="Nein")
    with pytest.raises(HandoverError, match="Ihrer Organisation"):
        accepted(row, zenit, person_id=sihk.user_id)
    assert stored(site, row).state == "asked"


def test_lead_that_assigns_otherwise_ends_the_request(site, sihk, gws, zenit):
    row = asked(sihk, zenit, site.company)
    with opened(gws):
        company = Company.objects.get(pk=site.company.pk)
        choose_carer(company, acting=gws, seen=company.version, person=None, partner=site.organisations["en"])
    assert (stored(site, row).state, stored(site, row).decided_in_id) == ("withdrawn", gws.organisation_id)
    with pytest.raises(HandoverError):
        accepted(row, zenit)
    assert carer(site, site.company) == (site.organisations["en"].pk, None)


def test_partner_that_changed_otherwise_is_noticed(site, sihk, zenit):
    row = asked(sihk, zenit, site.company)
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.company.pk).update(caring_partner=site.organisations["en"])
    with pytest.raises(HandoverError, match="betreut"):
        accepted(row, zenit)
    assert stored(site, row).state == "asked"


def test_record_that_a_merge_absorbed_passes_to_nobody(site, sihk, gws, zenit):
    row = asked(sihk, zenit, site.company)
    with system_scope(site.programme.pk, "setup.reference"):
        merge = {"survivor": site.other_company, "absorbed": site.company, "merged_by_id": gws.user_id}
        Merge.objects.create(programme=site.programme, **merge)
    with pytest.raises(HandoverError, match="Muster Guss"):
        accepted(row, zenit)
    with opened(gws):
        withdraw(row, acting=gws)
    with pytest.raises(HandoverError, match="Muster Guss"):
        asked(gws, zenit, site.company)


def test_what_a_merge_absorbed_passes_on_with_the_survivor(site, sihk, gws, zenit):
    twin = make_company(site.programme, name="Muster Federn Altena", partner=site.organisations["sihk"])
    with system_scope(site.programme.pk, "setup.reference"):
        Contact.objects.create(programme=site.programme, company_id=twin.pk, name="Erika Muster")
    with opened(gws):
        merge_companies(site.company, twin, acting=gws, choices={})
    accepted(asked(sihk, zenit, site.company), zenit)
    for acting, number in ((zenit, 1), (sihk, 0)):
        with opened(acting):
            assert Contact.objects.filter(company=twin.pk).count() == number


def test_whoever_left_is_asked_no_more(site, sihk, zenit):
    with system_scope(site.programme.pk, "setup.reference"):
        Membership.objects.filter(pk=zenit.membership_id).update(ended_at=timezone.now())
    with opened(sihk):
        houses = {each.organisation for each in receivers(sihk.programme_id, without=sihk.organisation_id)}
    assert houses == {"GWS"}


RULES = {
    "handover_one_open_per_company": {"form_key": uuid4()},
    "handover_to_another_partner": {"to_partner": "sihk", "state": "withdrawn"},
    "handover_has_a_reason": {"reason": "", "state": "withdrawn"},
    "handover_has_a_state": {"state": "vergessen"},
    "handover_decided_with_person": {"state": "withdrawn", "decided_by_id": None},
    "handover_answered_by_the_receiver": {"state": "declined", "answer": "Nein"},
    "handover_declined_with_a_reason": {"state": "declined", "decided_in": "zenit"},
    "handover_accepted_with_a_caring_person": {"state": "accepted", "decided_in": "zenit"},
    "handover_from_who_looks_after_it": {"from_partner": "en", "company": "other"},
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_is_kept_by_the_database(site, sihk, zenit, rule):
    row = asked(sihk, zenit, site.company)
    values = dict(RULES[rule])
    for name in ("to_partner", "from_partner", "decided_in"):
        if name in values:
            values[name] = site.organisations[values[name]]
    if values.pop("company", ""):
        values["company_id"] = site.other_company.pk
    state = values.get("state", "asked")
    decided = {"decided_by_id": sihk.user_id, "decided_in_id": sihk.organisation_id, "decided_at": timezone.now()}
    if "decided_in" in values:
        del decided["decided_in_id"]
    with system_scope(site.programme.pk, "setup.reference"):
        kept = {field.attname: getattr(row, field.attname) for field in Handover._meta.concrete_fields}
        kept |= {"id": None, "form_key": uuid4(), **(decided if state != "asked" else {})}
        for name in values:
            kept.pop(f"{name}_id", None)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Handover.objects.create(**{**kept, **values})
    assert refused.value.__cause__.diag.constraint_name == rule


@pytest.mark.parametrize("change", ["reason = 'anders'", "state = 'asked', decided_by_id = NULL", "answer = 'doch'"])
def test_what_was_decided_stays(site, sihk, zenit, change):
    row = asked(sihk, zenit, site.company)
    accepted(row, zenit)
    refused = pytest.raises(IntegrityError, match="decided_once")
    with system_scope(site.programme.pk, "setup.reference"), refused, transaction.atomic():
        connection.cursor().execute(f"UPDATE companies_handover SET {change}")


def test_what_was_asked_stays_while_it_waits(site, sihk, zenit):
    asked(sihk, zenit, site.company)
    with opened(sihk), pytest.raises(IntegrityError, match="handover_decided_once"), transaction.atomic():
        Handover.objects.update(to_partner=site.organisations["en"])


def test_receiver_cannot_accept_past_the_service(site, sihk, zenit):
    """Accepting without changing the company is no accepting: the policy lets nobody write it but the service."""
    row = asked(sihk, zenit, site.company)
    decided = {"decided_by": zenit.user_id, "decided_in": zenit.organisation_id, "decided_at": timezone.now()}
    with opened(zenit), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Handover.objects.filter(pk=row.pk).update(state="accepted", person=zenit.user_id, **decided)
    assert stored(site, row).state == "asked"


def test_mail_about_it_waits_a_week(site, sihk, zenit):
    asked(sihk, zenit, site.company)
    with system_scope(site.programme.pk, "notices.queue"):
        first, again = Notice.objects.filter(programme=site.programme).order_by("send_at")
    assert again.send_at - first.send_at > timedelta(days=6)
    assert "Umzug nach Mülheim" in first.text
    assert "/io/zenit/hand-overs/" in first.text
