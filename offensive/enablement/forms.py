"""Forms of the process and the ledger."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.enablement.queries import delivery_kinds

# What a scanner gives; the store checks the content itself.
PAPERS = ".pdf,.jpg,.jpeg,.png"


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


class DeliveryForm(forms.Form):
    """One piece of support, typed in by hand."""

    kind = forms.ModelChoiceField(label=_("Kind of support"), queryset=None, empty_label=_("Please choose"))
    on = forms.DateField(label=_("Date"), widget=DayInput, validators=[day_not_to_come])
    minutes = forms.IntegerField(
        label=_("Duration in minutes"), min_value=1, max_value=1440, help_text=_("With the company, without travel.")
    )
    title = forms.CharField(
        label=_("What it was about"), max_length=200, help_text=_("Appears in the company's list and in the report.")
    )
    evidence = forms.FileField(
        label=_("Evidence"),
        required=False,
        widget=PaperInput,
        help_text=_("Signed record or the like as PDF, JPEG or PNG. You can also add it later."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, programme_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = delivery_kinds(programme_id)
        # A key for this very form, so that sending it twice is one row.
        self.fields["form_key"].initial = uuid.uuid4


class EvidenceForm(forms.Form):
    """A paper that shows a delivery took place."""

    document = forms.FileField(label=_("File"), widget=PaperInput, help_text=_("PDF, JPEG or PNG."))


class ReversalForm(forms.Form):
    """Why a delivery is taken back."""

    reason = forms.CharField(
        label=_("Why is it reversed?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: entered for the wrong company."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
