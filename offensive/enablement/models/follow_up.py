"""The follow-up ladder: what is done, and after how many days, when a company does not react."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import Recorded, SameTenant, any_of, audience, released, rules

_LEAD_AND_CARING = any_of(audience("lead", "system"), released("support"))


class StepAction(models.TextChoices):
    NUDGE = "nudge", _("reminder by mail to the company")
    CALL = "call", _("call by whoever looks after it")
    DECISION = "decision", _("decision: go on, pause or leave")


class LadderStepQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def in_force(self, *, on):
        """The steps that apply on a day, in their order: those of the newest ladder that has begun."""
        begun = self.filter(valid_from__lte=on).order_by("-valid_from").values("valid_from")[:1]
        return self.filter(valid_from=begun).order_by("position")


class LadderStep(models.Model):
    """One step of a programme's ladder, from a day on; a new day's steps replace those before as a whole."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    valid_from = models.DateField()
    position = models.PositiveSmallIntegerField()
    after_days = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=StepAction)

    objects = LadderStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "valid_from", "position"], name="ladderstep_once_per_place"),
            models.UniqueConstraint(fields=["programme", "valid_from", "after_days"], name="ladderstep_once_per_day"),
            models.CheckConstraint(condition=Q(after_days__range=(1, 365)), name="ladderstep_from_1_to_365_days"),
            models.CheckConstraint(condition=Q(position__gte=1), name="ladderstep_counted_from_1"),
            models.CheckConstraint(
                condition=Q(action__in=["nudge", "call", "decision"]), name="ladderstep_is_an_action"
            ),
            Recorded(name="ladderstep_recorded", inserts=True),
            *rules(
                "ladderstep",
                read=audience("lead", "partner", "system"),
                insert=audience("lead", "system"),
                delete=audience("lead", "system"),
            ),
        ]


class FollowUp(models.Model):
    """When a company has last reacted, and how far up the ladder its silence has led since.

    Kept by ``follow_ups.refresh``, which computes it from zero.
    """

    company = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    reacted_on = models.DateField()
    # What it was: a key of ``follow_ups.REACTIONS``.
    reaction = models.CharField(max_length=20)
    step = models.PositiveSmallIntegerField(default=0)
    step_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "step", "reacted_on"], name="followup_by_step")]
        constraints = [
            models.CheckConstraint(
                condition=Q(step=0, step_on=None) | Q(step__gte=1, step_on__isnull=False),
                name="followup_step_has_a_day",
            ),
            SameTenant("company", name="followup_company_same_tenant"),
            *rules(
                "followup",
                read=_LEAD_AND_CARING,
                insert=audience("system"),
                update=audience("system"),
                delete=audience("system"),
            ),
        ]


class SilenceStep(models.Model):
    """A step that was taken because a company had been silent since a day. Only added to; once for each silence."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    silent_since = models.DateField()
    position = models.PositiveSmallIntegerField()
    after_days = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=10, choices=StepAction)
    taken_on = models.DateField()
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "silent_since", "position"], name="silencestep_once_per_silence"
            ),
            models.CheckConstraint(
                condition=Q(taken_on__gt=models.F("silent_since")), name="silencestep_after_it_began"
            ),
            SameTenant("company", name="silencestep_company_same_tenant"),
            *rules("silencestep", read=_LEAD_AND_CARING, insert=audience("system")),
        ]
