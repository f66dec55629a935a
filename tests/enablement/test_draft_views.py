"""The lead's pages of the process: editing, preview, publication, moving."""

import pytest
from django.urls import reverse

from offensive.enablement.models import Enrolment, Process, Requirement, Stage
from offensive.tenancy.roles import Role
from tests.enablement.support import process_of, scope_of, take_part
from tests.sites import make_company


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def lead(site, sign_in):
    return sign_in(site.people[Role.LEAD_COORDINATOR])


def at(name, **kwargs):
    return reverse(f"process:{name}", kwargs={"programme": "io", "organisation": "gws", **kwargs})


@pytest.fixture
def draft(lead, gws):
    lead.post(at("draft_begin"))
    with scope_of(gws):
        return Process.objects.of(gws.programme_id).draft().get()


def stage(gws, draft, key="standort"):
    with scope_of(gws):
        return Stage.objects.get(process=draft, key=key)


def asked(gws, stage):
    with scope_of(gws):
        return set(Requirement.objects.filter(stage=stage).values_list("achievement", "count", "wording"))


def typed(**values):
    return {"name": "Start", "company_name": "Wie wir beginnen", "usual_days": "40", "seen": "0", **values}


def test_stage_is_added_changed_and_shifted(gws, lead, draft):
    assert lead.post(at("stage_new"), typed(name="Finanzierung")).status_code == 302
    first = stage(gws, draft)
    assert lead.post(at("stage_edit", pk=first.pk), typed()).status_code == 302
    lead.post(at("stage_shift", pk=first.pk, step="down"), {"seen": "2"})
    page = lead.get(at("draft"))
    assert [look.stage.name for look in page.context["stages"]][:2] == ["Marktanalyse", "Start"]
    assert "Finanzierung" in page.content.decode()
    assert lead.post(at("stage_shift", pk=first.pk, step="sideways"), {"seen": "3"}).status_code == 404


def test_second_of_two_editors_is_told_and_loses_nothing(gws, lead, draft):
    url = at("stage_edit", pk=stage(gws, draft).pk)
    lead.post(url, typed(name="Erste Fassung"))
    response = lead.post(url, typed(name="Zweite Fassung"))
    form = response.context["form"]
    assert (response.status_code, form["name"].value(), form["seen"].value()) == (422, "Zweite Fassung", 1)
    assert "Erste Fassung" in str(form.errors["name"])
    assert "Person" in str(form.non_field_errors())
    assert lead.post(url, typed(name="Zweite Fassung", seen="1")).status_code == 302
    assert stage(gws, draft).name == "Zweite Fassung"


def test_press_on_a_draft_that_has_changed_is_refused(gws, lead, draft):
    first = stage(gws, draft)
    lead.post(at("stage_new"), typed(name="Finanzierung"))
    response = lead.post(at("stage_shift", pk=first.pk, step="remove"), {"seen": "0"}, follow=True)
    assert "Person" in response.content.decode()
    assert stage(gws, draft).pk == first.pk


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"what": "delivery:phone", "count": "2"}, ("delivery:phone", 2, "Telefonische Auskunft")),
        ({"what": "document:university", "count": "3"}, ("document:university", 3, "")),
        ({"what": "profile:markets"}, ("profile:markets", 1, "")),
        ({"what": "answer:yes_no", "wording": "Wollen Sie?"}, ("answer:wollen-sie", 1, "Wollen Sie?")),
        ({"what": "decision:", "wording": "Lohnt es sich?"}, ("decision:lohnt-es-sich", 1, "Lohnt es sich?")),
    ],
)
def test_stage_asks_for_something_more(gws, lead, draft, values, kept):
    first = stage(gws, draft)
    usual = {"count": "1", "wording": "", "seen": "0"}
    assert lead.post(at("requirement_new", pk=first.pk), usual | values).status_code == 302
    assert kept in asked(gws, first)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"what": "answer:text"}, "wording"),
        ({"what": "profile:markets", "count": "2"}, "count"),
        ({"what": "delivery:unknown"}, "what"),
        ({"what": "profile_complete"}, "__all__"),  # asked for already
    ],
)
def test_requirement_that_makes_no_sense_is_refused(gws, lead, draft, values, field):
    first = stage(gws, draft)
    usual = {"count": "1", "wording": "", "seen": "0"}
    response = lead.post(at("requirement_new", pk=first.pk), usual | values)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_requirement_is_changed_and_removed_and_the_second_is_told(gws, lead, draft):
    first = stage(gws, draft)
    with scope_of(gws):
        requirement = Requirement.objects.get(stage=first, achievement="delivery:workshop")
    url = at("requirement_edit", pk=requirement.pk)
    assert lead.get(url).context["form"]["what"].value() == "delivery:workshop"
    lead.post(url, {"what": "delivery:workshop", "count": "2", "wording": "", "seen": "0"})
    response = lead.post(url, {"what": "delivery:workshop", "count": "4", "wording": "", "seen": "0"})
    assert (response.status_code, response.context["form"]["count"].value()) == (422, "4")
    assert "2" in str(response.context["form"].errors["count"])
    lead.post(at("requirement_remove", pk=requirement.pk), {"seen": "1"})
    assert asked(gws, first) == {("profile_complete", 1, "")}


