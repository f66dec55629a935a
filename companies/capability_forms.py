"""Sections beyond the required ones: materials, measuring, certificates, markets, own developments."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.capabilities import save_capability
from companies.catalogues import asked_markets, equipment, materials
from companies.markets import percent, save_markets
from companies.models import Capability, Cleanliness, CompanyMarket
from companies.numbers import GermanDecimalField
from companies.section_forms import SectionForm

TRL = [
    ("", _("We develop nothing of our own at present.")),
    (1, _("1 – We have an idea and know the physics behind it.")),
    (2, _("2 – We know what it could be used for.")),
    (3, _("3 – A first trial has shown that it can work.")),
    (4, _("4 – A laboratory model works.")),
    (5, _("5 – A model works under conditions close to practice.")),
    (6, _("6 – A prototype works under conditions close to practice.")),
    (7, _("7 – A prototype works at a customer's.")),
    (8, _("8 – The product is finished and qualified.")),
    (9, _("9 – The product is in series and on sale.")),
]
IT_CLASSES = [("", _("not said")), *((number, f"IT {number}") for number in range(1, 19))]


class CapabilityForm(SectionForm):
    """A section whose fields are columns of ``Capability``."""

    def facts(self):
        row = Capability.objects.filter(company=self.company.pk).first() or Capability()
        return {name: getattr(row, name) for name in self.base_fields if name != "version"}

    def save(self, *, by_user_id):
        save_capability(self.profile, self.key, seen=self.seen, by_user_id=by_user_id, **self.values())


class MaterialsForm(CapabilityForm):
    """What is worked, how large, how exact, how many."""

    key = "materials"
    materials = forms.MultipleChoiceField(
        label=_("Materials you work"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("New markets often ask for another material first. Please tick what you have experience with."),
    )
    materials_other = forms.CharField(
        label=_("Other materials or grades"),
        max_length=200,
        required=False,
        help_text=_("For example special grades that few others can work."),
    )
    length_mm = GermanDecimalField(
        label=_("Largest length in mm"),
        max_digits=9,
        decimal_places=1,
        required=False,
        help_text=_("The largest part you can make; it shows which enquiries fit your machines."),
    )
    width_mm = GermanDecimalField(
        label=_("Largest width or diameter in mm"),
        max_digits=9,
        decimal_places=1,
        required=False,
        help_text=_("Together with the length it says whether a part fits."),
    )
    height_mm = GermanDecimalField(
        label=_("Largest height in mm"),
        max_digits=9,
        decimal_places=1,
        required=False,
        help_text=_("Leave it empty for turned parts."),
    )
    weight_kg = GermanDecimalField(
        label=_("Largest weight in kg"),
        max_digits=10,
        decimal_places=3,
        required=False,
        help_text=_("What your cranes and machines bear."),
    )
    it_class = forms.TypedChoiceField(
        label=_("Finest tolerance in series"),
        choices=IT_CLASSES,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Tolerance class after ISO 286; a smaller number is finer. Medical and aerospace ask for it."),
    )
    roughness_um = GermanDecimalField(
        label=_("Finest surface, Ra in µm"),
        max_digits=6,
        decimal_places=2,
        required=False,
        help_text=_("For example 0,8. Sealing and bearing faces are chosen by it."),
    )
    batch_from = GermanDecimalField(
        label=_("Smallest batch in pieces"),
        max_digits=9,
        decimal_places=0,
        required=False,
        help_text=_("Railway and plant construction buy small batches; 1 if you make single parts."),
    )
    batch_to = GermanDecimalField(
        label=_("Largest batch in pieces"),
        max_digits=9,
        decimal_places=0,
        required=False,
        help_text=_("The most you can make of one part in one order."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["materials"].choices = [(each.key, each.name) for each in materials().values()]

    def clean(self):
        least, most = self.cleaned_data.get("batch_from"), self.cleaned_data.get("batch_to")
        if least is not None and most is not None and least > most:
            self.add_error("batch_to", gettext("The largest batch is smaller than the smallest. Please check both."))


class MeasurementForm(CapabilityForm):
    """How the house shows that its parts are right and clean."""

    key = "measurement"
    equipment = forms.MultipleChoiceField(
        label=_("Test and measurement equipment in your house"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Regulated markets buy the proof with the part. What you measure yourself makes you faster."),
    )
    equipment_other = forms.CharField(
        label=_("Other equipment"),
        max_length=300,
        required=False,
        help_text=_("For example climate chambers, or gauges made by yourselves."),
    )
    cleanliness = forms.ChoiceField(
        label=_("How clean parts leave your house"),
        choices=[("", _("no special requirement so far")), *Cleanliness.choices],
        required=False,
        help_text=_("Medical technology, optics and hydrogen ask for it first."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["equipment"].choices = [(each.key, each.name) for each in equipment().values()]


class CertificatesForm(CapabilityForm):
    """The certificates themselves have pages of their own."""

    key = "certificates"
    holds_no_certificate = forms.BooleanField(
        label=_("We hold no certificate"),
        required=False,
        help_text=_("Then your adviser can tell you which one opens which market."),
    )


class MarketsForm(SectionForm):
    """Where the turnover comes from, and where it should come from."""

    key = "markets"

    def __init__(self, data=None, *, company):
        super().__init__(data, company=company)
        automotive = self.profile.automotive_share
        for key, market in asked_markets().items():
            self.fields[f"share_{key}"] = GermanDecimalField(
                label=gettext("%(market)s: share of turnover in %%") % {"market": market.name},
                max_digits=5,
                decimal_places=2,
                max_value=100,
                required=False,
            )
        self.fields["wishes"] = forms.MultipleChoiceField(
            label=_("In which markets would you like to win customers?"),
            choices=[(key, market.name) for key, market in asked_markets().items()],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Your adviser prepares market analyses and workshops by it. You are not bound to anything."),
        )
        self.intro = gettext(
            "The shares show how much depends on one market. An estimate is enough; leave empty what you do not serve. "
            "Automotive is among your figures: %(share)s."
        ) % {"share": gettext("not said") if automotive is None else f"{percent(automotive)} %"}

    def facts(self):
        rows = {row.market: row for row in CompanyMarket.objects.filter(company=self.company.pk)}
        shares = {f"share_{key}": _percent(rows.get(key)) for key in asked_markets()}
        return {**shares, "wishes": [key for key in asked_markets() if key in rows and rows[key].is_wished]}

    def save(self, *, by_user_id):
        values = self.values()
        wishes = values.pop("wishes")
        shares = {name.removeprefix("share_"): value and value / 100 for name, value in values.items()}
        save_markets(self.profile, seen=self.seen, by_user_id=by_user_id, shares=shares, wishes=wishes)


def _percent(row):
    return None if row is None or row.share is None else (row.share * 100).quantize(Decimal("0.01"))


class TrlForm(CapabilityForm):
    """How far an own development is."""

    key = "trl"
    trl = forms.TypedChoiceField(
        label=_("How far is your newest own development?"),
        choices=TRL,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("The technology readiness level. It says whether a university, a pilot customer or sales is next."),
    )


CAPABILITY_FORMS = (MaterialsForm, MeasurementForm, CertificatesForm, MarketsForm, TrlForm)
