"""Who may see what of a company, and which paper an auditor may open."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models.organisations import Organisation, Programme
from offensive.tenancy.policies import (
    ORGANISATION_ID,
    RETENTION_ROLE,
    USER_ID,
    Grant,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    own,
    rules,
)


class AccessCategory(models.TextChoices):
    IDENTITY = "identity", _("identity")
    SUPPORT = "support", _("support received")
    PROFILE = "profile", _("profile")
    ANALYSES = "analyses", _("market analyses")
    DOCUMENTS = "documents", _("documents")
    DEFENCE = "defence", _("interest in defence")


class CompanyAccess(models.Model):
    """A consortium organisation may see one category of one company.

    Written only by the services for release and hand-over; the policies of company-owned tables read it.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, choices=AccessCategory)

    class Meta:
        constraints = [
            # With the programme, which its own policy asks for: whatever a partner reads, the index alone answers.
            models.UniqueConstraint(
                fields=["organisation", "category", "company"],
                include=["programme"],
                name="access_once_per_category_and_company",
            ),
            models.CheckConstraint(condition=~Q(company=F("organisation")), name="access_is_given_to_another"),
            SameTenant("company", name="companyaccess_company_same_tenant"),
            SameTenant("organisation", name="companyaccess_organisation_same_tenant"),
            Recorded(name="companyaccess_recorded", company="company_id", category="identity"),
            *rules(
                "companyaccess",
                read=any_of(audience("lead", "system"), f"organisation_id = {ORGANISATION_ID}", own()),
                # Never by the one who gains: the lead assigns, services of the closed list register and release.
                insert=audience("lead", "system"),
                delete=audience("lead", "system"),
            ),
            # Policies of what retention reads look here, whoever asks.
            Grant(name="companyaccess_retention_grant", privileges="SELECT", role=RETENTION_ROLE),
        ]


class AuditAccess(models.Model):
    """An auditor may open one paper of a drawn sample, until a day. Written by the service that draws the sample."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    document = models.UUIDField()
    until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "document", "until"], name="auditaccess_once_per_paper_and_day"),
            *rules(
                "auditaccess",
                read=any_of(audience("lead", "system"), all_of(audience("auditor"), f"user_id = {USER_ID}")),
                insert=audience("lead", "system"),
            ),
            # What is open to an auditor is not removed.
            Grant(name="auditaccess_retention_grant", privileges="SELECT", role=RETENTION_ROLE),
        ]
