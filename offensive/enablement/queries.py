"""Where a company stands in its process, what is missing, and what was delivered to it."""

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import CharField, Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy

from companies.models import Profile
from companies.profile_sections import sections_of, with_sections
from companies.queries import enterprise_ids, supported
from offensive.documents.models import Document
from offensive.enablement.achievements import PROFILE, PROFILE_COMPLETE, AchievementKind, kind_of
from offensive.enablement.models import (
    Achievement,
    Delivery,
    DeliveryKind,
    Enrolment,
    Evidence,
    JourneyEvent,
    Requirement,
    Stage,
    StageProgress,
)

# State of a delivery: its word and the kind of its badge.
LEDGER_STATES = {
    "claimed": (gettext_lazy("claimed"), "warning"),
    "sent_back": (gettext_lazy("sent back"), "danger"),
    "evidenced": (gettext_lazy("evidenced"), "info"),
    "verified": (gettext_lazy("verified"), "success"),
    "noted": (gettext_lazy("no paper needed"), "info"),
    "reversed": (gettext_lazy("reversed"), "danger"),
}

# Of a profile that has not been asked for yet.
UNREAD = object()


@dataclass(frozen=True, slots=True)
class RequirementState:
    """One requirement of a stage: how many achievements it asks for and how many are there."""

    kind: AchievementKind
    count: int
    reached: int
    # The question or the decision, or the programme's own words for what is asked.
    wording: str = ""
    pk: int | None = None

    @property
    def label(self):
        label = self.wording or str(self.kind.label)
        return f"{self.count} × {label}" if self.count > 1 else label

    @property
    def is_met(self):
        return self.reached >= self.count


@dataclass(frozen=True, slots=True)
class StageState:
    """One stage as one company sees it; ``state`` is "done", "skipped", "current" or "open".

    ``progress`` is its last passage, None where it never began.
    """

    stage: Stage
    state: str
    progress: StageProgress | None
    requirements: tuple[RequirementState, ...]

    @property
    def reason(self):
        """Why it was skipped, for those who may read it."""
        return (self.state == "skipped" and self.progress.reason) or ""

    @property
    def missing(self):
        return tuple(requirement for requirement in self.requirements if not requirement.is_met)

    @property
    def is_ready(self):
        """Everything is there; staff may close it."""
        return self.state == "current" and not self.missing


@dataclass(frozen=True, slots=True)
class StageView:
    """The whole process of one company; ``enrolment`` is None before it takes part."""

    enrolment: Enrolment | None
    stages: tuple[StageState, ...]

    @property
    def current(self):
        return next((stage for stage in self.stages if stage.state == "current"), None)

    @property
    def is_paused(self):
        return bool(self.enrolment and self.enrolment.paused_on)

    @property
    def has_left(self):
        return bool(self.enrolment and self.enrolment.left_on)

    @property
    def is_finished(self):
        return bool(self.stages) and self.current is None and not self.has_left


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One delivery as a list shows it; ``state`` is a key of ``LEDGER_STATES``, ``reason`` that of a reversal."""

    delivery: Delivery
    state: str
    reason: str
    papers: tuple[Document, ...]

    @property
    def age(self):
        """Days since it was given."""
        return (timezone.localdate() - self.delivery.on).days

    @property
    def label(self):
        """The state in the words of the office."""
        return LEDGER_STATES[self.state][0]

    @property
    def badge(self):
        """The badge's kind."""
        return LEDGER_STATES[self.state][1]


def stage_view(company_id, *, company_ids=None, profile=UNREAD):
    """Stages of the company's process with met and missing requirements; a fixed number of queries.

    ``company_ids``, where known already, are the records that are one enterprise with the company; ``profile`` is its
    profile ``with_sections``, or None where it is not released to the asker.
    """
    away = _reason(kind__in=[JourneyEvent.Kind.PAUSED, JourneyEvent.Kind.LEFT])
    found = Enrolment.objects.filter(company=company_id).annotate(reason=away).select_related("process")
    enrolment = found.order_by().first()
    if enrolment is None:
        return StageView(None, ())
    progress = last_passages(company_id)
    stages = list(stages_with_requirements(enrolment.process_id))
    wanted = {each["achievement"] for stage in stages for each in stage.wanted}
    reached = reached_counts(company_id, wanted, company_ids=company_ids, profile=profile)
    return StageView(enrolment, tuple(stage_state(stage, progress.get(stage.key), reached) for stage in stages))


def _reason(**of):
    """The reason of the newest such event of the company, None for those who may not read it."""
    events = JourneyEvent.objects.filter(company=OuterRef("company"), **of)
    return Subquery(events.order_by("-pk").values("reason")[:1])


def last_passages(company_id):
    """{stage key: its last passage}: a key is the same stage in every version of the process."""
    skipped = _reason(stage=OuterRef("stage"), kind=JourneyEvent.Kind.SKIPPED)
    rows = StageProgress.objects.of(company_id).select_related("stage").annotate(reason=skipped).order_by("pk")
    return {row.stage.key: row for row in rows}


