"""The form for one kind of support."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offensive.enablement.kinds import FREE, RULE
from offensive.enablement.models.ledger import MOST_MINUTES


class KindForm(forms.Form):
    """Name, usual duration, evidence, and the rule whether it is structured support."""

    name = forms.CharField(label=_("Name"), max_length=100)
    default_minutes = forms.IntegerField(
        label=_("Usual duration in minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("Taken when nobody says how long it took."),
    )
    requires_evidence = forms.BooleanField(
        label=_("Needs a paper as evidence"),
        required=False,
        help_text=_("Without a paper it stands in the list of missing evidence."),
    )
    is_structured = forms.BooleanField(
        label=_("Is structured support (RCO04)"),
        required=False,
        help_text=_("Single contacts such as a phone enquiry are never structured support."),
    )
    structured_from_minutes = forms.IntegerField(
        label=_("Structured from how many minutes on"),
        min_value=0,
        max_value=MOST_MINUTES,
        help_text=_("What is shorter does not count as structured support. 0 means: any duration."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def values(self):
        """What the services take."""
        return {name: self.cleaned_data[name] for name in (*FREE, *RULE)}

    def show_stored(self, kind):
        """Beside each field that differs, what is stored now; sent again, the form overwrites it knowingly."""
        for name in (*FREE, *RULE):
            if getattr(kind, name) != self.cleaned_data[name]:
                self.add_error(name, _("Stored now: %s") % _told(getattr(kind, name)))
        self.data = self.data.copy()
        self.data["version"] = kind.version


def values_of(kind):
    """Initial values of the form for a kind that exists."""
    return {name: getattr(kind, name) for name in (*FREE, *RULE, "version")}


def _told(value):
    return {True: _("yes"), False: _("no")}.get(value, value) if isinstance(value, bool) else value
