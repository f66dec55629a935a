"""Reads that span models: the list of companies, and which records are one enterprise."""

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import BooleanField, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from companies.filters import EVERYTHING, conditions
from companies.models import Company, Facet, Merge
from offensive.tenancy.models import AccessCategory, CompanyAccess
from offensive.tenancy.remembering import remembered
from offensive.tenancy.searching import mentions, words_of

PAGE_SIZE = 25


def enterprise_ids(company_id):
    """The records that are one enterprise with this one: the survivor of merges and all it absorbed."""
    standing = Merge.objects.standing()
    own = list(
        standing.filter(Q(absorbed=company_id) | Q(survivor=company_id)).values_list("survivor_id", "absorbed_id")
    )
    survivor = next((survivor for survivor, absorbed in own if absorbed == company_id), company_id)
    if survivor != company_id:
        own = list(standing.filter(survivor=survivor).values_list("survivor_id", "absorbed_id"))
    return {company_id, survivor, *(absorbed for _survivor, absorbed in own)}


def survivors(programme_id):
    """{absorbed company: surviving company} of the standing merges."""
    return dict(Merge.objects.standing().filter(programme_id=programme_id).values_list("absorbed", "survivor"))


def supported(company_ids, acting):
    """Which of the companies the acting organisation looks after, as a set."""
    if acting.audience == "lead":
        return set(company_ids)
    if acting.audience != "partner":
        return set()
    access = CompanyAccess.objects.filter(company__in=company_ids, organisation=acting.organisation_id)
    return set(access.filter(category=AccessCategory.SUPPORT).values_list("company_id", flat=True))


def company_list(programme_id, *, filters=EVERYTHING):
    """The companies the asker may see, narrowed and ordered."""
    companies = companies_mentioning(programme_id, filters.text)
    for condition in conditions(filters, programme_id=programme_id).values():
        companies = companies.filter(condition)
    return _ordered(companies, programme_id, filters.sort)


def companies_mentioning(programme_id, text):
    """The companies the asker may see in which each word of ``text`` stands; all of them for an empty text."""
    companies, words = Company.objects.of(programme_id).surviving(), words_of(text)
    if not words:
        return companies.filter(pk__lt=0) if text else companies  # signs alone: nothing mentions them
    return companies.filter(_all_mentioned(words) | _has_absorbed(_all_mentioned(words, "absorbed__"), programme_id))


class _Among(Func):
    """The first expression is an element of the second, an array."""

    template, arg_joiner, output_field = "(%(expressions)s))", " = ANY (", BooleanField()


def _has_absorbed(condition, programme_id):
    """The company survives a merge whose absorbed record meets ``condition``.

    An array that is read once, so that the indexes also serve what stands beside it; IN would have them unread.
    """
    merges = Merge.objects.standing().filter(condition, programme_id=programme_id)
    return _Among(F("pk"), ArraySubquery(merges.values("survivor")))


def _all_mentioned(words, table=""):
    return reduce(and_, (mentions(word, table=table) for word in words))


def _ordered(companies, programme_id, sort):
    column, descending = sort.removeprefix("-"), sort.startswith("-")
    if column == "stage":
        of_company = Facet.objects.filter(programme_id=programme_id, kind="stage", company_id=OuterRef("pk"))
        companies = companies.annotate(stage_place=Subquery(of_company.values("position")[:1]))
    expression = F({"town": "town", "stage": "stage_place", "since": "participating_on"}.get(column, "sort_name"))
    first = expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=column != "name" or None)
    return companies.order_by(first, "sort_name", "organisation_id")


