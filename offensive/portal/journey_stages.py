"""A company's stages as its page lists them, each with what is met and what is missing."""

from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.profile_sections import minutes_left
from offensive.enablement.achievements import PROFILE_COMPLETE


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


def stage_name(stage, acting):
    """Companies and staff call a stage by different names."""
    return stage.company_name if acting.audience == "company" else stage.name


def stage_lines(view, *, links, today, sections, sees, works):
    """The stages in order. What they ask for is told to who ``sees`` what the company receives.

    With ``works`` what is missing in the running one leads to where it is done.
    """
    lines = (_line(state, view, links, today, sections, works) for state in view.stages)
    return tuple(lines if sees else (replace(line, requirements=()) for line in lines))


def _line(state, view, links, today, sections, works):
    status, badge = _status(state, view, links.acting, today)
    may_work = works and state.state == "current" and not view.is_paused
    return StageLine(
        name=stage_name(state.stage, links.acting),
        state=state.state,
        status=status,
        badge=badge,
        note=_note(state, view, links.acting, today),
        reason=state.reason,
        requirements=tuple(_requirement(each, links, sections, may_work) for each in state.requirements),
    )


def _status(state, view, acting, today):
    """The state in a word, with the kind of its badge; staff are told when it takes longer than it should."""
    if state.state == "done":
        return _("done"), "success"
    if state.state == "skipped":
        return _("skipped"), "info"
    if state.state == "open":
        return "", ""
    if view.is_paused:
        return _("pausing"), "warning"
    if acting.audience != "company" and state.progress.due_on < today:
        return _("overdue"), "danger"
    return _("running"), "info"


def _note(state, view, acting, today):
    """Its dates in words."""
    progress, usual = state.progress, _("usually takes %s") % in_words(state.stage.usual_days)
    if state.state == "done":
        return _("closed on %s") % _day(progress.completed_on)
    if state.state == "skipped":
        return _("skipped on %s") % _day(progress.skipped_on)
    if state.state == "open":
        return usual
    if view.is_paused:
        return _("pausing since %s") % _day(view.enrolment.paused_on)
    days = {"since": _day(progress.started_on), "until": _day(progress.due_on), "usual": usual}
    if progress.due_on < today and acting.audience == "company":
        return _("since %(since)s, %(usual)s") % days
    return _("since %(since)s, %(usual)s, so until %(until)s") % days


def in_words(days):
    """A length in the largest unit that still tells: "9 weeks", "3 months"."""
    if days < 14:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if days < 75:
        return ngettext("%(n)s week", "%(n)s weeks", round(days / 7)) % {"n": round(days / 7)}
    return ngettext("%(n)s month", "%(n)s months", round(days / 30)) % {"n": round(days / 30)}


def _requirement(requirement, links, sections, may_work):
    label, kind = requirement.label, requirement.kind
    if requirement.is_met:
        return RequirementLine(label, True, "", "")
    name = kind.url_name if links.acting.audience == "company" else kind.staff_url_name
    url = links.work(name, kind) if may_work else ""
    return RequirementLine(label, False, _missing(requirement, sections, links.acting, url), url)


def _missing(requirement, sections, acting, url):
    """How far it is, or how long it takes who does it."""
    if requirement.count > 1:
        return _("%(reached)s of %(count)s") % {"reached": requirement.reached, "count": requirement.count}
    kind = requirement.kind
    if acting.audience != "company":
        return _("the company’s turn") if kind.url_name else ""
    if not kind.url_name:
        return _("with your adviser")
    minutes = minutes_left(sections) if kind.key == PROFILE_COMPLETE else kind.minutes
    return minutes_in_words(minutes) if url and minutes else ""


def minutes_in_words(minutes):
    """How long something takes, in minutes or hours; "" for nothing."""
    if minutes >= 120:
        return ngettext("about %(n)s hour", "about %(n)s hours", round(minutes / 60)) % {"n": round(minutes / 60)}
    return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes} if minutes else ""


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")
