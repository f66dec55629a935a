"""Forms of what people decide on a company's way, and of its answers."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.enablement.forms import DayInput, PaperInput
from offensive.enablement.models import Requirement

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def day_to_come(day):
    """Raise ``ValidationError`` for today and days past."""
    if day <= timezone.localdate():
        raise forms.ValidationError(_("Please choose a day to come, or leave it open."))


class ReasonForm(forms.Form):
    """Why something is done that is not the usual way."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence. It stays in the company's history; the company reads it too."),
    )


class PauseForm(ReasonForm):
    """A pause, with its end where it is known."""

    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DayInput,
        validators=[day_to_come],
        help_text=_("Leave it empty if the company does not know yet."),
    )


class KeyedForm(forms.Form):
    """A form with a key of its own, so that sending it twice is one row."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4


class DecisionForm(KeyedForm):
    """A decision of staff with its reason."""

    decision = forms.ChoiceField(label=_("What is decided?"), choices=YES_NO, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def values(self):
        """Arguments of ``questions.decide``."""
        given = self.cleaned_data
        return {
            "form_key": given["form_key"],
            "reason": given["reason"],
            "is_in_favour": given["decision"] == "yes",
        }


class TextAnswerForm(KeyedForm):
    """An answer in own words."""

    answer = forms.CharField(label=_("Your answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))

    def values(self):
        """Arguments of ``questions.give_answer``."""
        return {"form_key": self.cleaned_data["form_key"], "text": self.cleaned_data["answer"]}


class ChoiceAnswerForm(KeyedForm):
    """Yes or no, with room for a word on it."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=YES_NO, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What else you want to say"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def values(self):
        """Arguments of ``questions.give_answer``."""
        given = self.cleaned_data
        return {"form_key": given["form_key"], "text": given["text"], "is_yes": given["answer"] == "yes"}


ANSWER_FORMS = {Requirement.AnswerForm.TEXT: TextAnswerForm, Requirement.AnswerForm.YES_NO: ChoiceAnswerForm}


class AgreementForm(forms.Form):
    """The signed paper of an agreement that was recorded without it."""

    document = forms.FileField(
        label=_("Signed agreement as a scan"), widget=PaperInput, help_text=_("PDF, JPEG or PNG.")
    )
