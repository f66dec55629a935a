"""Forms of the hand-over of companies between partners."""

import uuid
from itertools import groupby

from django import forms
from django.utils.translation import gettext_lazy as _

REASON = forms.Textarea(attrs={"rows": 3})
TO_US, FROM_US = "to", "from"
DECIDED, EVERY = "decided", "all"


class AskForm(forms.Form):
    """Whom to ask, and why. ``receivers`` are those who may be asked."""

    receiver = forms.ChoiceField(
        label=_("Who should look after it?"),
        help_text=_("A partner, which then chooses the person itself, or somebody you have in mind."),
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=REASON,
        help_text=_("The other partner reads this before it decides. For example: the company has moved to Hagen."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, receivers, **kwargs):
        super().__init__(*args, **kwargs)
        self.receivers = {receiver.key: receiver for receiver in receivers}
        groups = groupby(receivers, key=lambda receiver: receiver.organisation)
        self.fields["receiver"].choices = [
            ("", _("Please choose")),
            *((house, [(each.key, str(each)) for each in group]) for house, group in groups),
        ]

    def values(self):
        """What ``handovers.ask`` takes beside the companies."""
        told = self.cleaned_data
        return {
            "receiver": self.receivers[told["receiver"]],
            "reason": told["reason"],
            "form_key": told["form_key"],
        }


class KeysField(forms.TypedMultipleChoiceField):
    """Ticked rows. Which of them may be handed over is said by the service, with the company's name."""

    def valid_value(self, value):
        return value.isdecimal() and len(value) < 19


class AskForSeveralForm(AskForm):
    """The same for several companies at once; ``companies`` are those that may be ticked."""

    company = KeysField(
        label=_("Companies"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please tick at least one company.")},
    )

    def __init__(self, *args, companies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["company"].choices = [(each.pk, str(each)) for each in companies]
        self.fields["receiver"].label = _("Who should look after them?")

    @property
    def ticked(self):
        """Keys of the companies that are ticked now."""
        return {str(key) for key in self["company"].value() or ()}


class OfferFilterForm(forms.Form):
    """GET parameters of the companies to offer, beside those of the list of companies."""

    hide_optional = True

    q = forms.CharField(label=_("Find a company"), required=False, max_length=100)
    person = forms.TypedChoiceField(
        label=_("Caring person"), required=False, coerce=int, empty_value=None, error_messages={"invalid_choice": ""}
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("all")), *people]
        self.fields["person"].widget.attrs["data-autosubmit"] = True
        self.fields["q"].widget.input_type = "search"
        self.full_clean()

    @property
    def chosen_person(self):
        """Whose companies alone, by id; None for all."""
        return self.cleaned_data.get("person")


class AcceptForm(forms.Form):
    """Who looks after the company from now on; ``people`` are memberships of the own house."""

    person = forms.TypedChoiceField(label=_("Who looks after the company from now on?"), coerce=int)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(each.user_id, str(each.user)) for each in people]


class DeclineForm(forms.Form):
    """Why not."""

    answer = forms.CharField(
        label=_("Why not?"),
        max_length=500,
        widget=REASON,
        help_text=_("Whoever has asked reads this, for example: we have nobody free before March."),
    )


class TaskChoiceForm(forms.Form):
    """Which open tasks come along. All are ticked at first."""

    task = forms.TypedMultipleChoiceField(
        label=_("Open tasks"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, tasks, **kwargs):
        super().__init__(*args, initial={"task": [each.pk for each in tasks]}, **kwargs)
        self.fields["task"].choices = [(each.pk, each) for each in tasks]


class HandoverFilterForm(forms.Form):
    """GET parameters of the list. What is no choice is no error: the list is then not narrowed by it."""

    hide_optional = True

    direction = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[("", _("both")), (TO_US, _("offered to us")), (FROM_US, _("offered by us"))],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("waiting for an answer")), (DECIDED, _("decided")), (EVERY, _("all"))],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["data-autosubmit"] = True