# One statement, and not three query sets: building those costs more than all the database does.
_ROWS = """
SELECT c.organisation_id, o.slug, c.legal_name, c.town, c.size_class, c.participating_on,
       COALESCE(NULLIF(partner.short_name, ''), partner.name, ''), COALESCE(stage.label, ''),
       c.street, c.postcode, c.district, c.stage_due_on
  FROM companies_company c
  JOIN tenancy_organisation o ON o.id = c.organisation_id
  LEFT JOIN tenancy_organisation partner ON partner.id = c.caring_partner_id
  LEFT JOIN companies_facet stage
         ON stage.programme_id = c.programme_id AND stage.company_id = c.organisation_id AND stage.kind = 'stage'
 WHERE c.programme_id = %s AND c.organisation_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class ListRow:
    """What one row of the list prints, on the screen and in a file."""

    pk: int
    slug: str
    name: str
    town: str
    size_class: str
    participating_on: date | None
    partner: str
    stage: str
    street: str
    postcode: str
    district: str
    stage_due_on: date | None


def rows_of(keys, *, programme_id):
    """``ListRow`` of each company in ``keys``, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [programme_id, list(keys)])
        rows = {row.pk: row for row in (ListRow(*values) for values in cursor.fetchall())}
    return [rows[key] for key in keys if key in rows]


def company_list_rows(programme_id, *, filters):
    """All ``ListRow`` of the list, in its order."""
    keys = company_list(programme_id, filters=filters).values_list("pk", flat=True)
    return rows_of(list(keys), programme_id=programme_id)


class CompanyPaginator(Paginator):
    """Counts without the order; joins what a row prints only for the rows of one page."""

    def __init__(self, acting, filters):
        super().__init__(company_list(acting.programme_id, filters=filters), PAGE_SIZE)
        self.acting, self.filters = acting, filters

    def page(self, number):
        page = self._page_from_the_nearer_end(super().page(number))
        # First the 25 keys, from the index; a sub-select here would make the planner read all companies.
        keys = remembered(self.acting, f"page {page.number} {self.filters.digest()}", lambda: _keys_of(page))
        page.object_list = rows_of(keys, programme_id=self.acting.programme_id)
        return page

    def _page_from_the_nearer_end(self, page):
        """Skipping 9,975 rows costs as much as reading them: the later half is counted from the end."""
        if page.number * 2 > self.num_pages + 1:
            first, last = self.count - page.end_index(), self.count - page.start_index() + 1
            page.object_list = self.object_list.reverse()[first:last]
            page.is_backwards = True
        return page

    @property
    def count(self):
        if "count" not in self.__dict__:
            self.__dict__["count"] = remembered(
                self.acting, f"companies {self.filters.digest(sort=False)}", self._counted
            )
        return self.__dict__["count"]

    def _counted(self):
        return self.object_list.order_by().values("pk").count()


def _keys_of(page):
    keys = list(page.object_list.values_list("pk", flat=True))
    return keys[::-1] if getattr(page, "is_backwards", False) else keys


def stages_of(company_ids, *, programme_id):
    """{company id: label of its stage}."""
    found = Facet.objects.filter(programme_id=programme_id, kind="stage", company_id__in=company_ids)
    return dict(found.values_list("company_id", "label"))


def stage_label():
    """The label of a company's stage beside each row of companies, "" where it is in none."""
    of_company = Facet.objects.filter(programme=OuterRef("programme"), company=OuterRef("pk"), kind="stage")
    return Coalesce(Subquery(of_company.values("label")[:1]), Value(""))


# Hops from value to value in the index: as fast with 10,000 companies as with ten.
_DISTRICTS = """
WITH RECURSIVE found AS (
    (SELECT district FROM companies_company
      WHERE programme_id = %(programme)s AND district > '' ORDER BY district LIMIT 1)
    UNION ALL
    SELECT (SELECT c.district FROM companies_company c
             WHERE c.programme_id = %(programme)s AND c.district > found.district ORDER BY c.district LIMIT 1)
      FROM found WHERE found.district IS NOT NULL
)
SELECT district FROM found WHERE district IS NOT NULL
"""


def districts(programme_id):
    """The districts that occur, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTRICTS, {"programme": programme_id})
        return [district for (district,) in cursor.fetchall()]
