"""The place that a search has found, marked in the text as it is written."""

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from offensive.tenancy.searching import spelled_out

_WORD = re.compile(r"[^\W_]+")
# A word counts as another form or the misspelled one if this much of it is alike (0 to 1).
ALIKE = 0.7


def marked(text, words, *, is_similar=False):
    """``text`` with every place marked that one of ``words`` (folded) has found; escaped.

    ``is_similar``: the words may be misspelled.
    """
    spans = list(_spans(text, words, is_similar))
    return _with_marks(text, _merged(spans)) if spans else escape(text)


def _with_marks(text, spans):
    end, parts = 0, []
    for first, last in spans:
        parts.append(format_html("{}<mark>{}</mark>", text[end:first], text[first:last]))
        end = last
    return mark_safe("".join(parts) + escape(text[end:]))  # noqa: S308  (each part is escaped)


def _spans(text, words, is_similar):
    """Where the words stand; of one that stands nowhere, whole words that are written much like it."""
    spelled = spelled_out(text)
    for word in words:
        if word in spelled:
            yield from _places(text, word)
        else:
            yield from (span for span, written in _words(text) if _is_like(written, word, is_similar))


def _places(text, word):
    spelled, places = _spelled(text)
    at = spelled.find(word)
    while at >= 0:
        yield places[at], places[at + len(word) - 1] + 1
        at = spelled.find(word, at + len(word))


def _spelled(text):
    """The text as it is compared, and for each of its characters the place in ``text``."""
    if text.isascii():
        return text.lower(), range(len(text))
    pairs = [(letter, place) for place, char in enumerate(text) for letter in spelled_out(char)]
    return "".join(letter for letter, _place in pairs), [place for _letter, place in pairs]


def _words(text):
    """((first, last), word as it is compared) of each word."""
    return [(found.span(), _written(found[0])) for found in _WORD.finditer(text)]


@lru_cache(4096)
def _written(word):
    return spelled_out(word)


# The hits of a search have many words in common: legal forms, towns, kinds of papers.
@lru_cache(4096)
def _is_like(written, word, is_similar):
    """Another form of the word begins like it; a misspelled one is like it on the whole."""
    if not is_similar:
        alike = sum(1 for _same in takewhile(lambda pair: pair[0] == pair[1], zip(written, word, strict=False)))
        return alike >= ALIKE * max(len(written), len(word))
    compared = SequenceMatcher(None, written, word)
    # The first two are upper bounds that cost less.
    return all(bound() >= ALIKE for bound in (compared.real_quick_ratio, compared.quick_ratio, compared.ratio))


def _merged(spans):
    """Spans in order, those that touch made one."""
    found = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
