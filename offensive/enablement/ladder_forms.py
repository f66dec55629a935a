"""The form of the ladder, and why one goes on with a company that is silent."""

import uuid
from itertools import chain, repeat

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.versioned_forms import VersionedForm
from offensive.enablement.forms import DayInput
from offensive.enablement.ladders import LadderError, last_set, newest, set_ladder
from offensive.enablement.models import StepAction

LINES = range(1, 6)
NUDGE = StepAction.NUDGE


class LadderForm(VersionedForm):
    """Up to five steps; lines without days are left out. It begins with the ladder that was set last."""

    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)

    def __init__(self, *args, acting, **kwargs):
        self.acting = acting
        super().__init__(*args, initial=self.stored() | {"valid_from": timezone.localdate()}, **kwargs)
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

    def stored(self):
        steps = last_set(self.acting.programme_id)
        values = {"version": newest(self.acting.programme_id), "valid_from": steps[0].valid_from if steps else None}
        for line, step in zip(LINES, chain(steps, repeat(None)), strict=False):
            values |= {f"days_{line}": step and step.after_days, f"action_{line}": step.action if step else NUDGE}
        return values

    def steps(self):
        """[(after days, action), …] of the lines filled in."""
        typed = self.cleaned_data
        return [(typed[f"days_{line}"], typed[f"action_{line}"] or NUDGE) for line in LINES if typed[f"days_{line}"]]

    def save(self):
        """Whether it could be set; what speaks against it becomes the form's error."""
        wanted = {"valid_from": self.cleaned_data["valid_from"], "steps": self.steps()}
        try:
            return self.attempt(lambda: set_ladder(acting=self.acting, seen=self.seen, **wanted))
        except LadderError as error:
            self.add_error(None, str(error))
            return False


class GoOnForm(forms.Form):
    """The decision to go on with a silent company; its silence is counted anew from today."""

    text = forms.CharField(label=_("Why do we go on?"), max_length=300)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
