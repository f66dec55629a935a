"""One search over companies, people, events and documents, as far as the asker may see them.

Each kind is one statement. First every word must be mentioned; only when nothing of any kind is found, words may be
misspelled.
"""

from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db import connection
from django.db.models import Q, Value

from companies.models import Company
from offensive.portal.search_kinds import KINDS, Hit
from offensive.tenancy.searching import mentions, resembles, words_of

# Rows of each kind on the page of all kinds, and on the page of one kind alone.
FEW, PER_PAGE = 5, 25
# Beyond this nobody turns pages: the page asks for another word.
MOST = 1_000
# A word that more companies share (a town, "GmbH") does not lead to all their documents.
MOST_COMPANIES = 200
# From how many letters on a word can be told to be misspelled, and how much of it must be right (0 to 1).
LONG, ALIKE = 4, "0.4"


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; ``total`` counts to ``MOST`` and one more."""

    name: str
    label: str
    hits: tuple[Hit, ...]
    total: int

    @property
    def is_more(self):
        return self.total > MOST

    @property
    def pages(self):
        return -(-min(self.total, MOST) // PER_PAGE)


def search(acting, text, *, kind="", page=1):
    """(groups that have hits, whether by similarity alone). ``kind``: page ``page`` of this one kind."""
    words, only = words_of(text), kind if kind in KINDS else ""
    if not words:
        return [], False
    found = _groups(acting, words, _mentioned(acting, words), only, page)
    if found or not any(len(word) >= LONG for word in words):
        return found, False
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [ALIKE])
    return _groups(acting, words, _resembled(words), only, page), True


def _groups(acting, words, condition_of, only, page):
    """``condition_of`` gives the condition on a kind's table, told the kind and the relation to the table."""
    groups = (
        _group(acting, words, condition_of, name, *((PER_PAGE, page) if only else (FEW, 1)))
        for name in ([only] if only else KINDS)
    )
    return [group for group in groups if group.total]


def _group(acting, words, condition_of, name, size, page):
    kind = KINDS[name]
    querysets = kind.rows(acting, lambda table="": condition_of(name, table))
    rows = _rows(querysets, kind, size=size, offset=(page - 1) * size)
    hits = tuple(kind.hit(acting, words, *row[1:]) for row in rows)
    return Group(name, str(kind.label), hits, rows[0][0] if rows else 0)


def _mentioned(acting, words):
    companies = _companies_by_word(acting, words)

    def condition_of(kind, table):
        return reduce(and_, (_mentions(word, kind, table, companies[word]) for word in words))

    return condition_of


def _mentions(word, kind, table, companies):
    """A document is found by its kind and its company as well."""
    found = mentions(word, table=table)
    if kind != "documents":
        return found
    for condition in KINDS[kind].kinds_named(word), Q(company__in=companies) if companies else None:
        found = found | condition if condition else found
    return found


def _resembled(words):
    return lambda _kind, table: reduce(
        and_, ((resembles if len(word) >= LONG else mentions)(word, table=table) for word in words)
    )


def _companies_by_word(acting, words):
    """{word: numbers of the companies that mention it}, empty where they are too many."""
    companies, found = Company.objects.of(acting.programme_id).order_by(), {word: [] for word in words}
    matching, parameters = _united(
        [companies.filter(mentions(word)).values_list(Value(word), "pk")[: MOST_COMPANIES + 1] for word in found]
    )
    with connection.cursor() as cursor:
        cursor.execute(matching, parameters)
        for word, pk in cursor.fetchall():
            found[word].append(pk)
    return {word: keys if len(keys) <= MOST_COMPANIES else [] for word, keys in found.items()}


# Count and rows in one statement, which reads no more than ``MOST`` of what there is to find.
_HITS = """
WITH hits ({columns}) AS MATERIALIZED ({matching})
SELECT (SELECT count(*) FROM hits), hits.* FROM hits ORDER BY {order} LIMIT %s OFFSET %s
"""


def _rows(querysets, kind, *, size, offset):
    matching, parameters = _united([rows.order_by().values_list(*columns)[: MOST + 1] for rows, columns in querysets])
    statement = _HITS.format(columns=", ".join(kind.columns), matching=matching, order=kind.order)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, size, offset])
        return cursor.fetchall()


def _united(querysets):
    """One statement of several query sets, and its parameters."""
    compiled = [rows.query.sql_with_params() for rows in querysets]
    statement = " UNION ALL ".join(f"({sql})" for sql, _parameters in compiled)
    return statement, [value for _sql, parameters in compiled for value in parameters]
