"""Forms of tasks and notes."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.versioned_forms import VersionedForm
from offensive.enablement.forms import DayInput, day_not_to_come
from offensive.enablement.models import NoteKind, Visibility
from offensive.enablement.task_queries import ALL, MINE, OURS, OVERDUE, TODAY, WEEK, TaskFilter
from offensive.enablement.task_services import TaskError


class TaskForm(VersionedForm):
    """A new task, or with ``task`` one that is there. ``colleagues`` are those who may own it."""

    title = forms.CharField(label=_("What is to be done?"), max_length=200)
    due_on = forms.DateField(label=_("Until when?"), widget=DayInput)
    owner = forms.ChoiceField(label=_("Who does it?"))
    details = forms.CharField(
        label=_("Details"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(self, *args, colleagues, membership_id=None, task=None, **kwargs):
        self.colleagues, self.task = {str(each.pk): each for each in colleagues}, task
        initial = self.stored() if task else {"owner": str(membership_id)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["owner"].choices = [(key, str(each)) for key, each in self.colleagues.items()]

    def stored(self):
        task = self.task
        known = {(each.user_id, each.organisation_id): key for key, each in self.colleagues.items()}
        owner = known.get((task.owner_id, task.organisation_id), "")
        values = {"title": task.title, "due_on": task.due_on, "owner": owner, "details": task.details}
        return {**values, "version": task.version}

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate() and not (self.task and day == self.task.due_on):
            raise forms.ValidationError(_("This day has passed. Please choose today or a later day."))
        return day

    def values(self):
        return {**super().values(), "owner": self.colleagues[self.cleaned_data["owner"]]}

    def attempt(self, work):
        try:
            return super().attempt(work)
        except TaskError as error:
            self.add_error(None, str(error))
            return False


class TaskFilterForm(forms.Form):
    """GET parameters of the list of tasks. What is no choice is no error: the list is then not narrowed by it."""

    hide_optional = True

    whose = forms.ChoiceField(label=_("Whose tasks"), required=False)
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("all")),
            (OVERDUE, _("overdue")),
            (TODAY, _("today or overdue")),
            (WEEK, _("within a week")),
        ],
    )
    owner = forms.ChoiceField(label=_("Person"), required=False)
    company = forms.CharField(label=_("Company"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("open")), ("done", _("done"))])

    def __init__(self, data, *, acting, colleagues):
        super().__init__(data)
        whose = [(MINE, _("my tasks")), (OURS, _("those of my organisation")), (ALL, _("all I may see"))]
        self.fields["whose"].choices = whose
        people = {each.user_id: str(each) for each in reversed(colleagues)}
        self.fields["owner"].choices = [("", _("all")), *reversed(people.items())]
        self.fields["company"].widget.input_type = "search"
        for name in ("whose", "due", "owner", "state"):
            self.fields[name].widget.attrs["data-autosubmit"] = True

    def filters(self):
        """The ``TaskFilter`` these parameters ask for."""
        given = {name: " ".join(self.data.get(name, "").replace("\x00", "").split())[:100] for name in self.fields}
        whose = given["whose"] if given["whose"] in (MINE, OURS, ALL) else MINE
        return TaskFilter(whose, given["due"], given["owner"], given["company"], given["state"] == "done")


AUDIENCES = [
    (Visibility.TEAM, _("Only our organisation")),
    (Visibility.CONSORTIUM, _("The consortium: the lead and the partners who look after the company")),
    (Visibility.COMPANY, _("The company's own people too")),
]


class NoteForm(forms.Form):
    """A note; who may read it is chosen before it is written."""

    visibility = forms.ChoiceField(
        label=_("Who may read this note?"),
        choices=AUDIENCES,
        initial=Visibility.TEAM,
        widget=forms.RadioSelect,
        help_text=_("It cannot be changed afterwards."),
    )
    text = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    is_reaction = forms.BooleanField(
        label=_("The company has got in touch"),
        required=False,
        help_text=_("For example it has phoned back. It is then not reminded any more."),
    )
    on = forms.DateField(
        label=_("When was that?"), widget=DayInput, initial=timezone.localdate, validators=[day_not_to_come]
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def values(self):
        """What ``write_note`` wants."""
        values = dict(self.cleaned_data)
        kind = NoteKind.REACTION if values.pop("is_reaction") else NoteKind.NOTE
        return {**values, "kind": kind}


class CorrectionForm(forms.Form):
    """The text that stands from now on."""

    text = forms.CharField(
        label=_("Corrected text"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Leave it empty to withdraw the note: its text is then no longer shown."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
