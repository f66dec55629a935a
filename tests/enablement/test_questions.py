from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from companies.models import Competence, Profile
from offensive.enablement.journeys import StageError, complete_stage
from offensive.enablement.models import Achievement, Answer, Decision
from offensive.enablement.next_steps import next_step
from offensive.enablement.queries import stage_view, unmet_requirements
from offensive.enablement.questions import answer_of, asked, decide, decisions_of, give_answer
from offensive.tenancy.roles import Role
from tests.enablement.support import process_of, running_stage, scope_of, take_part

STAGES = [
    (
        "fragen",
        [
            ("answer:ziel", 1, "Was ist Ihr Ziel?", "text"),
            ("decision:eignung", 1, "Ist das Unternehmen geeignet?", ""),
            ("profile:processes", 1, "", ""),
        ],
    ),
    ("danach", []),
]


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def owner(site):
    return site.acting[Role.COMPANY_OWNER]


@pytest.fixture
def company(site, sihk):
    process_of(site.programme, *STAGES)
    return take_part(site.company, acting=sihk)


def answered(company, acting, text="Medizintechnik", form_key=None):
    with scope_of(acting):
        question = asked(company.pk, "answer:ziel")
        give_answer(company.pk, question, acting=acting, form_key=form_key or uuid4(), text=text)


def decided(company, acting, is_in_favour=True, form_key=None, reason="Passt"):
    subject = asked(company.pk, "decision:eignung")
    decide(company.pk, subject, acting=acting, form_key=form_key or uuid4(), is_in_favour=is_in_favour, reason=reason)


def missing(company):
    return [requirement.kind.key for requirement in unmet_requirements(running_stage(company))]


def test_question_of_the_process_is_the_next_step(company, owner):
    with scope_of(owner):
        step = next_step(company.pk)
        assert (step.sentence, step.url_name, step.names, step.minutes) == (
            "Was ist Ihr Ziel?",
            "enablement:answer",
            {"key": "ziel"},
            3,
        )


def test_answer_of_the_company_meets_the_requirement(company, owner, sihk):
    answered(company, owner)
    answered(company, sihk, text="Bahntechnik")
    with scope_of(sihk):
        assert "answer:ziel" not in missing(company)
        assert [answer.text for answer in Answer.objects.order_by("pk")] == ["Medizintechnik", "Bahntechnik"]
        assert answer_of([company.pk], "ziel").text == "Bahntechnik"
        assert Achievement.objects.filter(kind="answer:ziel").count() == 1


def test_double_click_is_one_answer_and_one_decision(company, owner, sihk):
    key = uuid4()
    for _click in range(2):
        answered(company, owner, form_key=key)
        with scope_of(sihk):
            decided(company, sihk, form_key=key)
    with scope_of(sihk):
        assert (Answer.objects.count(), Decision.objects.count()) == (1, 1)


def test_nobody_answers_for_another_company(site, company, sihk):
    with scope_of(sihk):
        question = asked(company.pk, "answer:ziel")
        with pytest.raises(StageError):
            give_answer(site.other_company.pk, question, acting=sihk, form_key=uuid4(), text="x")


def test_only_a_decision_in_favour_counts_and_then_it_stands(company, sihk):
    with scope_of(sihk):
        decided(company, sihk, is_in_favour=False, reason="Noch nicht")
        assert "decision:eignung" in missing(company)
        decided(company, sihk)
        assert "decision:eignung" not in missing(company)
        with pytest.raises(StageError):
            decided(company, sihk, is_in_favour=False)
        assert [each.reason for each in decisions_of([company.pk], "eignung")] == ["Passt", "Noch nicht"]
        with pytest.raises(IntegrityError, match="decision_in_favour_once"), transaction.atomic():
            Decision.objects.create(
                programme_id=sihk.programme_id,
                company_id=company.pk,
                key="eignung",
                subject="x",
                is_in_favour=True,
                reason="x",
                form_key=uuid4(),
                decided_by_id=sihk.user_id,
            )


def test_company_decides_nothing_about_itself(company, owner):
    with scope_of(owner), pytest.raises(StageError):
        decided(company, owner)


def test_filled_in_section_counts_and_is_kept_when_the_stage_closes(site, company, owner, sihk):
    answered(company, owner)
    with scope_of(sihk):
        decided(company, sihk)
        assert missing(company) == ["profile:processes"]
        Competence.objects.create(programme=site.programme, company_id=company.pk, process_code="2.1")
        assert Profile.objects.filter(company=company.pk).exists()
        assert stage_view(company.pk).current.is_ready
        complete_stage(running_stage(company), by=site.people[Role.PARTNER_ADVISOR])
        assert running_stage(company).stage.key == "danach"
        assert Achievement.objects.filter(kind="profile:processes", source="profile").count() == 1
