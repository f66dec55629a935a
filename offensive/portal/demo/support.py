"""What the companies of a batch received: stages, ledger, evidence, verification, attendance."""

from datetime import timedelta
from uuid import UUID

from django.db import connection

from companies.profile_sections import REQUIRED
from offensive.documents.models import Document
from offensive.enablement.models import (
    Achievement,
    Delivery,
    Enrolment,
    Evidence,
    Presence,
    Remark,
    StageProgress,
    Verification,
)
from offensive.portal.demo import names
from offensive.portal.demo.detours import write_decided
from offensive.portal.demo.programme import KNOWN_UNTIL, at_noon, document
from workshops.models import Attendance

# As many rows again as there are deliveries, and nothing in them that the database does not know.
_REACHED_BY_DELIVERIES = """
INSERT INTO enablement_achievement (programme_id, company_id, kind, source, reached_on, recorded_at)
SELECT delivery.programme_id, delivery.company_id, 'delivery:' || kind.key, 'delivery:' || delivery.id, delivery."on",
       delivery.recorded_at
  FROM enablement_delivery delivery JOIN enablement_deliverykind kind ON kind.id = delivery.kind_id
 WHERE delivery.id = ANY(%s)
"""


def write_support(frame, drafts):
    """Write the histories of ``drafts`` (companies already stand); returns the number of deliveries."""
    enrolled = [draft for draft in drafts if draft["history"].enrolled_on]
    _write_stages(frame, enrolled)
    write_decided(frame, enrolled)
    deliveries = _write_ledger(frame, enrolled)
    _write_evidence(frame, deliveries)
    _write_attendance(frame, enrolled)
    return len(deliveries)


def _write_stages(frame, drafts):
    StageProgress.objects.bulk_create(
        StageProgress(
            programme_id=frame.programme.pk,
            company_id=draft["organisation"].pk,
            stage=row.stage,
            started_on=row.started_on,
            due_on=row.started_on + timedelta(days=row.stage.usual_days),
            round=row.round,
            skipped_on=row.skipped_on,
            stopped_on=row.stopped_on,
            completed_on=row.completed_on,
            completed_by=frame.advisor(draft["partner"]) if row.completed_on else None,
        )
        for draft in drafts
        for row in draft["history"].progress
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            programme_id=frame.programme.pk,
            company_id=draft["organisation"].pk,
            process_id=frame.stages[0].process_id,
            enrolled_on=draft["history"].enrolled_on,
            stage=draft["history"].running and draft["history"].running.stage,
            left_on=draft["history"].left_on,
            paused_on=draft["history"].paused_on,
            paused_until=draft["history"].paused_until,
        )
        for draft in drafts
    )


