"""Forms for moving companies to another version of the process: which, and how it is done."""

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from offensive.enablement.journey_forms import ReasonForm
from offensive.enablement.models import Process, Stage
from offensive.tenancy.models import Organisation

THROUGH = "done"


class ChoiceForm(forms.Form):
    """Which companies are moved, and to which version; nothing chosen means all, to the current one."""

    hide_optional = True
    to = forms.TypedChoiceField(label=_("To version"), required=False, coerce=int, empty_value=None)
    stage = forms.ChoiceField(label=_("Only from the stage"), required=False)
    partner = forms.TypedChoiceField(label=_("Only looked after by"), required=False, coerce=int, empty_value=None)
    company = forms.CharField(label=_("Only the company"), required=False, max_length=100)

    def __init__(self, *args, programme_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.versions = {process.version: process for process in Process.objects.of(programme_id).published()}
        current = next((process for process in self.versions.values() if process.is_current), None)
        self.current = current
        self.fields["to"].choices = [
            ("", _("the current one")),
            *((number, number) for number, process in sorted(self.versions.items()) if process != current),
        ]
        stages = Stage.objects.of(programme_id).newest_of_each_key()
        named = sorted(stages, key=lambda stage: stage.position)
        self.fields["stage"].choices = [("", _("all")), *((stage.key, stage.name) for stage in named)]
        self.fields["stage"].choices += [(THROUGH, _("All stages complete"))]
        partners = Organisation.objects.of(programme_id).consortium().order_by("name")
        self.fields["partner"].choices = [("", _("all")), *((partner.pk, str(partner)) for partner in partners)]

    @property
    def target(self):
        """The version to move to, None in a programme without one."""
        given = self.cleaned_data.get("to") if self.is_valid() else None
        return self.versions.get(given, self.current)

    def query(self):
        """What has been chosen, for the addresses of other pages of the list."""
        given = self.cleaned_data if self.is_valid() else {}
        return urlencode({name: value for name, value in given.items() if value})

    def narrowed(self, enrolments):
        """Those of ``enrolments`` that are chosen; none where the choice makes no sense."""
        if not self.is_valid():
            return enrolments.none()
        given = self.cleaned_data
        if given["stage"]:
            of_stage = {"stage": None} if given["stage"] == THROUGH else {"stage__key": given["stage"]}
            enrolments = enrolments.filter(**of_stage)
        if given["partner"]:
            cared_for = Company.objects.filter(caring_partner=given["partner"])
            enrolments = enrolments.filter(company__in=cared_for.values("pk"))
        if given["company"]:
            enrolments = enrolments.filter(company__name__icontains=given["company"])
        return enrolments


class MoveForm(ReasonForm):
    """Why they are moved, and where those go on whose stage the other version lacks."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args, missing, stages, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("please choose")), *((key, stage.name) for key, stage in stages.items())]
        for key, name in missing.items():
            label = _("Where do companies in “%s” go on?") % name
            help_text = _("The other version does not have this stage.")
            field = forms.ChoiceField(label=label, choices=choices, help_text=help_text)
            self.fields[f"after_{key}"] = field
        self.order_fields([*(f"after_{key}" for key in missing), "reason"])

    def mapping(self):
        """{key of a missing stage: key of the one in which its companies go on}, as far as it has been said."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name.removeprefix("after_"): key for name, key in given.items() if name.startswith("after_")}
