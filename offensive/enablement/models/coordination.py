"""Working together: who does what until when, and what one tells the others about a company."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    ORGANISATION_ID,
    USER_ID,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    own,
    released,
    rules,
)

# The own house, the lead, and whoever may see what support the company receives; the company itself never.
_TASK_OF_PARTNER = any_of(
    all_of(audience("partner"), f"organisation_id = {ORGANISATION_ID} OR created_in_id = {ORGANISATION_ID}"),
    released("support"),
)


class TaskQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def about(self, company_ids):
        return self.filter(company__in=company_ids)

    def open(self):
        return self.filter(done_at=None)

    def done(self):
        return self.exclude(done_at=None)

    def owned_by(self, user_id, *, organisation_id):
        """Of one person, in one house: who works for two has two lists."""
        return self.filter(owner=user_id, organisation=organisation_id)

    def due(self, *, on):
        """Open, and due on this day or before."""
        return self.open().filter(due_on__lte=on)

    def overdue(self, *, on):
        return self.open().filter(due_on__lt=on)

    def with_names(self):
        """Everything a list row prints, in one query."""
        return self.select_related("owner", "organisation", "company", "done_by")


class Task(models.Model):
    """Something a person of the consortium does until a day, for a company or for none."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    details = models.TextField(max_length=2000, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # For whom the owner does it; a person may belong to two organisations.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    # Where it came from, such as "silence:17"; empty where a person has written it.
    source = models.CharField(max_length=80, blank=True)
    form_key = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_in = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who last changed it, for a second person at the same moment: the log is not for everybody.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(done_at=None), name="task_open_of_owner"),
            models.Index(
                fields=["organisation", "due_on"], condition=Q(done_at=None), name="task_open_of_organisation"
            ),
            models.Index(fields=["programme", "due_on", "id"], condition=Q(done_at=None), name="task_open"),
            models.Index(fields=["programme", "-done_at", "-id"], condition=~Q(done_at=None), name="task_done"),
            models.Index(fields=["company"], name="task_of_company"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["programme", "form_key"], name="task_once_per_form"),
            models.UniqueConstraint(
                fields=["programme", "source"], condition=~Q(source=""), name="task_once_per_source"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="task_says_what"),
            models.CheckConstraint(condition=~Q(source="") | Q(created_by__isnull=False), name="task_has_an_origin"),
            # Done by somebody; what the portal itself has set may also end because its reason is gone.
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False) & (Q(done_by__isnull=False) | ~Q(source="")),
                name="task_done_by_somebody",
            ),
            SameTenant("company", name="task_company_same_tenant"),
            SameTenant("organisation", name="task_organisation_same_tenant"),
            SameTenant("created_in", name="task_created_in_same_tenant"),
            # Without the company: it would then read of it in its own history.
            Recorded(name="task_recorded"),
            *rules(
                "task",
                read=any_of(audience("lead", "system"), _TASK_OF_PARTNER),
                insert=any_of(
                    audience("lead", "system"),
                    all_of(
                        audience("partner"),
                        f"created_in_id = {ORGANISATION_ID}",
                        any_of("company_id IS NULL", released("support")),
                    ),
                ),
                update=any_of(audience("lead", "system"), _TASK_OF_PARTNER),
            ),
        ]

    def __str__(self):
        return self.title


class Visibility(models.TextChoices):
    TEAM = "team", _("only our organisation")
    CONSORTIUM = "consortium", _("the consortium")
    COMPANY = "company", _("the company too")


class NoteKind(models.TextChoices):
    NOTE = "note", _("note")
    REACTION = "reaction", _("the company has reacted")
    GO_ON = "go_on", _("we go on with the company")


class NoteQuerySet(models.QuerySet):
    def about(self, company_ids):
        return self.filter(company__in=company_ids)

    def standing(self):
        """Without those that a later one has corrected."""
        return self.filter(correction=None)

    def with_names(self):
        return self.select_related("author", "organisation", "corrects")


class Note(models.Model):
    """What somebody of the consortium writes down about a company. Only added to; a correction names the first."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.TEAM)
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.NOTE)
    # Empty only as a correction: the note has been withdrawn.
    text = models.TextField(max_length=4000, blank=True)
    # When it happened, which may be before it was written down.
    on = models.DateField()
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="correction")
    form_key = models.UUIDField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["company", "-written_at", "-id"], name="note_of_company")]
        constraints = [
            models.UniqueConstraint(fields=["programme", "form_key"], name="note_once_per_form"),
            models.UniqueConstraint(fields=["programme", "id"], name="note_tenant_key"),
            models.CheckConstraint(condition=~Q(text="") | Q(corrects__isnull=False), name="note_says_something"),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="note_corrects_another"),
            models.CheckConstraint(
                condition=Q(visibility__in=[value for value, _label in Visibility.choices]), name="note_has_an_audience"
            ),
            SameTenant("company", name="note_company_same_tenant"),
            SameTenant("organisation", name="note_organisation_same_tenant"),
            SameTenant("corrects", name="note_corrects_same_tenant"),
            *rules(
                "note",
                # The lead too reads no other house's own notes.
                read=any_of(
                    audience("system"),
                    all_of(audience("lead", "partner"), f"organisation_id = {ORGANISATION_ID}"),
                    all_of("visibility <> 'team'", any_of(audience("lead"), released("support"))),
                    all_of("visibility = 'company'", own()),
                ),
                # Nobody writes in another's name, nor about a company somebody else looks after.
                insert=any_of(
                    audience("system"),
                    all_of(
                        f"organisation_id = {ORGANISATION_ID}",
                        f"author_id = {USER_ID}",
                        any_of(audience("lead"), released("support")),
                    ),
                ),
            ),
        ]

    @property
    def is_withdrawn(self):
        return not self.text
