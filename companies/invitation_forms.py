"""Whose contacts to invite."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactsForm(forms.Form):
    """One box for each company, with the address that gets the mail."""

    companies = forms.MultipleChoiceField(
        label=_("Companies"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one company.")},
    )

    def __init__(self, *args, companies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["companies"].choices = [
            (str(each.pk), f"{each.legal_name} – {each.contact_name or each.contact_email}, {each.contact_email}")
            for each in companies
        ]
