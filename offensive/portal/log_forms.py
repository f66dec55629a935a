"""The days of the log that somebody wants to see."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from offensive.enablement.forms import DayInput


class LogFilterForm(forms.Form):
    """First and last day, both optional; a day that cannot be read narrows nothing and is said so."""

    hide_optional = True
    since = forms.DateField(label=_("From day"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To day"), required=False, widget=DayInput)

    def narrowed(self):
        """{name: day as YYYY-MM-DD} of what narrows the log."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name: day.isoformat() for name, day in given.items() if day}

    def found_in(self, entries):
        """Those of ``entries`` that were written on these days, as people here reckon days."""
        given = self.cleaned_data if self.is_valid() else {}
        if since := given.get("since"):
            entries = entries.filter(at__gte=_midnight(since))
        if until := given.get("until"):
            entries = entries.filter(at__lt=_midnight(until + timedelta(days=1)))
        return entries


def _midnight(day):
    return make_aware(datetime.combine(day, time.min))
