"""The catalogue of support: kinds are added, renamed, given another rule from now on, and retired."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from offensive.enablement.models import DeliveryKind
from offensive.tenancy.models import LogEntry
from offensive.tenancy.remembering import changed

# What figures already submitted rest on: another rule is another row.
RULE = ("is_structured", "structured_from_minutes")
FREE = ("name", "requires_evidence", "default_minutes")


class KindError(Exception):
    """A message for the person who works on the catalogue; ``changed_meanwhile`` when somebody else was faster."""

    def __init__(self, sentence, *, changed_meanwhile=False):
        super().__init__(sentence)
        self.changed_meanwhile = changed_meanwhile


@transaction.atomic
def add_kind(programme_id, **values):
    """A new kind of support. Raises ``KindError`` for a name that a current kind has."""
    _check(programme_id, values)
    changed(programme_id)
    key = _free_key(programme_id, values["name"])
    return DeliveryKind.objects.create(programme_id=programme_id, key=key, **values)


@transaction.atomic
def change_kind(kind, *, seen, **values):
    """Change ``kind``; with another rule it is retired today and a successor of the same key takes its place.

    ``seen`` is the version the person has looked at. Raises ``KindError`` when it is no longer that one, is retired, or
    the name is taken. Returns the kind that now stands.
    """
    _check(kind.programme_id, values, but=kind.pk)
    another_rule = any(values[name] != getattr(kind, name) for name in RULE)
    update = {"retired_on": timezone.localdate()} if another_rule else {name: values[name] for name in FREE}
    if not _updated(kind, seen, **update):
        raise KindError(_("Somebody else has changed this kind meanwhile."), changed_meanwhile=True)
    if another_rule:
        return DeliveryKind.objects.create(programme_id=kind.programme_id, key=kind.key, **values)
    return DeliveryKind.objects.get(pk=kind.pk)


@transaction.atomic
def retire_kind(kind):
    """Nothing more is recorded as ``kind``; what was recorded stays. Twice changes nothing."""
    _updated(kind, F("version"), retired_on=timezone.localdate())


def changed_last_by(kind):
    """Name of whoever has changed the kind last."""
    log = LogEntry.objects.of(kind.programme_id).filter(table=kind._meta.db_table, row=str(kind.pk)).newest_first()
    person = get_user_model().objects.filter(pk__in=list(log.values_list("user", flat=True)[:1])).first()
    return str(person or _("Somebody else"))


def _updated(kind, seen, **values):
    changed(kind.programme_id)
    current = DeliveryKind.objects.current().filter(pk=kind.pk, version=seen)
    return current.update(version=F("version") + 1, **values)


def _check(programme_id, values, *, but=None):
    if values["is_structured"] and not values["requires_evidence"]:
        raise KindError(_("Structured support counts with a paper alone: please ask for evidence as well."))
    taken = DeliveryKind.objects.of(programme_id).current().filter(name__iexact=values["name"]).exclude(pk=but)
    if taken.exists():
        raise KindError(_("There is a kind with this name already."))


def _free_key(programme_id, name):
    # "delivery:" and the key are an achievement, of 40 characters at most.
    stem = slugify(name)[:26] or "kind"
    known = set(DeliveryKind.objects.of(programme_id).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if key not in known)
