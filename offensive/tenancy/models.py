"""Programmes (the tenants), their organisations, and who acts for which."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.policies import (
    CONSORTIUM,
    ORGANISATION_ID,
    PROGRAMME_ID,
    RETENTION_ROLE,
    STAFF,
    TOKEN,
    USER_ID,
    Grant,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    own,
    released,
    rules,
)
from offensive.tenancy.roles import AUDIENCE_OF_ROLE, Role

# First path segments that are not programmes.
RESERVED_SLUGS = [
    "accounts",
    "static",
    "t",
    "dev",
    "healthz",
    "readyz",
    "i18n",
    "imprint",
    "privacy",
    "accessibility",
    "figures",
    "join",
]


class Programme(models.Model):
    """A funded programme: the tenant. Its public facts and the settings that change how it works."""

    slug = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    region = models.CharField(max_length=200)
    # Whoever approves a report must not be the person who had it built.
    four_eyes = models.BooleanField(default=False)
    # Lead, partners, funding body and operator sign in with a second factor.
    second_factor_required = models.BooleanField(default=True)
    # Up to this many enterprises are listed in the PDF itself; above it the attachment alone lists them.
    annex_limit = models.PositiveIntegerField(default=500)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(slug__in=RESERVED_SLUGS), name="programme_slug_is_no_fixed_address"),
            Recorded(name="programme_recorded"),
            # What has expired is looked for programme by programme.
            Grant(name="programme_retention_grant", privileges="SELECT", role=RETENTION_ROLE),
            # Name and region are public; who reads a programme learns nothing of its tenants.
            *rules(
                "programme",
                programme="true",
                read="true",
                insert=audience("system"),
                update=all_of(f"id = {PROGRAMME_ID}", audience("lead", "system")),
            ),
        ]

    def __str__(self):
        return self.name


class OrganisationKind(models.TextChoices):
    LEAD = "lead", _("consortium leader")
    PARTNER = "partner", _("consortium partner")
    COMPANY = "company", _("company")
    UNIVERSITY = "university", _("university")
    COMMITTEE = "committee", _("advisory committee")
    FUNDER = "funder", _("funding body")
    OPERATOR = "operator", _("operator")


class OrganisationQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def consortium(self):
        return self.filter(kind__in=[OrganisationKind.LEAD, OrganisationKind.PARTNER])


class Organisation(models.Model):
    """One organisation within one programme; the same partner in two programmes is two rows."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=250)
    short_name = models.CharField(max_length=60, blank=True)
    # Companies only: since when their identity is known to the whole consortium (participation agreement).
    shared_on = models.DateField(null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="organisation_slug_once_per_programme"),
            models.UniqueConstraint(fields=["programme", "id"], name="organisation_tenant_key"),
            models.CheckConstraint(
                condition=Q(shared_on=None) | Q(kind="company"), name="organisation_shared_is_a_company"
            ),
            Recorded(name="organisation_recorded"),
            *rules(
                "organisation",
                # Somebody who has signed in but not yet chosen sees the organisations of the own memberships.
                programme="true",
                read=any_of(
                    all_of(
                        f"programme_id = {PROGRAMME_ID}",
                        any_of(
                            "kind <> 'company'",
                            audience("lead", "system"),
                            all_of(audience("partner"), "shared_on IS NOT NULL"),
                            released("identity", "id"),
                            own("id"),
                        ),
                    ),
                    f"id IN (SELECT organisation_id FROM tenancy_membership WHERE user_id = {USER_ID})",  # noqa: S608  (constant)
                ),
                insert=all_of(f"programme_id = {PROGRAMME_ID}", audience(*CONSORTIUM)),
                update=all_of(
                    f"programme_id = {PROGRAMME_ID}",
                    any_of(audience("lead", "system"), released("identity", "id"), own("id")),
                ),
            ),
        ]

    def __str__(self):
        return self.short_name or self.name


ROLES_OF_STAFF = tuple(role.value for role, name in AUDIENCE_OF_ROLE.items() if name in STAFF)


class MembershipQuerySet(models.QuerySet):
    def active(self, *, now=None):
        now = now or timezone.now()
        return self.filter(ended_at=None).filter(Q(until=None) | Q(until__gte=timezone.localdate(now)))

    def of_organisation(self, organisation_id):
        return self.filter(organisation_id=organisation_id)


