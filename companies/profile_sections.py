"""The sections of a profile: what belongs to each, whether it is filled in, and what is left to do."""

from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Competence, Industry, ProfileSection, Site
from companies.versions import OvertakenError

# (key, title, minutes it takes)
SECTIONS = (("site", _("Site"), 3), ("figures", _("Figures"), 8), ("processes", _("Processes"), 4))


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the profile and whether it is filled in. ``minutes`` is what it costs."""

    key: str
    title: str
    minutes: int
    is_complete: bool


def sections_of(profile):
    """The sections in their order."""
    complete = {"site": _has_site, "figures": _has_figures, "processes": _has_processes}
    return tuple(Section(key, str(title), minutes, complete[key](profile)) for key, title, minutes in SECTIONS)


def minutes_left(sections):
    """What the sections not yet filled in will take, in minutes."""
    return sum(section.minutes for section in sections if not section.is_complete)


def _has_site(profile):
    """A site taken over from a list is not filled in until somebody has looked at it."""
    whole = Site.objects.of(profile.company_id).filter(is_main=True).exclude(street="").exclude(postcode="")
    return whole.exists() and ProfileSection.objects.filter(company=profile.company_id, key="site").exists()


def _has_figures(profile):
    known = None not in (profile.employees_awu, profile.turnover_eur)
    return known and Industry.objects.of(profile.company_id).exists()


def _has_processes(profile):
    return Competence.objects.filter(company=profile.company_id).exists()


def section_version(company_id, key):
    """How often the section was saved: what a form on the screen has seen."""
    row = ProfileSection.objects.filter(company=company_id, key=key).first()
    return row.version if row else 0


def claim_section(profile, key, *, seen, by_user_id):
    """Count the section as saved by somebody who has ``seen`` this version.

    Raises ``OvertakenError`` where it is an older one. Whoever saves at the same time waits here for this transaction.
    """
    mine = {"programme_id": profile.programme_id, "company_id": profile.company_id, "key": key}
    ProfileSection.objects.bulk_create([ProfileSection(**mine, saved_by_id=by_user_id)], ignore_conflicts=True)
    rows = ProfileSection.objects.filter(company=profile.company_id, key=key)
    now = {"saved_by": by_user_id, "saved_at": timezone.now()}
    if not rows.filter(version=seen).update(version=F("version") + 1, **now):
        row = rows.select_related("saved_by").get()
        raise OvertakenError(row, who=str(row.saved_by or ""), at=row.saved_at)
