"""A company's stages as its page lists them, each with what is met and what is missing."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.profile_sections import minutes_left
from offensive.enablement.achievements import PROFILE_COMPLETE
from offensive.enablement.models import Process
from offensive.enablement.queries import StageView, stage_state, stages_with_requirements


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """What a stage asks for: ``note`` says how far it is, or what it takes; ``url`` is where the missing is done."""

    label: str
    is_met: bool
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage: ``status`` in a word with the kind of its badge, ``note`` with its dates, ``reason`` if skipped."""

    name: str
    state: str
    status: str
    badge: str
    note: str
    reason: str
    requirements: tuple[RequirementLine, ...]

    @property
    def is_open(self):
        return self.state == "current"


def stage_lines(facts):
    """The stages in order. What they ask for is told to those alone who know what the company receives."""
    view = facts.view if facts.view.enrolment else _planned(facts.company.programme_id)
    return tuple(_line(state, facts) for state in view.stages)


def _planned(programme_id):
    """The stages that await a company which does not take part yet."""
    current = Process.objects.filter(programme=programme_id, is_current=True).values("pk")[:1]
    return StageView(None, tuple(stage_state(stage, None, {}) for stage in stages_with_requirements(current)))


def _line(state, facts):
    status, badge = _status(state, facts)
    asked = state.requirements if facts.looks_after else ()
    return StageLine(
        name=facts.name_of(state.stage),
        state=state.state,
        status=status,
        badge=badge,
        note=_note(state, facts),
        reason=state.reason,
        requirements=tuple(_requirement(each, state, facts) for each in asked),
    )


def _status(state, facts):
    """The state in a word, with the kind of its badge; staff are told when it takes longer than it should."""
    if state.state == "current":
        return _running(state, facts)
    return {"done": (_("done"), "success"), "skipped": (_("skipped"), "info")}.get(state.state, ("", ""))


def _running(state, facts):
    if facts.view.is_paused:
        return _("pausing"), "warning"
    if state.progress.due_on < facts.today and not facts.for_company:
        return _("overdue"), "danger"
    return _("running"), "info"


def _note(state, facts):
    """Its dates in words."""
    progress = state.progress
    if state.state == "done":
        return _("closed on %s") % _day(progress.completed_on)
    if state.state == "skipped":
        return _("skipped on %s") % _day(progress.skipped_on)
    usual = _("usually takes %s") % in_words(state.stage.usual_days)
    return _since(progress, usual, facts) if state.state == "current" else usual


def _since(progress, usual, facts):
    if facts.view.is_paused:
        return _("pausing since %s") % _day(facts.view.enrolment.paused_on)
    days = {"since": _day(progress.started_on), "until": _day(progress.due_on), "usual": usual}
    if progress.due_on < facts.today and facts.for_company:
        return _("since %(since)s, %(usual)s") % days
    return _("since %(since)s, %(usual)s, so until %(until)s") % days


def in_words(days):
    """A length in the largest unit that still tells: "9 weeks", "3 months"."""
    if days < 14:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if days < 75:
        return ngettext("%(n)s week", "%(n)s weeks", round(days / 7)) % {"n": round(days / 7)}
    return ngettext("%(n)s month", "%(n)s months", round(days / 30)) % {"n": round(days / 30)}


def _requirement(requirement, state, facts):
    """What is missing in the running stage leads to where it is done, for those who may do it."""
    if requirement.is_met:
        return RequirementLine(requirement.label, True, "", "")
    kind = requirement.kind
    name = kind.url_name if facts.for_company else kind.staff_url_name
    may_work = state.state == "current" and not facts.view.is_paused and (facts.for_company or facts.writes)
    url = facts.links.work(name, kind) if may_work else ""
    return RequirementLine(requirement.label, False, _missing(requirement, facts, url), url)


def _missing(requirement, facts, url):
    """How far it is, or how long it takes who does it."""
    kind = requirement.kind
    if requirement.count > 1:
        return _("%(reached)s of %(count)s") % {"reached": requirement.reached, "count": requirement.count}
    if not facts.for_company:
        return _("the company’s turn") if kind.url_name else ""
    if not kind.url_name:
        return _("with your adviser")
    minutes = minutes_left(facts.sections) if kind.key == PROFILE_COMPLETE else kind.minutes
    return minutes_in_words(minutes) if url else ""


def minutes_in_words(minutes):
    """How long something takes, in minutes or hours; "" for nothing."""
    if minutes >= 120:
        return ngettext("about %(n)s hour", "about %(n)s hours", round(minutes / 60)) % {"n": round(minutes / 60)}
    return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes} if minutes else ""


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")
