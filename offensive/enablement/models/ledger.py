"""The ledger: what was delivered to whom, by which paper it is shown, and what it counts as."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from offensive.documents.models import Document
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import CONSORTIUM, Recorded, SameTenant, audience, company_rules, rules


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
