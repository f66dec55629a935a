"""The questions of the size class, from relations to the recorded result; two windows, and two people at once."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation

from companies.assessment import assess_size
from companies.models import Company, Profile, SizeAssessment, SizeDraft
from companies.services import assign_partner
from offensive.tenancy.models import CompanyAccess, Organisation
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import release

OWNER, ADVISOR, LEAD = Role.COMPANY_OWNER, Role.PARTNER_ADVISOR, Role.LEAD_COORDINATOR
ENTERPRISE = {"name": "Muster Holding GmbH", "bond": "holds", "capital": "40", "accounts": "separate"}
YEAR = {"turnover": "8.000.000", "balance": "8.000.000 €"}
PARTNER = {"awu_1_0": "300", "turnover_1_0": "90.000.000", "balance_1_0": "80.000.000"}
FIGURES = {"year": "2025", "awu_0_0": "40", "turnover_0_0": "8.000.000", "balance_0_0": "8.000.000 €"}


@pytest.fixture(autouse=True)
def german(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    with translation.override("de"):
        yield


@pytest.fixture
def as_(site, client):
    """Sign in as somebody; then ``Guide`` speaks for them."""

    def signed_in(role=OWNER):
        client.force_login(site.people[role])
        return Guide(site, client, site.acting[role])

    return signed_in


class Guide:
    """One person's way through the pages."""

    def __init__(self, site, client, acting):
        self.site, self.client, self.acting = site, client, acting

    def url(self, name, **rest):
        here = {"programme": "io", "organisation": self.acting.organisation_slug}
        return reverse(f"companies:{name}", kwargs={**here, "slug": self.site.company.organisation.slug, **rest})

    def get(self, name="size", **rest):
        return self.client.get(self.url(name, **rest))

    def post(self, name, values=(), **rest):
        version = {"version": self.draft().version} if self.draft() else {}
        return self.client.post(self.url(name, **rest), {**version, **dict(values)})

    def draft(self):
        with system_scope(self.site.programme.pk, "setup.reference"):
            return SizeDraft.objects.filter(person=self.acting.user_id).first()

    def begin(self, **values):
        return self.post("size_begin", values)

    def add(self, values=(), step="relations"):
        return self.post("size_relation_add", {**ENTERPRISE, **dict(values)}, step=step)

    def answer_all(self, figures=FIGURES, **changes):
        self.post("size_step", step="relations")
        self.post("size_step", step="investors")
        assert self.post("size_step", figures, step="figures").status_code == 302
        return self.post("size_step", {"change": "none", **changes}, step="changes")

    def record(self, **values):
        newest = self.draft().answers["newest"] or ""
        return self.post("size_step", {"newest": newest, **values}, step="result")


