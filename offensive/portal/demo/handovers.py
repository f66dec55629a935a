"""A few companies of the demonstration change hands: asked, accepted, declined, withdrawn."""

from datetime import timedelta
from uuid import UUID

from companies.models import Handover, HandoverState
from offensive.portal.demo import names
from offensive.portal.demo.programme import KNOWN_UNTIL, at_noon

STATES = (
    HandoverState.ASKED,
    HandoverState.ACCEPTED,
    HandoverState.DECLINED,
    HandoverState.ASKED,
    HandoverState.WITHDRAWN,
    HandoverState.ASKED,
)
# Of the companies that take part, so many apart.
EVERY = 3


def write_handovers(frame, drafts):
    """Six that wait and two in each other state, among the first companies that take part."""
    enrolled = [draft for draft in drafts if draft["history"].enrolled_on][1::EVERY]
    chosen = enrolled[: 2 * len(STATES)]
    Handover.objects.bulk_create(_handover(frame, draft, place) for place, draft in enumerate(chosen))


def _handover(frame, draft, place):
    state, other = STATES[place % len(STATES)], _other(frame, draft["partner"], place)
    # Where it was accepted, whoever looks after the company now is who was asked.
    giver, receiver = (other, draft["partner"]) if state == HandoverState.ACCEPTED else (draft["partner"], other)
    asked_on = KNOWN_UNTIL - timedelta(days=1 + place)
    return Handover(
        programme_id=frame.programme.pk,
        company_id=draft["organisation"].pk,
        company_name=draft["name"],
        town=draft["town"].name,
        from_partner=giver,
        to_partner=receiver,
        reason=names.REASONS_TO_HAND_OVER[place % len(names.REASONS_TO_HAND_OVER)],
        asked_by=frame.advisor(giver),
        asked_in=giver,
        asked_at=at_noon(asked_on),
        form_key=UUID(int=draft["number"]),
        **_decision(frame, state, giver, receiver, at_noon(asked_on + timedelta(days=1))),
    )


def _other(frame, partner, place):
    others = [each for each in frame.partners if each != partner]
    return others[place % len(others)]


def _decision(frame, state, giver, receiver, at):
    if state == HandoverState.ASKED:
        return {"state": state}
    house = giver if state == HandoverState.WITHDRAWN else receiver
    person = frame.advisor(house)
    decided = {"state": state, "decided_by": person, "decided_in": house, "decided_at": at}
    if state == HandoverState.ACCEPTED:
        return {**decided, "person": person}
    return {**decided, "answer": names.ANSWER_NO} if state == HandoverState.DECLINED else decided
