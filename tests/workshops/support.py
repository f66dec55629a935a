"""Events as tests need them."""

from datetime import datetime, timedelta

from django.utils import timezone

from tests.enablement.support import scope_of
from workshops.services import add_attendances, create_event, file_sheet

BEGAN = timezone.make_aware(datetime(2026, 5, 12, 14, 0))


def make_event(acting, *, partner_id=None, starts_at=BEGAN, minutes=180, **values):
    values = {"kind": "workshop", "title": "Neue Märkte finden", "place": "Hagen", **values}
    with scope_of(acting):
        return create_event(
            acting=acting,
            partner_id=partner_id or acting.organisation_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            **values,
        )


def enter(event, company, *names, acting):
    with scope_of(acting):
        return add_attendances(event, company, [(name, "Leitung") for name in names], acting=acting)


def file(event, paper, *, acting):
    with scope_of(acting):
        return file_sheet(event, paper, acting=acting)
