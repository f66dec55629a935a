"""Forms of the composed pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offensive.enablement.forms import DayInput, day_not_to_come


class ParticipationForm(forms.Form):
    """One agreement text for several companies that signed on the same day, as after an information event."""

    companies = forms.ModelMultipleChoiceField(
        label=_("Companies that have signed"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=DayInput, validators=[day_not_to_come])
    text_version = forms.CharField(
        label=_("Version of the text"), max_length=20, help_text=_("As printed at the foot of the agreement.")
    )

    def __init__(self, *args, companies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["companies"].queryset = companies
