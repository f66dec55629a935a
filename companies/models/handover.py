"""A company passes from one partner to another: asked for, then accepted, declined or withdrawn."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    ORGANISATION_ID,
    USER_ID,
    Checked,
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    released,
    rules,
)


class HandoverState(models.TextChoices):
    ASKED = "asked", _("waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("hand-over", "accepted")
    DECLINED = "declined", pgettext_lazy("hand-over", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("hand-over", "withdrawn")


_GIVEN_BY_ASKER = f"from_partner_id = {ORGANISATION_ID}"
_GIVEN_TO_ASKER = f"to_partner_id = {ORGANISATION_ID}"
# Nobody decides in another's name.
_DECIDED_BY_ASKER = any_of("decided_by_id IS NULL", f"decided_by_id = {USER_ID} AND decided_in_id = {ORGANISATION_ID}")


class HandoverQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def about(self, company_ids):
        return self.filter(company__in=company_ids)

    def concerning(self, organisation_id):
        """Given by an organisation, or to it."""
        return self.filter(Q(from_partner=organisation_id) | Q(to_partner=organisation_id))

    def open(self):
        return self.filter(state=HandoverState.ASKED)

    def newest_first(self):
        return self.order_by("-asked_at", "-pk")

    def with_names(self):
        """Everything a list row prints, in one query. Not the company: whoever is asked may not know it yet."""
        return self.select_related("from_partner", "to_partner", "asked_by", "decided_by", "proposed", "person")


class Handover(models.Model):
    """One partner asks another to look after a company from now on. Once decided it stays what it is."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # What is told of the company by asking, to a partner that may not know it yet; all else comes with accepting.
    company_name = models.CharField(max_length=250)
    town = models.CharField(max_length=100, blank=True)
    from_partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Whom the asker has in mind; who it becomes, the receiver says.
    proposed = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_in = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # Of the form that asked, for one company or several: sent twice it asks once.
    form_key = models.UUIDField()
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.ASKED)
    answer = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_in = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["programme", "-asked_at", "-id"], name="handover_by_day"),
            models.Index(fields=["to_partner", "asked_at"], condition=Q(state="asked"), name="handover_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "company"], condition=Q(state="asked"), name="handover_one_open_per_company"
            ),
            models.UniqueConstraint(fields=["programme", "company", "form_key"], name="handover_once_per_form"),
            models.CheckConstraint(condition=~Q(from_partner=F("to_partner")), name="handover_to_another_partner"),
            models.CheckConstraint(condition=~Q(reason=""), name="handover_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state__in=[value for value, _label in HandoverState.choices]), name="handover_has_a_state"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_in=None, decided_at=None, answer="")
                | ~Q(state="asked")
                & Q(decided_by__isnull=False, decided_in__isnull=False, decided_at__gte=F("asked_at")),
                name="handover_decided_with_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"]) | Q(decided_in=F("to_partner")),
                name="handover_answered_by_the_receiver",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""), name="handover_declined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", person__isnull=False) | ~Q(state="accepted") & Q(person=None),
                name="handover_accepted_with_a_caring_person",
            ),
            SameTenant("company", name="handover_company_same_tenant"),
            SameTenant("from_partner", name="handover_from_same_tenant"),
            SameTenant("to_partner", name="handover_to_same_tenant"),
            SameTenant("asked_in", name="handover_asked_in_same_tenant"),
            SameTenant("decided_in", name="handover_decided_in_same_tenant"),
            Checked(
                name="handover_from_who_looks_after_it",
                function="offensive_handover_from_carer",
                when="NEW.state = 'asked'",
            ),
            Checked(name="handover_decided_once", function="offensive_handover_decided_once", event="UPDATE"),
            # Without the company: it reads in its history who looks after it, not who was asked.
            Recorded(name="handover_recorded"),
            *rules(
                "handover",
                read=any_of(
                    audience("lead", "system"),
                    all_of(audience("partner"), any_of(_GIVEN_BY_ASKER, _GIVEN_TO_ASKER)),
                ),
                insert=any_of(
                    audience("system"),
                    all_of(
                        "state = 'asked'",
                        f"asked_by_id = {USER_ID}",
                        f"asked_in_id = {ORGANISATION_ID}",
                        any_of(audience("lead"), all_of(_GIVEN_BY_ASKER, released("support"))),
                    ),
                ),
                # Accepting changes the company too, which the receiver may not do yet: a service of the closed list.
                update=any_of(
                    audience("system"),
                    all_of(
                        "state <> 'accepted'",
                        _DECIDED_BY_ASKER,
                        any_of(
                            audience("lead"),
                            all_of(audience("partner"), _GIVEN_BY_ASKER, "state <> 'declined'"),
                            all_of(audience("partner"), _GIVEN_TO_ASKER, "state <> 'withdrawn'"),
                        ),
                    ),
                ),
            ),
        ]

    def __str__(self):
        return self.company_name

    @property
    def is_open(self):
        return self.state == HandoverState.ASKED
