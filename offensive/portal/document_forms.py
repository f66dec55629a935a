"""Filing documents, withdrawing them, and how long they are kept."""

import uuid

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from offensive.documents.models import DocumentKind
from offensive.enablement.forms import DayInput, day_not_to_come

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.xlsx,.csv,.txt,image/*"
FILES_AT_MOST = 20


def _kinds(kinds):
    return [("", _("Please choose")), *((kind.value, capfirst(kind.label)) for kind in kinds)]


class SeveralFilesInput(forms.FileInput):
    """A file field that takes several at once; phones offer their camera too."""

    allow_multiple_selected = True

    def __init__(self):
        super().__init__(attrs={"accept": ACCEPTED, "multiple": True})


class SeveralFilesField(forms.FileField):
    """A list of files, each neither empty nor without a name."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = [super(SeveralFilesField, self).clean(each, initial) for each in data or [None]]
        if len(files) > FILES_AT_MOST:
            raise forms.ValidationError(_("Please choose at most %(n)s files at once.") % {"n": FILES_AT_MOST})
        return files


class FactsForm(forms.Form):
    """What is known of a paper beside the file."""

    kind = forms.ChoiceField(label=_("What is it?"))
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("For example: Certificate ISO 9001. Without a title the name of the file is shown."),
    )
    dated_on = forms.DateField(
        label=_("Date on the paper"), widget=DayInput, required=False, validators=[day_not_to_come]
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(kinds)
        self.fields["form_key"].initial = uuid.uuid4

    def facts(self):
        """Title, date and note as ``documents.services.store`` takes them."""
        return {name: self.cleaned_data[name] for name in ("title", "dated_on", "note")}


class DocumentsForm(FactsForm):
    """Several files of one kind at once."""

    files = SeveralFilesField(
        label=_("Files"),
        help_text=_("PDF, JPEG or PNG picture, XLSX, CSV; up to 20 MB each. With a phone you can take a photo."),
    )
    field_order = ["files", "kind", "title", "dated_on", "note", "form_key"]


class VersionForm(FactsForm):
    """The next version of a paper."""

    files = forms.FileField(
        label=_("New version"), widget=forms.FileInput(attrs={"accept": ACCEPTED}), help_text=_("PDF, JPEG, PNG, XLSX.")
    )
    field_order = ["files", "kind", "title", "dated_on", "note", "form_key"]


class WithdrawalForm(forms.Form):
    """Why a document is not offered any more."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: filed for the wrong company."),
    )


class KindFilter(forms.Form):
    """The list narrowed to one kind."""

    hide_optional = True
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=forms.Select(attrs={"data-autosubmit": ""}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, capfirst(kind.label)) for kind in DocumentKind]
        self.fields["kind"].choices = [("", _("All kinds")), *kinds]

    def chosen(self):
        """The kind, or "" for all."""
        return self.cleaned_data["kind"] if self.is_valid() else ""
