"""Invitations: sent, renewed, withdrawn, accepted."""

import secrets
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import IntegrityError, ProgrammingError, transaction
from django.template.defaultfilters import date as formatted_date
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from offensive.accounts.models import INVITATION_LIFETIME, Invitation, User
from offensive.accounts.queries import account_of
from offensive.notices.mails import Mail, absolute, queue_mail
from offensive.notices.services import stop
from offensive.tenancy.models import Membership, Organisation, OrganisationKind
from offensive.tenancy.roles import AUDIENCE_OF_ROLE, Role
from offensive.tenancy.scope import system_scope, token_hash, token_scope

# A second click within a minute is the same wish, not a second mail.
SAME_WISH_SECONDS = 60
_AUDITOR_OF = OrganisationKind.FUNDER


class AccountError(Exception):
    """A message for the person who invites or accepts."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who has become a member of what."""

    user: User
    programme_slug: str
    organisation_slug: str


def roles_for(organisation):
    """The roles that people of ``organisation`` can have."""
    audiences = {organisation.kind} | ({"auditor"} if organisation.kind == _AUDITOR_OF else set())
    return [role for role in Role if AUDIENCE_OF_ROLE[role] in audiences]


def check_term(organisation, role, until):
    """Raises ``AccountError`` unless the role exists there and the last day fits: auditors need one."""
    if role not in roles_for(organisation):
        raise AccountError(_("This role does not belong to this organisation."))
    if role == Role.AUDITOR and until is None:
        raise AccountError(_("Auditors have access for a limited time. Please enter the last day."))
    if until and until < timezone.localdate():
        raise AccountError(_("The last day has passed. Please enter a later day, or end the access."))


@transaction.atomic
def invite(organisation, *, acting, email, name, role, until=None):
    """Invite a person to ``organisation`` and queue the mail; returns the ``Invitation``.

    An open invitation to the same address is renewed with a new key, except right after it was sent.
    Raises ``AccountError``: already a member, a role of another kind of organisation, not allowed.
    """
    email = email.strip().lower()
    check_term(organisation, role, until)
    if Membership.objects.active().of_organisation(organisation.pk).filter(user__email=email).exists():
        raise AccountError(_("%(email)s belongs to this organisation already.") % {"email": email})
    if waiting := _waiting(organisation.pk, email):
        return _renewed(waiting, name=name, role=role, until=until, acting=acting)
    return _invited(organisation, acting, email, name, role, until)


def _waiting(organisation_id, email):
    unanswered = Invitation.objects.of(organisation_id).filter(accepted_at=None, withdrawn_at=None)
    return unanswered.select_for_update().filter(email=email).first()


def _invited(organisation, acting, email, name, role, until):
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        programme_id=organisation.programme_id,
        organisation_id=organisation.pk,
        role=role,
        email=email,
        name=name,
        until=until,
        organisation_name=organisation.name,
        programme_name=acting.programme_name,
        invited_by_id=acting.user_id,
        invited_by_name=_inviter(acting),
        token_hash=token_hash(token),
        expires_at=timezone.now() + INVITATION_LIFETIME,
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError:  # the same click arrived twice at once; the other one has sent the mail
        return _waiting(organisation.pk, email)
    except ProgrammingError as error:  # row security refuses the row
        raise AccountError(_("You may not invite people to this organisation.")) from error
    _mail(invitation, token)
    return invitation


def _inviter(acting):
    person = User.objects.get(pk=acting.user_id)
    return f"{person} ({acting.organisation_name})"


def _renewed(invitation, *, name, role, until, acting):
    invitation.name, invitation.role, invitation.until = name, role, until
    sent_at = invitation.expires_at - INVITATION_LIFETIME
    if (timezone.now() - sent_at).total_seconds() < SAME_WISH_SECONDS:
        invitation.save(update_fields=["name", "role", "until"])
        return invitation
    return _sent_again(invitation, acting)


