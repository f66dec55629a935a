"""The sections of a profile: what belongs to each, whether it is filled in, and what is left to do."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import (
    Capability,
    Certificate,
    CompanyMarket,
    Competence,
    Industry,
    Profile,
    ProfileSection,
    Site,
)
from companies.versions import OvertakenError

# (key, title, minutes it takes)
SECTIONS = (
    ("site", _("Site"), 3),
    ("figures", _("Figures"), 8),
    ("processes", _("Processes"), 4),
    ("materials", _("Materials and limits"), 4),
    ("measurement", _("Measuring and cleanliness"), 3),
    ("certificates", _("Certificates"), 4),
    ("markets", _("Markets"), 4),
    ("trl", _("Own developments"), 2),
)
# With these the profile is complete; the others make it find more.
REQUIRED = ("site", "figures", "processes")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the profile and whether it is filled in. ``minutes`` is what it costs."""

    key: str
    title: str
    minutes: int
    is_complete: bool

    @property
    def is_required(self):
        return self.key in REQUIRED


def with_sections(profiles):
    """The query set ``profiles``, each with what ``sections_of`` then need not ask for."""
    return profiles.annotate(**{f"has_{key}": rule for key, rule in _rules().items()})


def sections_of(profile):
    """The sections in their order; one query, none for a profile that came ``with_sections``."""
    known = profile if hasattr(profile, "has_site") else with_sections(Profile.objects.filter(pk=profile.pk)).get()
    return tuple(Section(key, str(title), minutes, getattr(known, f"has_{key}")) for key, title, minutes in SECTIONS)


def filled_in(company_ids, keys):
    """{company: those of the sections ``keys`` that are filled in} of many companies; one query, none without keys."""
    if not keys:
        return {}
    profiles = Profile.objects.filter(pk__in=company_ids)
    found = profiles.values("pk", **{f"has_{key}": rule for key, rule in _rules().items() if key in keys})
    return {row.pop("pk"): {name.removeprefix("has_") for name, holds in row.items() if holds} for row in found}


def _rules():
    """What each section needs to be filled in."""

    def has(model, *conditions, **values):
        return Exists(model.objects.filter(*conditions, company=OuterRef("pk"), **values))

    whole = ~Q(street="") & ~Q(postcode="")
    says_materials = ~Q(materials=[]) | ~Q(materials_other="")
    says_measurement = ~Q(equipment=[]) | ~Q(equipment_other="") | ~Q(cleanliness="")
    return {
        # A site taken over from a list is not filled in until somebody has looked at it.
        "site": has(Site, whole, is_main=True) & has(ProfileSection, key="site"),
        "figures": Q(employees_awu__isnull=False, turnover_eur__isnull=False) & has(Industry),
        "processes": has(Competence),
        "materials": has(Capability, says_materials),
        "measurement": has(Capability, says_measurement),
        "certificates": has(Certificate) | has(Capability, holds_no_certificate=True),
        "markets": has(CompanyMarket),
        "trl": has(Capability, trl__isnull=False),
    }


def minutes_left(sections):
    """What the required sections not yet filled in will take, in minutes."""
    return sum(section.minutes for section in sections if section.is_required and not section.is_complete)


def minutes_to_gain(sections):
    """What the other sections not yet filled in will take, in minutes."""
    return sum(section.minutes for section in sections if not section.is_required and not section.is_complete)


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
