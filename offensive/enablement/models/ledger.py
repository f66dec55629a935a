"""The ledger: what was delivered to whom, by which paper it is shown, and what it counts as."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Lower, TruncDate
from django.utils import timezone

from offensive.documents.models import Document
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    CONSORTIUM,
    Checked,
    Recorded,
    SameCompany,
    SameTenant,
    audience,
    company_rules,
    rules,
)

# Expenditure is eligible from and until (Regulation (EU) 2021/1060, Art. 63(2)): support outside was for another fund.
FUNDED_FROM, FUNDED_UNTIL = date(2021, 1, 1), date(2029, 12, 31)
MOST_MINUTES = 1440
# Each state of a delivery that stands, told apart by what ``with_state`` annotates.
STATES = {
    "verified": Q(is_verified=True),
    "sent_back": Q(is_verified=False, lacks__isnull=False),
    "evidenced": Q(is_verified=False, is_evidenced=True, lacks=None),
    "claimed": Q(is_verified=False, is_evidenced=False, lacks=None, kind__requires_evidence=True),
    "noted": Q(is_verified=False, is_evidenced=False, lacks=None, kind__requires_evidence=False),
}


class DeliveryKindQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def current(self):
        return self.filter(retired_on=None)


class DeliveryKind(models.Model):
    """A kind of support in the programme's catalogue, with the rule whether it is structured (RCO04).

    The rule of a kind never changes, so that figures already submitted stay what they were: the kind is retired, and
    a new one with the same key and another rule takes its place.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    # One-off contacts such as a phone enquiry are not structured and never counted for RCO04.
    is_structured = models.BooleanField()
    # Minutes; what was shorter is a contact and no structured support.
    structured_from_minutes = models.PositiveSmallIntegerField(default=0)
    # What needs no paper is never missed in the list of what is not evidenced.
    requires_evidence = models.BooleanField(default=True)
    # Minutes that are taken when nobody says how long it took.
    default_minutes = models.PositiveSmallIntegerField(default=60)
    retired_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = DeliveryKindQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key"], condition=Q(retired_on=None), name="deliverykind_key_once_current"
            ),
            models.UniqueConstraint(
                "programme", Lower("name"), condition=Q(retired_on=None), name="deliverykind_name_once_current"
            ),
            models.UniqueConstraint(fields=["programme", "id"], name="deliverykind_tenant_key"),
            models.CheckConstraint(
                condition=Q(is_structured=False) | Q(requires_evidence=True),
                name="deliverykind_structured_is_evidenced",
            ),
            models.CheckConstraint(
                condition=Q(default_minutes__range=(1, MOST_MINUTES))
                & Q(structured_from_minutes__range=(0, MOST_MINUTES)),
                name="deliverykind_minutes_of_one_day",
            ),
            Checked(name="deliverykind_rule_stays", function="offensive_kind_rule_stays", event="UPDATE"),
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
        return self.filter(kind__is_structured=True, minutes__gte=F("kind__structured_from_minutes"))

    def evidenced(self):
        return self.filter(Exists(Evidence.objects.filter(delivery=OuterRef("pk"))))

    def with_state(self):
        """What ``state_of`` reads: papers, a second person's look, and the remark that waits for a better paper."""
        mine = {"delivery": OuterRef("pk")}
        return self.annotate(
            is_verified=Exists(Verification.objects.filter(**mine)),
            is_evidenced=Exists(Evidence.objects.filter(**mine)),
            lacks=Subquery(Remark.objects.standing().filter(**mine).values("text")[:1]),
        )

    def in_state(self, state):
        """Those in ``state``, a key of ``queries.LEDGER_STATES``; as ``with_state`` has annotated them."""
        if state == "reversed":
            return self.filter(reversal__isnull=False)
        return self.filter(STATES.get(state, Q(pk=None)), reversal=None)

    def newest_first(self):
        return self.order_by("-on", "-pk")

    def oldest_first(self):
        return self.order_by("on", "pk")

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
        indexes = [
            models.Index(fields=["programme", "on"], name="delivery_by_day"),
            models.Index(
                fields=["programme", "partner", "on", "id"],
                condition=Q(reverses=None),
                name="delivery_by_partner_and_day",
            ),
            models.Index(fields=["recorded_by", "-recorded_at"], name="delivery_by_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "source", "serial"], name="delivery_once_per_source"),
            models.UniqueConstraint(fields=["programme", "id"], name="delivery_tenant_key"),
            models.UniqueConstraint(fields=["programme", "company", "id"], name="delivery_company_key"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MOST_MINUTES)), name="delivery_minutes_of_one_day"),
            models.CheckConstraint(
                condition=Q(on__range=(FUNDED_FROM, FUNDED_UNTIL)), name="delivery_in_the_funding_period"
            ),
            models.CheckConstraint(
                condition=Q(on__lte=TruncDate("recorded_at")),
                name="delivery_recorded_once_it_took_place",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="delivery_has_a_title"),
            models.CheckConstraint(
                condition=(Q(reverses=None) & Q(reason="")) | (Q(reverses__isnull=False) & ~Q(reason="")),
                name="delivery_reversed_for_a_reason",
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="delivery_reverses_another"),
            SameTenant("company", name="delivery_company_same_tenant"),
            SameTenant("partner", name="delivery_partner_same_tenant"),
            SameTenant("kind", name="delivery_kind_same_tenant"),
            SameTenant("reverses", name="delivery_reverses_same_tenant"),
            Checked(
                name="delivery_reversal_equals_it",
                function="offensive_reversal_equals",
                when="NEW.reverses_id IS NOT NULL",
            ),
            *company_rules("delivery", category="support", insert=("lead", "partner"), author="recorded_by_id"),
        ]

    def __str__(self):
        return f"{self.on} {self.title}"

    @property
    def is_structured(self):
        """By the rule of its kind; ``structured`` says the same of many."""
        return self.kind.is_structured and self.minutes >= self.kind.structured_from_minutes


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
            SameCompany("delivery", name="presence_delivery_same_company"),
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
            SameCompany("delivery", name="evidence_delivery_same_company"),
            Checked(name="evidence_of_what_stands", function="offensive_evidence_of_what_stands"),
            *company_rules("evidence", category="support", insert=("lead", "partner"), author="filed_by_id"),
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
            SameCompany("delivery", name="verification_delivery_same_company"),
            Checked(name="verification_by_a_second_person", function="offensive_verification_by_second"),
            *company_rules("verification", category="support", insert=("lead", "partner"), author="verified_by_id"),
        ]


class RemarkQuerySet(models.QuerySet):
    def standing(self):
        """No paper has been filed since."""
        newer = Evidence.objects.filter(delivery=OuterRef("delivery"), filed_at__gt=OuterRef("made_at"))
        return self.filter(~Exists(newer))


class Remark(models.Model):
    """What a second person missed in a delivery's papers; it stands until another paper is filed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT)
    text = models.CharField(max_length=500)
    # The form's key, so that a double click is one row.
    key = models.UUIDField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "key"], name="remark_once_per_form"),
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            SameTenant("company", name="remark_company_same_tenant"),
            SameTenant("delivery", name="remark_delivery_same_tenant"),
            SameCompany("delivery", name="remark_delivery_same_company"),
            *company_rules("remark", category="support", insert=("lead", "partner"), author="made_by_id"),
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