class Membership(models.Model):
    """A person acts for an organisation in a role; ended, never deleted."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField(default=timezone.now)
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(ended_at=None), name="membership_once_per_organisation"
            ),
            models.UniqueConstraint(fields=["programme", "id"], name="membership_tenant_key"),
            SameTenant("organisation", name="membership_organisation_same_tenant"),
            Recorded(name="membership_recorded", company="organisation_id", category="support", inserts=True),
            *rules(
                "membership",
                programme="true",
                read=any_of(
                    f"user_id = {USER_ID}",
                    all_of(
                        f"programme_id = {PROGRAMME_ID}",
                        any_of(
                            audience("lead", "system"),
                            f"organisation_id = {ORGANISATION_ID}",
                            # Colleagues of the consortium know one another: who could take over a task.
                            all_of(audience("partner"), f"role IN {ROLES_OF_STAFF}"),
                        ),
                    ),
                ),
                insert=all_of(f"programme_id = {PROGRAMME_ID}", audience("system")),
                update=all_of(f"programme_id = {PROGRAMME_ID}", audience("lead", "system")),
            ),
        ]

    def __str__(self):
        return f"{self.user_id} {self.get_role_display()} {self.organisation_id}"

    @property
    def audience(self):
        return AUDIENCE_OF_ROLE[self.role]


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


class LogEntryQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme=programme_id)

    def about(self, company_ids):
        return self.filter(company__in=company_ids)

    def newest_first(self):
        return self.order_by("-at", "-pk")


class LogEntry(models.Model):
    """Who changed, downloaded or exported what, and when. Changes are written by the tables' triggers (``Recorded``).

    ``changed`` is {column: [before, after]}, or {column: null} for what is personal. Numbers instead of references:
    the log outlives what it tells of.
    """

    class Operation(models.TextChoices):
        INSERT = "INSERT", _("added")
        UPDATE = "UPDATE", _("changed")
        DELETE = "DELETE", _("removed")
        DOWNLOAD = "DOWNLOAD", _("downloaded")
        VIEW = "VIEW", _("looked at")
        EXPORT = "EXPORT", _("exported")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, db_constraint=False)
    at = models.DateTimeField(db_default=Now())
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=40)
    operation = models.CharField(max_length=10, choices=Operation)
    changed = models.JSONField(default=dict)
    company = models.BigIntegerField(null=True, blank=True)
    category = models.CharField(max_length=20, blank=True)
    user = models.BigIntegerField(null=True, blank=True)
    organisation = models.BigIntegerField(null=True, blank=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["company", "-at", "-id"], name="log_of_company"),
            models.Index(fields=["programme", "-at", "-id"], name="log_of_programme"),
        ]
        constraints = rules(
            "logentry",
            programme="true",
            read=all_of(
                f"programme_id = {PROGRAMME_ID}",
                any_of(
                    audience("lead", "system"),
                    own("company"),
                    all_of(
                        audience("partner"),
                        "(company, category) IN (SELECT company_id, category FROM tenancy_companyaccess "  # noqa: S608  (constants)
                        f"WHERE organisation_id = {ORGANISATION_ID})",
                    ),
                ),
            ),
            # A mailed key changes its own row without a programme's scope.
            insert=any_of(f"programme_id = {PROGRAMME_ID}", f"{TOKEN} IS NOT NULL"),
        )


class GrantNotice(models.Model):
    """The notice of grant (Bescheid): facts the report's cover prints. One per grant recipient."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    file_number = models.CharField(max_length=100, blank=True)
    granted_on = models.DateField(null=True, blank=True)
    authority = models.CharField(max_length=200)
    fund = models.CharField(max_length=100)
    nrw_measure = models.CharField(max_length=20)
    # Not to be confused with the Land's measure number: "1.4" there is not RSO1.4 here.
    specific_objective = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "recipient"], name="notice_once_per_recipient"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="notice_ends_after_it_starts"),
            SameTenant("recipient", name="grantnotice_recipient_same_tenant"),
            Recorded(name="grantnotice_recorded"),
            *rules(
                "grantnotice",
                read=audience("lead", "partner", "funder", "system"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]


class PeriodQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)


class Period(models.Model):
    """A reporting period of the programme, named by a key such as ``2026-1``."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    key = models.SlugField(max_length=20)
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="period_key_once_per_programme"),
            models.UniqueConstraint(fields=["programme", "id"], name="period_tenant_key"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"), due_on__gt=F("ends_on")), name="period_starts_ends_is_due"
            ),
            Recorded(name="period_recorded"),
            *rules(
                "period",
                read=audience("lead", "partner", "funder", "auditor", "committee", "system"),
                insert=audience("lead", "system"),
                update=audience("lead", "system"),
            ),
        ]

    def __str__(self):
        return self.name
