from django import forms
from django.utils.translation import gettext_lazy as _

from companies.models import SizeClass


class EnterpriseFilter(forms.Form):
    """Narrows the enterprises behind a figure."""

    hide_optional = True

    size = forms.ChoiceField(label=_("Size class"), choices=[("", _("all")), *SizeClass.choices], required=False)
    new = forms.BooleanField(label=_("new in this period"), required=False)


class SampleForm(forms.Form):
    """How many, for whom, until when."""

    auditor = forms.TypedChoiceField(label=_("Auditor"), coerce=int)
    code = forms.ChoiceField(label=_("Indicator"), choices=[("RCO01", "RCO01"), ("RCO04", "RCO04")])
    size = forms.IntegerField(label=_("How many enterprises"), min_value=1, max_value=500, initial=10)
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Occasion"), max_length=300, help_text=_("Such as the number of the audit."))

    def __init__(self, *args, auditors, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {each.user_id: each.user for each in auditors}
        self.fields["auditor"].choices = [(pk, str(user)) for pk, user in self.known.items()]

    @property
    def values(self):
        return {**self.cleaned_data, "auditor": self.known[self.cleaned_data["auditor"]]}
