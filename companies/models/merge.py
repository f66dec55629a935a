"""Two records that are one enterprise, and two that only look alike."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from offensive.tenancy.models import Programme
from offensive.tenancy.policies import CONSORTIUM, Recorded, SameTenant, any_of, audience, own, rules


class MergeQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(ended_at=None)


class Merge(models.Model):
    """Two records are one enterprise. A row, not a move: un-merging ends it and nothing has to be put back.

    Merges are flat: a trigger (``merge_is_flat``) keeps a survivor from being absorbed and the other way round, so that
    there are neither chains nor circles, whoever writes at the same time.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    survivor = models.ForeignKey("companies.Company", on_delete=models.PROTECT, related_name="survives_in")
    absorbed = models.ForeignKey("companies.Company", on_delete=models.PROTECT, related_name="absorbed_in")
    # {field: "absorbed"}: which fields were taken from the absorbed record; all others are the survivor's.
    choices = models.JSONField(default=dict)
    # {field: {column: value}} of the survivor before, and what it was given: what has changed since is not put back.
    before = models.JSONField(default=dict)
    taken = models.JSONField(default=dict)
    # [organisation, category]: who could see what of the absorbed record by itself.
    access_before = models.JSONField(default=list)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(ended_at=None), name="merge_absorbs_once"),
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="merge_of_two_companies"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="merge_ended_with_person",
            ),
            Recorded(name="merge_recorded", company="survivor_id", category="identity", inserts=True),
            SameTenant("survivor", name="merge_survivor_same_tenant"),
            SameTenant("absorbed", name="merge_absorbed_same_tenant"),
            *rules(
                "merge",
                read=any_of(audience(*CONSORTIUM), own("survivor_id"), own("absorbed_id")),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]


class NotDuplicate(models.Model):
    """A person has looked at two records that look alike and decided that they are two enterprises."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    # The lower number first: a pair is one row, whichever side it was looked at from.
    one = models.ForeignKey("companies.Company", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("companies.Company", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="notduplicate_once_per_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="notduplicate_pair_is_ordered"),
            SameTenant("one", name="notduplicate_one_same_tenant"),
            SameTenant("other", name="notduplicate_other_same_tenant"),
            Recorded(name="notduplicate_recorded", company="one_id", category="identity"),
            *rules(
                "notduplicate",
                read=audience(*CONSORTIUM),
                insert=audience("lead", "system"),
                delete=audience("lead", "system"),
            ),
        ]
