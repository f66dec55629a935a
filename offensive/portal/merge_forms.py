"""The decision which of two deliveries stands."""

from django import forms


class DoubleForm(forms.Form):
    """Why the other delivery is reversed; the key makes a double click one reversal."""

    reason = forms.CharField(max_length=300)
    form_key = forms.UUIDField()
