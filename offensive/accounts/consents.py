"""Consents of a person: asked for one by one, proven by the words that were read, withdrawn as easily as given."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from offensive.accounts.models import Consent, ConsentKind, User

# What a person reads before saying yes; kept word for word with the answer.
TEXTS = {
    ConsentKind.PHOTOS: gettext_noop(
        "I agree that photos taken of me at events of the programme are shown on its website and in its publications."
    ),
    ConsentKind.NEWSLETTER: gettext_noop(
        "I agree to receive the programme's newsletter at my email address, about four times a year."
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to one kind; ``decided_at`` is None when never asked."""

    kind: ConsentKind
    text: str
    is_given: bool
    decided_at: datetime | None


def consents_of(acting):
    """``Standing`` of each kind for the person who acts, in this programme."""
    newest = {}
    for row in history_of(acting):
        newest.setdefault(row.kind, row)
    return [_standing(kind, newest.get(kind)) for kind in ConsentKind]


def _standing(kind, row):
    return Standing(kind, _(TEXTS[kind]), bool(row and row.is_given), row and row.decided_at)


def history_of(acting):
    """All answers of the person who acts, newest first."""
    own = Consent.objects.filter(programme=acting.programme_id, user=acting.user_id)
    return own.order_by("-decided_at", "-pk")


@transaction.atomic
def answer(kind, *, acting, is_given):
    """Record a yes or a withdrawal; returns whether anything changed. A second click changes nothing."""
    User.objects.select_for_update().get(pk=acting.user_id)
    standing = next(each for each in consents_of(acting) if each.kind == kind)
    if standing.is_given == is_given:
        return False
    Consent.objects.bulk_create(
        [
            Consent(
                programme_id=acting.programme_id,
                organisation_id=acting.organisation_id,
                user_id=acting.user_id,
                kind=kind,
                is_given=is_given,
                text=standing.text,
            )
        ]
    )
    return True
