"""The lead's draft of the process, and what the database itself keeps of a published version."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from offensive.enablement import drafts
from offensive.enablement.drafts import ProcessError
from offensive.enablement.models import Enrolment, Process, Requirement, Stage
from offensive.enablement.process_queries import draft_of, left_out, stages_of, versions
from offensive.enablement.queries import stage_view
from offensive.tenancy.roles import Role
from tests.enablement.support import process_of, scope_of, take_part

NAMES = {"company_name": "Was neu ist", "usual_days": 30}


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def draft(gws):
    with scope_of(gws):
        return drafts.begin_draft(gws)


def now(gws):
    return draft_of(gws.programme_id)


def keys(process):
    return list(process.stage_set.order_by("position").values_list("key", flat=True))


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        changed = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return changed


def test_draft_is_a_copy_of_the_current_version_and_the_only_one(gws, draft):
    with scope_of(gws):
        current = Process.objects.of(gws.programme_id).get(is_current=True)
        assert (draft.version, drafts.begin_draft(gws).pk) == (current.version + 1, draft.pk)
        assert [
            (look.stage.key, look.changes, len(look.requirements)) for look in stages_of(draft, against=current)
        ] == [(look.stage.key, (), len(look.requirements)) for look in stages_of(current)]
        assert not set(draft.stage_set.values_list("pk")) & set(current.stage_set.values_list("pk"))
        with pytest.raises(IntegrityError, match="process_one_draft"), transaction.atomic():
            Process.objects.create(programme_id=gws.programme_id, version=9)


def test_stages_are_added_renamed_shifted_left_out_and_taken_back(gws, draft):
    with scope_of(gws):
        new = drafts.add_stage(gws, name="Finanzierung", **NAMES)
        drafts.shift_stage(new.pk, acting=gws, seen=now(gws).edits, by=-1)
        drafts.shift_stage(draft.stage_set.get(key="standort").pk, acting=gws, seen=now(gws).edits, by=-1)
        assert keys(draft)[0] == "standort"
        assert keys(draft)[-2:] == ["finanzierung", "markteintritt"]
        drafts.remove_stage(draft.stage_set.get(key="netzwerk").pk, acting=gws, seen=now(gws).edits)
        current = Process.objects.of(gws.programme_id).get(is_current=True)
        assert [stage.key for stage in left_out(draft, current)] == ["netzwerk"]
        drafts.restore_stage("netzwerk", acting=gws, seen=now(gws).edits)
        assert keys(draft)[-1] == "netzwerk"
        assert draft.stage_set.get(key="netzwerk").requirement_set.get().achievement == "delivery:excursion"
        changed = {look.stage.key: look.changes for look in stages_of(draft, against=current)}
        assert [bool(changed[key]) for key in ("finanzierung", "netzwerk", "standort")] == [True, True, False]


def test_left_out_key_is_not_given_to_a_new_stage(gws, draft):
    with scope_of(gws):
        drafts.remove_stage(draft.stage_set.get(key="marktanalyse").pk, acting=gws, seen=now(gws).edits)
        assert drafts.add_stage(gws, name="Marktanalyse", **NAMES).key == "marktanalyse-2"


def test_two_editors_of_one_draft_are_told(site, gws, draft):
    other = site.acting[Role.LEAD_APPROVER]
    with scope_of(gws):
        stage, seen = draft.stage_set.get(key="standort"), now(gws).edits
        drafts.change_stage(stage.pk, acting=other, seen=stage.edits, name="Start", **NAMES)
        with pytest.raises(ProcessError, match="Person") as told:
            drafts.change_stage(stage.pk, acting=gws, seen=stage.edits, name="Beginn", **NAMES)
        assert told.value.stored.name == "Start"
        for change in (drafts.publish, drafts.discard_draft):
            with pytest.raises(ProcessError, match="Person"):
                change(gws, seen=seen)
        with pytest.raises(ProcessError):
            drafts.remove_stage(stage.pk, acting=gws, seen=seen)
        assert draft.stage_set.get(pk=stage.pk).name == "Start"


def test_question_keeps_its_key_and_another_gets_its_own(gws, draft):
    with scope_of(gws):
        stage = draft.stage_set.get(key="standort")
        asked = {"achievement": "answer:", "count": 1, "answer_form": "text"}
        drafts.add_requirement(stage.pk, acting=gws, seen=0, wording="Welches Ziel?", **asked)
        question = stage.requirement_set.get(achievement="answer:welches-ziel")
        drafts.change_requirement(question, acting=gws, seen=1, wording="Ihr Ziel?", **asked)
        question.refresh_from_db()
        assert (question.achievement, question.wording) == ("answer:welches-ziel", "Ihr Ziel?")
        drafts.add_requirement(stage.pk, acting=gws, seen=2, wording="Welches Ziel?", **asked)
        assert stage.requirement_set.filter(achievement="answer:welches-ziel-2").exists()
        usual = {"count": 1, "wording": "", "answer_form": ""}
        with pytest.raises(ProcessError):  # asked for already
            drafts.add_requirement(stage.pk, acting=gws, seen=3, achievement="profile_complete", **usual)
        drafts.remove_requirement(question, acting=gws, seen=3)
        with pytest.raises(ProcessError):
            drafts.change_requirement(question, acting=gws, seen=4, wording="x", **asked)


def test_published_version_is_begun_on_and_nobody_is_moved(site, gws, draft):
    company, other = take_part(site.company, acting=site.acting[Role.PARTNER_ADVISOR]), site.other_company
    with scope_of(gws):
        before = stage_view(company.pk)
        drafts.remove_stage(draft.stage_set.get(key="standort").pk, acting=gws, seen=now(gws).edits)
        stage = draft.stage_set.get(key="marktanalyse")
        drafts.change_stage(stage.pk, acting=gws, seen=0, name="Märkte", company_name="Märkte", usual_days=5)
        drafts.publish(gws, seen=now(gws).edits)
        assert stage_view(company.pk) == before
        assert [(process.version, process.is_current) for process in versions(gws.programme_id)] == [
            (2, True),
            (1, False),
        ]
        assert Process.objects.get(pk=draft.pk).published_by_id == gws.user_id
    take_part(other, acting=gws)
    with scope_of(gws):
        assert Enrolment.objects.get(company=other.pk).stage.name == "Märkte"


def test_version_without_a_stage_is_refused(gws, draft):
    with scope_of(gws):
        for stage in draft.stage_set.all():
            drafts.remove_stage(stage.pk, acting=gws, seen=now(gws).edits)
        with pytest.raises(ProcessError):
            drafts.publish(gws, seen=now(gws).edits)
        with pytest.raises(IntegrityError, match="process_published_has_a_stage"):
            run("UPDATE enablement_process SET published_at = now() WHERE id = %s", draft.pk)


def test_discarded_draft_leaves_nothing(gws, draft):
    with scope_of(gws):
        drafts.discard_draft(gws, seen=0)
        assert now(gws) is None
        assert not Stage.objects.filter(process=draft.pk).exists()
        with pytest.raises(ProcessError):
            drafts.publish(gws, seen=0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE enablement_stage SET name = 'x' WHERE process_id = %s",
        "DELETE FROM enablement_stage WHERE process_id = %s",
        "DELETE FROM enablement_process WHERE id = %s",
        "UPDATE enablement_requirement SET count = 2 WHERE stage_id IN (SELECT id FROM enablement_stage"
        " WHERE process_id = %s)",
        "DELETE FROM enablement_requirement WHERE stage_id IN (SELECT id FROM enablement_stage WHERE process_id = %s)",
    ],
)
def test_nobody_changes_a_published_version(site, gws, change):
    published = process_of(site.programme, ("eins", [("delivery:workshop", 1, "", "")]))
    with scope_of(gws):
        assert Requirement.objects.filter(stage__process=published).exists()
        assert run(change, published.pk) == 0


def test_database_keeps_a_published_version_and_refuses_additions(site, gws):
    published = process_of(site.programme, ("eins", []))
    with scope_of(gws):
        with pytest.raises(IntegrityError, match="process_published_stays"):
            run("UPDATE enablement_process SET version = 7 WHERE id = %s", published.pk)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Stage.objects.create(
                programme=site.programme, process=published, position=2, key="zwei", name="Zwei", **NAMES
            )


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Marktanalyse"), ("name", ""), ("usual_days", 0), ("position", 2)]
)
def test_database_refuses_a_stage(gws, draft, field, value):
    with scope_of(gws):
        stage = draft.stage_set.get(key="standort")
        with pytest.raises(IntegrityError, match="stage_"):
            run(f"UPDATE enablement_stage SET {field} = %s WHERE id = %s", value, stage.pk)


def test_partner_edits_nothing(site, gws, draft):
    partner = site.acting[Role.PARTNER_ADVISOR]
    with scope_of(partner):
        assert run("UPDATE enablement_stage SET name = 'x' WHERE process_id = %s", draft.pk) == 0


@pytest.mark.parametrize("role", [Role.PARTNER_ADVISOR, Role.COMPANY_OWNER])
def test_draft_is_seen_by_the_lead_alone_until_it_is_published(site, gws, draft, role):
    def seen(acting):
        with scope_of(acting):
            requirements = Requirement.objects.filter(stage__process=draft.pk)
            stages = Stage.objects.filter(process=draft.pk)
            return [rows.exists() for rows in (Process.objects.filter(pk=draft.pk), stages, requirements)]

    assert (seen(gws), seen(site.acting[role])) == ([True] * 3, [False] * 3)
    with scope_of(gws):
        drafts.publish(gws, seen=now(gws).edits)
    assert seen(site.acting[role]) == [True] * 3
