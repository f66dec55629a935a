"""What the enterprise is called and where it is, when its two records say different things."""

from django import forms
from django.utils.translation import gettext as _

from companies.merging import ABSORBED
from companies.record_fields import FIELDS, partner_names, record_of

SURVIVOR = "survivor"


class MergeForm(forms.Form):
    """One choice for each field in which two records differ. ``sides`` are pairs of (Company, its Profile or None)."""

    def __init__(self, data=None, *, survivor, absorbed):
        super().__init__(data)
        self.alike = []
        partners = partner_names(survivor[0].programme_id)
        for key, field in FIELDS.items():
            mine, theirs = (field.values_of(record_of(field, *side)) for side in (survivor, absorbed))
            words = [field.shown(values, partners) for values in (mine, theirs)]
            if mine == theirs and words[0]:
                self.alike.append((field.label, words[0]))
            elif mine != theirs and theirs:
                self.fields[key] = self._choice(field, words)

    @staticmethod
    def _choice(field, words):
        shown = [word or _("(empty)") for word in words]
        return forms.ChoiceField(
            label=field.label,
            choices=[(SURVIVOR, shown[0]), (ABSORBED, shown[1])],
            initial=SURVIVOR if words[0] else ABSORBED,
            widget=forms.RadioSelect,
            error_messages={"required": _("Please choose which value holds.")},
        )
