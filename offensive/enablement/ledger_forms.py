"""Filters of the lists of support. GET parameters: what is no choice is no error, the list is then not narrowed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offensive.enablement.gaps import DeskFilter
from offensive.enablement.queries import LEDGER_STATES
from offensive.enablement.support_queries import SupportFilter


class LedgerFilterForm(forms.Form):
    """What every filter here is: choices that filter at once."""

    hide_optional = True

    def __init__(self, data, **choices):
        super().__init__(data)
        for name, found in choices.items():
            self.fields[name].choices = [("", _("all")), *found]
        for field in self.fields.values():
            field.widget.attrs["data-autosubmit"] = True

    def given(self, name):
        """The chosen value, "" when it is none of the choices."""
        value = self.data.get(name, "")
        return value if value in {str(key) for key, _label in self.fields[name].choices} else ""

    def narrowed(self):
        """{name: value} of what narrows the list."""
        return {name: self.given(name) for name in self.fields if self.given(name)}

    def told(self):
        """The filter in words, for the log of exports."""
        named = ((self.fields[name], value) for name, value in self.narrowed().items())
        return "; ".join(f"{field.label}: {dict(_as_text(field.choices))[value]}" for field, value in named)


def _as_text(choices):
    return ((str(key), str(label)) for key, label in choices)


class SupportFilterForm(LedgerFilterForm):
    """The ledger of one enterprise."""

    kind = forms.ChoiceField(label=_("Kind of support"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data, *, kinds, years):
        states = [(key, label) for key, (label, _badge) in LEDGER_STATES.items()]
        super().__init__(data, kind=kinds, year=[(year, year) for year in years], state=states)

    def filters(self):
        return SupportFilter(**{name: self.given(name) for name in self.fields})


class GapFilterForm(LedgerFilterForm):
    """What is not evidenced; partners are chosen by those who see several."""

    partner = forms.ChoiceField(label=_("Given by"), required=False)
    kind = forms.ChoiceField(label=_("Kind of support"), required=False)
    older = forms.ChoiceField(label=_("Older than"), required=False)

    def __init__(self, data, *, kinds, partners):
        ages = [(days, _("%(n)s days") % {"n": days}) for days in (14, 30, 60, 90, 180, 365)]
        super().__init__(data, kind=kinds, partner=[(each.slug, str(each)) for each in partners], older=ages)
        if len(partners) < 2:
            del self.fields["partner"]

    def filters(self):
        return DeskFilter(**{name: self.given(name) for name in self.fields})


class QueueFilterForm(LedgerFilterForm):
    """What waits for a second look; ``company`` is the slug in the address, offered by name while it narrows."""

    partner = forms.ChoiceField(label=_("Given by"), required=False)
    kind = forms.ChoiceField(label=_("Kind of support"), required=False)
    company = forms.ChoiceField(label=_("Company"), required=False)

    def __init__(self, data, *, kinds, partners, companies):
        partner = [(each.slug, str(each)) for each in partners]
        super().__init__(data, kind=kinds, partner=partner, company=[(each.slug, each.name) for each in companies])
        if not companies:
            del self.fields["company"]

    def filters(self):
        return DeskFilter(**{name: self.given(name) for name in self.fields})
