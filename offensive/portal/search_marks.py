"""The place that a search has found, marked in the text as it is written."""

from difflib import SequenceMatcher

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from offensive.tenancy.searching import spelled_out

# A word counts as the misspelled one if this much of it is alike (0 to 1).
ALIKE = 0.7


def marked(text, words):
    """``text`` with every place marked that one of ``words`` (folded) has found; escaped."""
    spans, end, parts = _merged(span for word in words for span in _spans(text, word)), 0, []
    for first, last in spans:
        parts.append(format_html("{}<mark>{}</mark>", text[end:first], text[first:last]))
        end = last
    return mark_safe("".join(parts) + format_html("{}", text[end:]))  # noqa: S308  (each part is escaped)


def _spans(text, word):
    """Where the word stands; if nowhere, whole words that are written much like it."""
    spelled, places = _spelled(text)
    found, at = [], spelled.find(word)
    while at >= 0:
        found.append((places[at], places[at + len(word) - 1] + 1))
        at = spelled.find(word, at + len(word))
    return found or [span for span, spelled in _words(text) if _is_like(spelled, word)]


def _spelled(text):
    """The text as it is compared, and for each of its characters the place in ``text``."""
    pairs = [(letter, place) for place, char in enumerate(text) for letter in spelled_out(char)]
    return "".join(letter for letter, _place in pairs), [place for _letter, place in pairs]


def _words(text):
    first = None
    for place, char in enumerate(f"{text} "):
        if char.isalnum():
            first = place if first is None else first
        elif first is not None:
            yield (first, place), spelled_out(text[first:place])
            first = None


def _is_like(one, other):
    return SequenceMatcher(None, one, other).ratio() >= ALIKE


def _merged(spans):
    """Spans in order, those that touch made one."""
    found = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
