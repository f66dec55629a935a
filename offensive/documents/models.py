"""Uploaded files: checked, hashed, private."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import SameTenant, all_of, any_of, audience, audited, own, released, rules


class DocumentKind(models.TextChoices):
    ATTENDANCE = "attendance", _("attendance sheet")
    AGREEMENT = "agreement", _("participation agreement")
    PROTOCOL = "protocol", _("consultation record")
    LIST = "list", _("imported list")
    OTHER = "other", _("other")


class DocumentQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)


class Document(models.Model):
    """One stored file. The file's place is its hash, so that the same content is kept once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    # Without a company: papers of the consortium, such as an event's attendance sheet.
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DocumentKind)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["company"], name="document_of_company")]
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="document_tenant_key"),
            SameTenant("company", name="document_company_same_tenant"),
            *rules(
                "document",
                read=any_of(
                    audience("lead", "system"),
                    all_of(audience("partner"), "company_id IS NULL"),
                    released("documents"),
                    own(),
                    audited("id"),
                ),
                insert=any_of(
                    audience("lead", "system"),
                    all_of(audience("partner"), "company_id IS NULL"),
                    released("documents"),
                    own(),
                ),
            ),
        ]

    def __str__(self):
        return self.name
