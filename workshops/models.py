"""Workshops and congress excursions, and who came."""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.documents.models import Document
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import Recorded, SameTenant, any_of, audience, own, rules
from offensive.tenancy.searching import search_indexes, searched_column, words_column


class EventKind(models.TextChoices):
    WORKSHOP = "workshop", _("workshop")
    EXCURSION = "excursion", _("congress excursion")


class EventQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def with_counts(self):
        """Attendances (persons) and distinct companies, kept apart: three people of one company are one enterprise."""
        return self.annotate(
            attendances=_counted(models.Count("pk")), companies=_counted(models.Count("company", distinct=True))
        )


def _counted(count):
    """Asked for each event that is shown: a join would count all of them for one page of the list."""
    of_event = Attendance.objects.filter(event=OuterRef("pk")).order_by().values("event")
    return Coalesce(Subquery(of_event.annotate(counted=count).values("counted")), 0)


class Event(models.Model):
    """A workshop or congress excursion of one partner."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=EventKind)
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=150, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    searched = searched_column("title", "place")
    words = words_column("title", "place")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        indexes = search_indexes("event")
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="event_tenant_key"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_it_starts"),
            SameTenant("partner", name="event_partner_same_tenant"),
            Recorded(name="event_recorded"),
            *rules(
                "event",
                read=audience("lead", "partner", "company", "system"),
                insert=audience("lead", "partner", "system"),
                update=audience("lead", "partner", "system"),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def minutes(self):
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Attendance(models.Model):
    """One person of one company was there."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=150)
    function = models.CharField(max_length=100, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "company", "person"], name="attendance_once_per_person"),
            SameTenant("event", name="attendance_event_same_tenant"),
            SameTenant("company", name="attendance_company_same_tenant"),
            Recorded(
                name="attendance_recorded", company="company_id", category="support", personal=("person", "function")
            ),
            *rules(
                "attendance",
                read=any_of(audience("lead", "partner", "system"), own()),
                insert=audience("lead", "partner", "system"),
                delete=audience("lead", "partner", "system"),
            ),
        ]


class Sheet(models.Model):
    """A scanned attendance sheet of an event: the evidence of all deliveries that came of it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "document"], name="sheet_once_per_document"),
            SameTenant("event", name="sheet_event_same_tenant"),
            SameTenant("document", name="sheet_document_same_tenant"),
            *rules(
                "sheet",
                read=audience("lead", "partner", "system"),
                insert=audience("lead", "partner", "system"),
            ),
        ]
