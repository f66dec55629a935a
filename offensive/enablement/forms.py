"""Forms of the process and the ledger."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What a scanner or a phone gives; the store checks the content itself.
PAPERS = "image/*,application/pdf"


class DayInput(forms.DateInput):
    """The browser's own date field, which wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class PaperInput(forms.FileInput):
    """A file field for scanned papers."""

    def __init__(self):
        super().__init__(attrs={"accept": PAPERS})


def day_not_to_come(day):
    """Raise ``ValidationError`` for a day in the future."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This date lies in the future. Please check it."))


class EnrolForm(forms.Form):
    """The participation agreement with which a company's process begins."""

    signed_on = forms.DateField(label=_("Signed on"), widget=DayInput, validators=[day_not_to_come])
    signed_by = forms.CharField(label=_("Signed by"), max_length=150)
    text_version = forms.CharField(
        label=_("Version of the text"), max_length=20, help_text=_("As printed at the foot of the agreement.")
    )
    document = forms.FileField(
        label=_("Signed agreement as a scan"), required=False, widget=PaperInput, help_text=_("PDF, JPEG or PNG.")
    )


class PapersInput(PaperInput):
    """Several scans or photos at once."""

    allow_multiple_selected = True


class PapersField(forms.FileField):
    """The chosen files as a list; what each of them is the store finds out."""

    widget = PapersInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(PapersField, self).clean(file) for file in files]


class EvidenceForm(forms.Form):
    """Papers that show a delivery took place."""

    document = PapersField(label=_("Files"))


class RemarkForm(forms.Form):
    """What a second person misses in the papers."""

    text = forms.CharField(
        label=_("What is missing?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: the signature of the company is missing on page 2."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ReversalForm(forms.Form):
    """Why a delivery is taken back."""

    reason = forms.CharField(
        label=_("Why is it reversed?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: entered for the wrong company."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
