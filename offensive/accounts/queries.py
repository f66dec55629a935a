"""Who belongs to an organisation and who is invited; what a mailed key opens."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from offensive.accounts.models import Invitation, User
from offensive.tenancy.models import Membership
from offensive.tenancy.scope import token_hash, token_scope


@dataclass(frozen=True, slots=True)
class Person:
    """A member of an organisation."""

    name: str
    email: str
    role: str
    since: datetime
    pk: int | None = None  # of the membership, when the asker can see it
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who has not accepted yet."""

    pk: UUID
    name: str
    email: str
    role: str
    expires_at: datetime
    is_expired: bool


@dataclass(frozen=True, slots=True)
class People:
    """The people of one organisation, as far as the asker may see them."""

    members: tuple[Person, ...]
    invited: tuple[Invited, ...]


def people_of(organisation):
    """``People`` of ``organisation``, by name.

    The lead reads memberships; a partner reads the invitations to companies it cares for, and so those accepted.
    """
    invitations = list(Invitation.objects.of(organisation.pk).filter(withdrawn_at=None).order_by("email"))
    members = {person.email: person for person in _members(organisation)}
    for invitation in invitations:
        if invitation.accepted_at:
            members.setdefault(invitation.email, _person(invitation))
    waiting = [invitation for invitation in invitations if not invitation.accepted_at]
    return People(tuple(members.values()), tuple(_invited(invitation) for invitation in waiting))


def _members(organisation):
    memberships = Membership.objects.active().of_organisation(organisation.pk).select_related("user")
    for member in memberships.order_by("user__name", "user__email"):
        role = member.get_role_display()
        yield Person(member.user.name, member.user.email, role, member.created_at, member.pk, member.until)


def _person(invitation):
    return Person(invitation.name, invitation.email, invitation.get_role_display(), invitation.accepted_at)


def _invited(invitation):
    is_expired = invitation.expires_at <= timezone.now()
    role = invitation.get_role_display()
    return Invited(invitation.pk, invitation.name, invitation.email, role, invitation.expires_at, is_expired)


def invitation_of(token):
    """The invitation that the mailed key ``token`` opens, or None."""
    with token_scope(token):
        return Invitation.objects.filter(token_hash=token_hash(token)).first()


def account_of(email):
    """The account with this address, or None."""
    return User.objects.filter(email__iexact=email).first()
