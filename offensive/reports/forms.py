from django import forms
from django.utils.translation import gettext_lazy as _

from companies.models import SizeClass


class EnterpriseFilter(forms.Form):
    """Narrows the enterprises behind a figure."""

    hide_optional = True

    size = forms.ChoiceField(label=_("Size class"), choices=[("", _("all")), *SizeClass.choices], required=False)
    new = forms.BooleanField(label=_("new in this period"), required=False)
