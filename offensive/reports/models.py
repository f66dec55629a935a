"""Progress reports: what one building of a report wrote is an edition, and stays what it was."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from offensive.documents.models import Document
from offensive.jobs.models import Job
from offensive.tenancy.models import Organisation, Period, Programme
from offensive.tenancy.policies import USER_ID, SameTenant, all_of, any_of, audience, rules

# The funding body and its auditors see what was submitted, and nothing else.
_SUBMITTED = all_of(audience("funder", "auditor"), "%s IN (SELECT edition_id FROM reports_submission)")


def _edition_rules(table, column):
    return rules(
        table,
        read=any_of(audience("lead", "partner", "system"), _SUBMITTED % column),
        insert=audience("lead", "system"),
    )


class EditionQuerySet(models.QuerySet):
    def of_period(self, period):
        return self.filter(period=period)

    def submitted(self):
        return self.filter(submission__isnull=False)


class Edition(models.Model):
    """One building of the report of one period: content, file and their hashes. Never changed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    period = models.ForeignKey(Period, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    # One piece of work writes one edition, however often it was started.
    job = models.OneToOneField(Job, null=True, blank=True, on_delete=models.PROTECT)
    built_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    built_at = models.DateTimeField(default=timezone.now)
    rule_version = models.CharField(max_length=40)
    # All that is printed, so that the file can be made again content-equal.
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    # The stored PDF is named by its hash; empty where the demonstration was made without files.
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveIntegerField(default=0)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="edition_number_once_per_period"),
            models.UniqueConstraint(fields=["programme", "id"], name="edition_tenant_key"),
            SameTenant("period", name="edition_period_same_tenant"),
            SameTenant("job", name="edition_job_same_tenant"),
            *_edition_rules("edition", "id"),
        ]

    def __str__(self):
        return f"{self.period} ({self.number})"


class EditionFigure(models.Model):
    """One figure as it stood in an edition; ``part`` is a size class or empty for the total."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="figures")
    code = models.CharField(max_length=10)
    part = models.CharField(max_length=20, blank=True)
    target = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    in_period = models.DecimalField(max_digits=15, decimal_places=2)
    cumulative = models.DecimalField(max_digits=15, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "code", "part"], name="figure_once_per_edition"),
            SameTenant("edition", name="editionfigure_edition_same_tenant"),
            *_edition_rules("editionfigure", "edition_id"),
        ]


class EditionEnterprise(models.Model):
    """An enterprise behind a figure, by id and legal name, with the delivery it was counted for."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enterprises")
    code = models.CharField(max_length=10)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    legal_name = models.CharField(max_length=250)
    size_class = models.CharField(max_length=10)
    delivery = models.BigIntegerField()
    delivered_on = models.DateField()
    delivery_title = models.CharField(max_length=200)
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    is_new = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="editionenterprise_tenant_key"),
            models.UniqueConstraint(fields=["edition", "code", "company"], name="enterprise_once_per_indicator"),
            SameTenant("edition", name="editionenterprise_edition_same_tenant"),
            SameTenant("company", name="editionenterprise_company_same_tenant"),
            SameTenant("partner", name="editionenterprise_partner_same_tenant"),
            *_edition_rules("editionenterprise", "edition_id"),
        ]


class Approval(models.Model):
    """Somebody answers for an edition as it stands."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="approval_tenant_key"),
            SameTenant("edition", name="approval_edition_same_tenant"),
            *_edition_rules("approval", "edition_id"),
        ]


class Submission(models.Model):
    """An edition was handed in to the funding body. One per period: a correction stands in the next report."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    period = models.OneToOneField(Period, on_delete=models.PROTECT)
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT)
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameTenant("period", name="submission_period_same_tenant"),
            SameTenant("edition", name="submission_edition_same_tenant"),
            SameTenant("approval", name="submission_approval_same_tenant"),
            *rules(
                "submission",
                read=audience("lead", "partner", "funder", "auditor", "system"),
                insert=audience("lead", "system"),
            ),
        ]


class Download(models.Model):
    """Who took a copy of which edition when."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    downloaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    downloaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameTenant("edition", name="download_edition_same_tenant"),
            SameTenant("organisation", name="download_organisation_same_tenant"),
            *rules(
                "download",
                read=audience("lead", "system"),
                insert=audience("lead", "partner", "funder", "auditor", "system"),
            ),
        ]


class AuditSample(models.Model):
    """Enterprises of a submitted edition whose papers a named auditor may open until a day. Drawn, never changed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)
    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=10)
    reason = models.CharField(max_length=300)
    # What the random choice began with, so that anybody can draw it again.
    seed = models.CharField(max_length=80)
    until = models.DateField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="auditsample_tenant_key"),
            SameTenant("edition", name="auditsample_edition_same_tenant"),
            *rules(
                "auditsample",
                read=any_of(audience("lead", "system"), all_of(audience("auditor"), f"auditor_id = {USER_ID}")),
                insert=audience("lead", "system"),
            ),
        ]

    @property
    def is_over(self):
        return self.until < timezone.localdate()


class AuditSampleItem(models.Model):
    """One enterprise of a sample with one of its papers; without a paper where none was filed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="items")
    enterprise = models.ForeignKey(EditionEnterprise, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "enterprise", "document"], nulls_distinct=False, name="sampleitem_once"
            ),
            SameTenant("sample", name="auditsampleitem_sample_same_tenant"),
            SameTenant("enterprise", name="auditsampleitem_enterprise_same_tenant"),
            SameTenant("document", name="auditsampleitem_document_same_tenant"),
            *rules(
                "auditsampleitem",
                read=any_of(
                    audience("lead", "system"),
                    all_of(audience("auditor"), "sample_id IN (SELECT id FROM reports_auditsample)"),
                ),
                insert=audience("lead", "system"),
            ),
        ]
