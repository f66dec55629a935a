"""The filter above the list of companies."""

from functools import cache

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from companies.models import SizeClass
from companies.queries import SORTS, ListFilter, districts, stages
from offensive.tenancy.models import Organisation
from offensive.tenancy.remembering import remembered


class CompanyFilterForm(forms.Form):
    """GET parameters of the list. What is no choice is no error: the list is then not narrowed by it."""

    hide_optional = True

    q = forms.CharField(label=_("Name, town, register"), required=False, max_length=100)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    partner = forms.ChoiceField(label=_("Caring partner"), required=False)
    size = forms.ChoiceField(label=_("Size"), required=False, choices=[("", _("all")), *SizeClass.choices])
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, acting):
        super().__init__(data)
        self.acting = acting
        # Callables, so that a request for the list alone never asks for them; each is called several times.
        self.fields["stage"].choices = cache(self._stages)
        self.fields["district"].choices = cache(self._districts)
        self.fields["partner"].choices = cache(self._partners)
        self.fields["q"].widget.input_type = "search"
        for name in ("stage", "district", "partner", "size"):
            self.fields[name].widget.attrs["data-autosubmit"] = True

    def _stages(self):
        return [("", _("all")), *self._choices["stages"]]

    def _districts(self):
        return [("", _("all")), *self._choices["districts"]]

    def _partners(self):
        return [("", _("all")), *self._choices["partners"]]

    @cached_property
    def _choices(self):
        return remembered(self.acting, "company filter", self._found_choices)

    def _found_choices(self):
        programme_id = self.acting.programme_id
        partners = Organisation.objects.of(programme_id).consortium().order_by("short_name", "name")
        return {
            "stages": list(stages(programme_id)),
            "districts": [(name, name) for name in districts(programme_id)],
            "partners": [(partner.slug, str(partner)) for partner in partners],
        }

    def filters(self):
        """The ``ListFilter`` these parameters ask for, taken as they are: an unknown value finds nothing."""
        given = {name: " ".join(self.data.get(name, "").split())[:100] for name in self.fields}
        sort = given["sort"] if given["sort"].removeprefix("-") in SORTS else "name"
        text = given["q"].replace("\x00", "")
        return ListFilter(text, given["stage"], given["district"], given["partner"], given["size"], sort)
