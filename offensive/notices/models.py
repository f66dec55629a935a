"""The outbox: the only place that sends."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from offensive.tenancy.models import Programme
from offensive.tenancy.policies import PROGRAMME_ID, audience, rules


class NoticeQuerySet(models.QuerySet):
    def due(self, *, now=None):
        return self.filter(sent_at=None, stopped_at=None, send_at__lte=now or timezone.now())


class Notice(models.Model):
    """One mail to one person, planned, stopped or sent. Without programme: mails of the account itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.PROTECT)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    send_at = models.DateTimeField(default=timezone.now)
    # Planned ahead: whoever has reacted meanwhile is not written to. All notices with the key stop together.
    stop_key = models.CharField(max_length=100, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["send_at"], condition=Q(sent_at=None), name="notice_unsent")]
        constraints = rules(
            "notice",
            # Its text is for the addressee: nobody but the sender reads it, whoever has it written.
            programme=f"programme_id IS NOT DISTINCT FROM {PROGRAMME_ID}",
            read=audience("system"),
            insert=audience("system"),
            update=audience("system"),
        )

    def __str__(self):
        return f"{self.subject} → {self.to}"
