"""The form of the ladder, and why one goes on with a company that is silent."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.enablement.forms import DayInput
from offensive.enablement.ladders import LadderError, set_ladder
from offensive.enablement.models import StepAction

LINES = range(1, 6)


class LadderForm(forms.Form):
    """Up to five steps; lines without days are left out."""

    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput, initial=timezone.localdate)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, steps, seen, **kwargs):
        initial = {"seen": seen}
        for line, step in zip(LINES, steps, strict=False):
            initial |= {f"days_{line}": step.after_days, f"action_{line}": step.action}
        super().__init__(*args, initial=initial, **kwargs)
        for line in LINES:
            self.fields[f"days_{line}"] = forms.IntegerField(
                label=_("Step %(n)s: after how many days without a reaction?") % {"n": line},
                min_value=1,
                max_value=365,
                required=line == 1,
            )
            self.fields[f"action_{line}"] = forms.ChoiceField(
                label=_("Step %(n)s: what happens?") % {"n": line}, choices=StepAction.choices, required=line == 1
            )

    def steps(self):
        """[(after days, action), …] of the lines filled in."""
        typed = self.cleaned_data
        lines = [(typed[f"days_{line}"], typed[f"action_{line}"] or StepAction.NUDGE) for line in LINES]
        return [(days, action) for days, action in lines if days]

    def save(self, acting):
        """Whether it could be set; what speaks against it becomes the form's error."""
        typed = self.cleaned_data
        try:
            set_ladder(acting=acting, seen=typed["seen"], valid_from=typed["valid_from"], steps=self.steps())
        except LadderError as error:
            self.add_error(None, str(error))
            return False
        return True


class GoOnForm(forms.Form):
    """The decision to go on with a silent company; its silence is counted anew from today."""

    text = forms.CharField(label=_("Why do we go on?"), max_length=300)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
