"""Numbers as offices write them."""

import re
from decimal import Decimal

from django import forms
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext_lazy as _

_UNITS = re.compile(r"(?:€|EUR|Euro|%|VZÄ|mm|kg|µm)\s*$", re.IGNORECASE)


class GermanDecimalField(forms.DecimalField):
    """A number as offices write it: 1.234,56, with or without its unit."""

    def __init__(self, **kwargs):
        invalid = {"invalid": _("Please enter a number, for example 1.234,56.")}
        super().__init__(localize=True, min_value=0, error_messages=invalid, **kwargs)

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value):
        text = re.sub(r"[\s\u00a0\u202f']", "", _UNITS.sub("", str(value or "").strip()))
        return super().to_python(_without_groups(text))

    def prepare_value(self, value):
        """A stored number in groups of three; what was typed stays as it was typed."""
        return number_format(value, force_grouping=True) if isinstance(value, Decimal) else value


def _without_groups(text):
    """4.300.000 is a number and 1.5 is not, in German; in English it is the other way round."""
    group = re.escape(get_format("THOUSAND_SEPARATOR"))
    if re.fullmatch(rf"\d{{1,3}}(?:{group}\d{{3}})+(?:\D\d*)?", text):
        return re.sub(group, "", text)
    return text
