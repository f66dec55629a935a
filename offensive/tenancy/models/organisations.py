"""Programmes (the tenants), their organisations, and who acts for which."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.policies import (
    CONSORTIUM,
    ORGANISATION_ID,
    PROGRAMME_ID,
    RETENTION_ROLE,
    STAFF,
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
