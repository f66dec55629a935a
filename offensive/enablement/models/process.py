"""The process as data: versions, their stages and requirements, and how far each company has come."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    CONSORTIUM,
    Checked,
    CheckedAtCommit,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    own,
    rules,
)

EDITORS = audience("lead", "system")
# Companies stand on a published version: it is changed by a new version alone.
_DRAFT_STAGE = "process_id IN (SELECT id FROM enablement_process WHERE published_at IS NULL)"
_DRAFT_REQUIREMENT = (
    "stage_id IN (SELECT s.id FROM enablement_stage s JOIN enablement_process p ON p.id = s.process_id "
    "WHERE p.published_at IS NULL)"
)
# A draft is the lead's alone until it is published.
_PUBLISHED_STAGE = "process_id IN (SELECT id FROM enablement_process WHERE published_at IS NOT NULL)"
_PUBLISHED_REQUIREMENT = (
    "stage_id IN (SELECT s.id FROM enablement_stage s JOIN enablement_process p ON p.id = s.process_id "
    "WHERE p.published_at IS NOT NULL)"
)


class ProcessQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def published(self):
        return self.exclude(published_at=None)

    def draft(self):
        return self.filter(published_at=None)


class Process(models.Model):
    """A version of the programme's process; running companies stay on theirs."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    is_current = models.BooleanField(default=False)
    # None while it is a draft. A published version is never changed again.
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Counts the changes of a draft, so that two people editing it notice one another.
    edits = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ProcessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="process_version_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(is_current=True), name="process_one_current"),
            models.UniqueConstraint(fields=["programme"], condition=Q(published_at=None), name="process_one_draft"),
            models.UniqueConstraint(fields=["programme", "id"], name="process_tenant_key"),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(published_at__isnull=False), name="process_current_is_published"
            ),
            CheckedAtCommit(name="process_published_stays", function="enablement_published_stays"),
            Checked(
                name="process_published_has_a_stage",
                function="enablement_published_has_a_stage",
                event="INSERT OR UPDATE",
                when="NEW.published_at IS NOT NULL",
            ),
            Recorded(name="process_recorded"),
            *rules(
                "process",
                # Whoever reads stages must see which version is published.
                read=any_of(EDITORS, all_of(audience(*CONSORTIUM, "company", "funder"), "published_at IS NOT NULL")),
                insert=EDITORS,
                update=EDITORS,
                delete=all_of(EDITORS, "published_at IS NULL"),
            ),
        ]


class StageQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def current(self):
        return self.filter(process__is_current=True).order_by("position")

    def newest_of_each_key(self):
        """Of stages with the same key the one of the newest published version: how the stage is called by now."""
        published = self.exclude(process__published_at=None)
        return published.order_by("key", "-process__version").distinct("key")


