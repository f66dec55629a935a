"""One certificate, with a photo or scan of it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from companies.catalogues import standards
from companies.record_forms import RowForm


class CertificateForm(RowForm):
    """Short enough for a phone; the photo says the rest."""

    standard = forms.ChoiceField(
        label=_("Standard"),
        required=False,
        help_text=_("Markets ask for certain standards; by it your adviser sees which ones are open to you."),
    )
    name = forms.CharField(
        label=_("Another certificate"),
        max_length=100,
        required=False,
        help_text=_("Only where the standard is not in the list."),
    )
    edition = forms.CharField(
        label=_("Edition"), max_length=20, required=False, help_text=_("The year of the standard, for example 2015.")
    )
    scope = forms.CharField(
        label=_("Scope"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("As printed on it, for example “production of technical springs”."),
    )
    issuer = forms.CharField(
        label=_("Issued by"), max_length=150, required=False, help_text=_("Customers ask whether it is accredited.")
    )
    number = forms.CharField(
        label=_("Number"), max_length=60, required=False, help_text=_("With it anybody can look the certificate up.")
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("We remind you by mail 90 and 30 days before."),
    )
    paper = forms.FileField(
        label=_("Photo or scan of the certificate"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
        help_text=_("On a phone you can take the photo now. JPEG, PNG or PDF."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["standard"].choices = [
            ("", _("another one")),
            *((key, str(each)) for key, each in standards().items()),
        ]

    def stored(self):
        names = ("standard", "name", "edition", "scope", "issuer", "number", "valid_until", "version")
        return {name: getattr(self.row, name) for name in names}

    def clean(self):
        standard, name = self.cleaned_data.get("standard"), self.cleaned_data.get("name")
        if not standard and not name:
            raise ValidationError(_("Please choose a standard, or type the name of another certificate."))
        if standard and name:
            self.add_error("name", _("Please leave this empty when you choose a standard, or choose “another one”."))
