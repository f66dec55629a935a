"""White spots: municipalities, sectors and stages that nobody serves."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.classification import municipalities, wz_activity
from offensive.enablement.models import Stage
from offensive.tenancy.addresses import address_for
from offensive.tenancy.remembering import remembered

# Days that count as lately.
WINDOWS = (90, 180, 365)
MANUFACTURING = [f"{division}" for division in range(10, 34)]  # section C of WZ 2008


@dataclass(frozen=True, slots=True)
class Spot:
    """One municipality, sector or stage. ``supported`` is None for those who may not see everybody's support."""

    label: str
    url: str
    known: int
    participating: int
    supported: int | None

    @property
    def is_white(self):
        """Nobody takes part, or none of those who do was supported lately."""
        return not self.participating or self.supported == 0

    @property
    def state(self):
        """(words, kind of badge)."""
        if not self.known:
            return _("no company known"), "info"
        if not self.participating:
            return _("nobody takes part"), "danger"
        return (_("nobody supported lately"), "warning") if self.supported == 0 else (_("served"), "success")


@dataclass(frozen=True, slots=True)
class Section:
    """One of the three parts of the page."""

    key: str
    title: str
    note: str
    spots: tuple[Spot, ...]

    @property
    def white(self):
        return [spot for spot in self.spots if spot.is_white]

    @property
    def served(self):
        return [spot for spot in self.spots if not spot.is_white]


def white_spots(acting, *, days):
    """The three sections; ``days`` is how far back support counts as recent. One statement, remembered for the day."""
    name = f"white spots {days} {timezone.localdate()}"
    return remembered(acting, name, lambda: _sections(acting, days))


def _sections(acting, days):
    numbers = _numbers(acting, days)
    released = "" if acting.audience == "lead" else _("Of the companies that have released their profile to you.")
    return (
        _section(acting, "ags", _("Municipalities"), "", _municipalities(), numbers),
        _section(acting, "wz", _("Sectors of manufacturing (WZ 2008)"), released, _sectors(numbers["wz"]), numbers),
        _section(acting, "stage", _("Stages"), "", _stages(acting, numbers["stage"]), numbers),
    )


def _section(acting, key, title, note, names, numbers):
    url = address_for(acting, "companies:company_list")
    spots = [
        Spot(label, f"{url}?{key}={value}", *numbers[key].get(value, _nothing(acting)))
        for value, label in names.items()
    ]
    return Section(key, title, note, tuple(sorted(spots, key=lambda spot: not spot.is_white)))


def _nothing(acting):
    return 0, 0, 0 if acting.audience == "lead" else None


def _municipalities():
    return {place.ags: place.name for place in sorted(municipalities().values(), key=lambda place: place.name)}


def _sectors(numbers):
    """Manufacturing, and whatever else occurs."""
    divisions = sorted({*MANUFACTURING, *(value for value in numbers if value)})
    return {division: f"{division} {_sector(division)}".strip() for division in divisions}


def _sector(division):
    activity = wz_activity("2008", division)
    return activity.title if activity else ""


def _stages(acting, numbers):
    """Those of the current process, and whatever older ones companies are in."""
    stages = Stage.objects.of(acting.programme_id)
    older = {stage.key: stage.name for stage in stages.newest_of_each_key() if stage.key in numbers}
    return {stage.key: stage.name for stage in stages.current()} | older


# A municipality is a column of the company; sectors and stages are facets, so that a company may have several sectors.
# Those supported are looked up in a hash whatever the planner expects: of a date it was not told, and of row security,
# it expects so few rows that it would join one by one.
_NUMBERS = """
WITH lately AS MATERIALIZED (
    SELECT COALESCE(m.survivor_id, d.company_id) AS company_id FROM enablement_delivery d
      LEFT JOIN companies_merge m ON m.absorbed_id = d.company_id AND m.ended_at IS NULL
     WHERE %(sees_all)s AND d.programme_id = %(programme)s AND d."on" >= %(since)s AND d.reverses_id IS NULL
       AND d.id NOT IN (SELECT r.reverses_id FROM enablement_delivery r
                         WHERE r.programme_id = %(programme)s AND r.reverses_id IS NOT NULL)
), known AS MATERIALIZED (
    SELECT c.organisation_id AS id, c.ags, c.participating_on,
           c.organisation_id IN (SELECT company_id FROM lately) AS is_supported
      FROM companies_company c
     WHERE c.programme_id = %(programme)s
       AND c.organisation_id NOT IN (SELECT absorbed_id FROM companies_merge WHERE ended_at IS NULL)
), placed AS (
    SELECT 'ags' AS kind, ags AS value, participating_on, is_supported FROM known
    UNION ALL
    SELECT f.kind, f.value, known.participating_on, known.is_supported FROM known
      JOIN companies_facet f ON f.company_id = known.id AND f.programme_id = %(programme)s AND f.kind IN ('wz', 'stage')
)
SELECT kind, value, count(*), count(participating_on), count(*) FILTER (WHERE is_supported) FROM placed GROUP BY 1, 2
"""


def _numbers(acting, days):
    """{kind: {value: (companies known, taking part, supported lately)}}.

    Support is for the lead alone to see of everybody.
    """
    sees_all = acting.audience == "lead"
    since = timezone.localdate() - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {"programme": acting.programme_id, "since": since, "sees_all": sees_all})
        rows = cursor.fetchall()
    found = {"ags": {}, "wz": {}, "stage": {}}
    for kind, value, known, participating, supported in rows:
        found[kind][value] = known, participating, supported if sees_all else None
    return found