def test_published_is_what_the_preview_showed(site, gws, lead, draft):
    take_part(site.company, acting=gws)
    url = reverse(
        "portal:company", kwargs={"programme": "io", "organisation": "gws", "slug": "muster-federn-altena-gmbh"}
    )
    before = lead.get(url).context["stages"]
    lead.post(at("stage_edit", pk=stage(gws, draft).pk), typed())
    preview = lead.get(at("draft_preview"))
    assert "Wie wir beginnen" in preview.content.decode()
    assert [(line.before, line.after, line.number) for line in preview.context["lines"]] == [
        ("Standortbestimmung", "Start", 1)
    ]
    lead.post(at("draft_publish"), {"seen": "0"})
    assert lead.get(at("draft")).status_code == 200
    lead.post(at("draft_publish"), {"seen": "1"})
    assert lead.get(at("draft")).status_code == 404
    assert [(process.version, process.companies) for process in lead.get(at("overview")).context["versions"]] == [
        (2, 0),
        (1, 1),
    ]
    # Its own page is what it was, and leads to the move.
    page = lead.get(url)
    assert page.context["stages"] == before
    assert at("move_companies") in page.content.decode()


def test_stage_left_out_is_taken_back_and_the_draft_thrown_away(gws, lead, draft):
    lead.post(at("stage_shift", pk=stage(gws, draft).pk, step="remove"), {"seen": "0"})
    assert "Standortbestimmung" in lead.get(at("draft")).content.decode()
    lead.post(at("stage_restore", key="standort"), {"seen": "1"})
    assert stage(gws, draft).position == 7
    assert lead.post(at("draft_discard"), {"seen": "2"}, follow=True).status_code == 200
    assert lead.get(at("draft")).status_code == 404


def test_companies_are_chosen_mapped_and_moved(site, gws, lead):
    company, other = take_part(site.company, acting=gws), take_part(site.other_company, acting=gws)
    process = process_of(site.programme, ("beginn", []))
    url = f"{at('move_companies')}?company={company.legal_name}"
    page = lead.get(url)
    assert (page.context["number"], next(iter(page.context["form"].fields))) == (1, "after_standort")
    response = lead.post(url, {"number": "1", "reason": "", "after_standort": ""})
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"reason", "after_standort"})
    assert lead.post(url, {"number": "2", "reason": "Neu", "after_standort": "beginn"}).status_code == 422
    assert lead.post(url, {"number": "1", "reason": "Neu", "after_standort": "beginn"}).status_code == 302
    with scope_of(gws):
        assert Enrolment.objects.get(company=company.pk).process_id == process.pk
        assert Enrolment.objects.get(company=other.pk).process_id != process.pk
    assert lead.get(url).context["number"] == 0
    assert lead.get(at("move_companies"), {"to": "1"}).context["number"] == 1
    assert lead.get(at("move_companies"), {"to": "77"}).context["number"] == 0


@pytest.mark.parametrize(
    ("narrowing", "number"),
    [({"stage": "standort"}, 2), ({"stage": "done"}, 0), ({"partner": "sihk"}, 1), ({"stage": "marktanalyse"}, 0)],
)
def test_choice_is_narrowed(site, gws, lead, narrowing, number):
    for company in (site.company, site.other_company):
        take_part(company, acting=gws)
    process_of(site.programme, ("standort", []))
    if "partner" in narrowing:
        narrowing = {"partner": site.organisations["sihk"].pk}
    assert lead.get(at("move_companies"), narrowing).context["number"] == number


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(("name", "queries"), [("overview", 10), ("draft_preview", 19), ("move_companies", 17)])
def test_pages_ask_the_same_number_of_queries(site, gws, lead, django_assert_num_queries, name, queries, rows):
    for row in range(rows):
        take_part(make_company(site.programme, name=f"Muster {row} GmbH"), acting=gws)
    process_of(site.programme, ("standort", [("profile_complete", 1, "", ""), ("profile:markets", 1, "", "")]))
    lead.post(at("draft_begin"))
    lead.get(at(name))
    with django_assert_num_queries(queries):
        assert f"{rows}" in lead.get(at(name)).content.decode()
