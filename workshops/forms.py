"""Forms of events and of who came."""

import re
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.enablement.forms import DayInput, PaperInput
from offensive.tenancy.models import Organisation
from workshops.models import Attendance, EventKind
from workshops.queries import companies_meant_by, company_label

NAME_AT_MOST = Attendance._meta.get_field("person").max_length
FUNCTION_AT_MOST = Attendance._meta.get_field("function").max_length


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class EventForm(forms.Form):
    """A workshop or congress excursion on one day."""

    kind = forms.ChoiceField(label=_("Kind of event"), choices=EventKind, initial=EventKind.WORKSHOP)
    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("Appears in the companies' lists of support.")
    )
    day = forms.DateField(label=_("Date"), widget=DayInput)
    begins = forms.TimeField(label=_("Begins at"), widget=TimeInput)
    ends = forms.TimeField(label=_("Ends at"), widget=TimeInput)
    place = forms.CharField(label=_("Place"), max_length=150, required=False)
    partner = forms.ModelChoiceField(label=_("Organised by"), queryset=None, empty_label=None)

    def __init__(self, *args, acting, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["kind", "title", "day", "begins", "ends", "place", "partner"])
        consortium = Organisation.objects.of(acting.programme_id).consortium().order_by("kind", "name")
        if acting.audience != "lead":
            consortium = consortium.filter(pk=acting.organisation_id)
        self.fields["partner"].queryset = consortium
        self.fields["partner"].initial = acting.organisation_id

    def clean(self):
        values = super().clean()
        if values.get("begins") and values.get("ends") and values["ends"] <= values["begins"]:
            self.add_error("ends", _("The event must end after it begins."))
        return values

    def event_values(self):
        """What the services take."""
        values = self.cleaned_data
        return {
            "partner_id": values["partner"].pk,
            "kind": values["kind"],
            "title": values["title"],
            "place": values["place"],
            "starts_at": _moment(values["day"], values["begins"]),
            "ends_at": _moment(values["day"], values["ends"]),
        }


def _moment(day, time):
    return timezone.make_aware(datetime.combine(day, time))


def values_of(event):
    """Initial values of the form for an event that exists."""
    begins, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    return {
        "kind": event.kind,
        "title": event.title,
        "day": begins.date(),
        "begins": begins.time(),
        "ends": ends.time(),
        "place": event.place,
        "partner": event.partner_id,
    }


class AttendanceForm(forms.Form):
    """The people of one company who were there: one line each, as they stand on the sheet."""

    company = forms.CharField(
        label=_("Company"), max_length=300, help_text=_("Type the first letters of its name and choose.")
    )
    chosen = forms.ChoiceField(label=_("Which one is meant?"), required=False, widget=forms.RadioSelect)
    people = forms.CharField(
        label=_("Who came"),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("One person per line: name, function. Example: Petra Beispiel, Produktionsleitung"),
    )

    def __init__(self, *args, programme_id, options_url="", **kwargs):
        super().__init__(*args, **kwargs)
        self.programme_id = programme_id
        self.fields["company"].widget.attrs = _suggesting(options_url)
        self.meant = self._meant()
        if len(self.meant) > 1:
            self.fields["chosen"].choices = [(company.pk, company_label(company)) for company in self.meant]
        else:
            del self.fields["chosen"]

    def _meant(self):
        return companies_meant_by(self.programme_id, self.data.get("company", "")) if self.is_bound else []

    def clean_people(self):
        lines = [line for line in self.cleaned_data["people"].splitlines() if line.strip(" ,;\t")]
        people = [_person(line) for line in lines]
        if not people:
            raise forms.ValidationError(_("Please enter at least one person."))
        return people

    def clean(self):
        values = super().clean()
        if values.get("company"):
            values["company"] = self._company(values.get("chosen"))
        return values

    def _company(self, chosen):
        if not self.meant:
            self.add_error("company", _("No company of this name is known to you. Please check the spelling."))
        if len(self.meant) > 1 and not chosen:
            self.add_error("company", _("Several companies have such a name. Please choose below which one is meant."))
        known = {str(company.pk): company for company in self.meant}
        return known.get(chosen) or (self.meant[0] if self.meant else None)


def _suggesting(options_url):
    """The browser's own list of suggestions; htmx fills it while one types, without it the name is typed in full."""
    attrs = {"list": "company-options", "autocomplete": "off"}
    if options_url:
        attrs |= {
            "hx-get": options_url,
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#company-options",
            "hx-sync": "this:replace",
        }
    return attrs


def _person(line):
    """("Petra Beispiel", "Produktionsleitung") from a line with comma, semicolon or tab."""
    name, *function = (part.strip() for part in re.split(r"[,;\t]", line, maxsplit=1))
    if not name or len(name) > NAME_AT_MOST or len("".join(function)) > FUNCTION_AT_MOST:
        raise forms.ValidationError(
            _("This line cannot be read: “%(line)s”. Please write: name, function."), params={"line": line[:60]}
        )
    return name, "".join(function)


class SheetForm(forms.Form):
    """The scanned attendance sheet."""

    sheet = forms.FileField(
        label=_("Signed attendance sheet"), widget=PaperInput, help_text=_("Scan or photo as PDF, JPEG or PNG.")
    )
