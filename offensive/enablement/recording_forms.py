"""The form for support that is typed in: one kind, one day, one or several companies."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Company, Contact
from companies.queries import survivors
from offensive.enablement.forms import DayInput, PapersField, day_not_to_come
from offensive.enablement.models.ledger import FUNDED_FROM, MOST_MINUTES
from offensive.enablement.queries import delivery_kinds, supported
from offensive.enablement.recordings import company_label, suggested
from offensive.enablement.services import not_yours

QUICK_MINUTES = ("30", "60", "90")


def day_in_the_funding_period(day):
    """Raise ``ValidationError`` for a year that was surely mistyped."""
    if day < FUNDED_FROM:
        raise forms.ValidationError(_("This date lies outside the funding period. Please check the year."))


class RecordForm(forms.Form):
    """Advice given on the phone or on site. ``company`` are slugs: the ticked ones and what the search has found."""

    company = forms.MultipleChoiceField(
        label=_("Companies"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose at least one company: type its name and tick it."),
            "invalid_choice": _("This company is not known here. Please search for it anew."),
        },
    )
    q = forms.CharField(
        label=_("Find a company"),
        required=False,
        max_length=100,
        help_text=_("First letters of its name or town. Several companies get the same entry."),
    )
    kind = forms.ModelChoiceField(label=_("Kind of support"), queryset=None, empty_label=_("Please choose"))
    on = forms.DateField(label=_("Date"), widget=DayInput, validators=[day_not_to_come, day_in_the_funding_period])
    quick = forms.ChoiceField(
        label=_("Duration with the company, without travel"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            *((minutes, _("%(n)s minutes") % {"n": minutes}) for minutes in QUICK_MINUTES),
            ("", _("another duration")),
        ],
    )
    minutes = forms.IntegerField(
        label=_("Other duration in minutes"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("Left empty, the usual duration of this kind of support is taken."),
    )
    title = forms.CharField(
        label=_("What it was about"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "titles", "autocomplete": "off"}),
        help_text=_("Appears in the company's list and in the report."),
    )
    people = forms.MultipleChoiceField(
        label=_("Who was there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This person belongs to none of the chosen companies.")},
    )
    evidence = PapersField(
        label=_("Evidence"),
        required=False,
        help_text=_("Signed record or the like as PDF or photo. You can also add it later."),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, acting, **kwargs):
        super().__init__(*args, **kwargs)
        self.acting = acting
        self.fields["kind"].queryset = delivery_kinds(acting.programme_id)
        self.fields["on"].initial = timezone.localdate
        # A key for this very form, so that sending it twice is one row for each company.
        self.fields["form_key"].initial = uuid.uuid4
        self.picked = list(self._companies().filter(organisation__slug__in=self._given("company")))
        self.found = self._found()
        self.companies_of = self._records()
        self.contacts = list(Contact.objects.filter(company__in=self.companies_of).order_by("name", "pk"))
        self.fields["company"].choices = [(each.organisation.slug, company_label(each)) for each in self.offered]
        self.fields["people"].choices = [(str(each.pk), self._person(each)) for each in self.contacts]

    @property
    def offered(self):
        """Ticked companies first, then those that the search has found."""
        return [*self.picked, *self.found]

    def _companies(self):
        found = Company.objects.of(self.acting.programme_id).surviving()
        return found.select_related("organisation").order_by("sort_name", "pk")

    def _records(self):
        """{record: ticked company}: each company's own and those that are part of it."""
        picked = {each.pk: each for each in self.picked}
        merged = survivors(self.acting.programme_id)
        return picked | {record: picked[pk] for record, pk in merged.items() if pk in picked}

    def _found(self):
        found = suggested(self._companies(), next(iter(self._given("q")), ""))
        return [each for each in found if each not in self.picked]

    def _given(self, name):
        """What stands in the field now, sent or preset."""
        if self.is_bound:
            return self.data.getlist(name)
        given = self.initial.get(name) or []
        return [given] if isinstance(given, str) else given

    def _person(self, contact):
        words = ", ".join(filter(None, [str(contact), contact.function]))
        return f"{words} ({self.companies_of[contact.company_id]})" if len(self.picked) > 1 else words

    def clean_company(self):
        chosen = [each for each in self.offered if each.organisation.slug in self.cleaned_data["company"]]
        looked_after = supported([each.pk for each in chosen], self.acting)
        if strangers := [str(each) for each in chosen if each.pk not in looked_after]:
            raise forms.ValidationError(not_yours(strangers))
        return chosen

    def clean_people(self):
        return [each for each in self.contacts if str(each.pk) in self.cleaned_data["people"]]

    def values(self):
        """What ``services.record_for`` takes beside the companies."""
        told = self.cleaned_data
        minutes = told["minutes"] or int(told["quick"] or told["kind"].default_minutes)
        return {
            **{name: told[name] for name in ("kind", "on", "title", "people", "form_key")},
            "minutes": minutes,
            "papers": told["evidence"],
        }