class Stage(models.Model):
    """One stage of a process, with the names staff and companies use. ``key`` is the same in every version."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    process = models.ForeignKey(Process, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    company_name = models.CharField(max_length=150)
    usual_days = models.PositiveSmallIntegerField()
    edits = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            # Deferred, so that two stages can change places.
            models.UniqueConstraint(
                fields=["process", "position"], name="stage_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["process", "key"], name="stage_key_once"),
            models.UniqueConstraint(fields=["process", "name"], name="stage_name_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(company_name=""), name="stage_has_its_names"),
            models.UniqueConstraint(fields=["programme", "id"], name="stage_tenant_key"),
            models.UniqueConstraint(fields=["process", "id"], name="stage_process_key"),
            models.CheckConstraint(condition=Q(usual_days__range=(1, 1000)), name="stage_lasts_1_to_1000_days"),
            SameTenant("process", name="stage_process_same_tenant"),
            Recorded(name="stage_recorded"),
            *rules(
                "stage",
                read=any_of(EDITORS, all_of(audience(*CONSORTIUM, "company", "funder"), _PUBLISHED_STAGE)),
                insert=all_of(EDITORS, _DRAFT_STAGE),
                update=all_of(EDITORS, _DRAFT_STAGE),
                delete=all_of(EDITORS, _DRAFT_STAGE),
            ),
        ]

    def __str__(self):
        return self.name


class Requirement(models.Model):
    """What a stage asks for: so many achievements of one kind (a delivery counts as one)."""

    class AnswerForm(models.TextChoices):
        TEXT = "text", _("in own words")
        YES_NO = "yes_no", _("yes or no")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT)
    achievement = models.CharField(max_length=40)
    count = models.PositiveSmallIntegerField(default=1)
    # The question to the company, or what staff decide; own words for the other kinds where the catalogue has none.
    wording = models.CharField(max_length=300, blank=True)
    answer_form = models.CharField(max_length=10, choices=AnswerForm, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "achievement"], name="requirement_once_per_stage"),
            models.CheckConstraint(condition=Q(count__range=(1, 20)), name="requirement_from_1_to_20"),
            models.CheckConstraint(
                condition=~Q(wording="")
                | ~(Q(achievement__startswith="answer:") | Q(achievement__startswith="decision:")),
                name="requirement_asks_something",
            ),
            models.CheckConstraint(
                condition=(Q(achievement__startswith="answer:") & ~Q(answer_form=""))
                | (~Q(achievement__startswith="answer:") & Q(answer_form="")),
                name="requirement_of_an_answer_has_its_form",
            ),
            models.CheckConstraint(
                condition=Q(count=1) | Q(achievement__startswith="delivery:") | Q(achievement__startswith="document:"),
                name="requirement_counts_support_and_documents",
            ),
            SameTenant("stage", name="requirement_stage_same_tenant"),
            Recorded(name="requirement_recorded"),
            *rules(
                "requirement",
                read=any_of(EDITORS, all_of(audience(*CONSORTIUM, "company"), _PUBLISHED_REQUIREMENT)),
                insert=all_of(EDITORS, _DRAFT_REQUIREMENT),
                update=all_of(EDITORS, _DRAFT_REQUIREMENT),
                delete=all_of(EDITORS, _DRAFT_REQUIREMENT),
            ),
        ]


class EnrolmentQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def under_way(self):
        """In a stage, paused or not."""
        return self.exclude(stage=None)


class Enrolment(models.Model):
    """A company's way through one version of the process. Known to the whole consortium."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT)
    enrolled_on = models.DateField()
    # The stage the company is in, None after the last and for who has left; recomputable from StageProgress.
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.PROTECT)
    left_on = models.DateField(null=True, blank=True)
    # While it pauses the stage stays its stage; ``paused_until`` is when it means to go on, if known.
    paused_on = models.DateField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "stage"], name="enrolment_by_stage")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(stage=None), name="enrolment_who_left_has_no_running_stage"
            ),
            models.CheckConstraint(
                condition=Q(paused_on=None, paused_until=None) | Q(paused_on__isnull=False, stage__isnull=False),
                name="enrolment_pauses_in_a_stage",
            ),
            models.CheckConstraint(
                condition=Q(paused_until=None) | Q(paused_until__gt=F("paused_on")),
                name="enrolment_pause_ends_after_it_began",
            ),
            CheckedAtCommit(name="enrolment_stage_is_running", function="enablement_journey_holds"),
            SameTenant("company", name="enrolment_company_same_tenant"),
            SameTenant("process", name="enrolment_process_same_tenant"),
            SameTenant("stage", name="enrolment_stage_same_tenant"),
            SameTenant("stage", name="enrolment_stage_of_its_process", shared="process_id"),
            Recorded(name="enrolment_recorded", company="company_id", category="identity"),
            *rules(
                "enrolment",
                read=any_of(audience(*CONSORTIUM), own()),
                insert=audience(*CONSORTIUM),
                update=audience(*CONSORTIUM),
            ),
        ]


class StageProgressQuerySet(models.QuerySet):
    def of(self, company_id):
        return self.filter(company=company_id)

    def running(self):
        return self.filter(closed_on=None)

    def overdue(self, *, on):
        return self.running().filter(due_on__lt=on)

    def with_people(self):
        """Everything a list row prints, in one query."""
        return self.select_related("stage", "completed_by")


class StageProgress(models.Model):
    """One passage of a company through one stage of its process. Reopening a stage begins another ``round``.

    It ends completed or skipped, or stopped where the company left, went back to an earlier stage or was moved to
    another version.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT)
    round = models.PositiveSmallIntegerField(default=1)
    started_on = models.DateField()
    due_on = models.DateField()
    completed_on = models.DateField(null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Why, and by whom, stands in JourneyEvent.
    skipped_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)
    closed_on = models.GeneratedField(
        expression=Coalesce("completed_on", "skipped_on", "stopped_on"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )

    objects = StageProgressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "stage", "round"], name="stage_once_per_company_and_round"),
            models.UniqueConstraint(fields=["company"], condition=Q(closed_on=None), name="stage_one_running"),
            # A date without a name is no evidence, nor a name without a date.
            models.CheckConstraint(
                condition=Q(completed_on=None, completed_by=None)
                | Q(completed_on__gte=F("started_on"), completed_by__isnull=False),
                name="stage_completed_with_person",
            ),
            models.CheckConstraint(
                condition=Q(skipped_on=None, stopped_on=None)
                | Q(completed_on=None, stopped_on=None)
                | Q(completed_on=None, skipped_on=None),
                name="stage_completed_or_skipped_or_stopped",
            ),
            CheckedAtCommit(name="stageprogress_running_is_the_stage", function="enablement_journey_holds"),
            SameTenant("company", name="stageprogress_company_same_tenant"),
            SameTenant("stage", name="stageprogress_stage_same_tenant"),
            Recorded(name="stageprogress_recorded", company="company_id", category="identity"),
            *rules(
                "stageprogress",
                read=any_of(audience(*CONSORTIUM), own()),
                insert=audience(*CONSORTIUM),
                update=audience(*CONSORTIUM),
                # What has ended stays: a stage is reopened by another row.
                open_while="closed_on IS NULL",
            ),
        ]
