"""Forms of the record: identity, sites, contacts, industry, who looks after the company."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat as eu_vat

from companies.classification import equivalents, municipalities
from companies.identity import register_key, vat_key
from companies.industries import MAIN_SCHEME, industries_of
from companies.industry_fields import IndustryFields
from companies.models import ContactRole
from companies.profile_sections import section_version
from companies.record import OWN_FIELDS, people_who_care
from companies.versioned_forms import VersionedForm
from offensive.tenancy.models import Organisation

REGISTERS = [("", _("none")), *((kind, kind) for kind in ("HRA", "HRB", "GnR", "PR", "VR", "GsR"))]


class RowForm(VersionedForm):
    """A form of one row; ``row`` is None for a new one, which the form's key makes once."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, files=None, *, row=None):
        self.row = row
        super().__init__(data, files, initial=self.stored() if row else {"form_key": uuid.uuid4()})

    def stored(self):
        names = [name for name in self.base_fields if name != "form_key"]
        return {name: getattr(self.row, name) for name in names} | {"form_key": uuid.uuid4()}

    @property
    def key(self):
        """The key that makes the new row once."""
        return self.cleaned_data.get("form_key") or uuid.uuid4()


class RecordForm(VersionedForm):
    """The legal enterprise."""

    legal_name = forms.CharField(label=_("Name, with its legal form"), max_length=250)
    street = forms.CharField(
        label=_("Street and number"), max_length=150, required=False, help_text=_("Where the enterprise is registered.")
    )
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    town = forms.CharField(
        label=_("Town"),
        max_length=100,
        required=False,
        help_text=_("The municipality and district follow from it where it lies in the region."),
    )
    register_court = forms.CharField(label=_("Register court"), max_length=60, required=False)
    register_kind = forms.ChoiceField(label=_("Kind of register"), choices=REGISTERS, required=False)
    register_number = forms.CharField(
        label=_("Register number"),
        max_length=20,
        required=False,
        help_text=_("Court, kind and number together say whether two entries are the same enterprise."),
    )
    vat_id = forms.CharField(
        label=_("VAT ID"), max_length=20, required=False, help_text=_("DE and nine digits; the check digit is checked.")
    )
    first_contact_on = forms.DateField(
        label=_("First contact"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The day on which somebody of the consortium first spoke to the company."),
    )

    def __init__(self, data=None, *, company, for_company):
        self.row = company
        super().__init__(data, initial=self.stored())
        for name in [name for name in self.base_fields if for_company and name not in (*OWN_FIELDS, "version")]:
            del self.fields[name]

    def stored(self):
        return {name: getattr(self.row, name) for name in self.base_fields}

    def clean_vat_id(self):
        typed = self.cleaned_data["vat_id"]
        if typed and not eu_vat.is_valid(vat_key(typed)):
            raise ValidationError(_("This VAT ID cannot be right. Please check it on an invoice: DE and nine digits."))
        return vat_key(typed)

    def clean_first_contact_on(self):
        day = self.cleaned_data["first_contact_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This date lies in the future. Please check it."))
        return day

    def clean(self):
        parts = [self.cleaned_data.get(f"register_{part}", "") for part in ("court", "kind", "number")]
        if all(parts) and not register_key(*parts):
            self.add_error("register_number", _("Please type the number as it stands in the register."))


class SiteForm(RowForm):
    """A place where the enterprise works."""

    name = forms.CharField(
        label=_("Name of the site"), max_length=100, required=False, help_text=_("For example “Works 2”.")
    )
    street = forms.CharField(label=_("Street and number"), max_length=150, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    town = forms.CharField(label=_("Town"), max_length=100)
    ags = forms.ChoiceField(
        label=_("Municipality"),
        required=False,
        help_text=_("Only for places whose town has another name than its municipality, for example Letmathe."),
    )
    is_main = forms.BooleanField(label=_("This is the main site"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = [(place.ags, place.name) for place in sorted(municipalities().values(), key=lambda place: place.name)]
        self.fields["ags"].choices = [("", _("by the town; outside the region: none")), *known]


class ContactForm(RowForm):
    """A person to talk to."""

    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(
        label=_("Whom to ask about"), choices=[("", _("not said")), *ContactRole.choices], required=False
    )
    function = forms.CharField(
        label=_("Function"),
        max_length=100,
        required=False,
        help_text=_("As the company calls it, for example “head of tool shop”."),
    )
    email = forms.EmailField(
        label=_("Email address"),
        required=False,
        error_messages={"invalid": _("Please enter a complete email address, such as name@company.de.")},
    )
    phone = forms.CharField(label=_("Telephone"), max_length=50, required=False)

    def clean(self):
        values = super().clean()
        if not self.errors and not (self.cleaned_data.get("name") or self.cleaned_data.get("email")):
            raise ValidationError(_("Please type a name or an email address."))
        return values


class IndustryForm(IndustryFields, VersionedForm):
    """The activity in WZ 2008 and, side by side, what it has become in WZ 2025."""

    codes_2025 = forms.MultipleChoiceField(
        label=_("In WZ 2025 this is"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("“In part” means that only a part of the old branch went there. Please choose what fits."),
    )

    def __init__(self, data=None, *, company):
        self.company = company
        super().__init__(data, initial=self.stored())
        self.offer_branches()
        found = equivalents(MAIN_SCHEME, self.candidates[0].code if len(self.candidates) == 1 else self._stored_code())
        self.fields["codes_2025"].choices = [(each.activity.code, _words(each)) for each in found]
        if not found:
            del self.fields["codes_2025"]

    def _stored_code(self):
        return self.initial["wz_code"]

    def stored(self):
        found = industries_of(self.company.pk)
        return {
            "wz_code": next((each.code for each in found.wz_2008), ""),
            "codes_2025": [each.code for each in found.wz_2025],
            "version": section_version(self.company.pk, "figures"),
        }


def _words(found):
    words = f"{found.activity.code} {found.activity.title}"
    return f"{words} – {_('in part')}" if found.is_partial else words


class CarerForm(VersionedForm):
    """Who looks after the company."""

    partner = forms.ModelChoiceField(label=_("Caring partner"), queryset=None, empty_label=None)
    person = forms.ModelChoiceField(
        label=_("Caring person"),
        queryset=None,
        required=False,
        empty_label=_("nobody yet"),
        help_text=_("Somebody of the caring partner. With another partner the person is chosen afterwards."),
    )

    def __init__(self, data=None, *, company, may_assign):
        self.row = company
        super().__init__(data, initial=self.stored())
        self.fields["person"].queryset = people_who_care(company)
        self.fields["partner"].queryset = Organisation.objects.of(company.programme_id).consortium().order_by("name")
        if not may_assign:
            del self.fields["partner"]

    def stored(self):
        return {
            "partner": self.row.caring_partner,
            "person": self.row.caring_person,
            "version": self.row.version,
        }
