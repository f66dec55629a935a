"""Forms of the lead's draft of the process."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from companies.profile_sections import SECTIONS
from offensive.documents.models import DocumentKind
from offensive.enablement.achievements import (
    ANSWER,
    CATALOGUE,
    DECISION,
    DELIVERY,
    DOCUMENT,
    PROFILE,
    PROFILE_COMPLETE,
    kind_of,
)
from offensive.enablement.models import Requirement
from offensive.enablement.queries import delivery_kinds

Form = Requirement.AnswerForm
OTHERS = [
    (f"{ANSWER}{Form.TEXT}", _("Question to the company, answered in its own words")),
    (f"{ANSWER}{Form.YES_NO}", _("Question to the company, answered with yes or no")),
    (DECISION, _("Decision of the consortium")),
]


class SeenForm(forms.Form):
    """What the person has looked at, for presses of a single button."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class StageForm(forms.Form):
    """Names and length of a stage."""

    name = forms.CharField(label=_("Name for staff"), max_length=100)
    company_name = forms.CharField(
        label=_("Name for companies"), max_length=150, help_text=_("In plain words: what the company does here.")
    )
    usual_days = forms.IntegerField(
        label=_("Usual length in days"),
        min_value=1,
        max_value=1000,
        help_text=_("From this a company's due day is counted."),
    )
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def values(self):
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("name", "company_name", "usual_days")}

    def show_stored(self, stage):
        """Beside each field that differs, what is stored now; sent again, the form overwrites it knowingly."""
        for name, value in self.values().items():
            if getattr(stage, name) != value:
                self.add_error(name, _("Stored now: %s") % getattr(stage, name))
        self.data = self.data.copy()
        self.data["seen"] = stage.edits


class RequirementForm(forms.Form):
    """What a stage asks for: one of a few kinds, how often, and in which words."""

    what = forms.ChoiceField(label=_("What does the stage ask for?"))
    count = forms.IntegerField(
        label=_("How often?"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=_("More than once is possible for support and documents."),
    )
    wording = forms.CharField(
        label=_("Wording"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The question to the company, or what is to be decided. Elsewhere only where you want other words."
        ),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, programme_id, requirement=None, **kwargs):
        super().__init__(*args, initial=initial_of(requirement) | kwargs.pop("initial"), **kwargs)
        self.requirement = requirement
        self.kinds = {f"{DELIVERY}{kind.key}": kind.name for kind in delivery_kinds(programme_id)}
        self.fields["what"].choices = self._choices()

    def _choices(self):
        sections = [(PROFILE_COMPLETE, kind_of(PROFILE_COMPLETE).label)]
        sections += [
            (f"{PROFILE}{key}", format_lazy(_("Section “{title}”"), title=title)) for key, title, _m in SECTIONS
        ]
        papers = [(f"{DOCUMENT}{value}", label) for value, label in DocumentKind.choices if value != DocumentKind.LIST]
        found = [
            (_("Profile"), sections),
            (_("Support"), list(self.kinds.items())),
            (_("Documents"), papers),
            (_("Questions and decisions"), OTHERS),
        ]
        known = {value for _group, choices in found for value, _label in choices}
        kept = self.initial.get("what", PROFILE_COMPLETE)
        # What is asked for already can be kept, though it can no longer be chosen anew.
        return found if kept in known else [*found, (_("As before"), [(kept, kind_of(kept).label)])]

    def clean(self):
        given = super().clean()
        what, wording = given.get("what", ""), given.get("wording", "")
        if what.startswith((ANSWER, DECISION)) and not wording:
            self.add_error("wording", _("Please write the question, or what is to be decided."))
        if not what.startswith((DELIVERY, DOCUMENT)) and given.get("count", 1) > 1:
            self.add_error("count", _("This can be asked for only once. Please enter 1."))
        return given

    def values(self):
        """What the services take."""
        given = self.cleaned_data
        what, wording, form = given["what"], given["wording"], ""
        if what.startswith(ANSWER):
            what, form = ANSWER, what.removeprefix(ANSWER)
        elif what in self.kinds and what not in CATALOGUE:
            wording = wording or self.kinds[what]
        return {"achievement": what, "count": given["count"], "wording": wording, "answer_form": form}

    def show_stored(self, stage):
        """Beside each field that differs, what is stored now; sent again, the form overwrites it knowingly."""
        now = self.requirement and stage.requirement_set.filter(pk=self.requirement.pk).first()
        words = dict(choice for _group, choices in self.fields["what"].choices for choice in choices)
        for name, value in initial_of(now).items():
            if self.cleaned_data[name] != value:
                self.add_error(name, _("Stored now: %s") % words.get(value, value))
        self.data = self.data.copy()
        self.data["seen"] = stage.edits


def initial_of(requirement):
    """What the form shows of a requirement; {} of none."""
    if requirement is None:
        return {}
    what = requirement.achievement
    if what.startswith(ANSWER):
        what = f"{ANSWER}{requirement.answer_form}"
    elif what.startswith(DECISION):
        what = DECISION
    return {"what": what, "count": requirement.count, "wording": requirement.wording}
