"""The follow-up ladder: judged from any reaction, each step once for a silence, and nothing after a reaction."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from companies.models import Company, Merge
from companies.versions import OvertakenError
from offensive.enablement.follow_ups import climb, refresh
from offensive.enablement.ladders import LadderError, newest, set_ladder
from offensive.enablement.models import FollowUp, LadderStep, SilenceStep, Task
from offensive.enablement.note_services import write_note
from offensive.enablement.services import reverse_delivery
from offensive.notices.models import Notice
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import give, scope_of, take_part
from tests.sites import acting_for, make_company, make_person

TODAY = timezone.localdate()
OWN = "muster-federn-altena-gmbh"


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def silent(site, sihk):
    """The caring partner's company, without a reaction since it was supported 30 days ago."""
    take_part(site.company, acting=sihk, signed_on=ago(100))
    give(site.company, acting=sihk, on=ago(30))
    return site


def system(site):
    return system_scope(site.programme.pk, "enablement.follow_up")


def judged(site):
    with system(site):
        return {row["company_id"]: row for row in FollowUp.objects.filter(programme=site.programme).values()}


def climbed(site, *days):
    """The actions taken when the night's work runs so many days from today."""
    for day in days:
        climb(site.programme.pk, on=TODAY + timedelta(days=day))
    with system(site):
        return list(SilenceStep.objects.order_by("position").values_list("action", flat=True))


def waiting_mails(site):
    with system(site):
        return Notice.objects.filter(programme=site.programme, sent_at=None, stopped_at=None).count()


def phoned_back(site, sihk, on=TODAY):
    values = {"text": "Hat zurückgerufen", "visibility": "consortium", "kind": "reaction", "on": on}
    with scope_of(sihk):
        write_note(site.company.pk, acting=sihk, form_key="0b6f2a0e-6c6e-4f5c-9a2f-7d1f5b9a3c11", **values)


def test_steps_follow_one_another_as_far_apart_as_the_ladder_says(silent):
    assert climbed(silent, 0, 1, 11) == ["nudge"]
    assert climbed(silent, 12, 35) == ["nudge", "call"]
    assert climbed(silent, 36, 90) == ["nudge", "call", "decision"]


def test_running_twice_takes_each_step_once(silent):
    assert climbed(silent, 0, 0) == ["nudge"]
    assert waiting_mails(silent) == 2
    with system(silent):
        step = SilenceStep.objects.values().get()
        with pytest.raises(IntegrityError), transaction.atomic():
            SilenceStep.objects.create(**{**step, "id": None})


def test_call_is_a_task_of_whoever_looks_after_the_company(silent, sihk):
    climbed(silent, 0, 12)
    with scope_of(sihk):
        call = Task.objects.get()
    assert (call.owner_id, call.organisation_id, call.created_by_id) == (sihk.user_id, sihk.organisation_id, None)
    assert call.title == "Anrufen: seit 21 Tagen keine Reaktion"


def test_named_person_is_asked_first(silent):
    colleague = make_person("kollegin@sihk.example")
    acting_for(colleague, silent.organisations["sihk"], Role.PARTNER_ADVISOR)
    with system_scope(silent.programme.pk, "setup.reference"):
        Company.objects.filter(pk=silent.company.pk).update(caring_person=colleague)
    climbed(silent, 0, 12)
    with system(silent):
        assert Task.objects.get().owner_id == colleague.pk


def test_reaction_stops_reminders_and_ends_the_call(silent, sihk):
    climbed(silent, 0, 12)
    assert waiting_mails(silent) == 2
    phoned_back(silent, sihk)
    assert waiting_mails(silent) == 0
    with scope_of(sihk):
        assert Task.objects.done().get().done_by is None
    row = judged(silent)[silent.company.pk]
    assert (row["reacted_on"], row["reaction"], row["step"]) == (TODAY, "note", 0)
    assert climbed(silent, 20) == ["nudge", "nudge", "call"]


def test_support_given_is_a_reaction_at_once(silent, sihk):
    climbed(silent, 0)
    give(silent.company, acting=sihk, on=TODAY, source="form:new")
    assert waiting_mails(silent) == 0
    assert judged(silent)[silent.company.pk]["reacted_on"] == TODAY


def test_own_first_page_is_a_reaction_at_once(silent, sign_in):
    climbed(silent, 0)
    person = silent.people[Role.COMPANY_OWNER]
    person.last_login = timezone.now()
    person.save()
    sign_in(person).get(reverse("portal:start", kwargs={"programme": "io", "organisation": OWN}))
    assert waiting_mails(silent) == 0
    assert judged(silent)[silent.company.pk]["reaction"] == "sign_in"


