"""Work that outlives a request. The row is the truth; the broker is only the bell."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from offensive.tenancy.models import Membership, Organisation, Programme
from offensive.tenancy.policies import ORGANISATION_ID, SameTenant, all_of, any_of, audience, rules

# Without a sign of life for so long a job's worker counts as dead.
SILENCE = timedelta(seconds=60)
ATTEMPTS_AT_MOST = 5


class State(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def unfinished(self):
        return self.filter(state__in=[State.WAITING, State.RUNNING])

    def silent(self, *, now=None):
        """Unfinished and without a sign of life: nobody works on it."""
        return self.unfinished().filter(heartbeat_at__lt=(now or timezone.now()) - SILENCE)


class Job(models.Model):
    """One piece of work: asked by whom, about what, how far it is, what came out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT)
    task = models.CharField(max_length=100)
    # What the work is about, in the words of its task (a period's key, an import's id).
    subject = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    # A sentence for the person who asked.
    problem = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["heartbeat_at"], condition=Q(finished_at=None), name="job_unfinished")]
        constraints = [
            # A double click, or two people at once, ask for one piece of work.
            models.UniqueConstraint(
                fields=["programme", "task", "subject"], condition=Q(finished_at=None), name="job_once_while_unfinished"
            ),
            models.UniqueConstraint(fields=["programme", "id"], name="job_tenant_key"),
            models.CheckConstraint(
                condition=Q(finished_at=None, state__in=["waiting", "running"])
                | Q(finished_at__isnull=False, state__in=["done", "failed"]),
                name="job_finished_has_a_moment",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="job_percent_up_to_100"),
            SameTenant("organisation", name="job_organisation_same_tenant"),
            SameTenant("membership", name="job_membership_same_tenant"),
            *rules(
                "job",
                read=any_of(audience("lead", "system"), f"organisation_id = {ORGANISATION_ID}"),
                insert=any_of(
                    audience("system"),
                    all_of(audience("lead", "partner", "company"), f"organisation_id = {ORGANISATION_ID}"),
                ),
                update=any_of(audience("system"), f"organisation_id = {ORGANISATION_ID}"),
            ),
        ]

    def __str__(self):
        return f"{self.task} {self.subject}"

    @property
    def is_finished(self):
        return self.state in (State.DONE, State.FAILED)

    @property
    def has_failed(self):
        return self.state == State.FAILED

    @property
    def result_url(self):
        """Where the result is to be seen, within the portal; "" while there is none."""
        url = self.result.get("url", "")
        return url if url.startswith("/") and not url.startswith("//") else ""
