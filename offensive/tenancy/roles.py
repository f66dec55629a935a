"""Roles of people, the audience each belongs to, and the check of the database role."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    LEAD_COORDINATOR = "lead_coordinator", _("lead, coordination")
    LEAD_APPROVER = "lead_approver", _("lead, approval")
    PARTNER_ADVISOR = "partner_advisor", _("partner, advice")
    PARTNER_VIEWER = "partner_viewer", _("partner, reading")
    COMPANY_OWNER = "company_owner", _("company, responsible")
    COMPANY_MEMBER = "company_member", _("company, colleague")
    UNIVERSITY_MEMBER = "university_member", _("university")
    COMMITTEE_READER = "committee_reader", _("committee")
    FUNDER_OFFICER = "funder_officer", _("funding body")
    AUDITOR = "auditor", _("auditor")
    OPERATOR = "operator", _("operator")


AUDIENCE_OF_ROLE = {
    Role.LEAD_COORDINATOR: "lead",
    Role.LEAD_APPROVER: "lead",
    Role.PARTNER_ADVISOR: "partner",
    Role.PARTNER_VIEWER: "partner",
    Role.COMPANY_OWNER: "company",
    Role.COMPANY_MEMBER: "company",
    Role.UNIVERSITY_MEMBER: "university",
    Role.COMMITTEE_READER: "committee",
    Role.FUNDER_OFFICER: "funder",
    Role.AUDITOR: "auditor",
    Role.OPERATOR: "operator",
}

# Who sees many companies, or runs the machine, signs in with a second factor where the programme wants one.
WITH_SECOND_FACTOR = {"lead", "partner", "funder", "operator"}

_PRIVILEGES = """
SELECT session_user,
       rolsuper OR rolbypassrls,
       EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relname = 'tenancy_programme'),
       EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)
FROM pg_roles r WHERE rolname = session_user
"""


def privileges_of_session():
    """Sentences that say why the database role of this connection must not serve requests; empty when it may."""
    with connection.cursor() as cursor:
        cursor.execute(_PRIVILEGES)
        name, above_policies, owns_tables, is_member = cursor.fetchone()
    problems = {
        f"The database role {name} is a superuser or bypasses row security.": above_policies,
        f"The database role {name} owns the tables, so row security does not bind it.": owns_tables,
        f"The database role {name} is a member of another role and could become it.": is_member,
    }
    return [sentence for sentence, holds in problems.items() if holds]


def refuse_privileged_role():
    """Raise ``ImproperlyConfigured`` unless the role is bound by row security (``session_user``, not ``SET ROLE``)."""
    if problems := privileges_of_session():
        raise ImproperlyConfigured(" ".join([*problems, "Set DATABASE_URL to log in as offensive_app."]))