@pytest.mark.parametrize("source", ["answer", "document", "change", "note"])
def test_each_reaction_counts(silent, sihk, source):
    company, owner = silent.company, silent.people[Role.COMPANY_OWNER]
    acting = silent.acting[Role.COMPANY_OWNER]
    with scope_of(acting), connection.cursor() as cursor:
        if source == "answer":
            cursor.execute(
                "INSERT INTO enablement_achievement (programme_id, company_id, kind, source, reached_on, recorded_at) "
                "VALUES (%s, %s, 'answer:ziel', 'answer:1', %s, now())",
                [company.programme_id, company.pk, TODAY],
            )
        if source == "change":
            cursor.execute(
                "UPDATE companies_profile SET website = 'https://neu.example' WHERE company_id = %s", [company.pk]
            )
    if source == "document":
        _own_document(silent, owner)
    if source == "note":
        phoned_back(silent, sihk)
    refresh(silent.programme.pk)
    row = judged(silent)[company.pk]
    assert (row["reacted_on"], row["reaction"]) == (TODAY, source)


def _own_document(site, owner):
    from offensive.documents.models import Document

    with system_scope(site.programme.pk, "setup.reference"):
        Document.objects.create(
            programme=site.programme,
            company_id=site.company.pk,
            kind="other",
            name="Blatt.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            uploaded_by=owner,
        )


def test_reversed_support_was_no_reaction(silent, sihk):
    delivery = give(silent.company, acting=sihk, on=TODAY, source="form:new")
    with scope_of(sihk):
        reverse_delivery(delivery, acting=sihk, reason="falsch", form_key="two")
    refresh(silent.programme.pk)
    assert judged(silent)[silent.company.pk]["reacted_on"] == ago(30)


def test_recomputed_from_zero_it_is_the_same(silent, sihk):
    second = make_company(silent.programme, name="Zweite GmbH", partner=silent.organisations["sihk"])
    take_part(second, acting=sihk, signed_on=ago(50))
    climbed(silent, 0, 12)
    phoned_back(silent, sihk)
    kept = judged(silent)
    assert len(kept) == 2
    with system(silent):
        FollowUp.objects.all().delete()
    refresh(silent.programme.pk)
    assert judged(silent) == kept


def test_company_whose_stage_does_not_run_is_left_alone(silent):
    with system_scope(silent.programme.pk, "setup.reference"):
        Company.objects.filter(pk=silent.company.pk).update(stage_due_on=None)
    assert climbed(silent, 0, 12, 40) == []


def test_other_programme_is_left_alone(silent):
    assert climbed(silent, 0) == ["nudge"]
    with system_scope(silent.elsewhere.programme.pk, "enablement.follow_up"):
        assert not SilenceStep.objects.exists()


def test_ladder_is_changed_for_a_day_to_come(silent):
    gws = silent.acting[Role.LEAD_COORDINATOR]
    with scope_of(gws):
        seen = newest(gws.programme_id)
        set_ladder(acting=gws, seen=seen, valid_from=TODAY + timedelta(days=5), steps=[(40, "call")])
    assert climbed(silent, 4) == ["nudge"]
    with system(silent):
        later = LadderStep.objects.of(silent.programme.pk).in_force(on=TODAY + timedelta(days=5))
        assert [(step.after_days, step.action) for step in later] == [(40, "call")]


@pytest.mark.parametrize("steps", [[], [(9, "nudge"), (9, "call")], [(21, "nudge"), (9, "call")]])
def test_steps_that_do_not_follow_one_another_are_refused(silent, steps):
    gws = silent.acting[Role.LEAD_COORDINATOR]
    with scope_of(gws), pytest.raises(LadderError):
        set_ladder(acting=gws, seen=newest(gws.programme_id), valid_from=TODAY, steps=steps)


def test_ladder_changed_meanwhile_is_not_overwritten(silent):
    gws = silent.acting[Role.LEAD_COORDINATOR]
    with scope_of(gws), pytest.raises(OvertakenError):
        set_ladder(acting=gws, seen=0, valid_from=TODAY, steps=[(9, "nudge")])


def test_record_that_a_merge_has_absorbed_is_not_asked_any_more(silent):
    assert climbed(silent, 0, 12) == ["nudge", "call"]
    with system_scope(silent.programme.pk, "setup.reference"):
        Merge.objects.create(
            programme=silent.programme,
            survivor=silent.other_company,
            absorbed=silent.company,
            merged_by=silent.people[Role.LEAD_COORDINATOR],
        )
    assert climbed(silent, 40) == ["nudge", "call"]
    assert waiting_mails(silent) == 0
    with system(silent):
        assert Task.objects.of(silent.programme.pk).open().count() == 0
