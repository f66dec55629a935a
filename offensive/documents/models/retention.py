"""How long papers are kept: dated rules of the programme, the day the clock starts, holds, and what was removed."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.documents.models.document import Document, DocumentKind
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    CONSORTIUM,
    IN_PROGRAMME,
    RETENTION_ROLE,
    Grant,
    Policy,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    audited,
    own,
    released,
    rules,
)


class RetentionStart(models.TextChoices):
    """From which moment the years are counted."""

    LAST_PAYMENT = "last_payment", _("end of the year of the last payment")
    DATE_OF_PAPER = "date_of_paper", _("date of the paper")
    YEAR_OF_PAPER = "year_of_paper", _("end of the year of the paper")


class RetentionRuleQuerySet(models.QuerySet):
    def in_force(self, programme_id, *, on):
        """Of each (kind, key) the rule that holds on the day ``on``."""
        begun = self.filter(programme_id=programme_id, valid_from__lte=on)
        return begun.order_by("kind", "key", "-valid_from").distinct("kind", "key")


class RetentionRule(models.Model):
    """How many years papers of one kind are kept by one law, from a day on. A change is a new row with a later day."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=DocumentKind)
    key = models.SlugField(max_length=30)
    years = models.PositiveSmallIntegerField()
    start = models.CharField(max_length=20, choices=RetentionStart)
    legal_basis = models.CharField(max_length=200)
    valid_from = models.DateField()

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "key", "valid_from"], name="retentionrule_once_per_day"
            ),
            *rules(
                "retentionrule", read=audience(*CONSORTIUM, "company", "auditor"), insert=audience("lead", "system")
            ),
            Grant(name="retentionrule_retention_grant", privileges="SELECT", role=RETENTION_ROLE),
        ]


# Expenditure is eligible from this day on (Art. 63(2) Regulation (EU) 2021/1060): no payment lies before it.
FUNDED_FROM = date(2021, 1, 1)


class LastPaymentQuerySet(models.QuerySet):
    def standing(self, programme_id):
        """What was entered last holds; ``paid_on`` None takes an earlier entry back."""
        return self.filter(programme_id=programme_id).order_by("-recorded_at", "-pk")


class LastPayment(models.Model):
    """The day of the managing authority's last payment, as the lead knew it when the row was written."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    paid_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = LastPaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paid_on=None) | Q(paid_on__gte=FUNDED_FROM), name="lastpayment_in_the_funding_period"
            ),
            *rules("lastpayment", read=audience(*CONSORTIUM, "company", "auditor"), insert=audience("lead", "system")),
            Grant(name="lastpayment_retention_grant", privileges="SELECT", role=RETENTION_ROLE),
        ]


class LegalHoldQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(ended_at=None)

    def on_document(self, document):
        """On this paper, or on all papers of the programme."""
        return self.filter(Q(document=document) | Q(document=None), programme=document.programme_id)


class LegalHold(models.Model):
    """While it stands nothing is removed: proceedings or a request interrupt the time (Art. 82(2) Reg. (EU) 2021/1060).

    Without a document it holds all papers of the programme.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=300)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "document"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="legalhold_once_while_it_stands",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="legalhold_for_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("placed_at"), ended_by__isnull=False),
                name="legalhold_ended_with_person",
            ),
            SameTenant("company", name="legalhold_company_same_tenant"),
            SameTenant("document", name="legalhold_document_same_tenant"),
            Recorded(name="legalhold_recorded", company="company_id", category="documents", inserts=True),
            *rules(
                "legalhold",
                read=any_of(audience(*CONSORTIUM), own(), all_of(audience("company"), "document_id IS NULL")),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
            Grant(name="legalhold_retention_grant", privileges="SELECT", role=RETENTION_ROLE),
        ]


class Expiry(models.Model):
    """The time of a document is over and its content removed; the row stays, because others point at it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="expiry")
    kept_until = models.DateField()
    # The rule that held longest, in words: what the document's row says beside it are its name, day and hash.
    rule = models.CharField(max_length=300, default="")
    # False where another document has the same content, which therefore stays.
    file_removed = models.BooleanField(default=True)
    removed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameTenant("company", name="expiry_company_same_tenant"),
            SameTenant("document", name="expiry_document_same_tenant"),
            *rules(
                "expiry",
                read=any_of(
                    audience("lead", "system"),
                    all_of(audience("partner"), "company_id IS NULL"),
                    released("documents"),
                    own(),
                    audited("document_id"),
                ),
            ),
            # Written by the retention role alone.
            Policy(
                name="expiry_insert",
                command="INSERT",
                check=all_of(IN_PROGRAMME, audience("system"), f"CURRENT_USER = '{RETENTION_ROLE}'"),
            ),
            Grant(name="expiry_retention_grant", privileges="SELECT, INSERT", role=RETENTION_ROLE),
        ]