def _write_ledger(frame, drafts):
    deliveries = Delivery.objects.bulk_create(
        (
            _delivery(frame, draft, support, number)
            for draft in drafts
            for number, support in enumerate(draft["history"].support, start=1)
        ),
        batch_size=5000,
    )
    Achievement.objects.bulk_create(_facts(frame, drafts), batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute(_REACHED_BY_DELIVERIES, [[delivery.pk for delivery in deliveries]])
    return deliveries


def _delivery(frame, draft, support, number):
    event = support.event
    partner = event.partner if event else draft["partner"]
    return Delivery(
        programme_id=frame.programme.pk,
        company_id=draft["organisation"].pk,
        partner_id=partner.pk,
        kind_id=frame.kinds[support.kind].pk,
        on=support.on,
        minutes=support.minutes,
        title=support.title,
        source=f"event:{event.pk}" if event else f"form:demo-{number}",
        recorded_by_id=frame.advisor(partner).pk,
        recorded_at=at_noon(support.on + timedelta(days=1)),
    )


def _facts(frame, drafts):
    """Complete profiles, answers and decisions in favour."""
    for draft in drafts:
        history = draft["history"]
        facts = [(requirement.achievement, requirement.achievement, on) for requirement, on in history.asked]
        if history.profile_on:
            sections = [*REQUIRED, *draft["sections"]]
            kinds = ("profile_complete", *(f"profile:{key}" for key in sections))
            facts += [(kind, "profile", history.profile_on) for kind in kinds]
        for kind, source, on in facts:
            yield Achievement(
                programme_id=frame.programme.pk,
                company_id=draft["organisation"].pk,
                kind=kind,
                source=source,
                reached_on=on,
            )


def _write_evidence(frame, deliveries):
    papers, evidence = [], []
    for delivery in deliveries:
        if paper := _paper_of(frame, delivery):
            if paper.company_id:
                papers.append(paper)
            evidence.append(_evidence(frame, delivery, paper))
    Document.objects.bulk_create(papers, batch_size=5000)
    Evidence.objects.bulk_create(evidence, batch_size=5000)
    seen_until = at_noon(KNOWN_UNTIL - timedelta(days=7))
    verified = [row for row in evidence if frame.chance.random() < 0.6 and row.filed_at <= seen_until]
    Verification.objects.bulk_create((_verification(frame, row) for row in verified), batch_size=5000)
    looked_at = {row.delivery_id for row in verified}
    _write_remarks(frame, [row for row in evidence if row.delivery_id not in looked_at and row.filed_at <= seen_until])
    _write_presence(frame, deliveries)
    _write_reversals(frame, deliveries)


def _write_remarks(frame, waiting):
    """A second person missed something in a few papers, and no better one has come yet."""
    sent_back = [row for row in waiting if row.document.company_id and frame.chance.random() < 0.02]
    Remark.objects.bulk_create(
        Remark(
            programme_id=frame.programme.pk,
            company_id=row.company_id,
            delivery_id=row.delivery_id,
            text=frame.chance.choice(names.REMARKS),
            key=UUID(int=row.delivery_id),
            made_by=frame.people[frame.plan.approver],
            made_at=row.filed_at + timedelta(days=5),
        )
        for row in sent_back
    )


def _write_presence(frame, deliveries):
    """Who was at some of the conversations."""
    Presence.objects.bulk_create(
        Presence(
            programme_id=frame.programme.pk,
            company_id=delivery.company_id,
            delivery_id=delivery.pk,
            name=names.person_name(frame.chance),
            function=frame.chance.choice(names.FUNCTIONS),
        )
        for delivery in deliveries
        if delivery.source.startswith("form:") and frame.chance.random() < 0.2
    )


def _paper_of(frame, delivery):
    """An event's sheet serves all its companies; other support has a record of its own, and some has none yet."""
    if delivery.source.startswith("event:"):
        return frame.sheets.get(int(delivery.source.removeprefix("event:")))
    if delivery.kind_id == frame.kinds["phone"].pk or frame.chance.random() < 0.35:
        return None
    name = f"Protokoll {delivery.on:%d.%m.%Y}.pdf"
    person = delivery.recorded_by_id
    return document(frame, kind="protocol", name=name, person_id=person, company=delivery.company_id, on=delivery.on)


def _evidence(frame, delivery, paper):
    return Evidence(
        programme_id=frame.programme.pk,
        company_id=delivery.company_id,
        delivery_id=delivery.pk,
        document=paper,
        filed_by_id=delivery.recorded_by_id,
        filed_at=at_noon(delivery.on + timedelta(days=2)),
    )


def _verification(frame, evidence):
    return Verification(
        programme_id=frame.programme.pk,
        company_id=evidence.company_id,
        delivery_id=evidence.delivery_id,
        verified_by_id=frame.people[frame.plan.approver].pk,
        verified_at=evidence.filed_at + timedelta(days=7),
    )


def _write_reversals(frame, deliveries):
    reversed_ones = [row for row in deliveries if row.source.startswith("form:") and frame.chance.random() < 0.004]
    Delivery.objects.bulk_create(
        Delivery(
            programme_id=frame.programme.pk,
            company_id=row.company_id,
            partner_id=row.partner_id,
            kind_id=row.kind_id,
            on=row.on,
            minutes=row.minutes,
            title=row.title,
            source=f"form:demo-reversal-{row.pk}",
            reverses=row,
            reason=frame.chance.choice(names.REASONS),
            recorded_by_id=row.recorded_by_id,
            recorded_at=row.recorded_at + timedelta(days=3),
        )
        for row in reversed_ones
    )


def _write_attendance(frame, drafts):
    Attendance.objects.bulk_create(
        (
            Attendance(
                programme_id=frame.programme.pk,
                event_id=support.event.pk,
                company_id=draft["organisation"].pk,
                person=person,
                function=frame.chance.choice(names.FUNCTIONS),
                entered_by_id=frame.advisor(support.event.partner).pk,
                entered_at=at_noon(support.on + timedelta(days=1)),
            )
            for draft in drafts
            for support in draft["history"].support
            if support.event
            for person in _people(frame)
        ),
        batch_size=5000,
    )


def _people(frame):
    return sorted({names.person_name(frame.chance) for _person in range(frame.chance.choice([1, 1, 2, 3]))})
