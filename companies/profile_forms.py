"""The three sections of a company's profile. Every field says what it is for."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.formats import get_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from companies.classification import processes, wz_activity, wz_choices, wz_normalised
from companies.models import Competence
from companies.profile_services import WZ_SCHEME, save_figures, save_processes, save_site

_UNITS = re.compile(r"(?:€|EUR|Euro|%|VZÄ)\s*$", re.IGNORECASE)
_CANDIDATES_AT_MOST = 12


class GermanDecimalField(forms.DecimalField):
    """A number as offices write it: 1.234,56, with or without its unit."""

    def __init__(self, **kwargs):
        invalid = {"invalid": _("Please enter a number, for example 1.234,56.")}
        super().__init__(localize=True, min_value=0, error_messages=invalid, **kwargs)

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value):
        text = re.sub(r"[\s\u00a0\u202f']", "", _UNITS.sub("", str(value or "").strip()))
        return super().to_python(_without_groups(text))

    def prepare_value(self, value):
        """A stored number in groups of three; what was typed stays as it was typed."""
        return number_format(value, force_grouping=True) if isinstance(value, Decimal) else value


def _without_groups(text):
    """4.300.000 is a number and 1.5 is not, in German; in English it is the other way round."""
    group = re.escape(get_format("THOUSAND_SEPARATOR"))
    if re.fullmatch(rf"\d{{1,3}}(?:{group}\d{{3}})+(?:\D\d*)?", text):
        return re.sub(group, "", text)
    return text


class SectionForm(forms.Form):
    """A section knows its profile and saves itself through its service."""

    def __init__(self, data=None, *, profile, company):
        self.profile, self.company = profile, company
        super().__init__(data, initial=self.stored())


class SiteForm(SectionForm):
    """Where the company works."""

    street = forms.CharField(
        label=_("Street and number"), max_length=150, help_text=_("Of the site where you produce.")
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", _("A German postcode has five digits."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )
    town = forms.CharField(
        label=_("Town"), max_length=100, help_text=_("It tells us which municipality of the region you belong to.")
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        help_text=_("Helps your adviser to prepare for the first talk."),
    )

    def stored(self):
        site = self.profile if self.profile.site_street else self.company
        prefix = "site_" if site is self.profile else ""
        values = {name: getattr(site, prefix + name) for name in ("street", "postcode", "town")}
        return values | {"website": self.profile.website}

    def save(self, *, by_user_id):
        return save_site(self.profile, **self.cleaned_data)


class FiguresForm(SectionForm):
    """How large the company is and what it does."""

    employees_awu = GermanDecimalField(
        label=_("Staff (annual work units)"),
        max_digits=10,
        decimal_places=2,
        help_text=_("Full-time staff of the last closed year; part-time counts in proportion. Decides the size class."),
    )
    turnover_eur = GermanDecimalField(
        label=_("Turnover in EUR"),
        max_digits=15,
        decimal_places=2,
        help_text=_("Of the last closed year, for example 4.300.000. Needed for the size class in the funding report."),
    )
    balance_eur = GermanDecimalField(
        label=_("Balance sheet total in EUR"),
        max_digits=15,
        decimal_places=2,
        required=False,
        help_text=_("If you have none at hand, the number of staff decides on its own."),
    )
    automotive_percent = GermanDecimalField(
        label=_("Share of turnover with the automotive industry in %"),
        max_digits=5,
        decimal_places=2,
        max_value=100,
        required=False,
        help_text=_("An estimate is enough. It shows how urgent new markets are for you."),
    )
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

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.candidates = self._candidates()
        if len(self.candidates) > 1:
            self.fields["wz_choice"].choices = [
                (found.code, f"{found.code} {found.title}") for found in self.candidates
            ]
        else:
            del self.fields["wz_choice"]
        self._name_the_branch()

    def _candidates(self):
        text = str(self.data.get("wz_code", "")).strip()
        exact = wz_activity(WZ_SCHEME, text) if wz_normalised(text) else None
        if exact or not text:
            return [exact] if exact else []
        # Sections and divisions say too little; a class with one subclass of the same name stands once.
        found = [activity for activity in wz_choices(WZ_SCHEME, text, limit=60) if len(activity.code) >= 5]
        return list({activity.title: activity for activity in reversed(found)}.values())[::-1][:_CANDIDATES_AT_MOST]

    def _name_the_branch(self):
        if self.profile.wz_code and (activity := wz_activity(WZ_SCHEME, self.profile.wz_code)):
            self.fields["wz_code"].help_text = _("At present: %(code)s %(title)s. Another code or word changes it.") % {
                "code": activity.code,
                "title": activity.title,
            }

    def clean_wz_code(self):
        if not self.candidates:
            raise ValidationError(_("No branch has this code or word. Please try another word, for example “forging”."))
        return self.candidates[0].code

    def clean(self):
        values = super().clean()
        if chosen := values.pop("wz_choice", ""):
            values["wz_code"] = chosen
        return values

    def stored(self):
        share = self.profile.automotive_share
        names = ("employees_awu", "turnover_eur", "balance_eur", "wz_code")
        percent = None if share is None else (share * 100).quantize(Decimal("0.01"))
        return {name: getattr(self.profile, name) for name in names} | {"automotive_percent": percent}

    def save(self, *, by_user_id):
        values = dict(self.cleaned_data)
        percent = values.pop("automotive_percent")
        share = None if percent is None else percent / 100
        return save_figures(self.profile, company=self.company, by_user_id=by_user_id, automotive_share=share, **values)


class ProcessesForm(SectionForm):
    """What the company can make."""

    codes = forms.MultipleChoiceField(
        label=_("Manufacturing processes you master"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everything you do in your own house. Markets are found by what you can do, not by what you sell."),
        error_messages={"required": _("Please choose at least one process.")},
    )

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["codes"].choices = process_choices()

    def stored(self):
        return {
            "codes": list(Competence.objects.filter(company=self.company.pk).values_list("process_code", flat=True))
        }

    def save(self, *, by_user_id):
        return save_processes(self.profile, **self.cleaned_data)


def process_choices():
    """The groups of DIN 8580 below their main groups, in the language of the page."""
    name = "name_en" if (get_language() or "").startswith("en") else "name_de"
    main = [process for process in processes().values() if process.level == 1]
    groups = [process for process in processes().values() if process.level == 2]
    return [
        (
            getattr(head, name),
            [(group.code, getattr(group, name)) for group in groups if group.main_group == head.code],
        )
        for head in main
    ]


FORMS = {"site": SiteForm, "figures": FiguresForm, "processes": ProcessesForm}
