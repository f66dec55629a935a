"""What a company tells about itself: saved in sections, complete when all are.

``seen`` is the version of the section that was on the screen; all raise ``OvertakenError`` where it is an older one.
"""

from django.db import transaction
from django.utils import timezone

from companies.assessment import assess_size
from companies.classification import municipality_of
from companies.industries import choose_industry
from companies.markets import check_shares
from companies.models import Competence, Profile, Site
from companies.profile_facets import refresh_facets
from companies.profile_sections import claim_section, minutes_left, sections_of
from offensive.tenancy.remembering import changed


@transaction.atomic
def save_site(profile, *, seen, by_user_id, street, postcode, town, website=""):
    """Where the company mainly works; the municipality follows from the town."""
    profile = _locked(profile)
    claim_section(profile, "site", seen=seen, by_user_id=by_user_id)
    profile.website = website
    profile.save(update_fields=["website", "updated_at"])
    if town:
        _save_main_site(profile, street=street, postcode=postcode, town=town)
    changed(profile.programme_id)
    return profile


def _save_main_site(profile, *, town, **address):
    known = municipality_of(town)
    site = Site.objects.of(profile.company_id).filter(is_main=True).select_for_update().first()
    if site is None:
        site = Site(programme_id=profile.programme_id, company_id=profile.company_id, is_main=True)
    elif (site.street, site.postcode, site.town) == (address["street"], address["postcode"], town):
        return
    site.street, site.postcode, site.town = address["street"], address["postcode"], town
    site.ags, site.version = known.ags if known else "", site.version + 1
    site.save()


@transaction.atomic
def save_figures(profile, *, seen, company, by_user_id, wz_code, **figures):
    """Staff (AWU), turnover and balance sheet total (EUR), share of automotive (0 to 1), WZ 2008 code.

    Changed figures are a new assessment of the size class. Raises ``CompanyError`` where automotive and the other
    markets together are more than the whole turnover.
    """
    profile = take_figures(profile, seen=seen, company=company, by_user_id=by_user_id, **figures)
    choose_industry(profile.company_id, programme_id=profile.programme_id, code=wz_code)
    _follow(profile)
    return profile


@transaction.atomic
def take_figures(profile, *, seen, company, by_user_id, **figures):
    """Some or all of the figures of ``save_figures``; the others stay."""
    profile = _locked(profile)
    claim_section(profile, "figures", seen=seen, by_user_id=by_user_id)
    for name, value in figures.items():
        setattr(profile, name, value)
    profile.save()
    check_shares(profile.company_id)
    assess_size(company, profile, by_user_id=by_user_id)
    changed(profile.programme_id)
    return profile


@transaction.atomic
def save_industry(profile, *, seen, by_user_id, wz_code, codes_2025=()):
    """The activity in WZ 2008 and what it has become in WZ 2025."""
    claim_section(profile, "figures", seen=seen, by_user_id=by_user_id)
    choose_industry(profile.company_id, programme_id=profile.programme_id, code=wz_code, codes_2025=codes_2025)
    _follow(profile)


@transaction.atomic
def save_processes(profile, *, seen, by_user_id, codes):
    """The groups and subgroups of DIN 8580 that the company masters."""
    profile = _locked(profile)
    claim_section(profile, "processes", seen=seen, by_user_id=by_user_id)
    Competence.objects.filter(company=profile.company_id).exclude(process_code__in=codes).delete()
    Competence.objects.bulk_create(
        [
            Competence(programme_id=profile.programme_id, company_id=profile.company_id, process_code=code)
            for code in codes
        ],
        ignore_conflicts=True,
    )
    _follow(profile)
    return profile


def _follow(profile):
    refresh_facets(profile.company_id, programme_id=profile.programme_id)
    changed(profile.programme_id)


@transaction.atomic
def complete_profile(profile):
    """Note the day on which all required sections were filled in; True the first time, False before and after."""
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
