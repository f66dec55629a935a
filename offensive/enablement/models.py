"""The enablement process: stages, and the ledger of what was delivered to whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from offensive.documents.models import Document
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    CONSORTIUM,
    Recorded,
    SameTenant,
    any_of,
    audience,
    company_rules,
    own,
    rules,
)


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


class DeliveryKind(models.Model):
    """A kind of support in the programme's catalogue, with the rule whether it is structured (RCO04)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    # One-off contacts such as a phone enquiry are not structured and never counted for RCO04.
    is_structured = models.BooleanField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="deliverykind_key_once"),
            models.UniqueConstraint(fields=["programme", "id"], name="deliverykind_tenant_key"),
            Recorded(name="deliverykind_recorded"),
            *rules(
                "deliverykind",
                read=audience(*CONSORTIUM, "company", "funder"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]

    def __str__(self):
        return self.name


class DeliveryQuerySet(models.QuerySet):
    def of(self, company_ids):
        return self.filter(company__in=company_ids)

    def of_programme(self, programme_id):
        return self.filter(programme_id=programme_id)

    def standing(self):
        """Neither reversed nor itself a reversal: what was really delivered."""
        return self.filter(reverses=None, reversal=None)

    def structured(self):
        return self.filter(kind__is_structured=True)

    def evidenced(self):
        return self.filter(models.Exists(Evidence.objects.filter(delivery=models.OuterRef("pk"))))

    def with_names(self):
        return self.select_related("kind", "partner")


class Delivery(models.Model):
    """One documented piece of support to one company on one day by one partner. The ledger: only added to."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(DeliveryKind, on_delete=models.PROTECT)
    on = models.DateField()
    minutes = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    # Where it came from: "event:17", "form:<the form's key>"; with the serial unique per company.
    source = models.CharField(max_length=80)
    serial = models.PositiveIntegerField(default=1)
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversal")
    reason = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["programme", "on"], name="delivery_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["company", "source", "serial"], name="delivery_once_per_source"),
            models.UniqueConstraint(fields=["programme", "id"], name="delivery_tenant_key"),
            models.CheckConstraint(
                condition=(Q(reverses=None) & Q(reason="")) | (Q(reverses__isnull=False) & ~Q(reason="")),
                name="delivery_reversed_for_a_reason",
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="delivery_reverses_another"),
            SameTenant("company", name="delivery_company_same_tenant"),
            SameTenant("partner", name="delivery_partner_same_tenant"),
            SameTenant("kind", name="delivery_kind_same_tenant"),
            SameTenant("reverses", name="delivery_reverses_same_tenant"),
            *company_rules("delivery", category="support", insert=("lead", "partner")),
        ]

    def __str__(self):
        return f"{self.on} {self.title}"


class Presence(models.Model):
    """A person who was there. Personal and erasable, so beside the ledger and not in it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT)
    name = models.CharField(max_length=150)
    function = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "name"], name="presence_once_per_delivery"),
            SameTenant("company", name="presence_company_same_tenant"),
            SameTenant("delivery", name="presence_delivery_same_tenant"),
            Recorded(name="presence_recorded", company="company_id", category="support", personal=("name", "function")),
            *company_rules("presence", category="support", insert=("lead", "partner"), delete=("lead", "partner")),
        ]


class Evidence(models.Model):
    """A paper that shows a delivery took place."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "document"], name="evidence_once_per_document"),
            SameTenant("company", name="evidence_company_same_tenant"),
            SameTenant("delivery", name="evidence_delivery_same_tenant"),
            SameTenant("document", name="evidence_document_same_tenant"),
            *company_rules("evidence", category="support", insert=("lead", "partner")),
        ]


class Verification(models.Model):
    """A second person has looked at a delivery and its evidence."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameTenant("company", name="verification_company_same_tenant"),
            SameTenant("delivery", name="verification_delivery_same_tenant"),
            *company_rules("verification", category="support", insert=("lead", "partner")),
        ]


class Achievement(models.Model):
    """Something reached that stage requirements read; recorded once per source, never changed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    reached_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "source"], name="achievement_once_per_source"),
            SameTenant("company", name="achievement_company_same_tenant"),
            *company_rules("achievement", category="support", insert=("lead", "partner", "company")),
        ]
