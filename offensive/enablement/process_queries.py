"""The versions of a programme's process, and how the draft differs from the current one."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from offensive.enablement.models import Process, Stage
from offensive.enablement.outlook import running
from offensive.enablement.queries import requirement_states, stages_with_requirements


@dataclass(frozen=True, slots=True)
class StageLook:
    """A stage with what it asks for; ``changes`` are words for what is other than in the current version."""

    stage: Stage
    requirements: tuple
    changes: tuple[str, ...] = ()

    @property
    def minutes(self):
        """What it costs the company at least."""
        return sum(asked.count * asked.kind.minutes for asked in self.requirements)


def versions(programme_id):
    """Published versions, the newest first, each with ``companies``: how many enterprises are on it."""
    numbers = dict(running(programme_id).values_list("process").annotate(Count("pk")).order_by())
    found = list(Process.objects.of(programme_id).published().select_related("published_by").order_by("-version"))
    for process in found:
        process.companies = numbers.get(process.pk, 0)
    return found


def draft_of(programme_id):
    """The programme's draft, or None."""
    return Process.objects.of(programme_id).draft().select_related("edited_by").first()


def stages_of(process, *, against=None):
    """``StageLook`` of each stage of a version, with how it differs from the version ``against``."""
    stages = list(stages_with_requirements(process.pk))
    changes = _changes_since(against, stages) if against else {}
    return [StageLook(stage, requirement_states(stage.wanted, {}), changes.get(stage.key, ())) for stage in stages]


def _changes_since(version, stages):
    """{key: words for what is other than in the ``version``}; a stage stands elsewhere only among those both have."""
    before = {stage.key: stage for stage in stages_with_requirements(version.pk)}
    order = [stage.key for stage in stages if stage.key in before]
    order_before = [key for key in before if key in order]
    elsewhere = {key for key, other in zip(order, order_before, strict=True) if key != other}
    return {
        stage.key: _changes(stage, before[stage.key], stage.key in elsewhere) if stage.key in before else (_("new"),)
        for stage in stages
    }


def _changes(stage, before, stands_elsewhere):
    days = {"days": stage.usual_days, "before": before.usual_days}
    found = [
        (stands_elsewhere, _("another place")),
        (stage.name != before.name, _("was “%s”") % before.name),
        (stage.company_name != before.company_name, _("another name for companies")),
        (stage.usual_days != before.usual_days, _("%(days)s days instead of %(before)s") % days),
        (_asked(stage) != _asked(before), _("asks for something else")),
    ]
    return tuple(words for differs, words in found if differs)


def _asked(stage):
    return {(each["achievement"], each["count"], each["wording"]) for each in stage.wanted}


def left_out(draft, current):
    """Stages of the current version that the draft has no more."""
    if current is None:
        return []
    return list(current.stage_set.exclude(key__in=draft.stage_set.values("key")).order_by("position"))
