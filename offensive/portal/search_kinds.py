"""What the search looks for: of each kind its rows, their order, and what a page says of one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Q, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from companies.models import Company, Contact, Merge
from offensive.documents.models import Document, DocumentKind
from offensive.portal.search_marks import marked
from offensive.tenancy.addresses import address_for
from offensive.tenancy.models import Membership
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.roles import Role
from offensive.tenancy.searching import TRIGRAM, folded
from workshops.models import Attendance, Event


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name with the found place marked, its address ("" where the asker cannot go), and notes."""

    title: str
    url: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """``rows(acting, condition)`` gives [(query set, what it reads for each of ``columns``), …]."""

    label: str
    columns: tuple[str, ...]
    order: str
    rows: Callable
    hit: Callable
    # Search for the word in what is not text of the table, or None.
    kinds_named: Callable = field(default=lambda word: None)


_COMPANY = ("organisation__slug", "legal_name", "postcode", "town", "sort_name")


def _companies(acting, condition):
    """Also by the name of a record that a merge has absorbed: that leads to the survivor, once."""
    rows = Company.objects.of(acting.programme_id).surviving()
    merges = Merge.objects.standing().filter(condition("absorbed__"), programme=acting.programme_id)
    if acting.audience == "company":
        rows, merges = rows.filter(pk__in=acting.companies), merges.filter(survivor__in=acting.companies)
    absorbed = merges.exclude(condition("survivor__")).distinct("survivor")
    return [
        (rows.filter(condition()), (*_COMPANY, Value(""))),
        (absorbed, (*(f"survivor__{column}" for column in _COMPANY), "absorbed__legal_name")),
    ]


def _company(acting, words, slug, name, postcode, town, _sort_name, absorbed):
    former = _("with the former record “%s”") % absorbed if absorbed else ""
    url = address_for(acting, "portal:company", slug=slug)
    return Hit(marked(name, words), url, _notes(words, f"{postcode} {town}", former))


def _people(acting, condition):
    """Contacts of companies, and members of organisations, as far as the asker may see either."""
    contacts = Contact.objects.filter(condition(), programme=acting.programme_id)
    members = Membership.objects.active().filter(condition("user__"), programme=acting.programme_id)
    if acting.audience == "company":
        contacts = contacts.filter(company__in=acting.companies)
        members = members.filter(organisation=acting.organisation_id)
    return [
        (contacts, ("name", "email", "function", "company__slug", "company__name", Value(""))),
        (members, ("user__name", "user__email", Value(""), "organisation__slug", "organisation__name", "role")),
    ]


def _person(acting, words, name, email, function, slug, organisation, role):
    told = Role(role).label if role else function
    return Hit(marked(name or email, words), _place_of(acting, slug, role), _notes(words, told, organisation, email))


def _place_of(acting, slug, role):
    """Where a person stands: contacts in the company's record, members among the people of their organisation."""
    if not role:
        return address_for(acting, "companies:record", slug=slug)
    may_go = may(acting.role, Action.PEOPLE_VIEW) and (acting.audience == "lead" or slug == acting.organisation_slug)
    return address_for(acting, "accounts:people", slug=slug) if may_go else ""


def _events(acting, condition):
    """People of a company find what is coming and what they were at."""
    rows = Event.objects.of(acting.programme_id).filter(condition())
    if acting.audience == "company":
        attended = Attendance.objects.filter(company__in=acting.companies).values("event")
        rows = rows.filter(Q(starts_at__gte=timezone.now()) | Q(pk__in=attended))
    return [(rows, ("pk", "title", "starts_at", "place"))]


def _event(acting, words, pk, title, starts_at, place):
    url = address_for(acting, "workshops:event_page", pk=pk) if may(acting.role, Action.EVENT_VIEW) else ""
    return Hit(marked(title, words), url, _notes(words, _day(starts_at), place))


def _documents(acting, condition):
    rows = Document.objects.of(acting.programme_id).filter(condition()).newest().offered()
    if acting.audience == "company":
        rows = rows.filter(company__in=acting.companies)
    return [(rows, ("pk", "title", "name", "kind", "company__name", "uploaded_at"))]


def _document(acting, words, pk, title, name, kind, company, uploaded_at):
    labels = dict(DocumentKind.choices)
    notes = _notes(words, capfirst(str(labels.get(kind, kind))), company, _day(uploaded_at))
    return Hit(marked(title or name, words), address_for(acting, "portal:document", pk=pk), notes)


def _of_kinds(word):
    """Documents whose kind is called so, in the language of the page."""
    named = [value for value, label in DocumentKind.choices if word in folded(str(label))]
    return Q(kind__in=named) if named and len(word) >= TRIGRAM else None


def _notes(words, *texts):
    return tuple(marked(text.strip(), words) for text in texts if text and text.strip())


def _day(moment):
    return date_format(localtime(moment), "SHORT_DATE_FORMAT")


KINDS = {
    "companies": Kind(
        _("Companies"), ("slug", "name", "postcode", "town", "place", "former"), "place, slug", _companies, _company
    ),
    "people": Kind(
        _("People"), ("name", "email", "function", "slug", "organisation", "role"), "name, email", _people, _person
    ),
    "events": Kind(_("Events"), ("pk", "title", "starts_at", "place"), "starts_at DESC, pk", _events, _event),
    "documents": Kind(
        _("Documents"),
        ("pk", "title", "name", "kind", "company", "uploaded_at"),
        "uploaded_at DESC, pk",
        _documents,
        _document,
        _of_kinds,
    ),
}
