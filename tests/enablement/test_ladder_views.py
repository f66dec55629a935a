"""The lead's page of the ladder: what is typed applies, and the second of two people is told and loses nothing."""

from datetime import timedelta
from threading import Thread
from time import sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

from offensive.enablement.follow_ups import climb_all, refresh
from offensive.enablement.ladders import newest, set_ladder
from offensive.enablement.models import FollowUp, LadderStep, SilenceStep, Task
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import give, scope_of, take_part
from tests.enablement.test_follow_ups import TODAY, ago, waiting_mails
from tests.enablement.test_tasks import at
from tests.jobs.test_services import in_threads

LEAD, APPROVER = Role.LEAD_COORDINATOR, Role.LEAD_APPROVER


@pytest.fixture(autouse=True)
def german(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    with translation.override("de"):
        yield


def typed(form, *steps, **values):
    """What a browser sends: each field as it stands, with ``steps`` [(days, action), …] instead."""
    found = {name: form[name].value() for name in form.fields}
    for line in range(1, 6):
        days, action = steps[line - 1] if line <= len(steps) else ("", "nudge")
        found |= {f"days_{line}": days, f"action_{line}": action}
    return {name: value for name, value in (found | values).items() if value is not None}


def in_force(site, on=TODAY):
    with system_scope(site.programme.pk, "enablement.follow_up"):
        steps = LadderStep.objects.of(site.programme.pk).in_force(on=on)
        return [(step.after_days, step.action) for step in steps]


@pytest.fixture
def lead(site, sign_in):
    return sign_in(site.people[LEAD])


def shown(client):
    return client.get(at("ladder", "gws")).context["form"]


def test_ladder_applies_from_the_day_typed(site, lead):
    day = TODAY + timedelta(days=5)
    assert lead.post(at("ladder", "gws"), typed(shown(lead), (14, "call"), valid_from=day)).status_code == 302
    assert in_force(site) == [(9, "nudge"), (21, "call"), (45, "decision")]
    assert in_force(site, day) == [(14, "call")]


@pytest.mark.parametrize("wrong", [[], [(21, "nudge"), (9, "call")], [(400, "call")], [("bald", "call")]], ids=str)
def test_what_makes_no_ladder_is_told_and_kept_on_the_screen(site, lead, wrong):
    answer = lead.post(at("ladder", "gws"), typed(shown(lead), *wrong))
    assert (answer.status_code, bool(answer.context["form"].errors)) == (422, True)
    assert in_force(site) == [(9, "nudge"), (21, "call"), (45, "decision")]


def test_second_of_two_people_is_told_and_loses_nothing(site, lead, client):
    before = shown(lead)
    lead.post(at("ladder", "gws"), typed(before, (10, "nudge"), (30, "call")))
    client.force_login(site.people[APPROVER])
    answer = client.post(at("ladder", "gws"), typed(before, (12, "nudge"), (30, "call")))
    form = answer.context["form"]
    assert answer.status_code == 422
    assert site.people[LEAD].name in form.non_field_errors()[0]
    assert form.errors["days_1"] == ["Jetzt gespeichert: 10"]
    assert "days_2" not in form.errors
    assert client.post(at("ladder", "gws"), typed(form, (12, "nudge"), (30, "call"))).status_code == 302
    assert in_force(site) == [(12, "nudge"), (30, "call")]


def test_two_at_once_set_one_ladder(committed_site):
    site = committed_site

    def setting(role, days):
        def run():
            with scope_of(site.acting[role]):
                set_ladder(acting=site.acting[role], seen=seen, valid_from=TODAY, steps=[(days, "call")])

        return run

    with scope_of(site.acting[LEAD]):
        seen = newest(site.programme.pk)
    results = in_threads(setting(LEAD, 10), setting(APPROVER, 20))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "OvertakenError"]
    assert in_force(site) in ([(10, "call")], [(20, "call")])


def test_two_workers_at_once_take_each_step_once(committed_site):
    site, sihk = committed_site, committed_site.acting[Role.PARTNER_ADVISOR]
    take_part(site.company, acting=sihk, signed_on=ago(100))
    give(site.company, acting=sihk, on=ago(30))
    assert in_threads(climb_all, climb_all, climb_all).count(1) == 1
    assert waiting_mails(site) == 2
    later = timezone.localdate() + timedelta(days=12)
    assert sorted(in_threads(*[lambda: climb_all(on=later)] * 3)) == [0, 0, 1]
    with system_scope(site.programme.pk, "enablement.follow_up"):
        assert list(SilenceStep.objects.order_by("position").values_list("action", flat=True)) == ["nudge", "call"]
        assert Task.objects.count() == 1


def test_judging_that_has_waited_for_a_step_does_not_take_it_back(committed_site):
    site, sihk = committed_site, committed_site.acting[Role.PARTNER_ADVISOR]
    take_part(site.company, acting=sihk, signed_on=ago(100))
    give(site.company, acting=sihk, on=ago(30))
    refresh(site.programme.pk)
    judging = Thread(target=judge_alone, args=[site.programme.pk])
    with transaction.atomic():
        assert climb_all() == 1
        judging.start()
        until_somebody_waits()
    judging.join(20)
    with system_scope(site.programme.pk, "enablement.follow_up"):
        assert FollowUp.objects.get(company=site.company.pk).step == 1


def judge_alone(programme_id):
    """On a connection of its own, which is closed afterwards."""
    try:
        refresh(programme_id)
    finally:
        connection.close()


def until_somebody_waits():
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks w JOIN pg_locks h USING (pid) JOIN pg_database d ON d.oid = h.database"
                " WHERE NOT w.granted AND d.datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.05)
    pytest.fail("Nobody waits for the row.")
