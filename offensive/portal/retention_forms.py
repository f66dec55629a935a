"""The day of the last payment, and why papers are kept beyond their time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from offensive.enablement.forms import DayInput, day_not_to_come


class LastPaymentForm(forms.Form):
    """When the managing authority paid for the last time; empty takes an earlier entry back."""

    paid_on = forms.DateField(
        label=_("Day of the last payment"),
        widget=DayInput,
        required=False,
        validators=[day_not_to_come],
        help_text=_("As on the statement of account. Leave it empty if it turns out that another payment is to come."),
    )


class HoldForm(forms.Form):
    """Why nothing may be removed."""

    reason = forms.CharField(
        label=_("Why are they kept?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: proceedings with file number, or a request of the European Commission."),
    )
