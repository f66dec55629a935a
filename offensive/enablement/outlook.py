"""What another version of the process would mean for companies: where each lands, and what it would then lack."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from companies.models import Merge, Profile
from companies.profile_sections import filled_in
from offensive.enablement.achievements import PROFILE, PROFILE_COMPLETE
from offensive.enablement.journeys import ALL_DONE, PLACES
from offensive.enablement.models import Enrolment, Process, Stage, StageProgress
from offensive.enablement.queries import stages_with_requirements, standing_achievements


@dataclass(frozen=True, slots=True)
class Landing:
    """Where one company goes on: ``after`` is None once it is through; while ``is_open`` nobody has said yet where."""

    enrolment: Enrolment
    after: Stage | None
    is_open: bool = False

    @property
    def stays(self):
        """In the same stage of the other version, or through in both."""
        before = self.enrolment.stage
        return (before and before.key) == (self.after and self.after.key) and not self.is_open

    @property
    def place(self):
        """In the order of the stages, those who are through last."""
        return self.enrolment.stage.position if self.enrolment.stage else PLACES[ALL_DONE]

    @property
    def words(self):
        """(where the company is, where it goes on)"""
        before, after = self.enrolment.stage, self.after
        lands = _("still to be said") if self.is_open else after.name if after else _("All stages complete")
        return before.name if before else _("All stages complete"), lands


@dataclass(slots=True)
class Line:
    """Companies that go from one stage to one stage.

    Of them ``complete`` would lack nothing there though they lack something now; ``lacking`` the other way round.
    """

    before: str
    after: str
    is_open: bool
    place: int
    number: int = 0
    complete: int = 0
    lacking: int = 0


@dataclass(slots=True)
class Target:
    """A version to move to. ``mapping`` is {key of a stage it lacks: key of the one in which companies go on}."""

    process: Process
    mapping: dict = field(default_factory=dict)
    stages: dict = field(init=False)

    def __post_init__(self):
        self.stages = {stage.key: stage for stage in stages_with_requirements(self.process.pk)}

    def landing(self, enrolment, closed):
        """Where the company goes on; ``closed`` are the keys of the stages it has completed or skipped.

        It stays in its stage wherever the version has it. Else it goes on where the lead has said, or, having closed
        that one before, in the first stage that is open.
        """
        before = enrolment.stage
        if before and before.key in self.stages:
            return Landing(enrolment, self.stages[before.key])
        wanted = before and self.mapping.get(before.key)
        if before and wanted not in self.stages:
            return Landing(enrolment, None, is_open=True)
        if wanted and wanted not in closed:
            return Landing(enrolment, self.stages[wanted])
        return Landing(enrolment, next((stage for key, stage in self.stages.items() if key not in closed), None))


def running(programme_id):
    """Enrolments of the enterprises that take part, paused and through ones too; nobody who has left."""
    absorbed = Merge.objects.standing().filter(programme=programme_id).values("absorbed")
    return Enrolment.objects.of(programme_id).filter(left_on=None).exclude(company__in=absorbed)


def landings(enrolments, target):
    """``Landing`` of each of the enrolments, whose stages are loaded."""
    elsewhere = [each.company_id for each in enrolments if not each.stage or each.stage.key not in target.stages]
    closed = _closed(elsewhere)
    return [target.landing(each, closed[each.company_id]) for each in enrolments]


def _closed(company_ids):
    """{company: keys of the stages whose last passage was completed or skipped}"""
    passages = StageProgress.objects.filter(company__in=company_ids).order_by("company", "stage__key", "-pk")
    rows = passages.distinct("company", "stage__key").values_list("company", "stage__key", "closed_on", "stopped_on")
    closed = defaultdict(set)
    for company_id, key, closed_on, stopped_on in rows if company_ids else ():
        if closed_on and not stopped_on:
            closed[company_id].add(key)
    return closed


def outlook(found):
    """``Line`` for each pair of stages among the landings ``found``, in the order of the present stages."""
    wanted = _wanted(found)
    kinds = {each["achievement"] for asked in wanted.values() for each in asked}
    reached = _reached([landing.enrolment.company_id for landing in found], kinds)
    lines = {}
    for landing in found:
        line = lines.setdefault(landing.words, Line(*landing.words, landing.is_open, landing.place))
        _count(line, landing, wanted, reached[landing.enrolment.company_id])
    return sorted(lines.values(), key=lambda line: line.place)


def _count(line, landing, wanted, reached):
    line.number += 1
    if not landing.after or not landing.enrolment.stage:
        return
    before, after = (_lacks(wanted[stage.pk], reached) for stage in (landing.enrolment.stage, landing.after))
    line.complete += before and not after
    line.lacking += after and not before


def _lacks(asked, reached):
    return any(reached[each["achievement"]] < each["count"] for each in asked)


def _wanted(found):
    """{stage: what it asks for}, of all versions that occur."""
    processes = {landing.enrolment.process_id for landing in found} | {
        landing.after.process_id for landing in found if landing.after
    }
    return {stage.pk: stage.wanted for process_id in processes for stage in stages_with_requirements(process_id)}


def _reached(company_ids, kinds):
    """{company: Counter of what its enterprise has reached, of these kinds}"""
    survivor_of = dict(Merge.objects.standing().filter(survivor__in=company_ids).values_list("absorbed", "survivor"))
    rows = standing_achievements([*company_ids, *survivor_of]).filter(kind__in=kinds).values_list("company", "kind")
    reached = defaultdict(Counter)
    for company_id, kind in rows:
        reached[survivor_of.get(company_id, company_id)][kind] += 1
    _add_profiles(reached, company_ids, kinds)
    return reached


def _add_profiles(reached, company_ids, kinds):
    """What the profiles themselves show: they may have come filled in with a list."""
    if PROFILE_COMPLETE in kinds:
        complete = Profile.objects.filter(company__in=company_ids).exclude(completed_on=None)
        for company_id in complete.values_list("pk", flat=True):
            reached[company_id].setdefault(PROFILE_COMPLETE, 1)
    sections = {kind.removeprefix(PROFILE) for kind in kinds if kind.startswith(PROFILE)}
    for company_id, keys in filled_in(company_ids, sections).items():
        for key in keys:
            reached[company_id].setdefault(f"{PROFILE}{key}", 1)
