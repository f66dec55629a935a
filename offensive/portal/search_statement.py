"""The one statement of the search: of each kind the rows that match, ordered and numbered, and of these one page.

Written by hand: under row security planning costs more than running, so each table stands in it as seldom as can be,
the text depends on nothing but the number and length of the words, and the server keeps its plan. Of each kind no more
than ``MOST`` rows are read.
"""

from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import get_language

from offensive.documents.models import DocumentKind
from offensive.tenancy.searching import CONFIGURATION, TRIGRAM, folded

# From how many letters on a word can be told to be misspelled.
LONG = 5
# Beyond this nobody turns pages: the page asks for another word. And a word that more companies share (a town, "GmbH")
# does not lead to all their documents.
MOST = 100
# To compare by similarity is dear, and of what is only similar nobody reads more.
MOST_SIMILAR = 25

# Each kind selects: place in its order, key, title, detail, more, role, at, organisation.
_MATCHED = """
matched AS MATERIALIZED (
    SELECT c.organisation_id AS id, c.legal_name, c.postcode, c.town, c.sort_name FROM companies_company c
     WHERE c.programme_id = %(programme)s AND {matches} LIMIT {limit}
)"""
_COMPANIES = """
companies AS (
    SELECT DISTINCT ON (COALESCE(s.organisation_id, m.id))
           '' AS key, COALESCE(s.legal_name, m.legal_name) AS title,
           COALESCE(s.postcode, m.postcode) || ' ' || COALESCE(s.town, m.town) AS detail,
           CASE WHEN s.organisation_id IS NULL THEN '' ELSE m.legal_name END AS more, '' AS role,
           NULL::timestamptz AS at, COALESCE(s.organisation_id, m.id) AS organisation,
           COALESCE(s.sort_name, m.sort_name) AS place
      FROM matched m
      LEFT JOIN companies_merge g ON g.absorbed_id = m.id AND g.ended_at IS NULL
      LEFT JOIN companies_company s ON s.organisation_id = g.survivor_id
     WHERE (g.id IS NULL OR s.organisation_id IS NOT NULL) AND {own}
     ORDER BY COALESCE(s.organisation_id, m.id), g.id NULLS FIRST
)"""
# Accounts are few and are compared once, not once for each membership.
_PEOPLE = """
called AS MATERIALIZED (
    SELECT u.id, u.name, u.email FROM accounts_user u WHERE {members_match}
), people AS (
    (SELECT '' AS key, p.name AS title, p.function AS detail, p.email AS more, '' AS role, NULL::timestamptz AS at,
            p.company_id AS organisation, p.name || ' ' || p.email AS place
       FROM companies_contact p
      WHERE p.programme_id = %(programme)s AND {matches} AND {own} LIMIT {limit})
    UNION ALL
    (SELECT '', u.name, '', u.email, b.role, NULL, b.organisation_id, u.name || ' ' || u.email
       FROM called u JOIN tenancy_membership b ON b.user_id = u.id
      WHERE b.programme_id = %(programme)s AND b.ended_at IS NULL AND (b.until IS NULL OR b.until >= %(today)s)
        AND {own_house} LIMIT {limit})
)"""
_EVENTS = """
events AS (
    SELECT e.id::text AS key, e.title, e.place AS detail, '' AS more, '' AS role, e.starts_at AS at,
           NULL::bigint AS organisation
      FROM workshops_event e
     WHERE e.programme_id = %(programme)s AND {matches} AND {own} LIMIT {limit}
)"""
# Versions that were replaced, withdrawn or removed are few and left out afterwards: within the first step the planner
# would not see how soon there are enough.
_DOCUMENTS = """
papers AS MATERIALIZED (
    SELECT d.id, d.title, d.name, d.kind, d.uploaded_at, d.company_id FROM documents_document d
     WHERE d.programme_id = %(programme)s AND {matches} AND {own} LIMIT 2 * {limit}
), documents AS (
    SELECT p.id::text AS key, COALESCE(NULLIF(p.title, ''), p.name) AS title, p.kind AS detail, '' AS more, '' AS role,
           p.uploaded_at AS at, p.company_id AS organisation
      FROM papers p
     WHERE NOT EXISTS (SELECT FROM documents_document r WHERE r.replaces_id = p.id OFFSET 0)
       AND p.id NOT IN (SELECT document_id FROM documents_withdrawal)
       AND p.id NOT IN (SELECT document_id FROM documents_expiry)
     LIMIT {limit}
)"""
# All words (place -1) and each one alone, one after another over the same table, so that what its policy reads is read
# once.
_NAMED = """
named AS MATERIALIZED (
    SELECT word.place, found.*
      FROM (VALUES {rows}) AS word (place, {columns})
     CROSS JOIN LATERAL (
        SELECT c.organisation_id AS id, c.legal_name, c.postcode, c.town, c.sort_name FROM companies_company c
         WHERE c.programme_id = %(programme)s AND {matches} LIMIT {limit}
     ) AS found
)"""
_MATCHED_OF_NAMED = "matched AS (SELECT * FROM named WHERE place = -1)"
_NUMBERED = """
SELECT '{kind}' AS kind, count(*) OVER () AS total, row_number() OVER (ORDER BY {order}) AS number,
       key, title, detail, more, role, at, organisation
  FROM {kind}"""
