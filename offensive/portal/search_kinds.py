"""What a page says of one hit of the search, for each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from offensive.documents.models import DocumentKind
from offensive.tenancy.addresses import address_for
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.roles import Role


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name with the found place marked, its address ("" where the asker cannot go), and notes."""

    title: str
    url: str
    notes: tuple[str, ...]


class Row(NamedTuple):
    """As the statement reads it; ``slug`` and ``organisation`` are None where the thing belongs to none."""

    kind: str
    total: int
    key: str
    title: str
    detail: str
    more: str
    role: str
    at: datetime | None
    slug: str | None
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """``hit(acting, mark, row)`` is what the page shows of one; ``mark`` marks the found place in a text."""

    label: str
    hit: Callable


def _company(acting, mark, row):
    """Also by the name of a record that a merge has absorbed: that leads to the survivor, once."""
    former = _("with the former record “%s”") % row.more if row.more else ""
    return Hit(mark(row.title), address_for(acting, "portal:company", slug=row.slug), _notes(mark, row.detail, former))


def _person(acting, mark, row):
    told = Role(row.role).label if row.role else row.detail
    notes = _notes(mark, told, row.organisation, row.more)
    return Hit(mark(row.title or row.more), _place_of(acting, row.slug, row.role), notes)


def _place_of(acting, slug, role):
    """Where a person stands: contacts in the company's record, members among the people of their organisation."""
    if not role:
        return address_for(acting, "companies:record", slug=slug)
    may_go = may(acting.role, Action.PEOPLE_VIEW) and (acting.audience == "lead" or slug == acting.organisation_slug)
    return address_for(acting, "accounts:people", slug=slug) if may_go else ""


def _event(acting, mark, row):
    url = address_for(acting, "workshops:event_page", pk=row.key) if may(acting.role, Action.EVENT_VIEW) else ""
    return Hit(mark(row.title), url, _notes(mark, _day(row.at), row.detail))


def _document(acting, mark, row):
    notes = _notes(mark, _kind_labels(get_language())[row.detail], row.organisation, _day(row.at))
    return Hit(mark(row.title), address_for(acting, "portal:document", pk=row.key), notes)


@lru_cache
def _kind_labels(_language):
    return {value: capfirst(str(label)) for value, label in DocumentKind.choices}


def _notes(mark, *texts):
    return tuple(mark(text.strip()) for text in texts if text and text.strip())


def _day(moment):
    return _written_day(localtime(moment).date(), get_language())


@lru_cache
def _written_day(day, _language):
    return date_format(day, "SHORT_DATE_FORMAT")


KINDS = {
    "companies": Kind(_("Companies"), _company),
    "people": Kind(_("People"), _person),
    "events": Kind(_("Events"), _event),
    "documents": Kind(_("Documents"), _document),
}
