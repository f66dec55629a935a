"""Uploaded files: checked, hashed, private; a change is a new version, a mistake is withdrawn, nothing is edited."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    RETENTION_ROLE,
    Grant,
    SameTenant,
    all_of,
    any_of,
    audience,
    audited,
    own,
    released,
    rules,
)
from offensive.tenancy.searching import search_indexes, searched_column, words_column


class DocumentKind(models.TextChoices):
    AGREEMENT = "agreement", _("participation agreement")
    ATTENDANCE = "attendance", _("attendance sheet")
    PROTOCOL = "protocol", _("consultation record")
    SIZE_PROOF = "size_proof", _("proof of size, annual accounts")
    CERTIFICATE = "certificate", _("certificate")
    ANALYSIS = "analysis", _("market analysis")
    CANVAS = "canvas", _("canvas of the toolbox")
    UNIVERSITY = "university", _("offer or contract with a university")
    DEMINIMIS = "deminimis", _("de-minimis declaration or certificate")
    VOUCHER = "voucher", _("invoice or receipt")
    PHOTO = "photo", _("photo")
    LIST = "list", _("imported list")
    OTHER = "other", _("other")


# What people of a company may file themselves: papers of their own, none that staff have to answer for.
COMPANY_KINDS = (
    DocumentKind.CERTIFICATE,
    DocumentKind.SIZE_PROOF,
    DocumentKind.CANVAS,
    DocumentKind.UNIVERSITY,
    DocumentKind.DEMINIMIS,
    DocumentKind.PHOTO,
    DocumentKind.OTHER,
)
# Lists are filed by the import alone.
STAFF_KINDS = tuple(kind for kind in DocumentKind if kind != DocumentKind.LIST)
_OF_A_COMPANY = "kind IN ({})".format(", ".join(f"'{kind.value}'" for kind in COMPANY_KINDS))

_STAFF_MAY_SEE = (
    audience("lead", "system"),
    all_of(audience("partner"), "company_id IS NULL"),
    released("documents"),
)


class DocumentQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def of_companies(self, company_ids):
        return self.filter(company__in=company_ids)

    def of_the_consortium(self):
        return self.filter(company=None)

    def newest(self):
        """Of each series the latest version."""
        return self.filter(replacement=None)

    def offered(self):
        """Neither withdrawn nor removed after its time."""
        return self.filter(withdrawal=None, expiry=None)

    def with_state(self):
        """With who filed it, and whether it was withdrawn or removed: all that a list prints, in one query."""
        return self.select_related("uploaded_by", "withdrawal", "expiry")


class Document(models.Model):
    """One version of one paper. The file's place is its hash, so that the same content is kept once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    # Without a company: papers of the consortium, such as an event's attendance sheet.
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind)
    name = models.CharField(max_length=200)
    # What it is called where the file's name does not say it, the day on the paper, and a note.
    title = models.CharField(max_length=200, blank=True)
    dated_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    # Versions of one paper share the series; each but the first names the one it replaces.
    series = models.UUIDField(default=uuid.uuid4)
    number = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replacement")
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    # The form it came with ("form:<key>:<place>"): a double click is one row.
    source = models.CharField(max_length=60, blank=True)
    searched = searched_column("title", "name", "note")
    words = words_column("title", "name", "note")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["company", "-uploaded_at"], name="document_of_company"),
            models.Index(
                fields=["programme", "-uploaded_at"], condition=Q(company=None), name="document_of_the_consortium"
            ),
            # Whether a content is shared, before it is removed.
            models.Index(fields=["sha256"], name="document_with_content"),
            models.Index(fields=["programme", "kind"], name="document_by_kind"),
            *search_indexes("document"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="document_tenant_key"),
            models.UniqueConstraint(fields=["programme", "series", "number"], name="document_version_once_per_series"),
            models.UniqueConstraint(
                fields=["programme", "source"], condition=~Q(source=""), name="document_once_per_form"
            ),
            models.CheckConstraint(
                condition=Q(number=1, replaces=None) | Q(number__gt=1, replaces__isnull=False),
                name="document_later_version_replaces_one",
            ),
            ExclusionConstraint(
                name="document_versions_belong_to_one_company",
                expressions=[
                    ("series", RangeOperators.EQUAL),
                    (Coalesce(F("company"), Value(0)), RangeOperators.NOT_EQUAL),
                ],
            ),
            SameTenant("company", name="document_company_same_tenant"),
            SameTenant("replaces", name="document_replaces_same_tenant"),
            *rules(
                "document",
                read=any_of(*_STAFF_MAY_SEE, own(), audited("id")),
                insert=any_of(*_STAFF_MAY_SEE, all_of(own(), _OF_A_COMPANY)),
            ),
            Grant(name="document_retention_grant", privileges="SELECT", role=RETENTION_ROLE),
        ]

    def __str__(self):
        return self.title or self.name

    @property
    def state(self):
        """Whether it can be opened: "offered", "withdrawn" or "expired"."""
        if hasattr(self, "expiry"):
            return "expired"
        return "withdrawn" if hasattr(self, "withdrawal") else "offered"


class Withdrawal(models.Model):
    """A document was filed by mistake: it is offered no more and kept until its time is over."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=300)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_for_a_reason"),
            SameTenant("company", name="withdrawal_company_same_tenant"),
            SameTenant("document", name="withdrawal_document_same_tenant"),
            *rules(
                "withdrawal",
                # Also by those who see the support that rested on the paper, and the auditor who was shown it.
                read=any_of(*_STAFF_MAY_SEE, released("support"), own(), audited("document_id")),
                insert=any_of(*_STAFF_MAY_SEE, own()),
            ),
        ]
