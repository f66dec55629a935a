"""What a company tells about itself: saved in sections, complete when all are."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.assessment import assess_size
from companies.classification import municipalities, processes
from companies.identity import town_key
from companies.models import Competence, Profile
from offensive.tenancy.remembering import changed

# (key, title, minutes it takes)
SECTIONS = (("site", _("Site"), 3), ("figures", _("Figures"), 8), ("processes", _("Processes"), 4))
WZ_SCHEME = "2008"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the profile and whether it is filled in. ``minutes`` is what it costs."""

    key: str
    title: str
    minutes: int
    is_complete: bool


def sections_of(profile):
    """The sections in their order."""
    complete = {
        "site": bool(profile.site_street and profile.site_postcode and profile.site_town),
        "figures": bool(profile.wz_code) and None not in (profile.employees_awu, profile.turnover_eur),
        "processes": Competence.objects.filter(company=profile.company_id).exists(),
    }
    return tuple(Section(key, str(title), minutes, complete[key]) for key, title, minutes in SECTIONS)


def minutes_left(sections):
    """What the sections not yet filled in will take, in minutes."""
    return sum(section.minutes for section in sections if not section.is_complete)


@transaction.atomic
def save_site(profile, *, street, postcode, town, website=""):
    """Where the company works; the municipality key follows from town and postcode."""
    profile = _locked(profile)
    profile.site_street, profile.site_postcode, profile.site_town = street, postcode, town
    profile.site_ags, profile.website = _ags(town), website
    profile.save(update_fields=["site_street", "site_postcode", "site_town", "site_ags", "website", "updated_at"])
    changed(profile.programme_id)
    return profile


def _ags(town):
    """The key of a municipality of the region, "" elsewhere."""
    wanted = town_key(town)
    return next((place.ags for place in municipalities().values() if wanted and town_key(place.name) == wanted), "")


@transaction.atomic
def save_figures(profile, *, company, by_user_id, employees_awu, turnover_eur, balance_eur, automotive_share, wz_code):
    """Staff (AWU), turnover and balance sheet total (EUR), share of automotive (0 to 1), WZ 2008 code.

    Changed figures are a new assessment of the size class.
    """
    profile = _locked(profile)
    profile.employees_awu, profile.turnover_eur, profile.balance_eur = employees_awu, turnover_eur, balance_eur
    profile.automotive_share, profile.wz_scheme, profile.wz_code = automotive_share, WZ_SCHEME, wz_code
    profile.save()
    changed(profile.programme_id)
    assess_size(company, profile, by_user_id=by_user_id)
    return profile


@transaction.atomic
def save_processes(profile, *, codes):
    """The groups of DIN 8580 that the company masters; finer codes, from a list or an adviser, stay."""
    profile = _locked(profile)
    held = Competence.objects.filter(company=profile.company_id)
    groups = {process.code for process in processes().values() if process.level == 2}
    held.filter(process_code__in=groups - set(codes)).delete()
    Competence.objects.bulk_create(
        [
            Competence(programme_id=profile.programme_id, company_id=profile.company_id, process_code=code)
            for code in codes
        ],
        ignore_conflicts=True,
    )
    changed(profile.programme_id)
    return profile


@transaction.atomic
def complete_profile(profile):
    """Note the day on which all sections were filled in; True the first time, False before and after."""
    profile = _locked(profile)
    if profile.completed_on or minutes_left(sections_of(profile)):
        return False
    profile.completed_on = timezone.localdate()
    profile.save(update_fields=["completed_on", "updated_at"])
    changed(profile.programme_id)
    return True


def _locked(profile):
    """Two people of a company saving at once follow one another."""
    return Profile.objects.select_for_update().get(pk=profile.pk)
