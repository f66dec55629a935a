"""Numbers as people type them in Germany, and as English programs export them."""

import math
import re
from decimal import Decimal

_BLANKS = re.compile(r"[\s'’\u202f\u2009]")
_PLAIN = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_GROUPED_DE = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){1,4}(?:,\d{1,12})?")
_GROUPED_EN = re.compile(r"[+-]?\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,12})?")
_SURELY_EN = re.compile(r"\d,\d{3}\.\d|\d,\d{3},\d{3}|^\d+\.(?:\d{1,2}|\d{4,})$")
_SURELY_DE = re.compile(r"\d\.\d{3},\d|\d\.\d{3}\.\d{3}|^\d+,(?:\d{1,2}|\d{4,})$")


def german_number(value):
    """A float as text with a decimal comma and no grouping, so that it can be read in one way only."""
    if not math.isfinite(value) or abs(value) >= 1e15:
        return str(value)
    text = format(Decimal(repr(value)).normalize(), "f")
    return "0" if text in ("-0", "") else text.replace(".", ",")


def read_number(text, style="de"):
    """Decimal of ``text``, or None if it is not one exact number.

    One dot or comma followed by three digits is read by ``style``: 12.345 is
    twelve thousand in ``de`` and twelve point three in ``en``.
    """
    text = _BLANKS.sub("", text).replace("−", "-")
    if not text.isascii():
        return None
    grouped, other = (_GROUPED_EN, _GROUPED_DE) if style == "en" else (_GROUPED_DE, _GROUPED_EN)
    if grouped.fullmatch(text):
        return _decimal(text, grouped)
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return _decimal(text, other) if other.fullmatch(text) else None


def _decimal(text, grouped):
    group, point = (",", ".") if grouped is _GROUPED_EN else (".", ",")
    return Decimal(text.replace(group, "").replace(point, "."))


def number_style(texts):
    """``en`` when a column can only be read the English way, otherwise ``de``."""
    texts = [_BLANKS.sub("", text) for text in texts]
    english = any(_SURELY_EN.search(text) for text in texts)
    german = any(_SURELY_DE.search(text) for text in texts)
    return "en" if english and not german else "de"
