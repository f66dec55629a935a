"""The process as data: versions, their stages and requirements, and how far each company has come."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import CONSORTIUM, Recorded, SameTenant, any_of, audience, own, rules


class Process(models.Model):
    """A version of the programme's process; running companies stay on theirs."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="process_version_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(is_current=True), name="process_one_current"),
            models.UniqueConstraint(fields=["programme", "id"], name="process_tenant_key"),
            Recorded(name="process_recorded"),
            *rules(
                "process",
                read=audience(*CONSORTIUM, "company"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]


class StageQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def current(self):
        return self.filter(process__is_current=True).order_by("position")


class Stage(models.Model):
    """One stage of a process, with the names staff and companies use."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    process = models.ForeignKey(Process, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    company_name = models.CharField(max_length=150)
    usual_days = models.PositiveSmallIntegerField()

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["process", "position"], name="stage_position_once"),
            models.UniqueConstraint(fields=["process", "key"], name="stage_key_once"),
            models.UniqueConstraint(fields=["programme", "id"], name="stage_tenant_key"),
            SameTenant("process", name="stage_process_same_tenant"),
            Recorded(name="stage_recorded"),
            *rules(
                "stage",
                read=audience(*CONSORTIUM, "company", "funder"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]

    def __str__(self):
        return self.name


class Requirement(models.Model):
    """What a stage asks for: so many achievements of one kind (a delivery counts as one)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT)
    achievement = models.CharField(max_length=40)
    count = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "achievement"], name="requirement_once_per_stage"),
            models.CheckConstraint(condition=Q(count__gte=1), name="requirement_at_least_one"),
            SameTenant("stage", name="requirement_stage_same_tenant"),
            Recorded(name="requirement_recorded"),
            *rules(
                "requirement",
                read=audience(*CONSORTIUM, "company"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]


class EnrolmentQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)


class Enrolment(models.Model):
    """A company's way through one version of the process. Known to the whole consortium."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT)
    enrolled_on = models.DateField()
    # The stage the company is in, None after the last; kept by complete_stage, recomputable from StageProgress.
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.PROTECT)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "stage"], name="enrolment_by_stage")]
        constraints = [
            SameTenant("company", name="enrolment_company_same_tenant"),
            SameTenant("process", name="enrolment_process_same_tenant"),
            SameTenant("stage", name="enrolment_stage_same_tenant"),
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
        return self.filter(completed_on=None)

    def overdue(self, *, on):
        return self.running().filter(due_on__lt=on)

    def with_people(self):
        """Everything a list row prints, in one query."""
        return self.select_related("stage", "completed_by")


class StageProgress(models.Model):
    """How far one company has come in one stage of its process."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT)
    started_on = models.DateField()
    due_on = models.DateField()
    completed_on = models.DateField(null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StageProgressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "stage"], name="stage_once_per_company"),
            models.UniqueConstraint(fields=["company"], condition=Q(completed_on=None), name="stage_one_running"),
            # A date without a name is no evidence, nor a name without a date.
            models.CheckConstraint(
                condition=Q(completed_on=None, completed_by=None)
                | Q(completed_on__gte=F("started_on"), completed_by__isnull=False),
                name="stage_completed_with_person",
            ),
            SameTenant("company", name="stageprogress_company_same_tenant"),
            SameTenant("stage", name="stageprogress_stage_same_tenant"),
            Recorded(name="stageprogress_recorded", company="company_id", category="identity"),
            *rules(
                "stageprogress",
                read=any_of(audience(*CONSORTIUM), own()),
                insert=audience(*CONSORTIUM),
                update=audience(*CONSORTIUM),
            ),
        ]
