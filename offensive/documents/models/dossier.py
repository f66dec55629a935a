"""All papers of a company in one file, made for one person and offered for a week."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from offensive.jobs.models import Job
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import USER_ID, SameTenant, all_of, any_of, audience, own, released, rules

OFFERED_FOR = timedelta(days=7)

_WHO_ASKED = all_of(
    f"asked_by_id = {USER_ID}",
    any_of(audience("lead"), all_of(released("documents"), released("support")), own()),
)


def offered_until():
    return timezone.now() + OFFERED_FOR


def dossier_path(job_id):
    """The place of the file that a job makes; a second attempt replaces what the first one left."""
    return settings.STORAGE_DIR / "dossiers" / f"{job_id}.zip"


class DossierQuerySet(models.QuerySet):
    def of(self, company_id):
        return self.filter(company=company_id)

    def asked_by(self, acting):
        return self.filter(asked_by=acting.user_id, organisation=acting.organisation_id)

    def offered(self, *, now=None):
        return self.filter(expires_at__gt=now or timezone.now())


class Dossier(models.Model):
    """One finished dossier. Who asked reads it, as long as documents and support are still open to them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    job = models.OneToOneField(Job, on_delete=models.PROTECT)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    # The records whose papers are in it, those absorbed by a merge included: each must be open still when it is opened.
    records = models.JSONField(default=list)
    documents = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=offered_until)

    objects = DossierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="dossier_offered_for_a_time"),
            SameTenant("company", name="dossier_company_same_tenant"),
            SameTenant("organisation", name="dossier_organisation_same_tenant"),
            SameTenant("job", name="dossier_job_same_tenant"),
            *rules(
                "dossier", read=any_of(audience("system"), _WHO_ASKED), insert=any_of(audience("system"), _WHO_ASKED)
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def path(self):
        """Where the file lies."""
        return dossier_path(self.job_id)
