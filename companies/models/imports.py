"""Lists of companies on their way in."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.documents.models import Document
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    ORGANISATION_ID,
    SameTenant,
    all_of,
    any_of,
    audience,
    own,
    released,
    rules,
)

# A list in preparation is seen by the organisation that brought it, and by the lead.
_OF_OWN_LIST = all_of(audience("partner"), f"organisation_id = {ORGANISATION_ID}")
_OWN_IMPORT = any_of(audience("lead", "system"), _OF_OWN_LIST)


class ImportState(models.TextChoices):
    READING = "reading", _("being read")
    CHECKING = "checking", _("to be checked")
    TAKEN = "taken", _("taken over")


class ImportBatchQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)


class ImportBatch(models.Model):
    """One uploaded list of companies on its way in."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    # Column headings as found, and which field each was taken for.
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    # Lines of the file that are no companies, with the reason.
    left_out = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="importbatch_tenant_key"),
            SameTenant("organisation", name="importbatch_organisation_same_tenant"),
            SameTenant("document", name="importbatch_document_same_tenant"),
            *rules("importbatch", read=_OWN_IMPORT, insert=_OWN_IMPORT, update=_OWN_IMPORT),
        ]


class RowState(models.TextChoices):
    NEW = "new", _("new")
    KNOWN = "known", _("already there")
    CHANGED = "changed", _("with changes")
    CONFLICT = "conflict", _("says otherwise")
    QUESTION = "question", _("to decide")
    PROBLEM = "problem", _("with problems")
    TAKEN = "taken", _("taken over")
    SKIPPED = "skipped", _("left out")


class ImportRowQuerySet(models.QuerySet):
    def in_state(self, *states):
        return self.filter(state__in=states)


class ImportRow(models.Model):
    """One line of an uploaded list: as typed, as understood, and what became of it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    raw = models.JSONField()
    values = models.JSONField()
    problems = models.JSONField(default=dict)
    # {field: {"kind", "old", "new", "take"}}: what the list says otherwise than the record, and which of it holds.
    differences = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RowState)
    # Why it is known or in question: register, vat_id, name.
    match_by = models.CharField(max_length=20, blank=True)
    match = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="importrow_once_per_line"),
            SameTenant("organisation", name="importrow_organisation_same_tenant"),
            SameTenant("batch", name="importrow_batch_same_tenant"),
            SameTenant("match", name="importrow_match_same_tenant"),
            SameTenant("company", name="importrow_company_same_tenant"),
            *rules("importrow", read=_OWN_IMPORT, insert=_OWN_IMPORT, update=_OWN_IMPORT),
        ]


class SourceRecordQuerySet(models.QuerySet):
    def of(self, company_ids):
        return self.filter(company__in=company_ids)


class SourceRecord(models.Model):
    """Which list brought a company or named it again, when, and what it said: only added to.

    The name of the list is copied, because whoever sees the company need not see the list. No person stands here.
    """

    class Kind(models.TextChoices):
        BROUGHT = "brought", _("brought by this list")
        CHANGED = "changed", _("changed by this list")
        CONFIRMED = "confirmed", _("named again by this list")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    # Who brought the list; its name, the hash of the file and the line in it.
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    list_name = models.CharField(max_length=200)
    list_sha256 = models.CharField(max_length=64)
    line = models.PositiveIntegerField()
    # Its number in the list, as the office that keeps it counts.
    own_number = models.CharField(max_length=60, blank=True)
    # {field: {column: text}} of ``record_fields.FIELDS``.
    values = models.JSONField(default=dict)
    noted_on = models.DateField(default=timezone.localdate)

    objects = SourceRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            # The same file read again says nothing new.
            models.UniqueConstraint(fields=["company", "list_sha256", "line"], name="sourcerecord_once_per_line"),
            SameTenant("company", name="sourcerecord_company_same_tenant"),
            SameTenant("organisation", name="sourcerecord_organisation_same_tenant"),
            *rules(
                "sourcerecord",
                read=any_of(audience("lead", "system"), released("profile"), own(), _OF_OWN_LIST),
                insert=any_of(audience("lead", "system"), _OF_OWN_LIST),
            ),
        ]
