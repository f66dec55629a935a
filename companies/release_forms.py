"""Releases, each choice explained; and the answer about defence."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from companies.models import UNTIL_DECIDED, DefenceInterest, Reach
from offensive.tenancy.models import AccessCategory

# What each category is, in one sentence beside the choice. A change of wording is a new TEXT_VERSION (releases.py).
EXPLAINED = {
    AccessCategory.PROFILE: _(
        "Site, staff, turnover, industry and processes. Whoever sees it can suggest markets, customers and partners."
    ),
    AccessCategory.ANALYSES: _(
        "Your market analyses with their results. Whoever sees them can prepare workshops and excursions that fit you."
    ),
    AccessCategory.DOCUMENTS: _(
        "Files that you or your adviser have filed, such as certificates. Attendance sheets stay with the support."
    ),
    AccessCategory.DEFENCE: _(
        "Whether you look for customers in defence. It stays with the consortium leader unless you decide otherwise."
    ),
}


class ReleaseForm(forms.Form):
    """One choice for each category a company decides on."""

    def __init__(self, *args, decisions, **kwargs):
        super().__init__(*args, **kwargs)
        for decision in decisions:
            self.fields[decision.category.value] = forms.ChoiceField(
                label=capfirst(decision.category.label),
                help_text=EXPLAINED[decision.category],
                choices=Reach.choices,
                initial=decision.reach,
                widget=forms.RadioSelect,
            )

    def reaches(self):
        """{category: reach} as chosen."""
        return {category: self.cleaned_data[category.value] for category in UNTIL_DECIDED}


class DefenceForm(forms.Form):
    """Whether the company looks for customers in defence."""

    answer = forms.ChoiceField(
        label=_("Do you look for customers in defence?"),
        choices=DefenceInterest.Answer.choices,
        widget=forms.RadioSelect,
        help_text=_("Defence needs certificates and contacts of its own. Who reads your answer is your choice above."),
    )
