"""Filters of the company list that a person keeps under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import ORGANISATION_ID, STAFF, USER_ID, SameTenant, all_of, any_of, audience, rules

MOST_SAVED = 30
_COLLEAGUES = all_of(audience(*STAFF), f"organisation_id = {ORGANISATION_ID}")
_OWN = all_of(_COLLEAGUES, f"owner_id = {USER_ID}")


class SavedFilterQuerySet(models.QuerySet):
    def usable_by(self, acting):
        """The person's own ones and those that colleagues share, by name."""
        of_organisation = self.filter(programme=acting.programme_id, organisation=acting.organisation_id)
        return of_organisation.filter(Q(owner=acting.user_id) | Q(is_shared=True)).order_by("name", "pk")

    def owned_by(self, acting):
        return self.usable_by(acting).filter(owner=acting.user_id)


class SavedFilter(models.Model):
    """A named filter of one person, acting for one organisation; shared with its colleagues or private."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    # Which of the person's places it takes: so that there are no more than MOST_SAVED.
    place = models.PositiveSmallIntegerField()
    # {parameter of the address: text or list of values}, as ``ListFilter.parameters`` gives them.
    parameters = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    # What its owner sees on coming to the list.
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "owner", "name"], name="savedfilter_name_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation", "owner", "place"], name="savedfilter_place_taken_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "organisation", "owner"],
                condition=Q(is_default=True),
                name="savedfilter_one_default_per_person",
            ),
            models.CheckConstraint(condition=Q(place__range=(1, MOST_SAVED)), name="savedfilter_at_most_30_per_person"),
            models.CheckConstraint(condition=~Q(name=""), name="savedfilter_has_a_name"),
            models.CheckConstraint(condition=~Q(parameters={}), name="savedfilter_filters_something"),
            SameTenant("organisation", name="savedfilter_organisation_same_tenant"),
            *rules(
                "savedfilter",
                read=any_of(_OWN, all_of(_COLLEAGUES, "is_shared"), audience("system")),
                insert=any_of(_OWN, audience("system")),
                update=any_of(_OWN, audience("system")),
                delete=any_of(_OWN, audience("system")),
            ),
        ]

    def __str__(self):
        return self.name

    def is_default_of(self, person):
        return self.is_default and self.owner_id == person.pk
