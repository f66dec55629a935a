"""People who sign in, and invitations to become a member."""

import uuid
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    IN_PROGRAMME,
    ORGANISATION_ID,
    TOKEN,
    USER_ID,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    released,
    rules,
)
from offensive.tenancy.roles import Role
from offensive.tenancy.searching import search_indexes, searched_column, words_column

# The lead invites anybody, a partner the companies it cares for, every organisation its own colleagues.
_INVITES = any_of(
    audience("lead", "system"), released("support", "organisation_id"), f"organisation_id = {ORGANISATION_ID}"
)
INVITATION_LIFETIME = timedelta(days=14)


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """A person with a normalised address; without a password nobody can sign in as them."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person. What they may do stands in their memberships, never here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    searched = searched_column("name", "email")
    words = words_column("name", "email")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    is_staff = is_superuser = False  # there is no Django admin

    objects = UserManager()

    class Meta:
        indexes = search_indexes("user")
        constraints = rules("user", programme="true", read="true", insert="true", update="true")

    def __str__(self):
        return self.name or self.email


class InvitationQuerySet(models.QuerySet):
    def of(self, organisation_id):
        return self.filter(organisation_id=organisation_id)

    def open(self, *, now=None):
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now())


class Invitation(models.Model):
    """A mailed key with which a person becomes a member; only the key's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=Role)
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    # The last day of the membership; auditors have one.
    until = models.DateField(null=True, blank=True)
    # Printed on the page that the key opens, where the organisation's row cannot be read.
    organisation_name = models.CharField(max_length=250)
    programme_name = models.CharField(max_length=200)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_by_name = models.CharField(max_length=250)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_accepted_or_withdrawn"
            ),
            SameTenant("organisation", name="invitation_organisation_same_tenant"),
            Recorded(
                name="invitation_recorded",
                company="organisation_id",
                category="support",
                personal=("email", "name", "invited_by_name", "token_hash"),
            ),
            *rules(
                "invitation",
                programme="true",
                read=any_of(f"token_hash = {TOKEN}", all_of(IN_PROGRAMME, _INVITES)),
                insert=all_of(IN_PROGRAMME, _INVITES),
                update=any_of(f"token_hash = {TOKEN}", all_of(IN_PROGRAMME, _INVITES)),
            ),
        ]

    def __str__(self):
        return f"{self.email} → {self.organisation_name}"


class ConsentKind(models.TextChoices):
    PHOTOS = "photos", _("photos at events")
    NEWSLETTER = "newsletter", _("newsletter")


class Consent(models.Model):
    """A person says yes or no to one thing (Art. 6(1)(a), 7 GDPR). The newest row of a kind holds; none is changed.

    ``text`` is what the person read, word for word: the proof of what was consented to.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ConsentKind)
    is_given = models.BooleanField()
    text = models.TextField()
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "kind", "decided_at"], name="consent_of_person")]
        constraints = [
            SameTenant("organisation", name="consent_organisation_same_tenant"),
            *rules(
                "consent",
                read=any_of(f"user_id = {USER_ID}", audience("lead", "system")),
                # Nobody consents for somebody else.
                insert=f"user_id = {USER_ID} AND organisation_id = {ORGANISATION_ID}",
            ),
        ]
