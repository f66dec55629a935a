"""Text that is found however it is spelled: two stored columns for each table that is searched.

``searched`` is the text folded (small letters, ä as ae, no accents, nothing but letters and digits), for parts of words
and for typing errors; ``words`` the same text as German full text, whose stems make ä, ae and a alike. Both are stored,
because under row security an index serves a condition only if every function in it is leakproof: the operators are
(``deploy/superuser.sql``), the functions that make the columns are not.
"""

import re
import unicodedata

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat

CONFIGURATION = "offensive_german"
MOST_WORDS = 5
# From here on a part of a word has a trigram by which the index finds it.
TRIGRAM = 3

# A telephone number somebody types: digits and what people put between them.
_NUMBER = re.compile(r"(?:\+|00)?[\d\s/().-]{6,}")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe"})


class Folded(Func):
    """The SQL function behind ``searched``; ``folded`` says the same in Python."""

    function = "offensive_folded"
    output_field = models.TextField()


class Digits(Func):
    """The digits of a telephone number alone, however it is written."""

    function = "regexp_replace"
    template = r"%(function)s(%(expressions)s, '\D', '', 'g')"
    output_field = models.TextField()


class Words(Func):
    """German full text of a folded text."""

    template = f"to_tsvector('public.{CONFIGURATION}', %(expressions)s)"
    output_field = SearchVectorField()


def _joined(columns):
    parts = [part for column in columns for part in (Value(" "), column)]
    return Folded(Concat(*parts, output_field=models.TextField()))


def searched_column(*columns):
    """``searched`` over text columns of the table."""
    return models.GeneratedField(expression=_joined(columns), output_field=models.TextField(), db_persist=True)


def words_column(*columns):
    """``words`` over text columns of the table."""
    return models.GeneratedField(expression=Words(_joined(columns)), output_field=SearchVectorField(), db_persist=True)


def search_indexes(table):
    """The indexes of both columns; without a list of pending entries, which every search would have to read."""
    return [
        GinIndex(OpClass("searched", name="gin_trgm_ops"), name=f"{table}_searched_trigrams", fastupdate=False),
        GinIndex(fields=["words"], name=f"{table}_words", fastupdate=False),
    ]


def spelled_out(text):
    """Casefolded, umlauts and accents spelled out: Schließtechnik, SCHLIESSTECHNIK, Sprockhoevel."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", text).casefold().translate(_SPELLED_OUT)
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def folded(text):
    """``text`` as it stands in ``searched``: "Schließtechnik, Öhler" is "schliesstechnik oehler"."""
    return " ".join(re.findall(r"[a-z0-9]+", spelled_out(text)))


def words_of(text):
    """The words somebody searches for, folded; at most ``MOST_WORDS``. A telephone number is one word."""
    if _NUMBER.fullmatch(text.strip()) and (number := _subscriber(text)):
        return (number,)
    return tuple(folded(text).split()[:MOST_WORDS])


def _subscriber(text):
    """The number without country code and leading zero: "+49 2371 555-0" and "02371 5550" are "23715550"."""
    digits = re.sub(r"\D", "", text.strip().replace("+", "00", 1)).removeprefix("0049").lstrip("0")
    return digits if len(digits) >= TRIGRAM else ""


def mentions(word, *, table=""):
    """The row tells of ``word`` (folded): the word in another form, its beginning, or from three letters on a part.

    ``table`` is the relation to the searched table, with "__", if it is not the query's own.
    """
    found = Q(**{f"{table}words": SearchQuery(f"{word}:*", config=CONFIGURATION, search_type="raw")})
    return found | Q(**{f"{table}searched__contains": word}) if len(word) >= TRIGRAM else found
