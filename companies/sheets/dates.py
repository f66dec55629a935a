"""Days as people write them."""

import calendar
import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_SPELLED = {"mae": 3, "mar": 3, "mrz": 3, "may": 5, "oct": 10, "dec": 12} | {
    name: number for number, name in enumerate(_MONTHS, start=1)
}
_FORMS = (
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})(?:[ T]\d.*)?", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[ T]\d.*)?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4}|\d{2})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[^\W\d]{3,9})\.?\s+(?P<year>\d{4})", re.ASCII | re.IGNORECASE),
    re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-zäöü]{3,9})\.?\s+(?P<year>\d{4})", re.IGNORECASE),
)
# Days as Excel counts them, where a list lost the format of its date column: 1982 to 2064.
_SERIALS = range(30_000, 60_000)
_ZERO = date(1899, 12, 30)


def read_date(text):
    """(date or None, sentence): 07.03.2026, 7.3.26, 2026-03-07, 7. März 2026, or Excel's day number."""
    if re.fullmatch(r"\d{5}(?:,\d+)?", text, re.ASCII) and int(text[:5]) in _SERIALS:
        return _ZERO + timedelta(days=int(text[:5])), ""
    match = next((found for form in _FORMS if (found := form.fullmatch(text))), None)
    month = _month(match["month"]) if match else 0
    if not match or not month:
        return None, _("“%(value)s” is not a date. Please type it like this: 07.03.2026.") % {"value": text[:60]}
    return _checked(text, int(match["day"]), month, _year(match["year"]))


def _month(text):
    return int(text) if text.isdigit() else _SPELLED.get(text.lower()[:3], 0)


def _year(text):
    return int(text) + (2000 if len(text) == 2 else 0)


def _checked(text, day, month, year):
    if not 1900 <= year <= 2100:
        return None, _("The year %(year)d cannot be right. Please type the right date.") % {"year": year}
    if not 1 <= month <= 12:
        return None, _(
            "“%(value)s” is not a date: there is no month %(month)d. Please type it like this: 07.03.2026."
        ) % {
            "value": text,
            "month": month,
        }
    last = calendar.monthrange(year, month)[1]
    if 1 <= day <= last:
        return date(year, month, day), ""
    example = date(year, month, last if day > last else 1).strftime("%d.%m.%Y")
    return None, _("%(value)s is not a day in the calendar. Please type the right date, for example %(example)s.") % {
        "value": text,
        "example": example,
    }
