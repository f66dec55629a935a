"""What people decide on a company's way: skipping, pausing, leaving; its answers, and the consortium's decisions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Agreement
from offensive.documents.models import Document
from offensive.enablement.models.process import Process, Stage
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import SameTenant, company_rules

STAFF = ("lead", "partner")


class JourneyEvent(models.Model):
    """What changed a company's way out of its order: who, when and why. Only added to."""

    class Kind(models.TextChoices):
        SKIPPED = "skipped", _("stage skipped")
        REOPENED = "reopened", _("stage reopened")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("went on")
        LEFT = "left", _("left the programme")
        RETURNED = "returned", _("came back")
        MOVED = "moved", _("moved to another version of the process")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    # The stage that was skipped or reopened, or in which it happened.
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.PROTECT)
    process_before = models.ForeignKey(Process, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    process_after = models.ForeignKey(Process, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["company", "at"], name="journeyevent_of_company")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="journeyevent_for_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind__in=["skipped", "reopened"]) | Q(stage__isnull=False),
                name="journeyevent_names_its_stage",
            ),
            models.CheckConstraint(
                condition=Q(kind="moved", process_before__isnull=False, process_after__isnull=False)
                & ~Q(process_before=F("process_after"))
                | ~Q(kind="moved") & Q(process_before=None, process_after=None),
                name="journeyevent_moves_between_two_versions",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(kind="paused", until__gt=F("on")), name="journeyevent_pause_until_later"
            ),
            SameTenant("company", name="journeyevent_company_same_tenant"),
            SameTenant("stage", name="journeyevent_stage_same_tenant"),
            SameTenant("process_before", name="journeyevent_before_same_tenant"),
            SameTenant("process_after", name="journeyevent_after_same_tenant"),
            *company_rules("journeyevent", category="support", insert=STAFF),
        ]


class Answer(models.Model):
    """What a company answered to a question of its process; a new answer is a new row, the newest stands."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.SlugField(max_length=30)
    # As it was asked; the next version may word it otherwise.
    question = models.CharField(max_length=300)
    text = models.TextField(max_length=2000, blank=True)
    is_yes = models.BooleanField(null=True)
    form_key = models.UUIDField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["company", "key", "answered_at"], name="answer_of_company")]
        constraints = [
            models.UniqueConstraint(fields=["company", "form_key"], name="answer_once_per_form"),
            models.CheckConstraint(condition=~Q(text="") | Q(is_yes__isnull=False), name="answer_says_something"),
            SameTenant("company", name="answer_company_same_tenant"),
            *company_rules("answer", category="support", insert=(*STAFF, "company")),
        ]


class Decision(models.Model):
    """What staff decided about a company for its process; once in favour, it stands."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.SlugField(max_length=30)
    subject = models.CharField(max_length=300)
    is_in_favour = models.BooleanField()
    reason = models.CharField(max_length=300)
    form_key = models.UUIDField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "form_key"], name="decision_once_per_form"),
            models.UniqueConstraint(
                fields=["company", "key"], condition=Q(is_in_favour=True), name="decision_in_favour_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_for_a_reason"),
            SameTenant("company", name="decision_company_same_tenant"),
            *company_rules("decision", category="support", insert=STAFF),
        ]


class AgreementScan(models.Model):
    """The signed paper of a participation agreement that was recorded before it was at hand."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "document"], name="agreementscan_once_per_document"),
            SameTenant("company", name="agreementscan_company_same_tenant"),
            SameTenant("agreement", name="agreementscan_agreement_same_tenant"),
            SameTenant("document", name="agreementscan_document_same_tenant"),
            *company_rules("agreementscan", category="support", insert=STAFF),
        ]