_HITS = """
WITH {parts}
SELECT hits.kind, total, key, title, detail, more, role, at, o.slug, o.name
  FROM ({numbered}) AS hits
  LEFT JOIN LATERAL (SELECT slug, name FROM tenancy_organisation WHERE id = hits.organisation OFFSET 0) o ON TRUE
 WHERE number > %(after)s AND number <= %(up_to)s ORDER BY number
"""


def statement(acting, words, *, kinds, is_similar, size, page):
    """(SQL, parameters) for page ``page`` (from 1, ``size`` rows) of each of ``kinds``.

    Every one of ``words`` (folded) must be mentioned; ``is_similar``: or resembled, if it is long enough.
    Reads kind, total, key, title, detail, more, role, at, and slug and name of the organisation.
    """
    shapes = tuple(_Shape(len(word) >= TRIGRAM, len(word) >= LONG, _kinds_named(word)) for word in words)
    text = _text(acting.audience == "company", shapes, is_similar, tuple(kinds))
    scope = {"programme": acting.programme_id, "own": list(acting.companies), "own_house": acting.organisation_id}
    window = {"after": (page - 1) * size, "up_to": page * size, "today": timezone.localdate()}
    return text, {**scope, **window, **_parameters(words)}


def _parameters(words):
    forms = {"word": "{}", "query": "{}:*", "part": "%{}%"}
    return {f"{name}{at}": form.format(word) for at, word in enumerate(words) for name, form in forms.items()}


class _Shape(NamedTuple):
    """What of a word the text of the statement depends on."""

    has_trigram: bool
    is_long: bool
    kinds: tuple[str, ...]


@lru_cache(1_000)
def _text(is_company, shapes, is_similar, kinds):
    """On one line: the driver prepares a short text without reading it again."""
    asked = _Asked(is_company, shapes, is_similar, set(kinds))
    parts = [part for kind in kinds for part in _KINDS[kind][0](asked)]
    numbered = " UNION ALL ".join(_NUMBERED.format(kind=kind, order=_KINDS[kind][1]) for kind in kinds)
    return " ".join(_HITS.format(parts=",".join(parts), numbered=numbered).split())


