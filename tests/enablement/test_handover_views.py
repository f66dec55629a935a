"""Pages of the hand-over: the list, asking for one or several, the answer, and the tasks that come along."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.handover_queries import receivers
from companies.handovers import ask
from companies.merging import merge_companies
from companies.models import Company, Handover
from offensive.enablement.models import Note, Task
from offensive.portal.day import day_of
from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import give, scope_of
from tests.sites import make_company, release

OWN = "muster-federn-altena-gmbh"
TODAY = timezone.localdate()
LIST_QUERIES = 9


def at(name, organisation="sihk", **kwargs):
    return reverse(f"coordination:{name}", kwargs={"programme": "io", "organisation": organisation, **kwargs})


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def zenit(site):
    return site.shared.here


@pytest.fixture
def giver(site, sign_in):
    return sign_in(site.people[Role.PARTNER_ADVISOR])


@pytest.fixture
def taker(site):
    client = Client()
    client.force_login(site.shared.person)
    return client


def typed(zenit, **values):
    receiver = f"{zenit.organisation_id}-"
    return {"receiver": receiver, "reason": "Umzug nach Mülheim", "form_key": uuid4(), **values}


def asked(acting, to, *companies):
    with scope_of(acting):
        found = receivers(acting.programme_id)
        house = next(each for each in found if each.organisation_id == to.organisation_id)
        keys = [company.pk for company in companies]
        return ask(keys, acting=acting, receiver=house, reason="Umzug", form_key=uuid4())[0]


def task(site, owner, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        house = {"organisation_id": owner.organisation_id, "created_in_id": owner.organisation_id}
        about = {"programme": site.programme, "company_id": site.company.pk, "due_on": TODAY}
        return Task.objects.create(
            **{
                **house,
                **about,
                "owner_id": owner.user_id,
                "created_by_id": owner.user_id,
                "title": "Anrufen",
                **values,
            }
        )


def only(site):
    with system_scope(site.programme.pk, "setup.reference"):
        return Handover.objects.get()


def text_of(response):
    return response.content.decode()


def test_asked_from_the_record_and_accepted(site, sihk, zenit, giver, taker):
    record = f"/io/sihk/companies/{OWN}/record/"
    assert at("handover_ask", slug=OWN) in text_of(giver.get(record))
    assert giver.post(at("handover_ask", slug=OWN), typed(zenit)).status_code == 302
    page = at("handover", pk=only(site).pk)
    assert page in text_of(giver.get(record)), "the record says that somebody has been asked"
    assert giver.get(at("handover_ask", slug=OWN)).headers["Location"] == page
    shown = text_of(taker.get(at("handover", "zenit", pk=only(site).pk)))
    assert "Umzug nach Mülheim" in shown
    assert f"/companies/{OWN}/" not in shown, "before accepting the company itself stays closed"
    assert taker.get(f"/io/zenit/companies/{OWN}/").status_code == 404
    answer = taker.post(at("handover_accept", "zenit", pk=only(site).pk), {"person": zenit.user_id})
    assert (answer.status_code, only(site).state) == (302, "accepted")
    assert f"/io/zenit/companies/{OWN}/" in text_of(taker.get(at("handover", "zenit", pk=only(site).pk)))
    assert taker.get(f"/io/zenit/companies/{OWN}/record/").status_code == 200
    assert giver.get(record).status_code == 404


def test_giver_is_told_which_papers_nobody_else_will_file(site, sihk, giver):
    assert giver.get(at("handover_ask", slug=OWN)).context["papers_missing"] == 0
    give(site.company, acting=sihk)
    answer = giver.get(at("handover_ask", slug=OWN))
    assert answer.context["papers_missing"] == 1
    assert f"?company={OWN}" in text_of(answer)


def test_what_can_no_longer_be_accepted_says_why(site, sihk, zenit, taker, giver):
    release(site.company, site.organisations["zenit"], "identity")
    row = asked(sihk, zenit, site.company)
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.company.pk).update(caring_partner=site.organisations["en"])
    shown = taker.get(at("handover", "zenit", pk=row.pk))
    assert "SIHK betreut Muster Federn Altena GmbH nicht mehr" in text_of(shown)
    assert at("handover_accept", "zenit", pk=row.pk) not in text_of(shown)
    assert at("handover_withdraw", pk=row.pk) in text_of(giver.get(at("handover", pk=row.pk)))


def test_missing_entries_are_said_and_nothing_typed_is_lost(sihk, zenit, giver):
    answer = giver.post(at("handover_ask", slug=OWN), typed(zenit, receiver=""))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["receiver"])
    assert "Umzug nach Mülheim" in text_of(answer)
    own = giver.post(at("handover_ask", slug=OWN), typed(zenit, receiver=f"{sihk.organisation_id}-"))
    assert own.status_code == 422


def test_another_partners_company_is_not_offered(site, giver):
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.other_company.pk).update(participating_on=TODAY)
        site.other_company.organisation.shared_on = TODAY
        site.other_company.organisation.save()
    assert giver.get(at("handover_ask", slug=site.other_company.organisation.slug)).status_code == 403


def test_decline_wants_a_reason(site, sihk, zenit, taker, giver):
    row = asked(sihk, zenit, site.company)
    assert taker.post(at("handover_decline", "zenit", pk=row.pk), {"answer": ""}).status_code == 422
    assert only(site).state == "asked"
    taker.post(at("handover_decline", "zenit", pk=row.pk), {"answer": "Niemand frei"})
    assert "Niemand frei" in text_of(giver.get(at("handover", pk=row.pk)))


def test_giver_withdraws_and_the_receiver_reads_it(site, sihk, zenit, taker, giver):
    row = asked(sihk, zenit, site.company)
    assert at("handover_withdraw", pk=row.pk) in text_of(giver.get(at("handover", pk=row.pk)))
    giver.post(at("handover_withdraw", pk=row.pk))
    late = taker.post(at("handover_accept", "zenit", pk=row.pk), {"person": zenit.user_id}, follow=True)
    assert "inzwischen entschieden: zurückgezogen" in text_of(late)
    assert only(site).state == "withdrawn"


def test_receiver_is_told_how_many_tasks_and_not_what_they_say(site, sihk, zenit, taker):
    for title in ("Bilanz anfordern", "Anrufen"):
        task(site, sihk, title=title)
    row = asked(sihk, zenit, site.company)
    shown = taker.get(at("handover", "zenit", pk=row.pk))
    assert shown.context["decision"].open_tasks == 2
    assert "Bilanz anfordern" not in text_of(shown)


def test_tasks_that_are_ticked_come_along_and_the_others_stay(site, sihk, zenit, taker):
    mine, left = task(site, sihk, title="kommt mit"), task(site, sihk, title="bleibt")
    done = task(site, sihk, title="erledigt", done_at=timezone.now(), done_by_id=sihk.user_id)
    row = asked(sihk, zenit, site.company)
    tasks = at("handover_tasks", "zenit", pk=row.pk)
    taker.post(tasks, {"task": [mine.pk]})
    assert owners(site, mine) == [sihk.organisation_id], "not before it is accepted"
    page = taker.post(at("handover_accept", "zenit", pk=row.pk), {"person": zenit.user_id}, follow=True)
    assert "kommt mit" in text_of(page)
    assert "erledigt" not in text_of(page)
    taker.post(tasks, {"task": [mine.pk, done.pk]})
    assert owners(site, mine, left, done) == [sihk.organisation_id, sihk.organisation_id, sihk.organisation_id]
    taker.post(tasks, {"task": [mine.pk]})
    assert owners(site, mine, left, done) == [zenit.organisation_id, sihk.organisation_id, sihk.organisation_id]


def test_tasks_about_a_record_that_was_absorbed_are_counted_and_come_along(site, sihk, zenit, taker):
    twin = make_company(site.programme, name="Muster Federn Altena", partner=site.organisations["sihk"])
    left = task(site, sihk, title="am alten Datensatz", company_id=twin.pk)
    gws = site.acting[Role.LEAD_COORDINATOR]
    with scope_of(gws):
        merge_companies(site.company, twin, acting=gws, choices={})
    row = asked(sihk, zenit, site.company)
    assert taker.get(at("handover", "zenit", pk=row.pk)).context["decision"].open_tasks == 1
    taker.post(at("handover_accept", "zenit", pk=row.pk), {"person": zenit.user_id})
    taker.post(at("handover_tasks", "zenit", pk=row.pk), {"task": [left.pk]})
    assert owners(site, left) == [zenit.organisation_id]


def owners(site, *tasks):
    with system_scope(site.programme.pk, "setup.reference"):
        rows = dict(Task.objects.values_list("pk", "organisation"))
    return [rows[each.pk] for each in tasks]


def test_own_notes_stay_with_the_partner_before(site, sihk, zenit, taker):
    note = {"company_id": site.company.pk, "on": TODAY, "author_id": sihk.user_id, "text": "Unter uns"}
    with scope_of(sihk):
        for visibility in ("team", "consortium"):
            row = {**note, "visibility": visibility, "form_key": uuid4()}
            Note.objects.create(programme=site.programme, organisation_id=sihk.organisation_id, **row)
    row = asked(sihk, zenit, site.company)
    taker.post(at("handover_accept", "zenit", pk=row.pk), {"person": zenit.user_id})
    seen = []
    for acting in (sihk, zenit):
        with scope_of(acting):
            seen.append(set(Note.objects.values_list("visibility", flat=True)))
    assert seen == [{"team", "consortium"}, {"consortium"}]


def test_several_companies_of_one_person_in_one_form(site, sihk, zenit, giver):
    second = make_company(site.programme, name="Muster Draht Balve GmbH", partner=site.organisations["sihk"])
    third = make_company(site.programme, name="Muster Zink Hagen KG", partner=site.organisations["sihk"])
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk__in=[site.company.pk, second.pk]).update(caring_person=sihk.user_id)
    several = f"{at('handovers_ask')}?person={sihk.user_id}"
    rows = giver.get(several).context["rows"]
    assert {(row["company"].pk, row["is_ticked"]) for row in rows} == {(site.company.pk, True), (second.pk, True)}
    values = typed(zenit, company=[site.company.pk, second.pk])
    for _click in range(2):
        assert giver.post(several, values).headers["Location"] == at("handover_list")
    with scope_of(sihk):
        assert set(Handover.objects.values_list("company", flat=True)) == {site.company.pk, second.pk}
    assert [row["company"].pk for row in giver.get(at("handovers_ask")).context["rows"]] == [third.pk]


def test_several_follow_the_filter_of_the_list(site, zenit, giver):
    make_company(
        site.programme, name="Muster Zink KG", partner=site.organisations["sihk"], town="Hagen", district="Hagen"
    )
    rows = giver.get(f"{at('handovers_ask')}?district=Hagen").context["rows"]
    assert [row["company"].town for row in rows] == ["Hagen"]
    listed = text_of(giver.get("/io/sihk/companies/?district=Hagen"))
    assert f"{at('handovers_ask')}?district=Hagen" in listed


@pytest.mark.parametrize("company", ["", "abc", "9" * 40])
def test_senseless_ticks_are_refused(site, zenit, giver, company):
    assert giver.post(at("handovers_ask"), typed(zenit, company=company)).status_code == 422


def test_somebody_elses_company_among_the_ticked_is_named(site, zenit, giver):
    answer = giver.post(at("handovers_ask"), typed(zenit, company=[site.company.pk, site.other_company.pk]))
    assert answer.status_code == 422
    assert "nicht mehr alle" in text_of(answer)
    assert "Umzug nach Mülheim" in text_of(answer)


def test_list_shows_both_directions(site, sihk, zenit, giver):
    gws = site.acting[Role.LEAD_COORDINATOR]
    asked(sihk, zenit, site.company)
    asked(gws, sihk, site.other_company)
    names = {"": 2, "?direction=to": 1, "?direction=from": 1, "?state=decided": 0, "?state=all": 2, "?direction=x": 2}
    assert {query: giver.get(at("handover_list") + query).context["page"].paginator.count for query in names} == names
    assert "Annehmen oder ablehnen" in text_of(giver.get(f"{at('handover_list')}?direction=to"))


def test_empty_list_says_what_to_do(giver):
    assert "von seinen Stammdaten aus" in text_of(giver.get(at("handover_list")))


@pytest.mark.parametrize("number", [1, 4])
def test_list_asks_as_often_for_four_as_for_one(site, sihk, zenit, giver, number, django_assert_num_queries):
    for each in range(number):
        company = make_company(site.programme, name=f"Muster Presse {each} GmbH", partner=site.organisations["sihk"])
        asked(sihk, zenit, company)
    giver.get(at("handover_list"))
    with django_assert_num_queries(LIST_QUERIES):
        giver.get(at("handover_list"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_list_is_exported_and_logged(site, sihk, zenit, giver, kind):
    asked(sihk, zenit, site.company)
    answer = giver.get(f"{at('handover_list')}?direction=from&export={kind}")
    assert answer.status_code == 200
    if kind == "csv":
        assert "Muster Federn Altena GmbH" in answer.content.decode("utf-8-sig")
    with system_scope(site.programme.pk, "setup.reference"):
        assert LogEntry.objects.filter(table="companies_handover", operation="EXPORT").count() == 1


def test_it_stands_on_the_day_of_whoever_is_asked(site, sihk, zenit):
    row = asked(sihk, zenit, site.company)
    for acting, urls in ((zenit, [at("handover", "zenit", pk=row.pk)]), (sihk, [])):
        with scope_of(acting):
            assert [line.url for line in day_of(acting).lines if "hand-overs" in line.url] == urls


def test_history_of_the_company_tells_staff_and_not_the_company(site, sihk, zenit, giver, client):
    asked(sihk, zenit, site.company)
    address = reverse("portal:company_log", kwargs={"programme": "io", "organisation": "sihk", "slug": OWN})
    assert "von SIHK an ZENIT" in text_of(giver.get(address))
    client.force_login(site.people[Role.COMPANY_OWNER])
    own = reverse("portal:company_log", kwargs={"programme": "io", "organisation": OWN, "slug": OWN})
    assert "ZENIT" not in text_of(client.get(own)).split("<footer")[0]


def test_request_of_two_others_is_not_there(site, zenit, sign_in):
    gws = site.acting[Role.LEAD_COORDINATOR]
    row = asked(gws, zenit, site.other_company)
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    for name in ("handover", "handover_accept", "handover_withdraw"):
        call = client.get if name == "handover" else client.post
        assert call(at(name, pk=row.pk)).status_code == 404
