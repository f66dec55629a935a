"""What happened to one company over two years, made up in the order of time. Plain values, no database."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from offensive.portal.demo.detours import take_detour
from offensive.portal.demo.names import DELIVERY_TITLES
from offensive.portal.demo.programme import BEGINS_ON, KNOWN_UNTIL

EVENT_KINDS = ("workshop", "excursion")


@dataclass(slots=True)
class Support:
    """One delivery to be: ``event`` is set when it came of an event."""

    kind: str
    on: date
    minutes: int
    title: str
    event: object = None


@dataclass(slots=True)
class Progress:
    """One passage of a stage: it runs until it is completed, skipped or stopped."""

    stage: object
    started_on: date
    completed_on: date | None = None
    skipped_on: date | None = None
    stopped_on: date | None = None
    round: int = 1

    @property
    def runs(self):
        return not (self.completed_on or self.skipped_on or self.stopped_on)


@dataclass(slots=True)
class History:
    """A company's way: not enrolled when ``enrolled_on`` is None."""

    enrolled_on: date | None
    profile_on: date | None = None
    progress: list = field(default_factory=list)
    support: list = field(default_factory=list)
    # Answers and decisions: (requirement, day).
    asked: list = field(default_factory=list)
    events: list = field(default_factory=list)
    paused_on: date | None = None
    paused_until: date | None = None
    left_on: date | None = None

    @property
    def running(self):
        """The passage that runs, or None."""
        return next((row for row in self.progress if row.runs), None)


def make_history(frame, *, extra):
    """Walk through the stages until today; ``extra`` deliveries are spread over the time beside the required ones."""
    chance = frame.chance
    if chance.random() < 0.08:
        return History(None)
    enrolled_on = BEGINS_ON + timedelta(days=int(chance.triangular(0, 640, 220)))
    history = History(enrolled_on)
    # How far a company has come, so that every stage has some: 7 is through all six, if the time sufficed.
    reach = chance.choices(range(1, 8), [16, 17, 17, 14, 13, 10, 13])[0]
    _walk(frame, history, pace=chance.choice([0.3, 0.5, 0.8, 1.2]), reach=reach)
    take_detour(frame, history)
    _add_extra(frame, history, extra)
    history.support.sort(key=lambda support: support.on)
    return history


def _walk(frame, history, *, pace, reach):
    day = history.enrolled_on
    for stage in frame.stages:
        progress = Progress(stage, day)
        history.progress.append(progress)
        if stage.position == reach:
            return
        reached = [_reach(frame, history, requirement, day, pace) for requirement in stage.requirement_set.all()]
        done_on = max([on or date.max for on in reached], default=day)
        if done_on > KNOWN_UNTIL - timedelta(days=14):
            return
        progress.completed_on = done_on + timedelta(days=frame.chance.randint(1, 14))
        day = progress.completed_on


def _reach(frame, history, requirement, since, pace):
    """The day on which ``requirement`` is met, or None when it is not before today."""
    days = []
    for _count in range(requirement.count):
        on = since + timedelta(days=round(frame.chance.randint(10, 70) * pace))
        days.append(_reach_once(frame, history, requirement, on))
    return None if None in days else max(days)


def _reach_once(frame, history, requirement, on):
    if on > KNOWN_UNTIL:
        return None
    kind = requirement.achievement
    if kind.startswith(("answer:", "decision:")):
        history.asked.append((requirement, on))
        return on
    if kind == "profile_complete":
        history.profile_on = on
        return on
    kind = kind.removeprefix("delivery:")
    support = _at_event(frame, history, kind, on) if kind in EVENT_KINDS else _by_hand(frame, kind, on)
    if support:
        history.support.append(support)
    return support and support.on


def _at_event(frame, history, kind, not_before):
    """The next event of the kind that the company was not at yet."""
    been = {support.event.pk for support in history.support if support.event}
    events = frame.events
    first = _first_from(events, not_before)
    for event in events[first : first + 40]:
        if event.kind == kind and event.pk not in been:
            return Support(kind, event.starts_at.date(), event.minutes, event.title, event)
    return None


def _first_from(events, day):
    low, high = 0, len(events)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if events[middle].starts_at.date() < day else (low, middle)
    return low


def _by_hand(frame, kind, on):
    minutes = 10 if kind == "phone" else frame.chance.choice([45, 60, 90, 120])
    return Support(kind, on, minutes, frame.chance.choice(DELIVERY_TITLES[kind]))


def _add_extra(frame, history, count):
    span = (KNOWN_UNTIL - history.enrolled_on).days
    kinds = ["workshop"] * 4 + ["excursion", "consultation", "consultation", "method", "analysis", "phone", "phone"]
    for _number in range(count):
        kind, on = frame.chance.choice(kinds), history.enrolled_on + timedelta(days=frame.chance.randint(0, span))
        at_event = _at_event(frame, history, kind, on) if kind in EVENT_KINDS else None
        history.support.append(at_event or _by_hand(frame, kind if kind not in EVENT_KINDS else "consultation", on))
