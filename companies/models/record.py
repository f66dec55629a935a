"""Where an enterprise works and what it does by the official classification; who saved which part of its profile."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import Recorded, SameTenant, company_rules

WRITERS = ("lead", "partner", "company")


class ContactRole(models.TextChoices):
    """What one turns to a contact for."""

    MANAGEMENT = "management", _("management")
    TECHNICAL = "technical", _("technical questions")
    SALES = "sales", _("sales")
    QUALITY = "quality", _("quality")
    PURCHASING = "purchasing", _("purchasing")
    OTHER = "other", _("other")


class SiteQuerySet(models.QuerySet):
    def of(self, company_id):
        return self.filter(company=company_id)

    def main_first(self):
        return self.order_by("-is_main", "town", "pk")


class Site(models.Model):
    """A place where the enterprise works. The region is known by site, counting is by enterprise."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100, blank=True)
    street = models.CharField(max_length=150, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    town = models.CharField(max_length=100)
    # Official municipality key; empty outside the region.
    ags = models.CharField(max_length=8, blank=True)
    is_main = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    # Of the form that made it, so that sending it twice is one row.
    form_key = models.UUIDField(default=uuid.uuid4)

    objects = SiteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], condition=Q(is_main=True), name="site_one_main_per_company"),
            models.UniqueConstraint(fields=["company", "form_key"], name="site_once_per_form"),
            models.CheckConstraint(condition=Q(ags="") | Q(ags__regex=r"^\d{8}$"), name="site_ags_has_8_digits"),
            models.CheckConstraint(condition=~Q(town=""), name="site_has_a_town"),
            SameTenant("company", name="site_company_same_tenant"),
            Recorded(name="site_recorded", company="company_id", category="profile", inserts=True),
            *company_rules("site", category="profile", insert=WRITERS, update=WRITERS, delete=WRITERS),
        ]

    def __str__(self):
        return self.name or self.town


class IndustryQuerySet(models.QuerySet):
    def of(self, company_id):
        return self.filter(company=company_id)


class Industry(models.Model):
    """An economic activity of the enterprise. A code means nothing without its scheme: 25.61 differs in the two."""

    class Scheme(models.TextChoices):
        WZ_2008 = "2008", "WZ 2008"
        WZ_2025 = "2025", "WZ 2025"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=10, choices=Scheme)
    code = models.CharField(max_length=10)

    objects = IndustryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "scheme", "code"], name="industry_once_per_code"),
            # What it mainly does is one activity of WZ 2008; in WZ 2025 that may be several.
            models.UniqueConstraint(fields=["company"], condition=Q(scheme="2008"), name="industry_one_of_wz_2008"),
            models.CheckConstraint(
                condition=Q(scheme__in=["2008", "2025"]) & ~Q(code=""), name="industry_code_has_a_scheme"
            ),
            SameTenant("company", name="industry_company_same_tenant"),
            Recorded(name="industry_recorded", company="company_id", category="profile", inserts=True),
            *company_rules("industry", category="profile", insert=WRITERS, delete=WRITERS),
        ]


class ProfileSection(models.Model):
    """That a part of the profile was saved, by whom, and how often: two people at it notice each other by that."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=20)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="profilesection_once_per_company"),
            SameTenant("company", name="profilesection_company_same_tenant"),
            *company_rules("profilesection", category="profile", insert=WRITERS, update=WRITERS),
        ]
