"""The lead's draft of the process: begun as a copy of the current version, edited, and published as the next one.

Every change counts ``Process.edits``, so that nothing is published but what its editor has seen.
"""

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from offensive.enablement.achievements import ANSWER, DECISION
from offensive.enablement.journeys import rename_stages
from offensive.enablement.models import Process, Requirement, Stage

MOST_STAGES = 20


class ProcessError(Exception):
    """A message for the person who works on the process; ``stored`` is the stage as somebody else has saved it."""

    def __init__(self, sentence, *, stored=None):
        super().__init__(sentence)
        self.stored = stored


@transaction.atomic
def begin_draft(acting):
    """The programme's draft: the one there is, or a copy of the current version."""
    programme_id = acting.programme_id
    current = Process.objects.of(programme_id).select_for_update().filter(is_current=True).first()
    draft = Process.objects.of(programme_id).draft().first()
    if draft:
        return draft
    last = Process.objects.of(programme_id).aggregate(last=Max("version"))["last"] or 0
    draft = Process.objects.create(programme_id=programme_id, version=last + 1, edited_by_id=acting.user_id)
    for stage in current.stage_set.order_by("position") if current else ():
        _copy(stage, draft, stage.position)
    return draft


def _copy(stage, draft, position):
    """``stage`` with what it asks for, under the same key: it is the same stage in both versions."""
    asked = list(stage.requirement_set.order_by("pk"))
    stage.pk, stage._state.adding = None, True
    stage.process, stage.position, stage.edits, stage.edited_by = draft, position, 0, None
    stage.save(force_insert=True)
    for requirement in asked:
        requirement.pk, requirement._state.adding, requirement.stage = None, True, stage
    Requirement.objects.bulk_create(asked)


@transaction.atomic
def discard_draft(acting, *, seen):
    """Throw the draft away; the published versions stay what they are."""
    draft = _edited(acting, seen=seen)
    Requirement.objects.filter(stage__process=draft).delete()
    draft.stage_set.all().delete()
    draft.delete()


@transaction.atomic
def publish(acting, *, seen):
    """Make the draft the current version, on which companies begin from now on; running companies stay on theirs.

    ``seen`` is the state of the draft that was looked at: another one is not published.
    """
    draft = _edited(acting, seen=seen)
    if not draft.stage_set.exists():
        raise ProcessError(_("A process needs at least one stage."))
    Process.objects.of(acting.programme_id).filter(is_current=True).update(is_current=False)
    made = {"published_at": timezone.now(), "published_by": acting.user_id, "is_current": True}
    Process.objects.filter(pk=draft.pk).update(**made)
    rename_stages(acting.programme_id)
    return draft


def _edited(acting, *, seen=None):
    """The draft, locked and counted as edited by ``acting``. Raises ``ProcessError`` where it is not the one seen."""
    drafts = Process.objects.of(acting.programme_id).draft()
    draft = drafts.select_for_update(of=["self"]).select_related("edited_by").first()
    if draft is None:
        raise ProcessError(_("There is no draft any more: it has been published or thrown away."))
    if seen is not None and seen != draft.edits:
        who = draft.edited_by or _("Somebody else")
        raise ProcessError(_("%s has changed the draft meanwhile. Please look at it again.") % who)
    Process.objects.filter(pk=draft.pk).update(edits=F("edits") + 1, edited_by=acting.user_id)
    return draft


# Stages


@transaction.atomic
def add_stage(acting, **values):
    """A new stage at the end of the draft. ``values``: name, company_name, usual_days."""
    draft = _edited(acting)
    if draft.stage_set.count() >= MOST_STAGES:
        raise ProcessError(_("A process has %s stages at most.") % MOST_STAGES)
    _check_name(draft, values["name"])
    key = _free_key(values["name"], set(Stage.objects.of(acting.programme_id).values_list("key", flat=True)), most=40)
    made = {"programme_id": acting.programme_id, "process": draft, "position": _next_place(draft), "key": key}
    return Stage.objects.create(**made, edited_by_id=acting.user_id, **values)


def _next_place(draft):
    return (draft.stage_set.aggregate(last=Max("position"))["last"] or 0) + 1


def _free_key(words, taken, *, most):
    """A key that no version has used: what was reached under an old key does not count for something new."""
    stem = slugify(words)[: most - 4].strip("-") or "x"
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if key not in taken)


def _check_name(draft, name, *, but=None):
    if draft.stage_set.filter(name__iexact=name).exclude(pk=but).exists():
        raise ProcessError(_("There is a stage with this name already."))