class _Asked:
    """Conditions on the tables."""

    def __init__(self, is_company, shapes, is_similar, kinds):
        self.is_company, self.shapes, self.is_similar = is_company, shapes, is_similar
        self.kinds, self.limit = kinds, (MOST_SIMILAR if is_similar else MOST) + 1

    def companies(self):
        own = self._own("COALESCE(s.organisation_id, m.id) = ANY(%(own)s)")
        return [*self._matched(), _COMPANIES.format(own=own)]

    def _matched(self):
        if self._is_one_read():
            return [self._named([self._every_word(), *self._single_words()]), _MATCHED_OF_NAMED]
        return [_MATCHED.format(matches=self._all("c"), limit=self.limit)]

    def _is_one_read(self):
        """Companies with every word and companies with one of them: both asked for, and not the same."""
        return not self.is_similar and self.kinds >= {"companies", "documents"} and len(self.shapes) > 1

    def people(self):
        own, own_house = self._own("p.company_id = ANY(%(own)s)"), self._own("b.organisation_id = %(own_house)s")
        matches = {"matches": self._all("p"), "members_match": self._all("u")}
        return [_PEOPLE.format(**matches, own=own, own_house=own_house, limit=self.limit)]

    def events(self):
        """People of a company find what is coming and what they were at."""
        attended = "SELECT FROM workshops_attendance a WHERE a.event_id = e.id AND a.company_id = ANY(%(own)s)"
        own = self._own(f"(e.starts_at >= now() OR EXISTS ({attended}))")
        return [_EVENTS.format(matches=self._all("e"), own=own, limit=self.limit)]

    def documents(self):
        """A document is found by its kind and its company as well."""
        own = self._own("d.company_id = ANY(%(own)s)")
        if self.is_similar:
            return [_DOCUMENTS.format(matches=self._all("d"), own=own, limit=self.limit)]
        matches = " AND ".join(f"({self._of_document(place)})" for place in range(len(self.shapes)))
        return [*self._named_alone(), _DOCUMENTS.format(matches=matches, own=own, limit=self.limit)]

    def _named_alone(self):
        if self._is_one_read():
            return []
        is_matched = "companies" in self.kinds
        return ["named AS (SELECT 0 AS place, id FROM matched)" if is_matched else self._named(self._single_words())]

    def _every_word(self):
        return self._row(-1, range(len(self.shapes)))

    def _single_words(self):
        """The same word in each column: whatever has it has all that is asked for."""
        count = len(self.shapes)
        return [self._row(place, [place] * count) for place in range(count)]

    def _row(self, place, asked):
        return f"({place}, {', '.join(map(self._asked_for, asked))})"

    def _asked_for(self, place):
        return f"%(query{place})s, " + (f"%(part{place})s" if self.shapes[place].has_trigram else "NULL")

    def _named(self, rows):
        places = range(len(self.shapes))
        columns = ", ".join(f"query{place}, part{place}" for place in places)
        found = "(c.words @@ to_tsquery('{}', word.query{}) OR c.searched LIKE word.part{})"
        matches = " AND ".join(found.format(CONFIGURATION, place, place) for place in places)
        return _NAMED.format(rows=", ".join(rows), columns=columns, matches=matches, limit=MOST + 1)

    def _of_document(self, place):
        of_word = f"FROM named WHERE place = {place}"
        few = f"SELECT id {of_word} AND (SELECT count(*) {of_word}) <= {MOST}"
        found = f"{self._mentions('d', place)} OR d.company_id = ANY(ARRAY({few}))"
        kinds = ", ".join(f"'{kind}'" for kind in self.shapes[place].kinds)
        return f"{found} OR d.kind IN ({kinds})" if kinds else found

    def _own(self, condition):
        """For people of a company alone: what the lead and partners see is told by the policies."""
        return condition if self.is_company else "TRUE"

    def _all(self, table):
        matches = self._resembles if self.is_similar else self._mentions
        return " AND ".join(matches(table, place) for place in range(len(self.shapes)))

    def _mentions(self, table, place):
        """See ``searching.mentions``."""
        found = f"{table}.words @@ to_tsquery('{CONFIGURATION}', %(query{place})s)"
        is_long = self.shapes[place].has_trigram
        return f"({found} OR {table}.searched LIKE %(part{place})s)" if is_long else found

    def _resembles(self, table, place):
        """The row has a word much like this one: for typing errors."""
        is_long = self.shapes[place].is_long
        return f"{table}.searched %%> %(word{place})s" if is_long else self._mentions(table, place)


# Of each kind what it reads, and in which order its rows are shown.
_KINDS = {
    "companies": (_Asked.companies, "place, organisation"),
    "people": (_Asked.people, "place"),
    "events": (_Asked.events, "at DESC, key"),
    "documents": (_Asked.documents, "at DESC, key"),
}


def _kinds_named(word):
    """Kinds of documents that are called so, in the language of the page."""
    named = _folded_kinds(get_language()).items() if len(word) >= TRIGRAM else ()
    return tuple(value for value, label in named if word in label)


@lru_cache
def _folded_kinds(_language):
    return {value: folded(str(label)) for value, label in DocumentKind.choices}
