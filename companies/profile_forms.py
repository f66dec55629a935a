"""The sections of a company's profile. Every field says what it is for."""

from decimal import Decimal

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from companies.capability_forms import CAPABILITY_FORMS
from companies.classification import processes
from companies.industries import industries_of
from companies.industry_fields import IndustryFields
from companies.models import Competence, Site
from companies.numbers import GermanDecimalField
from companies.profile_services import save_figures, save_processes, save_site
from companies.section_forms import SectionForm


class ProcessInput(forms.CheckboxSelectMultiple):
    """Groups to tick, each with its subgroups folded below it, and open where one of them is ticked."""

    template_name = "companies/process_input.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["tree"] = [(head, _tree(options)) for head, options, _index in context["widget"]["optgroups"]]
        return context


def _tree(options):
    """[(group, its subgroups, whether one of them is ticked)]"""
    found = []
    for option in options:
        if option["value"].count(".") == 1:
            found.append((option, [], False))
        else:
            group, finer, is_open = found[-1]
            found[-1] = (group, [*finer, option], is_open or option["selected"])
    return found


class SiteForm(SectionForm):
    """Where the company works."""

    key = "site"
    needed = ("town",)
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

    def facts(self):
        """The main site; until there is one, where the enterprise is registered."""
        site = Site.objects.of(self.company.pk).filter(is_main=True).first() or self.company
        return {name: getattr(site, name) for name in ("street", "postcode", "town")} | {
            "website": self.profile.website
        }

    def save(self, *, by_user_id):
        return save_site(self.profile, seen=self.seen, by_user_id=by_user_id, **self.values())


class FiguresForm(IndustryFields, SectionForm):
    """How large the company is and what it does."""

    key = "figures"
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
    needed = ("wz_choice",)
    field_order = ["employees_awu", "turnover_eur", "balance_eur", "automotive_percent", "wz_code", "wz_choice"]

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.offer_branches()

    def facts(self):
        share = self.profile.automotive_share
        names = ("employees_awu", "turnover_eur", "balance_eur")
        percent = None if share is None else (share * 100).quantize(Decimal("0.01"))
        code = next((each.code for each in industries_of(self.company.pk).wz_2008), "")
        figures = {name: getattr(self.profile, name) for name in names}
        return figures | {"automotive_percent": percent, "wz_code": code}

    def save(self, *, by_user_id):
        values = self.values()
        percent = values.pop("automotive_percent")
        values["automotive_share"] = None if percent is None else percent / 100
        return save_figures(self.profile, seen=self.seen, company=self.company, by_user_id=by_user_id, **values)


class ProcessesForm(SectionForm):
    """What the company can make."""

    key = "processes"
    codes = forms.MultipleChoiceField(
        label=_("Manufacturing processes you master"),
        widget=ProcessInput,
        help_text=_("Everything you do in your own house. Markets are found by what you can do, not by what you sell."),
        error_messages={"required": _("Please choose at least one process.")},
    )

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["codes"].choices = process_choices()

    def facts(self):
        return {
            "codes": list(Competence.objects.filter(company=self.company.pk).values_list("process_code", flat=True))
        }

    def save(self, *, by_user_id):
        return save_processes(self.profile, seen=self.seen, by_user_id=by_user_id, **self.values())


def process_choices():
    """Groups and subgroups of DIN 8580 below their main groups, in the language of the page."""
    name = "name_en" if (get_language() or "").startswith("en") else "name_de"
    main = [process for process in processes().values() if process.level == 1]
    finer = [process for process in processes().values() if process.level > 1]
    return [
        (getattr(head, name), [(each.code, getattr(each, name)) for each in finer if each.main_group == head.code])
        for head in main
    ]


FORMS = {form.key: form for form in (SiteForm, FiguresForm, ProcessesForm, *CAPABILITY_FORMS)}