def stages_with_requirements(process_id):
    """The stages in order, each with ``wanted``: [{"achievement": …, "count": …, "wording": …}, …]. One query."""
    wanted = ArrayAgg(
        JSONObject(
            pk="requirement__pk",
            achievement="requirement__achievement",
            count="requirement__count",
            wording="requirement__wording",
        ),
        filter=Q(requirement__isnull=False),
        order_by="requirement__pk",
        default=Value([]),
    )
    return Stage.objects.filter(process=process_id).annotate(wanted=wanted).order_by("position")


def stage_state(stage, progress, reached):
    """How ``stage`` stands after its last passage ``progress``, with what is reached: {kind: number}."""
    return StageState(stage, _word(progress), progress, requirement_states(stage.wanted, reached))


def _word(progress):
    """A passage that was stopped leaves its stage open."""
    if progress is None or progress.stopped_on:
        return "open"
    if progress.skipped_on:
        return "skipped"
    return "done" if progress.completed_on else "current"


def requirement_states(wanted, reached):
    """``RequirementState`` of each requirement in ``wanted``, with what is reached: {kind: number}."""
    return tuple(
        RequirementState(
            kind_of(each["achievement"]),
            each["count"],
            reached.get(each["achievement"], 0),
            each["wording"],
            each["pk"],
        )
        for each in wanted
    )


def unmet_requirements(progress):
    """Requirements of the running stage that the company's enterprise does not meet yet."""
    wanted = list(Requirement.objects.filter(stage=progress.stage_id).values("pk", "achievement", "count", "wording"))
    reached = reached_counts(progress.company_id, {each["achievement"] for each in wanted})
    return [state for state in requirement_states(wanted, reached) if not state.is_met]


def reached_counts(company_id, wanted=(), *, company_ids=None, profile=UNREAD):
    """How often the enterprise (survivor and absorbed) has reached each kind of achievement: {kind: number}.

    Of those ``wanted`` the profile itself is asked as well.
    """
    company_ids = company_ids or enterprise_ids(company_id)
    counts = dict(standing_achievements(company_ids).values_list("kind").annotate(Count("pk")).order_by())
    for kind in profile_facts(company_id, set(wanted) - set(counts), profile=profile):
        counts[kind] = 1
    return counts


def profile_facts(company_id, wanted, *, profile=UNREAD):
    """Which of ``wanted`` the profile itself shows, {kind: since when}: it may have come filled in with a list."""
    wanted = {kind for kind in wanted if kind == PROFILE_COMPLETE or kind.startswith(PROFILE)}
    if wanted and profile is UNREAD:
        profile = with_sections(Profile.objects.filter(company=company_id)).first()
    if not wanted or profile is None:  # or not released to the asker
        return {}
    facts = {f"{PROFILE}{part.key}": timezone.localdate() for part in sections_of(profile) if part.is_complete}
    if profile.completed_on:
        facts[PROFILE_COMPLETE] = profile.completed_on
    return {kind: on for kind, on in facts.items() if kind in wanted}


def standing_achievements(company_ids):
    """Achievements without those of deliveries that have been reversed.

    Both tables are only added to, so that a reversal cannot take the achievement away: it is left out when read.
    """
    reversed_sources = (
        Delivery.objects.of(company_ids)
        .exclude(reverses=None)
        .annotate(reversed_source=Concat(Value("delivery:"), Cast("reverses_id", CharField())))
    )
    return Achievement.objects.filter(company__in=company_ids).exclude(
        source__in=reversed_sources.values("reversed_source")
    )


def may_support(company_id, acting):
    """Whether the acting organisation looks after this company: the lead all, a partner those released to it."""
    return company_id in supported([company_id], acting)


def ledger_lines(deliveries):
    """``LedgerLine`` of each of the deliveries, a query set of those that are no reversals. Two queries."""
    deliveries = list(deliveries.select_related("kind", "partner", "reversal__recorded_by", "recorded_by").with_state())
    papers = _papers_of(deliveries)
    return [_line(delivery, papers.get(delivery.pk, ())) for delivery in deliveries]


def _papers_of(deliveries):
    """{delivery id: papers the asker may open}. The join leaves out what is not released to the asker."""
    papers = {}
    filed_ones = Evidence.objects.filter(delivery__in=deliveries) if deliveries else Evidence.objects.none()
    for filed in filed_ones.select_related("document").order_by("pk"):
        papers.setdefault(filed.delivery_id, []).append(filed.document)
    return papers


def _line(delivery, papers):
    state = state_of(delivery)
    return LedgerLine(delivery, state, delivery.reversal.reason if state == "reversed" else "", tuple(papers))


def state_of(delivery):
    """Computed, never stored: a flag could say more than the papers show. A paper kept from the asker counts too."""
    if hasattr(delivery, "reversal"):
        return "reversed"
    if delivery.is_verified:
        return "verified"
    if delivery.lacks is not None:
        return "sent_back"
    if delivery.is_evidenced:
        return "evidenced"
    return "claimed" if delivery.kind.requires_evidence else "noted"


def delivery_kinds(programme_id):
    """The programme's catalogue of support, as it stands today."""
    return DeliveryKind.objects.of(programme_id).current().order_by("name")
