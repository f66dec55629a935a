"""What the values of a column look like, for lists whose headings say nothing or something else."""

import re
from collections import Counter
from functools import lru_cache
from itertools import chain

from companies.identity import split_legal_form

_SHAPES = (
    ("email", re.compile(r"\S+@\S+\.\w{2,}")),
    ("website", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("vat_id", re.compile(r"(?:DE|AT|NL|BE|FR|PL)\s?[0-9B ]{8,14}", re.IGNORECASE)),
    ("ags", re.compile(r"0?5(?:962|954|914)\d{3}")),
    ("postcode", re.compile(r"(?:D-?)?\d{5}")),
    ("postcode_town", re.compile(r"(?:D-?)?\d{5}\s+[A-ZÄÖÜ][\w .()/-]+")),
    ("wz", re.compile(r"(?:WZ\s*)?[A-U]?\d{2}\.\d{1,2}(?:\.\d)?(?:\s.*)?")),
    ("register", re.compile(r".{0,40}\bHR\s?[AB][\s:-]*\d+.{0,40}", re.IGNORECASE)),
    ("contact", re.compile(r"(?:Herr|Frau|Mr\.?|Ms\.?|Mrs\.?)\s.+")),
    ("first_contact", re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d{2}-\d{2}")),
    ("phone", re.compile(r"(?:\+\d{2}|\(?0\d{2,5}\)?)[\s/()-]*\d[\d\s/()-]{3,}")),
    ("street", re.compile(r".{3,}(?:str\.?|stra(?:ß|ss)e|weg|allee|platz|ring|gasse|ufer)\s*\d+.*", re.IGNORECASE)),
    ("automotive_share", re.compile(r"\d{1,3}(?:,\d+)?\s?%")),
)  # fmt: skip
SPECIFIC = {"email", "vat_id", "postcode_town", "ags", "register", "website", "wz"}


def shape_of(texts):
    """(field, share of the values that look like it), or ("", 0.0) if they look like nothing special."""
    found = [_shapes(text) for text in texts if text]
    if not found:
        return "", 0.0
    field, count = max(Counter(chain.from_iterable(found)).items(), key=lambda item: item[1], default=("", 0))
    share = count / len(found)
    return (field, share) if share >= 0.5 else ("", 0.0)


@lru_cache(maxsize=1 << 15)
def _shapes(text):
    if len(text) > 300:
        return ()
    found = [field for field, shape in _SHAPES if shape.fullmatch(text)]
    return (*found, "name") if split_legal_form(text)[1] else tuple(found)
