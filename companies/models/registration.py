"""A company that is not known here yet asks to take part."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    IN_PROGRAMME,
    ORGANISATION_ID,
    TOKEN,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    rules,
)


class RequestState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    MERGED = "merged", _("put to a known company")
    DECLINED = "declined", _("declined")


class RegistrationRequestQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme=programme_id)

    def confirmed(self):
        """Those whose sender has shown that the address is theirs; staff see no others."""
        return self.exclude(confirmed_at=None)

    def waiting(self):
        return self.filter(state=RequestState.WAITING)


# The lead sees all that are confirmed; a partner those addressed to it or to nobody.
_STAFF = any_of(
    audience("lead", "system"),
    all_of(audience("partner"), f"partner_id IS NULL OR partner_id = {ORGANISATION_ID}"),
)


class RegistrationRequest(models.Model):
    """What a stranger wrote; nothing of it counts until staff have looked at it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company_name = models.CharField(max_length=250)
    postcode = models.CharField(max_length=10)
    town = models.CharField(max_length=100)
    register_court = models.CharField(max_length=60, blank=True)
    register_number = models.CharField(max_length=20, blank=True)
    vat_id = models.CharField(max_length=20, blank=True)
    contact_name = models.CharField(max_length=150)
    email = models.EmailField()
    phone = models.CharField(max_length=50, blank=True)
    partner = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(blank=True, max_length=2000)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=RequestState, default=RequestState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, max_length=2000)
    company = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RegistrationRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="registration_decided_with_person_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="registration_declined_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "merged"], company__isnull=False)
                | Q(state__in=["waiting", "declined"], company=None),
                name="registration_accepted_is_a_company",
            ),
            SameTenant("partner", name="registrationrequest_partner_same_tenant"),
            SameTenant("company", name="registrationrequest_company_same_tenant"),
            Recorded(
                name="registrationrequest_recorded",
                personal=("contact_name", "email", "phone", "message", "reason", "token_hash"),
            ),
            *rules(
                "registrationrequest",
                programme="true",
                read=any_of(f"token_hash = {TOKEN}", all_of(IN_PROGRAMME, _STAFF)),
                insert=all_of(IN_PROGRAMME, audience("system")),
                update=any_of(f"token_hash = {TOKEN}", all_of(IN_PROGRAMME, _STAFF)),
            ),
        ]

    def __str__(self):
        return self.company_name
