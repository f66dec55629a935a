"""Published figures: a fixed list of tables, written at set dates, for those who may not see rows.

Each number is rounded to 5 by itself and totals are rounded separately, so that no difference of two published numbers
tells of one enterprise. There is nothing to filter.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.indicators.models import PublishedFigure
from offensive.tenancy.models import Programme
from offensive.tenancy.scope import system_scope

STAGE_BY_DISTRICT = "stage_by_district"
TOTAL = ""  # row or column of the totals
ROUNDED_TO = 5

# Each participating enterprise once, in the stage it is in, also while it pauses; the survivor of a merge alone, and
# nobody who has left.
_COUNTED = """
SELECT CASE WHEN e.stage_id IS NULL THEN '' ELSE s.name END AS stage, COALESCE(s.position, 32767) AS place,
       c.district, count(*)
  FROM enablement_enrolment e
  JOIN companies_company c ON c.organisation_id = e.company_id AND c.programme_id = e.programme_id
  LEFT JOIN enablement_stage s ON s.id = e.stage_id
 WHERE e.programme_id = %s AND e.left_on IS NULL
   AND c.organisation_id NOT IN (SELECT absorbed_id FROM companies_merge WHERE ended_at IS NULL AND programme_id = %s)
 GROUP BY 1, 2, 3
"""
DONE, NO_DISTRICT = "done", "unknown"


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: ``rows`` are (stage, ((district, number), …), total)."""

    published_on: date
    columns: tuple[str, ...]
    rows: tuple
    totals: tuple
    total: int


def rounded(number):
    """To the nearest multiple of 5: 0 to 2 is 0, 3 to 7 is 5."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def publish(programme_id, *, on=None):
    """Write the tables of a programme for the day ``on``; returns whether they were written.

    A second call on the same day writes nothing: what was published stays as it was.
    """
    on = on or timezone.localdate()
    with transaction.atomic(), system_scope(programme_id, "indicators.publish"):
        if PublishedFigure.objects.filter(programme=programme_id, published_on=on).exists():
            return False
        rows = [
            PublishedFigure(programme_id=programme_id, table=STAGE_BY_DISTRICT, published_on=on, **cell)
            for cell in _cells(_counted(programme_id))
        ]
        PublishedFigure.objects.bulk_create(rows, ignore_conflicts=True)
    return True


def publish_due(*, on=None):
    """Publish for every programme that has nothing of this month yet; returns how many were written."""
    on = on or timezone.localdate()
    due = [programme for programme in Programme.objects.all() if not _published_in(programme.pk, on)]
    return sum(publish(programme.pk, on=on) for programme in due)


def _published_in(programme_id, on):
    this_month = PublishedFigure.objects.filter(published_on__gte=on.replace(day=1), published_on__lte=on)
    return this_month.filter(programme=programme_id).exists()


def _counted(programme_id):
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [programme_id, programme_id])
        return cursor.fetchall()


def _cells(counted):
    """Every combination and the totals of both sides, each rounded by itself."""
    numbers, stages, districts = Counter(), {}, set()
    for stage, place, district, number in counted:
        stage, district = stage or DONE, district or NO_DISTRICT
        stages[stage] = min(place, stages.get(stage, place))
        districts.add(district)
        for key in ((stage, district), (stage, TOTAL), (TOTAL, district), (TOTAL, TOTAL)):
            numbers[key] += number
    order = {stage: place for place, stage in enumerate([*sorted(stages, key=stages.get), TOTAL])}
    columns = {district: place for place, district in enumerate([*sorted(districts), TOTAL])}
    return [
        {"row": row, "column": column, "row_place": order[row], "column_place": columns[column], "value": value}
        for row in order
        for column in columns
        for value in [rounded(numbers[row, column])]
    ]


def published_table(programme_id):
    """The newest published ``Table`` of companies by stage and district, or None."""
    known = PublishedFigure.objects.filter(programme=programme_id, table=STAGE_BY_DISTRICT)
    newest = known.order_by("-published_on").values("published_on")[:1]
    cells = list(known.filter(published_on=newest).order_by("row_place", "column_place"))
    if not cells:
        return None
    value = {(cell.row, cell.column): cell.value for cell in cells}
    rows, columns = ([key for key in dict.fromkeys(part) if key != TOTAL] for part in zip(*value, strict=True))
    named = {column: _("District unknown") if column == NO_DISTRICT else column for column in columns}

    def line(row):
        return tuple((named[column], value[row, column]) for column in columns)

    return Table(
        published_on=cells[0].published_on,
        columns=tuple(named.values()),
        rows=tuple((_stage(row), line(row), value[row, TOTAL]) for row in rows),
        totals=line(TOTAL),
        total=value[TOTAL, TOTAL],
    )


def _stage(row):
    return _("All stages complete") if row == DONE else row
