"""The form that names a filter of the company list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from companies.versioned_forms import VersionedForm


class SavedFilterForm(VersionedForm):
    """A new one, or ``saved`` to change."""

    name = forms.CharField(label=_("Name of the filter"), max_length=60)
    is_shared = forms.BooleanField(label=_("All colleagues of my organisation may use it"), required=False)
    is_default = forms.BooleanField(label=_("Show me the list like this whenever I come to it"), required=False)

    def __init__(self, *args, saved=None, **kwargs):
        self.row = saved
        super().__init__(*args, initial=self.stored() if saved else None, **kwargs)

    def stored(self):
        return {name: getattr(self.row, name) for name in self.base_fields}
