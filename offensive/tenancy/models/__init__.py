"""The tenants, who belongs to them and sees what, what happened, and the periods that are reported on."""

from offensive.tenancy.models.access import AccessCategory, AuditAccess, CompanyAccess
from offensive.tenancy.models.log import LogEntry, LogEntryQuerySet
from offensive.tenancy.models.organisations import (
    RESERVED_SLUGS,
    Membership,
    MembershipQuerySet,
    Organisation,
    OrganisationKind,
    OrganisationQuerySet,
    Programme,
)
from offensive.tenancy.models.periods import GrantNotice, Period, PeriodQuerySet

__all__ = [
    "RESERVED_SLUGS",
    "AccessCategory",
    "AuditAccess",
    "CompanyAccess",
    "GrantNotice",
    "LogEntry",
    "LogEntryQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "OrganisationKind",
    "OrganisationQuerySet",
    "Period",
    "PeriodQuerySet",
    "Programme",
]
