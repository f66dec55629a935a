"""What the header shows: the pages of the membership that acts, and the other memberships to switch to."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
        "navigation": _pages(request, acting) if acting else [],
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


def _pages(request, acting):
    allowed = [(name, label) for name, label, action in ENTRIES if may(acting.role, action)]
    start = address_for(acting, "portal:start")
    return [
        Entry(label, url, request.path == url or (url != start and request.path.startswith(url)))
        for label, url in ((label, address_for(acting, name)) for name, label in allowed)
    ]


def _switch(membership, acting):
    label = f"{membership.organisation_name} · {membership.programme_name}"
    return Entry(label, address_for(membership, "portal:start"), membership == acting)
