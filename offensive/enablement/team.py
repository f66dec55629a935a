"""The load of the team: what each adviser looks after, has open and has delivered. A partner reads its own house."""

from dataclasses import astuple, dataclass
from datetime import timedelta

from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company
from offensive.enablement.colleagues import colleagues
from offensive.enablement.models import Delivery, Task
from offensive.tenancy.models import Organisation
from offensive.tenancy.remembering import remembered

RECENT, LONGER = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Support and its minutes are of the last 30 days (``recent``) and the last 90 (``longer``)."""

    companies: int = 0
    tasks: int = 0
    overdue: int = 0
    silent: int = 0
    recent: int = 0
    longer: int = 0
    recent_minutes: int = 0
    longer_minutes: int = 0

    def __add__(self, other):
        return Numbers(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Load:
    """The numbers of one adviser, or of a house; ``user_id`` is None for a house and for what nobody is named for."""

    name: str
    house: str
    house_slug: str
    numbers: Numbers
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """``people`` by house and name, each house's rest last; ``houses`` are their sums."""

    people: tuple[Load, ...]
    houses: tuple[Load, ...]


def team_of(acting):
    """The ``Team`` the asker may read about: the lead all, a partner its own; kept until something changes."""
    today = timezone.localdate()
    return remembered(acting, f"team {today}", lambda: _team(acting, today))


def _team(acting, today):
    houses = Organisation.objects.of(acting.programme_id).consortium().order_by("kind", "name")
    if acting.audience != "lead":
        houses = houses.filter(pk=acting.organisation_id)
    numbers = _numbers(acting, [house.pk for house in houses], today)
    advisers = colleagues(acting)
    people, sums = [], []
    for house in houses:
        loads = _loads(house, [each for each in advisers if each.organisation_id == house.pk], numbers)
        people += loads
        sums.append(Load(str(house), str(house), house.slug, sum((load.numbers for load in loads), Numbers())))
    return Team(tuple(people), tuple(sums))


def _loads(house, advisers, numbers):
    """Of each adviser; and what the house has beside, such as companies for which it has named nobody."""
    rest = {person: found for (of_house, person), found in numbers.items() if of_house == house.pk}
    loads = [
        Load(each.name, str(house), house.slug, rest.pop(each.user_id, Numbers()), each.user_id) for each in advisers
    ]
    if any(map(astuple, rest.values())):
        loads.append(Load(_("nobody named"), str(house), house.slug, sum(rest.values(), Numbers())))
    return loads


def _numbers(acting, houses, today):
    """{(house, person or None): ``Numbers``} from three statements, however many companies there are."""
    found = {}
    for of_one in (_companies(acting, houses), _tasks(acting, houses, today), _support(acting, houses, today)):
        for row in of_one:
            key = row.pop("house"), row.pop("person")
            found[key] = found.get(key, Numbers()) + Numbers(**{name: value or 0 for name, value in row.items()})
    return found


def _by_person(rows, house, person):
    return rows.order_by().values(house=house, person=person)


def _companies(acting, houses):
    cared_for = Company.objects.of(acting.programme_id).surviving().filter(caring_partner__in=houses)
    return _by_person(cared_for, F("caring_partner"), F("caring_person")).annotate(companies=Count("pk"))


def _tasks(acting, houses, today):
    waiting = Task.objects.of(acting.programme_id).open().filter(organisation__in=houses)
    return _by_person(waiting, F("organisation"), F("owner")).annotate(
        tasks=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        silent=Count("company", distinct=True, filter=Q(source__startswith="silence:")),
    )


def _support(acting, houses, today):
    given = Delivery.objects.of_programme(acting.programme_id).standing()
    lately = given.filter(partner__in=houses, on__gt=today - LONGER, on__lte=today)
    recent = Q(on__gt=today - RECENT)
    return _by_person(lately, F("partner"), F("recorded_by")).annotate(
        recent=Count("pk", filter=recent),
        longer=Count("pk"),
        recent_minutes=Sum("minutes", filter=recent),
        longer_minutes=Sum("minutes"),
    )
