"""The filter above the board."""

from functools import cache

from django import forms
from django.utils.translation import gettext_lazy as _

from companies.queries import districts
from offensive.portal.board import BoardFilter
from offensive.tenancy.models import Organisation
from offensive.tenancy.remembering import remembered


class BoardFilterForm(forms.Form):
    """GET parameters of the board. A partner begins with its own companies; what is no choice narrows nothing."""

    hide_optional = True

    partner = forms.ChoiceField(label=_("Caring partner"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    overdue = forms.BooleanField(label=_("Only those whose stage is overdue"), required=False)

    def __init__(self, data, *, acting):
        self.acting = acting
        own = acting.organisation_slug if acting.audience == "partner" else ""
        super().__init__({"partner": own, **data.dict()})
        self.fields["partner"].choices = cache(self._partners)
        self.fields["district"].choices = cache(self._districts)
        for field in self.fields.values():
            field.widget.attrs["data-autosubmit"] = True

    def _partners(self):
        return [("", _("all")), *((slug, name) for slug, name, _pk in self._consortium())]

    def _consortium(self):
        return remembered(self.acting, "board partners", self._found_consortium)

    def _found_consortium(self):
        members = Organisation.objects.of(self.acting.programme_id).consortium().order_by("short_name", "name")
        return [(member.slug, str(member), member.pk) for member in members]

    def _districts(self):
        found = remembered(self.acting, "board districts", lambda: districts(self.acting.programme_id))
        return [("", _("all")), *((name, name) for name in found)]

    def filters(self):
        """The ``BoardFilter`` these parameters ask for."""
        partners = {slug: pk for slug, _name, pk in self._consortium()}
        district = self.data.get("district", "")
        return BoardFilter(
            partner_id=partners.get(self.data.get("partner")),
            district=district if district in dict(self._districts()) else "",
            only_overdue=bool(self.data.get("overdue")),
        )
