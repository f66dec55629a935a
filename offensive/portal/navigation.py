"""What the header shows: the pages of the membership that acts, and the other memberships to switch to."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.addresses import address_for
from offensive.tenancy.models import Organisation
from offensive.tenancy.permissions import Action, may

ENTRIES = [
    ("portal:start", _("Overview"), Action.START),
    ("companies:company_list", _("Companies"), Action.COMPANY_LIST),
    ("support:desk", pgettext_lazy("menu", "Support"), Action.DELIVERY_RECORD),
    ("workshops:event_list", _("Events"), Action.EVENT_VIEW),
    ("reports:period_list", _("Reports"), Action.REPORT_READ),
]
# The first part of an address within the organisation, and the page in the header to which it belongs.
SECTIONS = {
    "": "portal:start",
    "tasks": "portal:start",
    "team": "portal:start",
    "hand-overs": "companies:company_list",
    "follow-up": "portal:start",
    "companies": "companies:company_list",
    "board": "companies:company_list",
    "white-spots": "companies:company_list",
    "process": "companies:company_list",
    "participation": "companies:company_list",
    "support": "support:desk",
    "events": "workshops:event_list",
    "reports": "reports:period_list",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the header."""

    label: str
    url: str
    current: bool


def navigation(request):
    """Context of every page: ``navigation``, ``memberships`` and ``acting``."""
    acting = getattr(request, "acting", None)
    return {
        "acting": acting,
        "page_files": _page_files,
        # Drawn where they stand, so that a part of a page does without.
        "navigation_bar": lambda: _bar(get_language(), *_seat(acting), _current(request.path)) if acting else "",
        "user_links": lambda: _user_links(get_language(), *(_seat(acting) if acting else ("", "", ""))),
        # Asked for when the foot of a page is drawn for the first time, and then no more.
        "consortium": lambda: _consortium(acting),
        "memberships": [_switch(membership, acting) for membership in getattr(request, "memberships", ())],
    }


def _consortium(acting):
    """Names of the consortium of the programme that is on the page, the lead first; nothing for visitors."""
    if acting is None:
        return []
    members = Organisation.objects.of(acting.programme_id).consortium().order_by("pk")
    return [str(member) for member in members]


@lru_cache
def _page_files():
    return render_to_string("components/page_files.html")


class Seat(NamedTuple):
    """What of a membership the header depends on."""

    programme_slug: str
    organisation_slug: str
    role: str


def _seat(acting):
    return Seat(acting.programme_slug, acting.organisation_slug, acting.role)


def _current(path):
    """Which of ``ENTRIES`` the page at ``path`` belongs to, "" for none."""
    return next((SECTIONS.get(section, "") for section in path.split("/")[3:4]), "")


# The same for everybody of an organisation with this role; a few kilobytes each.
@lru_cache(maxsize=4_000)
def _bar(_language, programme, organisation, role, current):
    seat = Seat(programme, organisation, role)
    pages = [
        Entry(label, address_for(seat, name), name == current) for name, label, action in ENTRIES if may(role, action)
    ]
    search_url = address_for(seat, "portal:search_page") if may(role, Action.SEARCH) else ""
    return render_to_string("components/navigation_bar.html", {"navigation": pages, "search_url": search_url})


@lru_cache(maxsize=4_000)
def _user_links(_language, programme, organisation, role):
    seat = Seat(programme, organisation, role)
    links = {
        "people_url": ("accounts:people", Action.PEOPLE_VIEW, {"slug": organisation}),
        "log_url": ("portal:programme_log", Action.LOG_VIEW, {}),
        "papers_url": ("portal:papers", Action.PAPER_LIST, {}),
        "consents_url": ("accounts:consents", None, {}),
        "figures_url": ("portal:figures", None, {}),
    }
    offered = {
        key: address_for(seat, name, **place)
        for key, (name, action, place) in links.items()
        if role and (action is None or may(role, action))
    }
    return render_to_string("components/user_links.html", offered)


def _switch(membership, acting):
    label = f"{membership.organisation_name} · {membership.programme_name}"
    return Entry(label, address_for(membership, "portal:start"), membership == acting)
