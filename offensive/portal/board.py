"""The board: companies by stage, page by page in each column, those who wait longest first."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.facets import STAGE
from companies.models import Company, Facet
from offensive.enablement.models import Stage
from offensive.tenancy.addresses import address_for
from offensive.tenancy.remembering import remembered

CARDS = 8


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the board is narrowed to; None and "" mean all. ``partner_id``: id of the caring organisation."""

    partner_id: int | None = None
    district: str = ""
    only_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One company on the board; ``days_over`` is how many days its stage is overdue, 0 while it is not."""

    url: str
    name: str
    facts: str
    due: str
    days_over: int


@dataclass(frozen=True, slots=True)
class Column:
    """One stage with its page of cards."""

    key: str
    label: str
    page: object
    cards: tuple[Card, ...]


def board(acting, filters, *, pages):
    """The columns in the order of the process; ``pages`` is {stage key: number of the page shown}."""
    heads = remembered(acting, f"board {_digest(filters)}", lambda: _heads(acting.programme_id, filters))
    shown = {key: Paginator(range(number), CARDS).get_page(pages.get(key, 1)) for key, _label, number in heads}
    starts = {key: max(page.start_index() - 1, 0) for key, page in shown.items()}
    name = f"board cards {_digest(filters, *starts.values())}"
    cards = remembered(acting, name, lambda: _cards(acting, filters, starts))
    return [Column(key, label, shown[key], tuple(cards.get(key, ()))) for key, label, _number in heads]


def _digest(*parts):
    return hashlib.sha256(repr((timezone.localdate(), *parts)).encode()).hexdigest()


def _heads(programme_id, filters):
    """[(key, label, number of companies)]: stages of the current process, also empty ones, and what else occurs."""
    companies = Company.objects.of(programme_id).surviving()
    if filters.partner_id:
        companies = companies.filter(caring_partner=filters.partner_id)
    if filters.district:
        companies = companies.filter(district=filters.district)
    if filters.only_overdue:
        companies = companies.filter(stage_due_on__lt=timezone.localdate())
    staged = Facet.objects.filter(programme_id=programme_id, kind=STAGE, company__in=companies.values("pk"))
    found = staged.values("value").annotate(shown=Min("label"), place=Min("position"), number=Count("pk")).order_by()
    heads = {stage.key: (stage.position, stage.name) for stage in Stage.objects.of(programme_id).current()}
    numbers = Counter()
    for row in found:
        heads.setdefault(row["value"], (row["place"], row["shown"]))
        numbers[row["value"]] = row["number"]
    return [(key, label, numbers[key]) for key, (_position, label) in sorted(heads.items(), key=lambda head: head[1])]


# One walk for each column along the day on which the stage is due; each stops after a page of cards.
_CARDS = """
SELECT wanted.value, card.slug, card.legal_name, card.town, card.partner, card.stage_due_on
  FROM unnest(%(values)s::text[], %(starts)s::int[]) AS wanted(value, start)
 CROSS JOIN LATERAL (
    SELECT o.slug, c.legal_name, c.town, c.sort_name, c.stage_due_on,
           COALESCE(NULLIF(partner.short_name, ''), partner.name, '') AS partner
      FROM companies_facet f
      JOIN companies_company c ON c.programme_id = f.programme_id AND c.organisation_id = f.company_id
      JOIN tenancy_organisation o ON o.id = c.organisation_id
      LEFT JOIN tenancy_organisation partner ON partner.id = c.caring_partner_id
     WHERE f.programme_id = %(programme)s AND f.kind = 'stage' AND f.value = wanted.value
       AND c.programme_id = %(programme)s
       AND (%(partner)s::bigint IS NULL OR c.caring_partner_id = %(partner)s)
       AND (%(district)s = '' OR c.district = %(district)s)
       AND (%(before)s::date IS NULL OR c.stage_due_on < %(before)s)
       AND c.organisation_id NOT IN (SELECT absorbed_id FROM companies_merge WHERE ended_at IS NULL)
     ORDER BY c.stage_due_on NULLS LAST, c.sort_name
    OFFSET wanted.start LIMIT %(most)s
 ) AS card
 ORDER BY wanted.value, card.stage_due_on NULLS LAST, card.sort_name
"""


def _cards(acting, filters, starts):
    """{stage key: its cards}, each column from its place in ``starts``. One query."""
    today = timezone.localdate()
    parameters = {
        "programme": acting.programme_id,
        "values": list(starts),
        "starts": list(starts.values()),
        "partner": filters.partner_id,
        "district": filters.district,
        "before": today if filters.only_overdue else None,
        "most": CARDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, parameters)
        rows = cursor.fetchall()
    found = {}
    for key, slug, name, town, partner, due_on in rows:
        facts = " · ".join(filter(None, [town, partner]))
        found.setdefault(key, []).append(
            Card(address_for(acting, "portal:company", slug=slug), name, facts, *_due(due_on, today))
        )
    return found


def _due(due_on, today):
    """(in words, days overdue)."""
    if due_on is None:
        return "", 0
    if (days := (today - due_on).days) > 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}, days
    return _("until %(day)s") % {"day": date_format(due_on, "SHORT_DATE_FORMAT")}, 0
