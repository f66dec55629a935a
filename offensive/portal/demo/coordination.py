"""How the consortium of the demonstration works together: tasks, notes, and companies that have long been silent."""

from datetime import timedelta
from uuid import UUID

from companies.models import Company
from offensive.enablement.follow_ups import asked_of_adviser, refresh
from offensive.enablement.models import FollowUp, LadderStep, Note, SilenceStep, StepAction, Task
from offensive.portal.demo import names
from offensive.portal.demo.programme import KNOWN_UNTIL, at_noon
from offensive.tenancy.scope import system_scope

# Every so-manyth company has a task or notes beside those that its silence leads to.
TASK_EVERY, NOTES_EVERY = 11, 5


def write_coordination(frame, drafts):
    """Tasks and notes about the companies of a batch."""
    enrolled = [draft for draft in drafts if draft["history"].enrolled_on]
    Task.objects.bulk_create(_task(frame, draft) for draft in enrolled if draft["number"] % TASK_EVERY == 3)
    noted = [draft for draft in enrolled if draft["number"] % NOTES_EVERY == 2]
    Note.objects.bulk_create(note for draft in noted for note in _notes(frame, draft))


def _task(frame, draft):
    place = draft["number"] // TASK_EVERY
    due_on, given_on = KNOWN_UNTIL + timedelta(days=place * 7 % 30 - 6), KNOWN_UNTIL - timedelta(days=9 + place % 9)
    return _written(frame, draft["partner"], names.TASKS[place % len(names.TASKS)], due_on, given_on, draft)


def _written(frame, house, title, due_on, given_on, draft=None):
    """A task that somebody gave to himself; every fifth about a company is done."""
    person = frame.advisor(house)
    done = bool(draft) and draft["number"] % 5 == 4
    return Task(
        programme_id=frame.programme.pk,
        company=draft and draft["organisation"],
        title=title,
        owner=person,
        organisation=house,
        due_on=due_on,
        created_by=person,
        created_in=house,
        created_at=at_noon(given_on),
        done_at=at_noon(KNOWN_UNTIL - timedelta(days=2)) if done else None,
        done_by=person if done else None,
    )


def _notes(frame, draft):
    """What is for the house alone, for the consortium, and for the company too."""
    begun = draft["history"].enrolled_on
    for place, (text, visibility) in enumerate(names.NOTES):
        on = begun + timedelta(days=3 + 17 * place + draft["number"] % 11)
        if on <= KNOWN_UNTIL:
            yield Note(
                programme_id=frame.programme.pk,
                company_id=draft["organisation"].pk,
                visibility=visibility,
                text=text,
                on=on,
                form_key=UUID(int=draft["number"] * 10 + place),
                author=frame.advisor(draft["partner"]),
                organisation=draft["partner"],
                written_at=at_noon(on),
            )


def write_silences(frame):
    """Tasks about no company; and what the nightly work would have done about those who are silent, in bulk."""
    refresh(frame.programme.pk)
    with system_scope(frame.programme.pk, "demo.build"):
        Task.objects.bulk_create(_task_of_house(frame, house, place) for place, house in enumerate(frame.partners))
        _climb(frame, list(LadderStep.objects.of(frame.programme.pk).in_force(on=KNOWN_UNTIL)))
    refresh(frame.programme.pk)


def _task_of_house(frame, house, place):
    title = names.TASKS_OF_HOUSES[place % len(names.TASKS_OF_HOUSES)]
    return _written(frame, house, title, KNOWN_UNTIL + timedelta(days=2 + 3 * place), KNOWN_UNTIL - timedelta(days=4))


def _climb(frame, ladder):
    running = Company.objects.of(frame.programme.pk).exclude(stage_due_on=None).in_bulk()
    silences = FollowUp.objects.filter(programme_id=frame.programme.pk, company__in=list(running))
    steps = [step for row in silences.order_by("company") for step in _steps(row, ladder)]
    SilenceStep.objects.bulk_create(steps, batch_size=5000)
    asked = [step for step in steps if step.action != StepAction.NUDGE]
    Task.objects.bulk_create((_asked(running[step.company_id], step) for step in asked), batch_size=5000)


def _steps(row, ladder):
    for step in ladder:
        on = row.reacted_on + timedelta(days=step.after_days)
        if on <= KNOWN_UNTIL:
            yield SilenceStep(
                programme_id=row.programme_id,
                company_id=row.company_id,
                silent_since=row.reacted_on,
                position=step.position,
                after_days=step.after_days,
                action=step.action,
                taken_on=on,
                taken_at=at_noon(on),
            )


def _asked(company, step):
    """The call was made where it is already time for a decision."""
    about = {"company_id": company.pk, "since": step.silent_since, "on": step.taken_on}
    task = asked_of_adviser(step, owner=company.caring_person_id, house=company.caring_partner_id, **about)
    task.created_at = step.taken_at
    called_on = step.taken_on + timedelta(days=3)
    if step.action == StepAction.CALL and step.silent_since + timedelta(days=45) <= KNOWN_UNTIL:
        task.done_at, task.done_by_id = at_noon(called_on), company.caring_person_id
    return task
