"""Indicators of the fund and the programme, with targets."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Programme
from offensive.tenancy.policies import IN_PROGRAMME, Recorded, SameTenant, all_of, audience, rules


class Proof(models.TextChoices):
    """How well a delivery must be shown before it counts."""

    CLAIMED = "claimed", _("claimed")
    EVIDENCED = "evidenced", _("evidenced")
    VERIFIED = "verified", _("verified")


class Indicator(models.Model):
    """What is counted: each enterprise once, with its first qualifying delivery."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    definition = models.TextField()
    unit = models.CharField(max_length=40)
    specific_objective = models.CharField(max_length=20)
    by_size = models.BooleanField(default=False)
    structured_only = models.BooleanField(default=True)
    proof = models.CharField(max_length=20, choices=Proof, default=Proof.EVIDENCED)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code", "specific_objective"], name="indicator_once_per_objective"
            ),
            models.UniqueConstraint(fields=["programme", "id"], name="indicator_tenant_key"),
            Recorded(name="indicator_recorded"),
            *rules(
                "indicator",
                read=audience("lead", "partner", "funder", "system"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class Target(models.Model):
    """The value an indicator shall reach by a day (grant notice)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    due_on = models.DateField()
    value = models.DecimalField(max_digits=15, decimal_places=2)

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "due_on"], name="target_once_per_day"),
            SameTenant("indicator", name="target_indicator_same_tenant"),
            Recorded(name="target_recorded"),
            *rules(
                "target",
                read=audience("lead", "partner", "funder", "system"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]


class PublishedFigure(models.Model):
    """One number of a published table, rounded to 5 by itself; an empty ``row`` or ``column`` is a total."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    table = models.CharField(max_length=40)
    published_on = models.DateField()
    row = models.CharField(max_length=120, blank=True)
    column = models.CharField(max_length=120, blank=True)
    row_place = models.PositiveSmallIntegerField()
    column_place = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "table", "published_on", "row", "column"], name="publishedfigure_once_per_day"
            ),
            models.CheckConstraint(
                condition=models.Q(value=models.F("value") / 5 * 5),  # whole numbers: the rest is cut
                name="publishedfigure_is_rounded_to_5",
            ),
            # Published is published: visitors without any scope read it.
            *rules(
                "publishedfigure",
                programme="true",
                read="true",
                insert=all_of(IN_PROGRAMME, audience("system")),
            ),
        ]