def stored(site, model=SizeAssessment, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        return list(model.objects.filter(**values).order_by("pk"))


def company_class(site):
    return stored(site, Company, pk=site.company.pk)[0].size_class


def test_company_finds_its_class_with_a_partner_enterprise(site, as_):
    guide = as_()
    assert guide.begin()["Location"] == guide.url("size_step", step="relations")
    assert guide.add()["Location"] == guide.url("size_step", step="relations")
    assert "Partnerunternehmen, 40" in guide.get("size_step", step="relations").content.decode()
    guide.answer_all({**FIGURES, **PARTNER})
    shown = guide.get("size_step", step="result").content.decode()
    assert "mittleres Unternehmen" in shown
    assert "40 % der Zahlen werden hinzugerechnet" in shown
    assert guide.record()["Location"] == guide.url("size")
    (row,) = stored(site)
    assert (row.size_class, row.basis, row.ground, row.rule_version) == (
        "medium",
        "questions",
        "figures",
        "2003/361/EC",
    )
    assert (row.employees_awu, row.turnover_eur, row.balance_eur) == (160, 44_000_000, 40_000_000)
    assert row.inputs["relations"][0]["name"] == "Muster Holding GmbH"
    assert row.assessed_by_id == site.people[OWNER].pk
    assert company_class(site) == "medium"
    assert stored(site, SizeDraft) == []
    assert "Muster Holding GmbH ist Partnerunternehmen" in guide.get().content.decode()


def test_public_body_makes_it_large_whatever_the_figures(site, as_):
    guide = as_(ADVISOR)
    guide.begin()
    guide.add({"kind": "public", "name": "Stadt Musterstadt", "capital": "26"}, step="investors")
    guide.answer_all()
    guide.record()
    assert (stored(site)[0].ground, company_class(site)) == ("public", "large")


def test_takeover_counts_at_once_and_wants_a_sentence(site, as_):
    guide = as_()
    guide.begin()
    years = {"awu": ("260", "200", "200"), "turnover": ("40000000",) * 3, "balance": ("30000000",) * 3}
    figures = {f"{part}_0_{place}": value for part, values in years.items() for place, value in enumerate(values)}
    response = guide.answer_all({"year": "2025", **figures}, change="takeover")
    assert response.status_code == 422
    assert "was geschehen ist" in response.content.decode()
    guide.post("size_step", {"change": "none"}, step="changes")
    assert "zwei Jahre hintereinander" in guide.get("size_step", step="result").content.decode()
    guide.post("size_step", {"change": "takeover", "change_note": "Seit Juli bei Muster AG"}, step="changes")
    guide.record()
    assert (stored(site)[0].ground, company_class(site)) == ("takeover", "large")
    assert stored(site)[0].inputs["change_note"] == "Seit Juli bei Muster AG"


def test_bad_answers_say_what_to_do_and_nothing_typed_is_lost(site, as_):
    guide = as_()
    guide.begin()
    for values, sentence in [
        ({"capital": ""}, "Anteil in Prozent"),
        ({"capital": "vierzig"}, "Zahl ein"),
        ({"bond": "persons", "capital": ""}, "ob das Unternehmen zählt"),
    ]:
        response = guide.add(values)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert 'value="Muster Holding GmbH"' in response.content.decode()
    response = guide.add({"kind": "angel", "name": "Erika Muster", "capital": "30"}, step="investors")
    assert "ob der Anteil ausgenommen ist" in response.content.decode()
    guide.add()
    response = guide.post("size_step", {**FIGURES, **PARTNER, "awu_0_1": "38"}, step="figures")
    assert response.status_code == 422
    assert response.content.decode().count("lassen Sie es überall leer") == 2 * 5
    assert 'value="38"' in response.content.decode()


def test_result_waits_for_what_is_missing(site, as_):
    guide = as_()
    guide.begin()
    assert guide.get("size_step", step="result")["Location"] == guide.url("size_step", step="relations")
    guide.answer_all()
    guide.add()
    guide.post("size_step", step="relations")
    response = guide.get("size_step", step="result")
    assert response["Location"] == guide.url("size_step", step="figures"), "the new partner's figures"


def test_relation_is_changed_and_removed_with_what_hangs_on_it(site, as_):
    guide = as_()
    guide.begin()
    guide.add()
    guide.add({"name": "Muster Enkel GmbH", "via": "1", "bond": "held", "capital": "80"})
    assert guide.get("size_relation", step="relations", number=2).status_code == 200
    guide.post("size_relation", {**ENTERPRISE, "capital": "60"}, step="relations", number=1)
    relations = guide.draft().answers["relations"]
    assert [(one["key"], one["via"], one["capital"]) for one in relations] == [(1, 0, "60"), (2, 1, "80")]
    guide.post("size_relation_remove", step="relations", number=1)
    assert guide.draft().answers["relations"] == []


def test_second_window_is_told_and_loses_nothing(site, as_):
    guide = as_()
    guide.begin()
    guide.add()
    seen = guide.draft().version
    guide.post("size_relation", {**ENTERPRISE, "capital": "45"}, step="relations", number=1)
    stale = {**ENTERPRISE, "capital": "30", "version": seen}
    response = guide.post("size_relation", stale, step="relations", number=1)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Inzwischen gespeichert: 45" in shown
    assert 'value="30"' in shown
    version = re.search(r'name="version" value="(\d+)"', shown)[1]
    guide.post("size_relation", {**stale, "version": version}, step="relations", number=1)
    assert guide.draft().answers["relations"][0]["capital"] == "30"


def test_two_people_who_assess_at_once_learn_of_one_another(site, as_):
    guide = as_(OWNER)
    guide.begin()
    guide.answer_all()
    other = as_(ADVISOR)
    other.begin()
    other.answer_all({**FIGURES, "awu_0_0": "70"})
    other.record()
    guide = as_(OWNER)
    response = guide.record()
    shown = response.content.decode()
    assert response.status_code == 422
    assert "inzwischen bewertet" in shown
    assert company_class(site) == "medium"
    newest = re.search(r'name="newest" value="(\d+)"', shown)[1]
    assert guide.record(newest=newest).status_code == 302
    assert [row.size_class for row in stored(site)] == ["medium", "small"]


def test_double_click_records_once(site, as_):
    guide = as_()
    guide.begin()
    guide.answer_all()
    values = {"version": guide.draft().version, "newest": ""}
    assert guide.post("size_step", values, step="result").status_code == 302
    assert guide.post("size_step", values, step="result")["Location"] == guide.url("size")
    assert len(stored(site)) == 1


def assessed(site, as_, role=OWNER, **figures):
    guide = as_(role)
    guide.begin()
    guide.answer_all({**FIGURES, **figures})
    guide.record()
    return guide


def test_correction_is_a_new_evaluation_of_the_same_day_with_a_reason(site, as_):
    guide = assessed(site, as_)
    (first,) = stored(site)
    with system_scope(site.programme.pk, "setup.reference"), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('companies_sizeassessment', 'UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)
    guide.begin(corrects=first.pk)
    assert guide.draft().answers["own"] == first.inputs["own"], "begins with what was answered"
    guide.add({"capital": "60"})
    guide.answer_all({**FIGURES, **PARTNER})
    assert guide.record().status_code == 422, "the reason is missing"
    assert guide.record(reason="Die Holding wurde übersehen").status_code == 302
    before, after = stored(site)
    assert (before.size_class, after.size_class, after.corrects_id) == ("small", "large", first.pk)
    assert (after.reason, after.assessed_on) == ("Die Holding wurde übersehen", first.assessed_on)
    assert company_class(site) == "large"
    assert "Durch eine Berichtigung ersetzt" in guide.get().content.decode()
    assert guide.begin(corrects=first.pk).status_code == 404, "corrected once"
    assert "Die Holding wurde übersehen" in guide.get("size_evaluation", pk=after.pk).content.decode()


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"reason": "ohne Bezug"}, "sizeassessment_corrects_with_reason"),
        ({"basis": "questions"}, "sizeassessment_keeps_its_inputs"),
        ({"ground": "public"}, "sizeassessment_public_is_large"),
    ],
)
def test_database_keeps_the_rules_of_an_evaluation(site, values, rule):
    with system_scope(site.programme.pk, "setup.reference"):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            plain_assessment(site, **values)
        plain_assessment(site)


