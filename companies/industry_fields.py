"""Choosing a branch of WZ 2008 by code or by word."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from companies.classification import wz_activity, wz_choices, wz_normalised
from companies.industries import MAIN_SCHEME

_CANDIDATES_AT_MOST = 12


class IndustryFields(forms.Form):
    """A code or a word; where several branches have the word, the person says which one."""

    wz_code = forms.CharField(
        label=_("Branch of industry (WZ 2008)"),
        max_length=100,
        help_text=_("Code or word, for example 25.62 or “surface”. It finds companies and markets like yours."),
    )
    wz_choice = forms.ChoiceField(
        label=_("Which one fits best?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the branch that fits best.")},
    )

    def offer_branches(self):
        """Ask which one only where the text leaves it open, and name the one that is stored."""
        self.candidates = self._candidates()
        if len(self.candidates) > 1:
            choices = [(found.code, f"{found.code} {found.title}") for found in self.candidates]
            self.fields["wz_choice"].choices = choices
        else:
            del self.fields["wz_choice"]
        stored = self.initial.get("wz_code")
        if stored and (activity := wz_activity(MAIN_SCHEME, stored)):
            self.fields["wz_code"].help_text = _("At present: %(code)s %(title)s. Another code or word changes it.") % {
                "code": activity.code,
                "title": activity.title,
            }

    def _candidates(self):
        text = str(self.data.get("wz_code", "")).strip()
        exact = wz_activity(MAIN_SCHEME, text) if wz_normalised(text) else None
        if exact or not text:
            return [exact] if exact else []
        # Sections and divisions say too little; a class with one subclass of the same name stands once.
        found = [activity for activity in wz_choices(MAIN_SCHEME, text, limit=60) if len(activity.code) >= 5]
        return list({activity.title: activity for activity in reversed(found)}.values())[::-1][:_CANDIDATES_AT_MOST]

    def clean_wz_code(self):
        if not self.cleaned_data["wz_code"]:
            return ""
        if not self.candidates:
            raise ValidationError(_("No branch has this code or word. Please try another word, for example “forging”."))
        return self.candidates[0].code

    def clean(self):
        values = super().clean() or self.cleaned_data
        if chosen := values.pop("wz_choice", ""):
            values["wz_code"] = chosen
        return values
