"""The public form with which a company asks to take part, and the reason for a refusal."""

import re

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat

_REGISTER = re.compile(r"^(HRA|HRB|GnR|PR|VR)\s*(\d{1,8}\w?)$", re.IGNORECASE)


class JoinForm(forms.Form):
    """Few questions; what is known later need not be asked now."""

    company_name = forms.CharField(
        label=_("Company, with its legal form"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", _("A German postcode has five digits."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    town = forms.CharField(
        label=_("Town"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    register_court = forms.CharField(label=_("Register court"), max_length=60, required=False)
    register_number = forms.CharField(
        label=_("Register number"),
        max_length=20,
        required=False,
        help_text=_("Such as HRB 1234. With it we recognise your company at once."),
    )
    vat_id = forms.CharField(label=_("VAT ID"), max_length=20, required=False, help_text=_("Such as DE123456789."))
    contact_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("We send you a mail with which you confirm the request."),
        error_messages={"invalid": _("Please enter a complete email address, such as name@company.de.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Telephone"), max_length=50, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel"})
    )
    partner = forms.TypedChoiceField(
        label=_("Whom do you know of us already?"), required=False, coerce=int, empty_value=None
    )
    message = forms.CharField(
        label=_("What would you like to achieve?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    # People do not see it; programs that fill in everything do.
    homepage = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, consortium, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].choices = [("", _("nobody yet")), *((each.pk, each.name) for each in consortium)]

    def clean_register_number(self):
        number = " ".join(self.cleaned_data["register_number"].split())
        if not number:
            return ""
        if not (found := _REGISTER.match(number)):
            raise forms.ValidationError(_("Please enter kind and number, for example HRB 1234."))
        return f"{found[1]} {found[2]}"

    def clean_vat_id(self):
        text = self.cleaned_data["vat_id"]
        if text and not vat.is_valid(text):
            raise forms.ValidationError(_("This VAT ID is not right; please check its digits or leave it out."))
        return vat.compact(text) if text else ""

    @property
    def values(self):
        """Fields of ``RegistrationRequest``."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "homepage"}
        return {**values, "partner_id": values.pop("partner")}

    @property
    def is_from_a_program(self):
        return bool(self.cleaned_data["homepage"])


class DeclineForm(forms.Form):
    """Why not, in words that the asker reads."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The company reads it as you write it."),
    )
