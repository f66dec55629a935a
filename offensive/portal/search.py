"""One search over companies, people, events and documents, as far as the asker may see them.

First every word must be mentioned; only when nothing of any kind is found, words may be misspelled.
"""

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter

from django.db import connection

from offensive.portal.search_kinds import KINDS, Hit, Row
from offensive.portal.search_marks import marked
from offensive.portal.search_statement import LONG, MOST, MOST_SIMILAR, statement
from offensive.tenancy.searching import words_of

# Rows of each kind on the page of all kinds, and on the page of one kind alone.
FEW, PER_PAGE = 5, 25
# How much of a word must be right (0 to 1). The indexes are right for nearly every word, and planning all kinds is
# dear: one plan is kept. Among documents alone a word may be on all of them, which only a plan of its own takes into
# account. To start parallel workers takes longer than any of this.
ALIKE = "0.5"
_SETTINGS = """
SELECT set_config('pg_trgm.word_similarity_threshold', %s, true), set_config('plan_cache_mode', %s, true),
       set_config('max_parallel_workers_per_gather', '0', true)
"""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; ``total`` counts to ``most`` and one more."""

    name: str
    label: str
    hits: tuple[Hit, ...]
    total: int
    most: int

    @property
    def is_more(self):
        return self.total > self.most


def search(acting, text, *, kind="", page=1):
    """(groups that have hits, whether by similarity alone). ``kind``: page ``page`` of this one kind."""
    words = words_of(text)
    if not words:
        return [], False
    kinds, size = ([kind], PER_PAGE) if kind in KINDS else (list(KINDS), FEW)
    asked = partial(_groups, acting, words, kinds=kinds, size=size, page=page)
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS, [ALIKE, f"force_{'custom' if kinds == ['documents'] else 'generic'}_plan"])
        found = asked(cursor, is_similar=False)
        if found or not any(len(word) >= LONG for word in words):
            return found, False
        return asked(cursor, is_similar=True), True


def _groups(acting, words, cursor, *, is_similar, **window):
    cursor.execute(*statement(acting, words, is_similar=is_similar, **window))
    rows = sorted(map(Row._make, cursor.fetchall()), key=lambda row: list(KINDS).index(row.kind))
    mark, most = partial(marked, words=words, is_similar=is_similar), MOST_SIMILAR if is_similar else MOST
    return [_group(acting, mark, name, list(hits), most) for name, hits in groupby(rows, attrgetter("kind"))]


def _group(acting, mark, name, rows, most):
    hits = tuple(KINDS[name].hit(acting, mark, row) for row in rows)
    return Group(name, str(KINDS[name].label), hits, rows[0].total, most)