def test_evaluation_corrects_one_of_the_same_company_and_only_once(site):
    with system_scope(site.programme.pk, "setup.reference"):
        first = plain_assessment(site)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
            plain_assessment(site, company_id=site.other_company.pk, corrects=first, reason="falsch")
        plain_assessment(site, corrects=first, reason="Zahlendreher")
        with pytest.raises(IntegrityError, match="corrects_id"), transaction.atomic():
            plain_assessment(site, corrects=first, reason="noch einmal")


def plain_assessment(site, **values):
    plain = {"size_class": "small", "assessed_on": date(2026, 3, 2), "employees_awu": 20, "rule_version": "2003/361/EC"}
    owned = {"programme": site.programme, "company_id": site.company.pk, "assessed_by": site.people[LEAD]}
    return SizeAssessment.objects.create(**owned | plain | values)


def test_plain_figures_never_replace_an_evaluation_with_relations(site, as_):
    guide = assessed(site, as_)
    assert "Die Zahlen im Profil haben sich" not in guide.get().content.decode()
    with membership_scope(site.people[OWNER].pk, "io", guide.acting.organisation_slug):
        profile = Profile.objects.get(company=site.company.pk)
        profile.employees_awu = Decimal(300)
        profile.save()
        assert assess_size(site.company, profile, by_user_id=guide.acting.user_id) == "small"
    assert (len(stored(site)), company_class(site)) == (1, "small")
    assert "Die Zahlen im Profil haben sich" in guide.get().content.decode()


def test_new_evaluation_begins_with_the_relations_last_known_and_no_old_figures(site, as_):
    guide = as_()
    guide.begin()
    guide.add()
    guide.answer_all({**FIGURES, **PARTNER})
    guide.record()
    guide.begin()
    (relation,) = guide.draft().answers["relations"]
    assert (relation["name"], relation["figures"], guide.draft().answers["own"]) == ("Muster Holding GmbH", [], [])
    guide.post("size_discard")
    assert guide.draft() is None
    assert len(stored(site)) == 1


def test_own_figures_alone_are_shown_as_what_they_are(site, as_):
    with system_scope(site.programme.pk, "setup.reference"):
        row = plain_assessment(site)
    guide = as_(Role.PARTNER_VIEWER)
    page = guide.get().content.decode()
    assert "noch nicht gefragt" in page
    assert guide.url("size_begin") not in page, "a viewer is not offered what will not work"
    assert "20 VZÄ" in guide.get("size_evaluation", pk=row.pk).content.decode()


def test_partner_that_only_reads_the_profile_may_not_assess(site, as_):
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.company.pk).update(participating_on="2026-01-01")
        Organisation.objects.filter(pk=site.company.pk).update(shared_on="2026-01-01")
    guide = as_(ADVISOR)
    assert guide.begin().status_code == 302
    with membership_scope(site.people[LEAD].pk, "io", "gws") as scope:
        assign_partner(site.company, acting=scope.acting, partner_id=site.organisations["hagen"].pk)
    assert guide.get().status_code == 404, "nothing of the profile is released any more"
    release(site.company, site.organisations["sihk"], "profile")
    assert guide.get().status_code == 200
    assert guide.begin().status_code == 403
    with system_scope(site.programme.pk, "setup.reference"):
        assert not CompanyAccess.objects.filter(organisation__slug="sihk", category="support").exists()


def test_nobody_reads_the_answers_of_somebody_else(site, as_):
    as_(OWNER).begin()
    assert len(stored(site, SizeDraft)) == 1
    with membership_scope(site.people[LEAD].pk, "io", "gws"):
        assert SizeDraft.objects.count() == 0


def test_page_asks_the_database_equally_often_for_1_and_4_evaluations(site, as_, django_assert_num_queries):
    guide = assessed(site, as_)
    guide.get()  # draws the foot of the page, which is then remembered
    for more in (0, 3):
        with system_scope(site.programme.pk, "setup.reference"):
            for _number in range(more):
                plain_assessment(site)
        with django_assert_num_queries(14):
            assert len(guide.get().context["page"]) == more + 1
