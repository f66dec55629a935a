"""Memberships: another role, a last day, ended. Never deleted: what somebody did keeps its name."""

from contextlib import nullcontext

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.accounts.services import AccountError, check_term
from offensive.tenancy.models import Membership
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope

# An organisation with such a person keeps one: somebody must be able to decide on releases and to let others in.
NEVER_WITHOUT = {Role.COMPANY_OWNER, Role.LEAD_COORDINATOR}


@transaction.atomic
def end_membership(membership, *, acting):
    """End access with the next request; returns the ``Membership``. Raises ``AccountError``."""
    with _managing(membership.organisation_id, acting):
        membership, colleagues = _locked(membership, acting)
        _keep_last(membership, colleagues)
        membership.ended_at = timezone.now()
        membership.save(update_fields=["ended_at"])
    return membership


@transaction.atomic
def change_membership(membership, *, acting, role, until=None):
    """Another role, or another last day; returns the ``Membership``. Raises ``AccountError``."""
    with _managing(membership.organisation_id, acting):
        membership, colleagues = _locked(membership, acting)
        check_term(membership.organisation, role, until)
        if role != membership.role or until:
            _keep_last(membership, colleagues)
        membership.role, membership.until = role, until
        membership.save(update_fields=["role", "until"])
    return membership


def manages(acting, organisation_id):
    """Whether the asker lets people in and out there: the lead everywhere, others in their own house."""
    own = acting.audience == "lead" or acting.organisation_id == organisation_id
    return own and may(acting.role, Action.PEOPLE_MANAGE)


def _managing(organisation_id, acting):
    """The scope in which memberships of the organisation may be changed. Raises ``AccountError``."""
    if not manages(acting, organisation_id):
        raise AccountError(_("You may not change the access of people of this organisation."))
    if acting.audience == "lead":
        return nullcontext()
    return system_scope(acting.programme_id, "accounts.manage_members")


def _locked(membership, acting):
    """The row and its colleagues', locked in one order, so that two people cannot end the last two at once."""
    active = Membership.objects.active().of_organisation(membership.organisation_id)
    rows = {row.pk: row for row in active.select_for_update(of=["self"]).select_related("organisation").order_by("pk")}
    mine = rows.pop(membership.pk, None)
    if mine is None:
        raise AccountError(_("This access has ended already."))
    if mine.user_id == acting.user_id:
        raise AccountError(_("You cannot change your own access. Please ask a colleague to do it."))
    return mine, rows.values()


def _keep_last(membership, colleagues):
    # Somebody with a last day does not count: the organisation would be left alone on that day.
    stays = any(other.role == membership.role and other.until is None for other in colleagues)
    if membership.role in NEVER_WITHOUT and not stays:
        raise AccountError(
            _("This is the last person with the role “%(role)s”. Please give this role to somebody else first.")
            % {"role": membership.get_role_display()}
        )
