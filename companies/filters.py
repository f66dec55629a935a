"""What the list of companies is narrowed to: a text, and values of its facets."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from companies.classification import municipalities
from companies.facets import CERTIFICATE, MARKET, PROCESS, STAGE, WZ
from companies.models import Facet

SORTS = ("name", "town", "stage", "since")
# Parameter of the address and name of each facet, in the order of the page.
FACETS = {
    "stage": _("Stage"),
    "stuck": _("Stuck"),
    "partner": _("Caring partner"),
    "district": _("District"),
    "ags": _("Municipality"),
    "size": _("Size"),
    "wz": _("Industry (WZ 2008)"),
    "process": _("Process"),
    "certificate": _("Certificate"),
    "market": _("Target market"),
}
# Those that are rows of ``Facet``; all others are columns of the company.
KINDS = (STAGE, PROCESS, CERTIFICATE, MARKET, WZ)
# For how many days the running stage has been late: each contains the ones after it.
STUCK = {"overdue": (0, _("overdue")), "30": (30, _("more than 30 days")), "90": (90, _("more than 90 days"))}
OUTSIDE = "outside"
MOST_VALUES, LONGEST = 40, 100


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list is narrowed to and ordered by.

    ``chosen`` is ((facet, (value, …)), …): values of one facet widen, facets narrow. ``sort``: one of SORTS, with "-"
    descending.
    """

    text: str = ""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: str = "name"

    @property
    def narrows(self):
        return bool(self.text or self.chosen)

    def of(self, facet):
        """The chosen values of ``facet``."""
        return dict(self.chosen).get(facet, ())

    def with_values(self, facet, values):
        """The same filter with other values of one facet."""
        found = dict(self.chosen) | {facet: tuple(values)}
        return replace(self, chosen=tuple((name, found[name]) for name in FACETS if found.get(name)))

    def without(self, facet, value):
        return self.with_values(facet, (one for one in self.of(facet) if one != value))

    def digest(self, *, sort=True):
        """A short name of this filter, to remember by; without the order where that does not matter."""
        return hashlib.sha256(repr(self if sort else replace(self, sort="")).encode()).hexdigest()

    @property
    def query(self):
        """The address's part after "?". Never empty, because a bare address shows the person's default filter."""
        return urlencode(self.parameters() or {"all": "1"}, doseq=True)

    def parameters(self):
        """{parameter: text or list of values}, as the address carries them."""
        found = {"q": self.text, **dict(self.chosen), "sort": "" if self.sort == "name" else self.sort}
        return {name: value for name, value in found.items() if value}


EVERYTHING = ListFilter()


def filter_from(parameters):
    """The ``ListFilter`` a ``QueryDict`` asks for, taken as it is: an unknown value finds nothing."""
    chosen = ((name, tuple(dict.fromkeys(_clean(parameters.getlist(name))))) for name in FACETS)
    sort = parameters.get("sort", "")
    return ListFilter(
        text="".join(_clean([parameters.get("q", "")])),
        chosen=tuple((name, values) for name, values in chosen if values),
        sort=sort if sort.removeprefix("-") in SORTS else "name",
    )


def filter_of(kept):
    """The ``ListFilter`` of kept parameters (``ListFilter.parameters``), read with the same care as an address."""
    parameters = QueryDict(mutable=True)
    for name, value in kept.items():
        parameters.setlist(name, [value] if isinstance(value, str) else value)
    return filter_from(parameters)


def _clean(texts):
    cleaned = (" ".join(text.replace("\x00", "").split())[:LONGEST] for text in texts[:MOST_VALUES])
    return [text for text in cleaned if text]


def conditions(filters, *, programme_id):
    """{facet: the condition its chosen values put on a company}."""
    return {name: _condition(name, values, programme_id) for name, values in filters.chosen}


def _condition(facet, values, programme_id):
    if facet in KINDS:
        found = Facet.objects.filter(programme_id=programme_id, kind=facet, value__in=values)
        # Beside another condition the sub-select is hashed once and not joined: a join is planned for a handful of
        # companies, because row security hides how many there are.
        return Q(pk__in=found.values("company_id")) | Q(pk__lt=0)
    if facet == "stuck":
        return late_by(min((STUCK[value][0] for value in values if value in STUCK), default=None))
    if facet == "ags":
        outside = ~Q(ags__in=list(municipalities())) if OUTSIDE in values else Q(pk__lt=0)
        return Q(ags__in=values) | outside
    column = {"partner": "caring_partner__slug", "size": "size_class"}.get(facet, facet)
    return Q(**{f"{column}__in": values})


def late_by(days):
    """Whose running stage has been due for more than ``days`` days; nobody for None."""
    if days is None:
        return Q(pk__lt=0)
    return Q(stage_due_on__lt=timezone.localdate() - timedelta(days=days))
