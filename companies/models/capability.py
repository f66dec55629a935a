"""What a company can make and how well, what it is certified for, which markets it serves and wishes for."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.models.record import WRITERS
from offensive.documents.models import Document
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import Recorded, SameTenant, company_rules


class Cleanliness(models.TextChoices):
    """How clean parts leave the house, from the least to the most."""

    WASHED = "washed", _("washed and dried")
    VDA_19 = "vda19", _("technical cleanliness with report (VDA 19, ISO 16232)")
    CLEAN_AREA = "clean_area", _("packed in a clean area")
    CLEAN_ROOM = "clean_room", _("made in a clean room (ISO 14644)")


class Capability(models.Model):
    """The house's limits: lengths in mm, weight in kg, roughness Ra in µm, batches in pieces."""

    company = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    # Keys of ``catalogues.materials`` and ``catalogues.equipment``.
    materials = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    materials_other = models.CharField(max_length=200, blank=True)
    length_mm = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)
    width_mm = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)
    height_mm = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)
    weight_kg = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    # The finest that is held in series: the smaller the better.
    it_class = models.PositiveSmallIntegerField(null=True, blank=True)
    roughness_um = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    batch_from = models.PositiveIntegerField(null=True, blank=True)
    batch_to = models.PositiveIntegerField(null=True, blank=True)
    equipment = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    equipment_other = models.CharField(max_length=300, blank=True)
    cleanliness = models.CharField(max_length=20, choices=Cleanliness, blank=True)
    # Technology readiness level of the newest own development, 1 to 9.
    trl = models.PositiveSmallIntegerField(null=True, blank=True)
    holds_no_certificate = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(it_class=None) | Q(it_class__range=(1, 18)), name="capability_it_1_to_18"
            ),
            models.CheckConstraint(condition=Q(trl=None) | Q(trl__range=(1, 9)), name="capability_trl_1_to_9"),
            models.CheckConstraint(
                condition=Q(batch_from=None) | Q(batch_to=None) | Q(batch_from__lte=F("batch_to")),
                name="capability_batch_from_below_to",
            ),
            SameTenant("company", name="capability_company_same_tenant"),
            Recorded(name="capability_recorded", company="company_id", category="profile"),
            *company_rules("capability", category="profile", insert=WRITERS, update=WRITERS),
        ]


class CertificateQuerySet(models.QuerySet):
    def of(self, company_id):
        return self.filter(company=company_id)

    def soonest_first(self):
        return self.order_by(F("valid_until").asc(nulls_last=True), "pk")


class Certificate(models.Model):
    """A certificate the company holds: a standard of the catalogue, or another one by its name."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Key of ``catalogues.standards``, or "" with ``name``.
    standard = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=100, blank=True)
    edition = models.CharField(max_length=20, blank=True)
    scope = models.CharField(max_length=300, blank=True)
    issuer = models.CharField(max_length=150, blank=True)
    number = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT)
    version = models.PositiveIntegerField(default=0)
    # Of the form that made it, so that sending it twice is one row.
    form_key = models.UUIDField(default=uuid.uuid4)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "form_key"], name="certificate_once_per_form"),
            models.CheckConstraint(
                condition=(Q(standard="") & ~Q(name="")) | (~Q(standard="") & Q(name="")),
                name="certificate_of_a_standard_or_by_name",
            ),
            SameTenant("company", name="certificate_company_same_tenant"),
            SameTenant("document", name="certificate_document_same_tenant"),
            Recorded(name="certificate_recorded", company="company_id", category="profile", inserts=True),
            *company_rules("certificate", category="profile", insert=WRITERS, update=WRITERS, delete=WRITERS),
        ]


class CompanyMarket(models.Model):
    """What part of its turnover (0 to 1) a company makes in a market, and whether it wishes for customers there.

    Two markets are not among them: the share of automotive stands in the profile, and interest in defence is a
    category of its own.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Key of ``catalogues.markets``.
    market = models.CharField(max_length=30)
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    is_wished = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "market"], name="companymarket_once_per_market"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="companymarket_share_from_0_to_1"
            ),
            models.CheckConstraint(condition=Q(is_wished=True) | Q(share__isnull=False), name="companymarket_says_it"),
            models.CheckConstraint(
                condition=~Q(market__in=["automotive", "verteidigung"]), name="companymarket_asked_elsewhere"
            ),
            SameTenant("company", name="companymarket_company_same_tenant"),
            Recorded(name="companymarket_recorded", company="company_id", category="profile", inserts=True),
            *company_rules("companymarket", category="profile", insert=WRITERS, update=WRITERS, delete=WRITERS),
        ]
