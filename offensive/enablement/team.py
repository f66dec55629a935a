"""The load of the team: what each adviser looks after, has open and has delivered. A partner reads its own house."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone

from companies.models import Company
from offensive.enablement.colleagues import colleagues
from offensive.enablement.models import Delivery, Task
from offensive.tenancy.remembering import remembered

RECENT, LONGER = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Load:
    """One adviser's numbers; ``deliveries`` and ``minutes`` are of the last 30 and the last 90 days."""

    user_id: int
    name: str
    organisation: str
    companies: int
    tasks: int
    overdue: int
    silences: int
    deliveries: tuple[int, int]
    minutes: tuple[int, int]


def team_load(acting):
    """``Load`` of every adviser the asker may read about, by house and name; kept until something changes."""
    today = timezone.localdate()
    return remembered(acting, f"team {today}", lambda: _loads(acting, today))


def _loads(acting, today):
    people = colleagues(acting)
    if acting.audience != "lead":
        people = [each for each in people if each.organisation_id == acting.organisation_id]
    companies, tasks, given = _companies(acting), _tasks(acting, today), _deliveries(acting, today)
    return [_load(each, companies, tasks, given) for each in people]


def _load(person, companies, tasks, given):
    key = (person.organisation_id, person.user_id)
    open_tasks, overdue, silences = tasks.get(key, (0, 0, 0))
    recent, recent_minutes, longer, longer_minutes = given.get(key, (0, 0, 0, 0))
    return Load(
        user_id=person.user_id,
        name=person.name,
        organisation=person.organisation,
        companies=companies.get(key, 0),
        tasks=open_tasks,
        overdue=overdue,
        silences=silences,
        deliveries=(recent, longer),
        minutes=(recent_minutes or 0, longer_minutes or 0),
    )


def _companies(acting):
    cared_for = Company.objects.of(acting.programme_id).surviving().exclude(caring_person=None).order_by()
    rows = cared_for.values_list("caring_partner", "caring_person").annotate(Count("pk"))
    return {(house, person): number for house, person, number in rows}


def _tasks(acting, today):
    counted = (
        Task.objects.of(acting.programme_id)
        .open()
        .order_by()
        .values_list("organisation", "owner")
        .annotate(
            Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            silences=Count("pk", filter=Q(source__startswith="silence:")),
        )
    )
    return {(house, person): tuple(numbers) for house, person, *numbers in counted}


def _deliveries(acting, today):
    recent = Q(on__gt=today - RECENT)
    counted = (
        Delivery.objects.of_programme(acting.programme_id)
        .standing()
        .filter(on__gt=today - LONGER)
        .order_by()
        .values_list("partner", "recorded_by")
        .annotate(
            recent=Count("pk", filter=recent),
            recent_minutes=Sum("minutes", filter=recent),
            longer=Count("pk"),
            longer_minutes=Sum("minutes"),
        )
    )
    return {(house, person): tuple(numbers) for house, person, *numbers in counted}
