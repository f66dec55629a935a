"""Keep a filter of the company list under a name, change it, let it go."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import SavedFilter
from companies.models.saved import MOST_SAVED
from companies.services import CompanyError
from companies.versions import delete_seen, update_seen

# By the constraint that refuses it.
_REFUSED = {
    "savedfilter_name_once_per_person": gettext_lazy(
        "You have a filter of this name already. Please choose another one."
    ),
    "savedfilter_place_taken_once": gettext_lazy(
        "Another filter of yours was saved at the same moment. Please save again."
    ),
    "savedfilter_one_default_per_person": gettext_lazy(
        "Another filter of yours was made the default at the same moment. Please save again."
    ),
}


class SavedFilterError(CompanyError):
    """A message for the person who wanted to keep a filter."""


def save_filter(filters, *, acting, **values):
    """Keep ``filters`` (``ListFilter``); the same sent twice is one. ``values``: name, is_shared, is_default.

    Raises ``SavedFilterError`` when it narrows nothing, the name is taken or there is no place left.
    """
    if not filters.narrows:
        raise SavedFilterError(_("This filter narrows nothing. Please choose something in the list first."))
    own = SavedFilter.objects.owned_by(acting)
    if same := own.filter(parameters=filters.parameters(), **values).first():
        return same
    saved = SavedFilter(
        programme_id=acting.programme_id,
        organisation_id=acting.organisation_id,
        owner_id=acting.user_id,
        place=_free_place(own),
        parameters=filters.parameters(),
        **values,
    )
    _stored(own, values, saved.save)
    return saved


def change_filter(saved, *, acting, seen, **values):
    """Rename it, share it or not, make it the default or not; as it was ``seen``.

    Raises ``SavedFilterError`` when the name is taken, ``OvertakenError`` when it was changed meanwhile.
    """
    own = SavedFilter.objects.owned_by(acting)
    _stored(own.exclude(pk=saved.pk), values, lambda: update_seen(own.filter(pk=saved.pk), seen=seen, **values))


def delete_filter(saved, *, acting, seen):
    """Raises ``OvertakenError`` when it was changed since it was ``seen``."""
    delete_seen(SavedFilter.objects.owned_by(acting).filter(pk=saved.pk), seen=seen)


def _free_place(own):
    taken = set(own.values_list("place", flat=True))
    place = next((number for number in range(1, MOST_SAVED + 1) if number not in taken), None)
    if place is None:
        raise SavedFilterError(_("You have %(n)s saved filters. Please delete one first.") % {"n": MOST_SAVED})
    return place


def _stored(others, values, store):
    """One of a person's filters is the default: the one that becomes it takes that from ``others``."""
    try:
        with transaction.atomic():
            if values["is_default"]:
                others.filter(is_default=True).update(is_default=False)
            store()
    except IntegrityError as error:
        refused = _REFUSED.get(error.__cause__.diag.constraint_name)
        if refused is None:
            raise
        raise SavedFilterError(str(refused)) from error
