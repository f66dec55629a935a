"""What a profile tells the process: each complete section, and the whole with its required ones."""

from django.utils import timezone

from companies.models import Profile
from companies.profile_sections import sections_of, with_sections
from companies.profile_services import complete_profile
from offensive.enablement.achievements import PROFILE_COMPLETE
from offensive.enablement.follow_ups import noticed
from offensive.enablement.models import Achievement
from offensive.enablement.services import record_achievement
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope

SOURCE = "profile"


def tell_the_process(profile):
    """Note what is reached; called whenever somebody has saved a part of the profile."""
    complete_profile(profile)
    told = set(Achievement.objects.filter(company=profile.company_id, source=SOURCE).values_list("kind", flat=True))
    for company_id, kind, completed_on in _facts(Profile.objects.filter(pk=profile.pk)):
        if kind not in told:
            on = completed_on if kind == PROFILE_COMPLETE else timezone.localdate()
            record_achievement(company_id, kind, programme_id=profile.programme_id, source=SOURCE, on=on)
    noticed(profile.company_id, programme_id=profile.programme_id)


def recompute_profile_facts(programme_id):
    """Note for all companies of a programme what their profiles have reached and nobody has noted; returns how much.

    Since when a section is complete nobody has kept: since the profile is, or else today.
    """
    with system_scope(programme_id, "enablement.recompute"):
        told = Achievement.objects.filter(programme=programme_id, source=SOURCE)
        known = set(told.values_list("company_id", "kind"))
        rows = [
            Achievement(
                programme_id=programme_id,
                company_id=company_id,
                kind=kind,
                source=SOURCE,
                reached_on=completed_on or timezone.localdate(),
            )
            for company_id, kind, completed_on in _facts(Profile.objects.filter(programme=programme_id))
            if (company_id, kind) not in known
        ]
        Achievement.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)
        changed(programme_id)
    return len(rows)


def _facts(profiles):
    """(company, kind, day on which the profile was complete or None) of each complete section and complete profile."""
    for profile in with_sections(profiles):
        for part in sections_of(profile):
            if part.is_complete:
                yield profile.pk, f"profile:{part.key}", profile.completed_on
        if profile.completed_on:
            yield profile.pk, PROFILE_COMPLETE, profile.completed_on
