"""Tasks: who sees, who may, who is told; done once, undone, and two people at the same one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from offensive.enablement.colleagues import colleagues
from offensive.enablement.models import Task
from offensive.enablement.task_services import TaskError, give_task
from offensive.notices.models import Notice
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import scope_of
from tests.sites import release

OWN = "muster-federn-altena-gmbh"
TODAY = timezone.localdate()


def at(name, organisation="sihk", **kwargs):
    return reverse(f"coordination:{name}", kwargs={"programme": "io", "organisation": organisation, **kwargs})


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def advisor(site, sign_in):
    return sign_in(site.people[Role.PARTNER_ADVISOR])


def colleague(acting, user_id, **about):
    return next(each for each in colleagues(acting, **about) if each.user_id == user_id)


def task(acting, *, owner=None, company=None, **values):
    """A task of ``acting``, by default for oneself and due today."""
    with scope_of(acting):
        owner = colleague(acting, (owner or acting).user_id)
        values = {"title": "Anrufen", "due_on": TODAY, "form_key": uuid4(), **values}
        return give_task(acting=acting, owner=owner, company_id=company and company.pk, **values)


def seen_by(acting):
    with scope_of(acting):
        return set(Task.objects.values_list("title", flat=True))


def mails(site):
    with system_scope(site.programme.pk, "notices.queue"):
        return list(Notice.objects.filter(programme=site.programme).values_list("to", "subject"))


def typed(acting, **values):
    return {"title": "Anrufen", "due_on": f"{TODAY}", "owner": acting.membership_id, "form_key": uuid4(), **values}


def test_task_is_seen_by_the_own_house_the_lead_and_who_looks_after_the_company(site, sihk, gws):
    zenit = site.shared.here
    task(sihk, title="frei")
    task(sihk, title="Firma", company=site.company)
    assert [seen_by(acting) for acting in (sihk, gws, zenit)] == [{"frei", "Firma"}, {"frei", "Firma"}, set()]
    release(site.company, site.organisations["zenit"], "support")
    assert seen_by(zenit) == {"Firma"}
    for role in Role:
        if site.acting[role].audience not in ("lead", "partner"):
            assert seen_by(site.acting[role]) == set(), role


def test_task_given_to_another_house_is_seen_by_both(site, sihk):
    task(sihk, owner=site.shared.here, title="für ZENIT")
    assert seen_by(sihk) == seen_by(site.shared.here) == {"für ZENIT"}


def test_new_owner_is_told_unless_it_is_oneself(site, sihk, gws):
    task(sihk)
    assert mails(site) == []
    given = task(sihk, owner=gws, title="Bericht lesen")
    assert mails(site) == [(f"{Role.LEAD_COORDINATOR.value}@io.example", "Eine Aufgabe für Sie: Bericht lesen")]
    assert given.organisation_id == gws.organisation_id


def test_owner_of_a_company_task_may_see_the_company(site, sihk):
    with scope_of(sihk):
        houses = {each.organisation_slug for each in colleagues(sihk, company_id=site.company.pk)}
    assert houses == {"sihk", "gws"}


def test_company_of_another_partner_takes_no_task(site, sihk):
    with pytest.raises(TaskError):
        task(sihk, company=site.other_company)


def test_double_click_is_one_task_and_one_mail(site, sihk, gws, advisor):
    values = typed(gws)
    for _click in range(2):
        assert advisor.post(at("task_create"), values).status_code == 302
    assert (len(seen_by(sihk)), len(mails(site))) == (1, 1)


def test_day_that_has_passed_is_refused_and_nothing_typed_is_lost(sihk, advisor):
    response = advisor.post(at("task_create"), typed(sihk, due_on=f"{TODAY - timedelta(days=1)}"))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["due_on"])
    assert 'value="Anrufen"' in response.content.decode()


def test_done_by_one_click_and_undone(site, sihk, advisor):
    given = task(sihk)
    part = advisor.post(at("task_finish", pk=given.pk), headers={"HX-Request": "true"}).content.decode()
    assert at("task_reopen", pk=given.pk) in part
    assert "<html" not in part
    with scope_of(sihk):
        assert Task.objects.done().get().done_by_id == sihk.user_id
    response = advisor.post(at("task_reopen", pk=given.pk), {"back": at("task_list")})
    assert response.headers["Location"] == at("task_list")
    with scope_of(sihk):
        assert Task.objects.open().get().done_by is None


def test_way_back_leads_to_own_pages_only(sihk, advisor):
    given = task(sihk)
    response = advisor.post(at("task_finish", pk=given.pk), {"back": "https://anderswo.example/"})
    assert response.headers["Location"] == at("task_list")


def test_second_of_two_people_is_told_and_loses_nothing(site, sihk, gws, advisor):
    given = task(sihk)
    first = typed(sihk, title="Erst", version=0)
    assert advisor.post(at("task_edit", pk=given.pk), first).status_code == 302
    second = advisor.post(at("task_edit", pk=given.pk), {**first, "title": "Dann"})
    shown = second.content.decode()
    assert second.status_code == 422
    assert site.people[Role.PARTNER_ADVISOR].name in second.context["form"].non_field_errors()[0]
    assert "Erst" in shown
    assert 'value="Dann"' in shown
    again = {**first, "title": "Dann", "version": second.context["form"].data["version"]}
    assert advisor.post(at("task_edit", pk=given.pk), again).status_code == 302
    assert seen_by(sihk) == {"Dann"}


def test_task_passed_on_tells_the_new_owner(site, sihk, gws, advisor):
    given = task(sihk)
    advisor.post(at("task_edit", pk=given.pk), typed(gws, version=0))
    assert [to for to, _subject in mails(site)] == [f"{Role.LEAD_COORDINATOR.value}@io.example"]


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        {"created_by": None},
        {"done_at": timezone.now()},
    ],
    ids=["says nothing", "of no origin", "done by nobody"],
)
def test_database_refuses_a_task(site, sihk, values):
    given = task(sihk)
    with scope_of(sihk), pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=given.pk).update(**values)


def test_list_is_narrowed(site, sihk, gws, advisor):
    task(sihk, title="mein")
    task(sihk, title="spät", due_on=TODAY + timedelta(days=9), company=site.company)
    task(sihk, owner=gws, title="andere")

    def titles(**parameters):
        return [row.task.title for row in advisor.get(at("task_list"), parameters).context["rows"]]

    assert titles() == ["mein", "spät"]
    assert titles(due="week") == ["mein"]
    assert titles(company="federn") == ["spät"]
    assert titles(whose="all") == ["mein", "andere", "spät"]
    assert titles(whose="all", owner=gws.user_id) == ["andere"]
    assert titles(owner="²") == titles(state="done") == []


@pytest.mark.parametrize("rows", [1, 4])
def test_list_asks_the_same_number_of_queries(site, sihk, advisor, django_assert_num_queries, rows):
    for row in range(rows):
        task(sihk, title=f"Aufgabe {row}", company=site.company)
    advisor.get(at("task_list"))
    cache.clear()  # the first visit after a change; the next ones ask for no list at all
    with django_assert_num_queries(9):
        response = advisor.get(at("task_list"))
    assert len(response.context["rows"]) == rows


def test_list_is_saved_as_a_file_with_its_filter(site, sihk, advisor):
    task(sihk, title="=1+1", company=site.company)
    task(sihk, title="später", due_on=TODAY + timedelta(days=9))
    body = advisor.get(at("task_list"), {"due": "today", "export": "csv"}).content.decode("utf-8-sig")
    assert len(body.splitlines()) == 2
    assert "'=1+1" in body
