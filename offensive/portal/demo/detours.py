"""Ways out of the order of stages in made-up histories, and what companies answer and staff decide."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from uuid import NAMESPACE_URL, uuid5

from offensive.enablement.models import Answer, Decision, JourneyEvent
from offensive.portal.demo.programme import KNOWN_UNTIL, at_noon

# Of the companies that are under way one in so many leaves the order; the kinds take turns.
EVERY = 5
REASONS = {
    "skipped": "Die Inhalte sind durch ein früheres Projekt abgedeckt.",
    "paused": "Auftragsspitze: Die Geschäftsführung hat bis auf Weiteres keine Zeit.",
    "reopened": "Der gewählte Markt trägt nicht; es wird noch einmal gesucht.",
    "left": "Der Betrieb wird an einen Nachfolger übergeben.",
}
ANSWERS = [
    "In der Medizintechnik: Wir fertigen schon Federn für einen Hersteller von Spritzen.",
    "Bahntechnik. Ein früherer Kunde fragt danach.",
    "Noch offen; am liebsten Windkraft.",
]
GROUNDS = ["Die Aufgabe passt zum Institut.", "Das Team hat Zeit, und die Maschine steht bereit."]


@dataclass(slots=True)
class Event:
    """One row of JourneyEvent to be."""

    kind: str
    stage: object
    on: date
    until: date | None = None


def turns():
    """Whose turn it is: a kind, or None for most; for ``Frame.detours``."""
    return cycle([turn for kind in REASONS for turn in (kind, *[None] * (EVERY - 1))])


def take_detour(frame, history):
    """Change the end of ``history`` where it is this company's turn."""
    running = history.progress[-1]
    if len(history.progress) < 2 or running.completed_on:
        return
    if kind := next(frame.detours):
        on = running.started_on + timedelta(days=(KNOWN_UNTIL - running.started_on).days // 2)
        history.events.append(CHANGES[kind](history, running, on))


def _skip(history, running, _on):
    last = history.progress[-2]
    last.skipped_on, last.completed_on = last.completed_on, None
    return Event("skipped", last.stage, last.skipped_on)


def _pause(history, running, on):
    history.paused_on, history.paused_until = on, KNOWN_UNTIL + timedelta(days=70)
    return Event("paused", running.stage, on, history.paused_until)


def _reopen(history, running, on):
    stage = history.progress[-2].stage
    running.stopped_on = on
    history.progress.append(type(running)(stage, on, round=2))
    return Event("reopened", stage, on)


def _leave(history, running, on):
    running.stopped_on = history.left_on = on
    return Event("left", running.stage, on)


CHANGES = {"skipped": _skip, "paused": _pause, "reopened": _reopen, "left": _leave}


def write_decided(frame, drafts):
    """Write events, answers and decisions of ``drafts``."""
    happened = [(draft, event) for draft in drafts for event in draft["history"].events]
    JourneyEvent.objects.bulk_create(_event(frame, draft, event) for draft, event in happened)
    asked = [(draft, *asked) for draft in drafts for asked in draft["history"].asked]
    Answer.objects.bulk_create(_answer(frame, *each) for each in asked if each[1].achievement.startswith("answer:"))
    Decision.objects.bulk_create(
        _decision(frame, *each) for each in asked if each[1].achievement.startswith("decision:")
    )


def _event(frame, draft, event):
    return JourneyEvent(
        programme_id=frame.programme.pk,
        company_id=draft["organisation"].pk,
        kind=event.kind,
        stage=event.stage,
        on=event.on,
        until=event.until,
        reason=REASONS[event.kind],
        by=frame.advisor(draft["partner"]),
        at=at_noon(event.on),
    )


def _owned(frame, draft, requirement):
    key = requirement.achievement.partition(":")[2]
    return {
        "programme": frame.programme,
        "company": draft["organisation"],
        "key": key,
        "form_key": uuid5(NAMESPACE_URL, f"{draft['organisation'].pk}/{key}"),
    }


def _answer(frame, draft, requirement, on):
    return Answer(
        **_owned(frame, draft, requirement),
        question=requirement.wording,
        text=frame.chance.choice(ANSWERS),
        answered_by=frame.advisor(draft["partner"]),
        answered_at=at_noon(on),
    )


def _decision(frame, draft, requirement, on):
    return Decision(
        **_owned(frame, draft, requirement),
        subject=requirement.wording,
        is_in_favour=True,
        reason=frame.chance.choice(GROUNDS),
        decided_by=frame.advisor(draft["partner"]),
        decided_at=at_noon(on),
    )
