"""The notices of grant and the periods that are reported on."""

from django.db import models
from django.db.models import F, Q

from offensive.tenancy.models.organisations import Organisation, Programme
from offensive.tenancy.policies import Recorded, SameTenant, audience, rules


class GrantNotice(models.Model):
    """The notice of grant (Bescheid): facts the report's cover prints. One per grant recipient."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    file_number = models.CharField(max_length=100, blank=True)
    granted_on = models.DateField(null=True, blank=True)
    authority = models.CharField(max_length=200)
    fund = models.CharField(max_length=100)
    nrw_measure = models.CharField(max_length=20)
    # Not to be confused with the Land's measure number: "1.4" there is not RSO1.4 here.
    specific_objective = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "recipient"], name="notice_once_per_recipient"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="notice_ends_after_it_starts"),
            SameTenant("recipient", name="grantnotice_recipient_same_tenant"),
            Recorded(name="grantnotice_recorded"),
            *rules(
                "grantnotice",
                read=audience("lead", "partner", "funder", "system"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]


class PeriodQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)


class Period(models.Model):
    """A reporting period of the programme, named by a key such as ``2026-1``."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    key = models.SlugField(max_length=20)
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="period_key_once_per_programme"),
            models.UniqueConstraint(fields=["programme", "id"], name="period_tenant_key"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"), due_on__gt=F("ends_on")), name="period_starts_ends_is_due"
            ),
            Recorded(name="period_recorded"),
            *rules(
                "period",
                read=audience("lead", "partner", "funder", "auditor", "committee", "system"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]

    def __str__(self):
        return self.name
