"""Names that look alike in one place: trigrams as pg_trgm counts them, compared by the rarest first.

Not an index of trigrams: under row security its operators come after the policies, and all pairs of 10,000 names are
50 million. Two names as similar as asked for share one among the rarest of their trigrams, so that only those meet.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations, product

# From this similarity of two names on (0 to 1); where both have a register number, which then differ, only nearly the
# same name counts.
ALIKE, ALIKE_DESPITE_REGISTER = 0.55, 0.9


@dataclass(frozen=True, slots=True)
class Named:
    """A record to compare: ``name`` without spelling and legal form, ``places`` in which it meets others."""

    pk: int
    name: str
    places: tuple[str, ...]
    has_register: bool


def alike(records):
    """[(lower pk, higher pk, similarity)] of the pairs of ``Named`` that look alike, most likely first."""
    grams = {each.pk: trigrams(each.name) for each in records}
    registered = {each.pk for each in records if each.has_register}
    judged = ((*pair, similarity(*(grams[pk] for pk in pair))) for pair in _meeting(records, grams))
    found = [row for row in judged if row[2] >= _bound(registered.issuperset(row[:2]))]
    return sorted(found, key=lambda row: (registered.issuperset(row[:2]), -row[2], row))


def trigrams(name):
    """Those of one word, as pg_trgm counts them: two blanks before and one after."""
    return frozenset(f"  {name} "[place : place + 3] for place in range(len(name) + 1))


def similarity(one, other):
    """What two sets of trigrams have in common, of all they have."""
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _bound(both_registered):
    return ALIKE_DESPITE_REGISTER if both_registered else ALIKE


def _meeting(records, grams):
    """The pairs that share a place and one of the trigrams that are rare enough to tell, lower number first."""
    often = Counter(gram for found in grams.values() for gram in found)
    met = defaultdict(lambda: ([], [], []))
    for each in records:
        rarest = sorted(grams[each.pk], key=lambda gram: (often[gram], gram))
        for nth, gram in enumerate(rarest[: _telling(rarest, ALIKE)]):
            for place in each.places:
                bare, registered, nearly = met[place, gram]
                (registered if each.has_register else bare).append(each.pk)
                if each.has_register and nth < _telling(rarest, ALIKE_DESPITE_REGISTER):
                    nearly.append(each.pk)
    pairs = set()
    for bare, registered, nearly in met.values():
        pairs.update(combinations(bare, 2), product(bare, registered), combinations(nearly, 2))
    return {(min(pair), max(pair)) for pair in pairs}


def _telling(grams, bound):
    """How many of the rarest must be looked at, so that no pair as similar as ``bound`` is missed."""
    return len(grams) - math.ceil(len(grams) * bound) + 1
