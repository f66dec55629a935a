from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.models import Agreement
from offensive.documents.models import Document
from offensive.enablement.detours import skip_stage
from offensive.enablement.models import Achievement, AgreementScan, Answer, Decision, Enrolment, JourneyEvent
from offensive.tenancy.roles import Role
from tests.documents.uploads import PDF, upload
from tests.enablement.support import process_of, running_stage, scope_of, take_part

OWN, OTHER = "muster-federn-altena-gmbh", "muster-guss-hemer-kg"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def advisor(site, sign_in):
    return sign_in(site.people[Role.PARTNER_ADVISOR])


def at(name, organisation="sihk", slug=OWN, **kwargs):
    return reverse(
        f"enablement:{name}", kwargs={"programme": "io", "organisation": organisation, "slug": slug, **kwargs}
    )


def test_change_without_a_reason_is_asked_for_one(site, sihk, advisor):
    take_part(site.company, acting=sihk)
    response = advisor.post(at("journey_change", change="leave"), {"reason": ""})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    with scope_of(sihk):
        assert Enrolment.objects.get(company=site.company.pk).left_on is None


@pytest.mark.parametrize("before", ["", "leave"])
def test_company_pauses_and_goes_on_or_leaves_and_comes_back(site, sihk, advisor, before):
    take_part(site.company, acting=sihk)
    pair = ("leave", "return") if before else ("pause", "resume")
    for change in pair:
        assert advisor.get(at("journey_change", change=change)).status_code == 200
        assert advisor.post(at("journey_change", change=change), {"reason": "Auftragslage"}).status_code == 302
    with scope_of(sihk):
        kinds = list(JourneyEvent.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds == (["left", "returned"] if before else ["paused", "resumed"])
        assert running_stage(site.company)


def test_pause_lasts_until_a_day_to_come(site, sihk, advisor):
    take_part(site.company, acting=sihk)
    url, today = at("journey_change", change="pause"), timezone.localdate()
    assert list(advisor.post(url, {"reason": "x", "until": today}).context["form"].errors) == ["until"]
    advisor.post(url, {"reason": "x", "until": today + timedelta(days=40)})
    with scope_of(sihk):
        assert Enrolment.objects.get(company=site.company.pk).paused_until == today + timedelta(days=40)


def test_unknown_change_does_not_exist(advisor):
    assert advisor.get(at("journey_change", change="fire")).status_code == 404


def test_stage_is_skipped_once_and_reopened(site, sihk, advisor):
    take_part(site.company, acting=sihk)
    with scope_of(sihk):
        first = running_stage(site.company)
    for _press in range(2):
        response = advisor.post(at("stage_skip", pk=first.pk), {"reason": "Schon bekannt"})
    assert response.status_code == 422
    advisor.post(at("stage_reopen", pk=first.pk), {"reason": "Doch nötig"})
    with scope_of(sihk):
        assert (running_stage(site.company).stage.key, running_stage(site.company).round) == ("standort", 2)


def test_passage_of_another_company_is_not_there(site, sihk, advisor):
    take_part(site.other_company, acting=site.acting[Role.LEAD_COORDINATOR])
    with scope_of(site.acting[Role.LEAD_COORDINATOR]):
        foreign = running_stage(site.other_company)
    assert advisor.get(at("stage_skip", pk=foreign.pk)).status_code == 404
    assert advisor.get(at("journey_change", slug=OTHER, change="pause")).status_code == 403


@pytest.mark.parametrize(
    ("answer_form", "values", "kept"),
    [
        ("text", {"answer": "Medizintechnik"}, ("Medizintechnik", None)),
        ("yes_no", {"answer": "yes", "text": "ab Mai"}, ("ab Mai", True)),
    ],
)
def test_company_answers_and_reads_its_answer(site, sihk, sign_in, answer_form, values, kept):
    process_of(site.programme, ("fragen", [("answer:ziel", 1, "Was ist Ihr Ziel?", answer_form)]))
    take_part(site.company, acting=sihk)
    owner, url = sign_in(site.people[Role.COMPANY_OWNER]), at("answer", OWN, key="ziel")
    assert owner.post(url, {"form_key": uuid4()}).status_code == 422
    assert owner.post(url, {"form_key": uuid4(), **values}).status_code == 302
    assert owner.get(url).context["before"].text == kept[0]
    with scope_of(sihk):
        assert Answer.objects.values_list("text", "is_yes").get() == kept


def test_question_that_is_not_asked_does_not_exist(site, sihk, advisor):
    take_part(site.company, acting=sihk)
    assert advisor.get(at("answer", key="ziel")).status_code == 404
    assert advisor.get(at("decision", key="ziel")).status_code == 404


def test_staff_decide_with_a_reason(site, sihk, advisor):
    process_of(site.programme, ("eignung", [("decision:eignung", 1, "Geeignet?", "")]))
    take_part(site.company, acting=sihk)
    url = at("decision", key="eignung")
    assert list(advisor.post(url, {"form_key": uuid4(), "decision": "yes"}).context["form"].errors) == ["reason"]
    advisor.post(url, {"form_key": uuid4(), "decision": "yes", "reason": "Passt"})
    with scope_of(sihk):
        assert Decision.objects.get().is_in_favour
        assert Achievement.objects.filter(kind="decision:eignung").exists()
    again = advisor.post(url, {"form_key": uuid4(), "decision": "no", "reason": "Doch nicht"})
    assert again.status_code == 422


def test_signed_agreement_is_filed_later(site, sihk, advisor):
    assert advisor.get(at("agreement_file")).status_code == 404
    take_part(site.company, acting=sihk)
    assert advisor.get(at("agreement_file")).status_code == 200
    advisor.post(at("agreement_file"), {"document": upload(PDF, "Vereinbarung.pdf")})
    with scope_of(sihk):
        scan = AgreementScan.objects.get()
        assert scan.agreement == Agreement.objects.get(company=site.company.pk)
        assert Document.objects.get().kind == "agreement"
        assert Achievement.objects.get(kind="document:agreement").source == f"document:{scan.document.series}"


def test_skipped_stage_stands_in_the_list_of_stages(site, sihk, advisor):
    take_part(site.company, acting=sihk)
    with scope_of(sihk):
        skip_stage(running_stage(site.company), acting=sihk, reason="Schon bekannt")
    url = reverse("portal:company", kwargs={"programme": "io", "organisation": "sihk", "slug": OWN})
    assert [stage.state for stage in advisor.get(url).context["stages"]][:2] == ["skipped", "current"]
