"""The day's list: what is due for one person, the most pressing first, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from companies.models import Company
from offensive.enablement.services import reverse_delivery
from offensive.portal import day
from offensive.portal.day import day_of
from offensive.tenancy.drawing import TOKEN_PLACE
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import complete_profile, give, scope_of, take_part
from tests.enablement.test_tasks import TODAY, task
from tests.sites import acting_for, make_company, make_person

START = "portal:start"


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


def lines(acting):
    with scope_of(acting):
        return [line.title for line in day_of(acting).lines]


def due(site, company, *, in_days, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        on = TODAY + timedelta(days=in_days)
        Company.objects.filter(pk=company.pk).update(stage_due_on=on, **values)
    cache.clear()


def test_own_tasks_due_stand_in_their_order(site, sihk, gws):
    task(sihk, title="heute", company=site.company)
    task(sihk, title="morgen", due_on=TODAY + timedelta(days=1))
    task(gws, title="andere")
    first = task(sihk, title="längst")
    with scope_of(sihk):
        type(first).objects.filter(pk=first.pk).update(due_on=TODAY - timedelta(days=3))
    cache.clear()
    assert lines(sihk) == ["längst", "heute"]


def test_stage_that_is_late_is_named(site, sihk):
    take_part(site.company, acting=sihk)
    due(site, site.company, in_days=-2)
    assert lines(sihk) == ["Die Stufe „Standortbestimmung“ sollte durch sein"]
    due(site, site.company, in_days=-30)
    assert lines(sihk) == ["1 Stufe Ihrer Unternehmen ist überfällig"]
    due(site, site.company, in_days=5)
    assert lines(sihk) == []


def test_stage_of_which_nothing_is_missing_can_be_closed(site, sihk):
    take_part(site.company, acting=sihk)
    due(site, site.company, in_days=20)
    workshop = give(site.company, acting=sihk, kind="workshop", on=TODAY)
    assert lines(sihk) == []
    complete_profile(site.company, acting=sihk)
    cache.clear()
    assert lines(sihk) == ["Stufe „Standortbestimmung“ abschließen: Alles ist da"]
    with scope_of(sihk):
        reverse_delivery(workshop, acting=sihk, reason="falsch", form_key="two")
    assert lines(sihk) == []


def test_company_of_a_named_colleague_is_not_mine(site, sihk):
    take_part(site.company, acting=sihk)
    colleague = make_person("kollegin@sihk.example")
    acting_for(colleague, site.organisations["sihk"], Role.PARTNER_ADVISOR)
    due(site, site.company, in_days=-2, caring_person=colleague)
    assert lines(sihk) == []


def test_papers_missing_for_long_are_counted(site, sihk):
    give(site.company, acting=sihk, on=TODAY - timedelta(days=20))
    give(site.company, acting=sihk, on=TODAY, source="form:two")
    assert lines(sihk) == ["1 Beleg fehlt"]


def test_quiet_day_says_what_is_next(site, sihk, sign_in):
    task(sihk, title="Nachfassen", due_on=TODAY + timedelta(days=3))
    with scope_of(sihk):
        assert day_of(sihk).coming.startswith("Nachfassen, am ")
    kwargs = {"programme": "io", "organisation": "sihk"}
    shown = sign_in(site.people[Role.PARTNER_ADVISOR]).get(reverse(START, kwargs=kwargs))
    assert shown.context["number"] == len(shown.context["to_do"])


def test_heading_counts_the_lines(site, sihk, sign_in):
    task(sihk)
    kwargs = {"programme": "io", "organisation": "sihk"}
    shown = sign_in(site.people[Role.PARTNER_ADVISOR]).get(reverse(START, kwargs=kwargs))
    number = 1 + len(shown.context["to_do"])
    assert f"Heute: {number}" in shown.content.decode()


def asked_by(work, *, forgotten=True):
    """What ``work`` asks the database, without what the test's own transaction adds around the request's."""
    if forgotten:
        cache.clear()
    added = ("SAVEPOINT", "RELEASE", "SELECT set_config")
    with CaptureQueriesContext(connection) as asked:
        work()
    return [query["sql"][:200] for query in asked if not query["sql"].startswith(added)]


@pytest.mark.parametrize("number", [1, 14])
def test_day_is_asked_for_in_few_queries_however_long_it_is(site, sihk, sign_in, number):
    for place in range(number):
        company = make_company(site.programme, name=f"Muster {place} GmbH", partner=site.organisations["sihk"])
        take_part(company, acting=sihk, signed_on=TODAY - timedelta(days=60))
        give(company, acting=sihk, on=TODAY - timedelta(days=20))
        task(sihk, company=company)
        due(site, company, in_days=-(place % 12))
    client, page = sign_in(site.people[Role.PARTNER_ADVISOR]), reverse(START, args=["io", "sihk"])
    shown = client.get(page)
    assert len(shown.context["day"].lines) >= number
    with scope_of(sihk):
        assert len(asked_by(lambda: day_of(sihk))) == 5
    # With session, person, scope, shared progress, reports, imports and own companies; all but five is remembered.
    assert len(asked_by(lambda: client.get(page))) == 15
    assert len(asked_by(lambda: client.get(page), forgotten=False)) == 5


def test_day_changes_what_is_kept(site, sihk, monkeypatch):
    task(sihk, title="morgen", due_on=TODAY + timedelta(days=1))
    assert lines(sihk) == []
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY + timedelta(days=1))
    assert lines(sihk) == ["morgen"]


def test_remembered_page_carries_the_token_of_each_visit(site, sihk):
    open_task, client = task(sihk), Client(enforce_csrf_checks=True)
    client.force_login(site.people[Role.PARTNER_ADVISOR])
    page = reverse(START, args=["io", "sihk"])
    for _visit in range(2):
        shown = client.get(page).content.decode()
        assert TOKEN_PLACE not in shown
    (token,) = re.findall(r'class="tasks__work".*?name="csrfmiddlewaretoken" value="(\w+)"', shown)
    finish = reverse("coordination:task_finish", args=["io", "sihk", open_task.pk])
    assert client.post(finish, {"back": page}).status_code == 403
    assert client.post(finish, {"back": page, "csrfmiddlewaretoken": token}).status_code == 302
    assert open_task.title not in client.get(page).content.decode().split('class="messages"')[0]


def test_papers_are_counted_no_further_than_helps(site, sihk, monkeypatch):
    monkeypatch.setattr(day, "COUNTED_AT_MOST", 1)
    for number in ("one", "two"):
        give(site.company, acting=sihk, on=TODAY - timedelta(days=20), source=f"form:{number}")
    assert lines(sihk) == ["Mehr als 1 Belege fehlen"]
