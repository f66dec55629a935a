"""Saving what a house can do: materials and limits, measuring, readiness for own developments."""

from django.db import transaction

from companies.models import Capability
from companies.profile_sections import claim_section
from offensive.tenancy.remembering import changed


@transaction.atomic
def save_capability(profile, key, *, seen, by_user_id, **values):
    """Save the fields of ``Capability`` that the section ``key`` asks for. Raises ``OvertakenError``."""
    claim_section(profile, key, seen=seen, by_user_id=by_user_id)
    Capability.objects.update_or_create(
        company_id=profile.company_id,
        defaults=values,
        create_defaults={**values, "programme_id": profile.programme_id},
    )
    changed(profile.programme_id)