def _sent_again(invitation, acting):
    """With a new key: the old one is not known any more, and stops working."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.expires_at = token_hash(token), timezone.now() + INVITATION_LIFETIME
    invitation.invited_by_id, invitation.invited_by_name = acting.user_id, _inviter(acting)
    invitation.save()
    stop(_stop_key(invitation), programme_id=invitation.programme_id)
    _mail(invitation, token)
    return invitation


@transaction.atomic
def resend(invitation, *, acting):
    """Send the invitation once more, with a new key and another 14 days; the first mail's key stops working."""
    return _sent_again(_unanswered(invitation), acting)


@transaction.atomic
def withdraw(invitation):
    """The key stops working at once; a mail still waiting to be sent is not sent."""
    invitation = _unanswered(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    stop(_stop_key(invitation), programme_id=invitation.programme_id)
    return invitation


def _unanswered(invitation):
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise AccountError(_("This invitation has been accepted already."))
    if invitation.withdrawn_at:
        raise AccountError(_("This invitation has been withdrawn already."))
    return invitation


def _stop_key(invitation):
    return f"invitation:{invitation.pk}"


def _mail(invitation, token):
    address = absolute(reverse("accounts_token:invitation_accept", args=[token]))
    with translation.override("de"):  # the language of the region; the page itself offers English
        mail = _mail_text(invitation, address)
    queue_mail(mail, to=invitation.email, programme_id=invitation.programme_id, stop_key=_stop_key(invitation))


def _mail_text(invitation, address):
    names = {
        "inviter": invitation.invited_by_name,
        "organisation": invitation.organisation_name,
        "programme": invitation.programme_name,
        "until": formatted_date(timezone.localtime(invitation.expires_at), "SHORT_DATE_FORMAT"),
    }
    return Mail(
        subject=_("Your access to %(programme)s") % names,
        greeting=_("Good day %(name)s,") % {"name": invitation.name} if invitation.name else _("Good day,"),
        paragraphs=(
            _("%(inviter)s invites you to act for %(organisation)s in the portal of the %(programme)s.") % names,
            _("There you see where you stand, what comes next and what you have received so far."),
        ),
        button=(_("Accept the invitation"), address),
        closing=(
            _("The link is for you alone and works until %(until)s.") % names,
            _("If you did not expect this mail, you need not do anything."),
        ),
        programme_name=invitation.programme_name,
    )


def accept_invitation(token, *, user=None, password="", name=""):
    """Make the invited person a member; returns ``Accepted``. Without ``user`` an account is made.

    Raises ``AccountError`` when the key is unknown, used, withdrawn or expired, or meant for somebody else.
    """
    with token_scope(token):
        invitation = Invitation.objects.select_for_update().filter(token_hash=token_hash(token)).first()
        if problem := closed_because(invitation):
            raise AccountError(problem)
        if user and user.email != invitation.email:
            raise AccountError(_("This invitation is for another address than the one you are signed in with."))
        with system_scope(invitation.programme_id, "accounts.accept_invitation"):
            return _accepted(invitation, user or _new_account(invitation.email, password, name))


def closed_because(invitation):
    """Why the key opens nothing (any more), as a sentence; "" while it does."""
    if invitation is None:
        return _("This link is not known here. Please check that you copied it wholly, or ask for a new invitation.")
    if invitation.accepted_at:
        return _("This invitation has been accepted already. Please sign in.")
    if invitation.withdrawn_at:
        return _("This invitation was withdrawn. If that surprises you, please ask the person who invited you.")
    if invitation.expires_at <= timezone.now():
        return _("This invitation has expired. Please ask the person who invited you for a new one.")
    return ""


def _new_account(email, password, name):
    if account_of(email):
        raise AccountError(_("There is an account with this address already. Please sign in to accept."))
    user = User.objects.create_user(email, password, name=name)
    # Whoever holds the key has read the mail: the address is theirs.
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _accepted(invitation, user):
    organisation = Organisation.objects.select_related("programme").get(pk=invitation.organisation_id)
    Membership.objects.bulk_create(
        [
            Membership(
                programme_id=invitation.programme_id,
                organisation=organisation,
                user=user,
                role=invitation.role,
                until=invitation.until,
            )
        ],
        ignore_conflicts=True,  # a member already, invited by somebody who could not see it
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return Accepted(user, organisation.programme.slug, organisation.slug)
