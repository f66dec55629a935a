"""The facets of the list of companies: each value with the number of companies it would show."""

from collections import Counter
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, CharField, IntegerField, Value, When
from django.utils.translation import gettext as _

from companies.classification import municipalities
from companies.filters import FACETS, KINDS, OUTSIDE, STUCK, conditions, late_by
from companies.models import SizeClass
from companies.queries import companies_mentioning
from offensive.tenancy.models import Organisation
from offensive.tenancy.remembering import remembered

# Facets that are columns of the company; all others are rows of ``companies_facet``.
COLUMNS = {"stuck": "late", "partner": "caring_partner_id", "district": "district", "ags": "ags", "size": "size_class"}

# Each company once with its columns, and once more for each of its rows of ``companies_facet``; what a row does not
# have is NULL. A company counts for a value if it fails no filter but that of the value's own facet: so a second value
# of a facet shows what it would add.
_COUNTS = """
WITH companies (organisation_id, {columns}, {failed}) AS MATERIALIZED ({companies}),
told AS (
    SELECT NULL AS kind, NULL AS value, NULL AS label, NULL::int AS position, {columns}, {failed}, 0 AS failed_kind
      FROM companies
    UNION ALL
    SELECT f.kind, f.value, f.label, f.position, NULL, NULL, NULL, NULL, NULL, {failed},
           CASE f.kind {failed_of_kind} END
      FROM companies JOIN companies_facet f ON f.company_id = companies.organisation_id
     WHERE f.programme_id = %s AND f.kind = ANY(%s)
)
SELECT kind, value, min(label), {columns}, {counts}
  FROM told
 GROUP BY GROUPING SETS ((kind, value, position), {sets})
 ORDER BY kind, position, value
"""


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet; ``companies`` are shown when it is chosen beside the values of the other facets."""

    value: str
    label: str
    companies: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet as the page draws it."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self):
        return tuple(option for option in self.options if option.is_chosen)


def facet_views(acting, filters):
    """``FacetView`` of each facet that has something to choose, as far as ``acting`` may see it; remembered."""
    known = _known(acting, filters)
    views = (FacetView(name, str(label), _options(name, known[name], filters)) for name, label in FACETS.items())
    return [view for view in views if view.options]


def places(acting, filters):
    """[(municipality key, name, companies), …] of the whole region, and last of what lies outside."""
    return _known(acting, filters)["ags"]


def _known(acting, filters):
    return remembered(acting, f"facets {filters.digest(sort=False)}", lambda: _counted(acting.programme_id, filters))


def in_words(filters, facets):
    """What the list is narrowed to: "“federn”; Size: small enterprise, micro enterprise"."""
    words = [f"“{filters.text}”"] if filters.text else []
    chosen = (facet for facet in facets if facet.chosen)
    words += [f"{facet.label}: {', '.join(option.label for option in facet.chosen)}" for facet in chosen]
    return "; ".join(words)


def _options(facet, counted, filters):
    """In their order; what nobody has is left out, unless it is chosen."""
    chosen = filters.of(facet)
    options = [
        Option(value, label, companies, value in chosen)
        for value, label, companies in counted
        if companies or value in chosen
    ]
    unknown = set(chosen) - {option.value for option in options}
    return (*options, *(Option(value, value, 0, True) for value in chosen if value in unknown))


def _counted(programme_id, filters):
    """{facet: [(value, label, companies), …]}"""
    columns, kinds = _asked(programme_id, filters)
    partners = Organisation.objects.of(programme_id).consortium().order_by("short_name", "name")
    return {
        **kinds,
        "partner": [(each.slug, str(each), columns["partner"][each.pk]) for each in partners],
        "district": [(name, name, columns["district"][name]) for name in sorted(columns["district"]) if name],
        "size": [(value, str(label), columns["size"][value]) for value, label in SizeClass.choices],
        "ags": _places(columns["ags"]),
        "stuck": _lateness(columns["stuck"]),
    }


def _places(by_ags):
    places = sorted(municipalities().values(), key=lambda place: place.name)
    outside = sum(number for ags, number in by_ags.items() if ags not in municipalities())
    return [
        *((place.ags, place.name, by_ags[place.ags]) for place in places),
        (OUTSIDE, _("outside the region"), outside),
    ]


def _lateness(by_first):
    """Who is late by more than 90 days is so by more than 30, and is overdue."""
    names = list(STUCK)
    return [
        (name, str(label), sum(by_first[longer] for longer in names[place:]))
        for place, (name, (_days, label)) in enumerate(STUCK.items())
    ]


def _asked(programme_id, filters):
    """({column facet: Counter}, {kind: [(value, label, companies), …]}) of one statement."""
    columns, kinds = {facet: Counter() for facet in COLUMNS}, {kind: [] for kind in KINDS}
    for kind, value, label, *rest in _rows(programme_id, filters):
        found, (of_kind, *numbers) = rest[: len(COLUMNS)], rest[len(COLUMNS) :]
        if kind:
            kinds[kind].append((value, label, of_kind))
        for facet, key, number in zip(COLUMNS, found, numbers, strict=True):
            if key is not None:
                columns[facet][key] += number
    return columns, kinds


def _rows(programme_id, filters):
    narrowed = conditions(filters, programme_id=programme_id)
    companies, parameters = _companies(programme_id, filters.text, narrowed)
    with connection.cursor() as cursor:
        cursor.execute(_statement(narrowed).replace("{companies}", companies), [*parameters, programme_id, list(KINDS)])
        return cursor.fetchall()


def _companies(programme_id, text, narrowed):
    """The companies with their columns, and whether each fails a facet's filter (0 or 1), as SQL and its parameters."""
    latest_first = reversed(STUCK.items())
    late = [When(late_by(days), then=Value(name)) for name, (days, _label) in latest_first]
    failed = {f"fails_{facet}": _fails(narrowed.get(facet)) for facet in FACETS}
    companies = companies_mentioning(programme_id, text).annotate(
        late=Case(*late, default=None, output_field=CharField()), **failed
    )
    return companies.values_list("organisation_id", *COLUMNS.values(), *failed).query.sql_with_params()


def _fails(condition):
    if condition is None:
        return Value(0, output_field=IntegerField())
    return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())


def _statement(narrowed):
    failed = [f"fails_{facet}" for facet in FACETS]
    all_failed = " + ".join(f"fails_{facet}" for facet in narrowed) or "0"
    owners = ["failed_kind", *(f"fails_{facet}" for facet in COLUMNS)]
    return _COUNTS.format(
        companies="{companies}",
        columns=", ".join(COLUMNS.values()),
        failed=", ".join(failed),
        failed_of_kind=" ".join(f"WHEN '{kind}' THEN fails_{kind}" for kind in KINDS),
        counts=", ".join(f"count(*) FILTER (WHERE {all_failed} = {own})" for own in owners),
        sets=", ".join(f"({column})" for column in COLUMNS.values()),
    )