@transaction.atomic
def change_stage(pk, *, acting, seen, **values):
    """Another name or length. Raises ``ProcessError``, with what is stored, where somebody else was faster."""
    stage = _stage(pk, acting, seen)
    _check_name(stage.process, values["name"], but=pk)
    Stage.objects.filter(pk=stage.pk).update(**values, edits=F("edits") + 1, edited_by=acting.user_id)


def _stage(pk, acting, seen):
    """The draft's stage as it is now; nobody else changes it while this transaction lasts."""
    draft = _edited(acting)
    stage = draft.stage_set.select_related("edited_by").filter(pk=pk).first()
    if stage is None:
        raise ProcessError(_("This stage is not in the draft any more."))
    if stage.edits != seen:
        who = stage.edited_by or _("Somebody else")
        raise ProcessError(
            _("%s has changed this stage meanwhile. Sending it again overwrites that.") % who, stored=stage
        )
    return stage


@transaction.atomic
def shift_stage(pk, *, acting, seen, by):
    """Let a stage change places with the one before (``by`` -1) or after it (1); at the ends nothing happens."""
    draft = _edited(acting, seen=seen)
    order = list(draft.stage_set.order_by("position"))
    place = next((place for place, stage in enumerate(order) if stage.pk == pk), None)
    if place is None or not 0 <= place + by < len(order):
        return
    one, other = order[place], order[place + by]
    Stage.objects.filter(pk=one.pk).update(position=other.position)
    Stage.objects.filter(pk=other.pk).update(position=one.position)


@transaction.atomic
def remove_stage(pk, *, acting, seen):
    """Leave a stage out of the draft; companies that are in it stay there until they are moved."""
    draft = _edited(acting, seen=seen)
    Requirement.objects.filter(stage__process=draft, stage=pk).delete()
    draft.stage_set.filter(pk=pk).delete()


@transaction.atomic
def restore_stage(key, *, acting, seen):
    """Take a stage of the current version back into the draft, at its end."""
    draft = _edited(acting, seen=seen)
    stage = Stage.objects.of(acting.programme_id).current().filter(key=key).first()
    if stage is None or draft.stage_set.filter(key=key).exists():
        raise ProcessError(_("This stage cannot be taken back."))
    _check_name(draft, stage.name)
    _copy(stage, draft, _next_place(draft))


# Requirements


@transaction.atomic
def add_requirement(stage_pk, *, acting, seen, achievement, **values):
    """Let a stage ask for something. ``achievement`` is a kind; "answer:" and "decision:" get a key of their own."""
    stage = _stage(stage_pk, acting, seen)
    kind = _kind(acting, achievement, values["wording"])
    _check_once(stage, kind)
    Requirement.objects.create(programme_id=acting.programme_id, stage=stage, achievement=kind, **values)
    _count(stage, acting)


@transaction.atomic
def change_requirement(requirement, *, acting, seen, achievement, **values):
    """Ask for something else. A question keeps its key, so that what was answered stays answered."""
    stage = _stage(requirement.stage_id, acting, seen)
    if not stage.requirement_set.filter(pk=requirement.pk).exists():
        raise ProcessError(_("The stage does not ask for this any more."))
    kind = requirement.achievement
    if not (achievement in (ANSWER, DECISION) and kind.startswith(achievement)):
        kind = _kind(acting, achievement, values["wording"])
    _check_once(stage, kind, but=requirement.pk)
    Requirement.objects.filter(pk=requirement.pk).update(achievement=kind, **values)
    _count(stage, acting)


@transaction.atomic
def remove_requirement(requirement, *, acting, seen):
    """Let the stage ask for this no more."""
    stage = _stage(requirement.stage_id, acting, seen)
    Requirement.objects.filter(pk=requirement.pk).delete()
    _count(stage, acting)


def _kind(acting, achievement, wording):
    if achievement not in (ANSWER, DECISION):
        return achievement
    asked = Requirement.objects.filter(programme=acting.programme_id, achievement__startswith=achievement)
    taken = {kind.removeprefix(achievement) for kind in asked.values_list("achievement", flat=True)}
    return achievement + _free_key(wording, taken, most=30)


def _check_once(stage, kind, *, but=None):
    if stage.requirement_set.filter(achievement=kind).exclude(pk=but).exists():
        raise ProcessError(_("The stage asks for this already. You can change how often."))


def _count(stage, acting):
    Stage.objects.filter(pk=stage.pk).update(edits=F("edits") + 1, edited_by=acting.user_id)
