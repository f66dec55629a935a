"""The enablement process: stages, and the ledger of what was delivered to whom."""

from offensive.enablement.models.coordination import Note, NoteKind, Task, Visibility
from offensive.enablement.models.follow_up import FollowUp, LadderStep, SilenceStep, StepAction
from offensive.enablement.models.journey import AgreementScan, Answer, Decision, JourneyEvent
from offensive.enablement.models.ledger import (
    Achievement,
    Delivery,
    DeliveryKind,
    Evidence,
    Presence,
    Remark,
    Verification,
)
from offensive.enablement.models.process import Enrolment, Process, Requirement, Stage, StageProgress

__all__ = [
    "Achievement",
    "AgreementScan",
    "Answer",
    "Decision",
    "Delivery",
    "DeliveryKind",
    "Enrolment",
    "Evidence",
    "FollowUp",
    "JourneyEvent",
    "LadderStep",
    "Note",
    "NoteKind",
    "Presence",
    "Process",
    "Remark",
    "Requirement",
    "SilenceStep",
    "Stage",
    "StageProgress",
    "StepAction",
    "Task",
    "Verification",
    "Visibility",
]
