"""Tabs: the pages of one company under its name, and the pages about all companies."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from offensive.portal.navigation import Entry
from offensive.tenancy.addresses import address_for
from offensive.tenancy.permissions import Action, may

# (url name, label, action, audiences). Every page takes the company's slug.
STAFF, COMPANY = ("lead", "partner"), ("company",)
PAGES = [
    ("portal:company", _("Overview"), Action.COMPANY_VIEW, STAFF),
    ("companies:record", _("Record"), Action.RECORD_VIEW, STAFF + COMPANY),
    ("portal:profile", _("Profile"), Action.PROFILE_EDIT, STAFF + COMPANY),
    ("enablement:support", pgettext_lazy("tab", "Support"), Action.DELIVERY_VIEW, STAFF + COMPANY),
    ("portal:documents", _("Documents"), Action.DOCUMENT_READ, STAFF + COMPANY),
    ("coordination:company_tasks", _("Tasks and notes"), Action.NOTE_VIEW, STAFF),
    ("coordination:company_tasks", _("Notes"), Action.NOTE_VIEW, COMPANY),
    ("companies:size", _("Size"), Action.SIZE_VIEW, STAFF + COMPANY),
    ("companies:releases", _("Releases"), Action.RELEASE_VIEW, COMPANY),
    ("portal:company_log", _("History"), Action.COMPANY_VIEW, STAFF + COMPANY),
]

# Pages about all companies: (url name, label, action).
ALL_COMPANIES = [
    ("companies:company_list", _("List"), Action.COMPANY_LIST),
    ("portal:board", _("Board by stage"), Action.COMPANY_LIST),
    ("companies:municipality_map", _("Map"), Action.COMPANY_LIST),
    ("portal:white_spots", _("White spots"), Action.COMPANY_LIST),
    ("companies:request_list", _("Requests to take part"), Action.REGISTRATION_DECIDE),
    ("companies:contacts_invite", _("Invite contacts"), Action.CONTACT_INVITE),
    ("companies:duplicate_list", _("Likely duplicates"), Action.DUPLICATE_VIEW),
    ("coordination:handover_list", _("Hand-overs"), Action.HANDOVER_VIEW),
    ("process:overview", pgettext_lazy("of the programme", "Process"), Action.PROCESS_EDIT),
]


def all_companies_pages(acting, path):
    """The entries about all companies that ``acting`` may open, the one at ``path`` marked."""
    found = [(label, address_for(acting, name)) for name, label, action in ALL_COMPANIES if may(acting.role, action)]
    return [Entry(label, url, _is_current(url, path, overview=found[0][1])) for label, url in found]


def company_pages(company, acting, path):
    """The entries ``acting`` may open, the one at ``path`` marked; a company's own overview is its first page."""
    slug = company.organisation.slug
    found = [
        (label, address_for(acting, name, slug=slug))
        for name, label, action, audiences in PAGES
        if acting.audience in audiences and may(acting.role, action)
    ]
    if acting.audience == "company":
        found.insert(0, (_("Overview"), address_for(acting, "portal:start")))
    return [Entry(label, url, _is_current(url, path, overview=found[0][1])) for label, url in found]


def _is_current(url, path, *, overview):
    return path == url or (url != overview and path.startswith(url))
