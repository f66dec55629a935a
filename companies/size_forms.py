"""The questions of the size class. Every field says in plain words what it means, with an example."""

from decimal import Decimal
from itertools import product

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.numbers import GermanDecimalField
from companies.size_evaluation import Change
from companies.size_relations import ASSESSED, Accounts, Bond, Kind, Relation

PARTS = ("awu", "turnover", "balance")
# The last closed year and the two before it.
YEARS = (_("Last closed year"), _("The year before"), _("Two years before"))
_YES_NO = [("yes", _("yes")), ("no", _("no"))]


class AnswerForm(forms.Form):
    """A step's form knows the version of the answers it was drawn from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, draft, **kwargs):
        self.draft = draft
        super().__init__(data, initial={**self.stored(), "version": draft.version}, **kwargs)

    def tell_what_is_stored(self):
        """After a change in another window: show what stands there now, and let the next attempt overwrite it."""
        self.add_error(
            None,
            _("Your answers were changed in another window. What you typed is still here: check it and send it again."),
        )
        stored = self.stored()
        for field in self.visible_fields():
            now = stored.get(field.name)
            if field.field.has_changed(now, field.data):
                self.add_error(field.name, _("Stored in the meantime: %s") % _shown(field.field, now))
        self.data = self.data.copy()
        self.data["version"] = self.draft.version


def _shown(field, value):
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        return dict(field.choices).get(value, "–")
    return "–" if value in (None, "") else field.prepare_value(value)


def _percent(label, **kwargs):
    return GermanDecimalField(label=label, max_digits=7, decimal_places=4, max_value=100, required=False, **kwargs)


def _amount(label, **kwargs):
    return GermanDecimalField(label=label, max_digits=15, decimal_places=2, required=False, **kwargs)


class TiedForm(AnswerForm):
    """What enterprises and investors have in common: whom they are connected with and by how much."""

    def __init__(self, data=None, *, draft, stored_relation=None, company_name):
        self.relation = stored_relation
        super().__init__(data, draft=draft)
        others = [(str(one["key"]), one["name"]) for one in draft.answers["relations"] if self._may_be_via(one)]
        if others:
            self.fields["via"].choices = [(str(ASSESSED), company_name), *others]
        else:
            del self.fields["via"]

    def _may_be_via(self, other):
        """Enterprises entered before, so that no chain leads back to its beginning."""
        return other["kind"] == Kind.ENTERPRISE and (self.relation is None or other["key"] < self.relation.key)

    def stored(self):
        return {} if self.relation is None else {**self.words_of(self.relation), "via": str(self.relation.via)}

    def clean(self):
        values = super().clean()
        capital, votes = values.get("capital"), values.get("votes")
        if self.asks_for_share(values) and capital is None and votes is None and not values.get("has_control"):
            self.add_error("capital", _("Please enter the share in percent, for example 40."))
        return values

    def relation_from(self, **more):
        """The ``Relation`` that was typed."""
        values = self.cleaned_data
        known = self.relation
        return Relation(
            key=known.key if known else 0,
            name=values["name"],
            via=int(values.get("via") or ASSESSED),
            capital=values["capital"] or Decimal(0),
            votes=values["votes"],
            has_control=values["has_control"],
            figures=known.figures if known else (),
            **more,
        )


class EnterpriseForm(TiedForm):
    """An enterprise that is connected with the company."""

    name = forms.CharField(label=_("Name of the enterprise"), max_length=150)
    via = forms.ChoiceField(
        label=_("With whom is it connected?"),
        help_text=_("Usually with your company. Choose another enterprise if it belongs to that one."),
    )
    bond = forms.ChoiceField(
        label=_("How is it connected?"),
        choices=Bond.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Example: a holding that owns most of your company holds shares in it. A firm that belongs to the same "
            "family is connected by the same people."
        ),
    )
    capital = _percent(
        _("Share of the capital in %"),
        help_text=_(
            "For example 40. If both hold shares in each other, the larger share. What several enterprises of one "
            "group hold counts together."
        ),
    )
    votes = _percent(
        _("Share of the votes in %"),
        help_text=_("Only if it differs from the share of the capital: the larger counts."),
    )
    has_control = forms.BooleanField(
        label=_("One controls the other, whatever the share"),
        required=False,
        help_text=_("By contract, statute or agreement, or because it appoints the majority of the management."),
    )
    same_market = forms.ChoiceField(
        label=_("Are both active in the same market, or one directly before or after the other?"),
        choices=_YES_NO,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Only asked where the same people control both. Example for yes: a forge and a machining shop that works "
            "for it. Example for no: a forge and a hotel."
        ),
    )
    accounts = forms.ChoiceField(
        label=_("Do its figures stand in consolidated accounts with the other?"),
        choices=Accounts.choices,
        widget=forms.RadioSelect,
        initial=Accounts.SEPARATE,
        help_text=_("So that no figure is counted twice. If you do not know: it has accounts of its own."),
    )
    field_order = ["name", "via", "bond", "capital", "votes", "has_control", "same_market", "accounts"]

    def words_of(self, relation):
        same = {Bond.PERSONS: "yes" if relation.same_market else "no"}.get(relation.bond, "")
        names = ("name", "bond", "votes", "has_control", "accounts")
        capital = None if relation.bond == Bond.PERSONS else relation.capital
        return {**{name: getattr(relation, name) for name in names}, "capital": capital, "same_market": same}

    def asks_for_share(self, values):
        return values.get("bond") in (Bond.HOLDS, Bond.HELD)

    def clean(self):
        values = super().clean()
        if values.get("bond") == Bond.PERSONS and not values.get("same_market"):
            self.add_error("same_market", _("Please choose: this decides whether the enterprise counts."))
        return values

    def as_relation(self):
        values = self.cleaned_data
        by_persons = values["bond"] == Bond.PERSONS
        return self.relation_from(
            bond=Bond(values["bond"]),
            same_market=by_persons and values["same_market"] == "yes",
            accounts=Accounts(values["accounts"]),
        )


class InvestorForm(TiedForm):
    """A public body or an investor that may be exempt."""

    kind = forms.ChoiceField(
        label=_("Who holds the share?"),
        choices=[choice for choice in Kind.choices if choice[0] != Kind.ENTERPRISE],
        widget=forms.RadioSelect,
        help_text=_("Example: the town's utility company is controlled by a public body."),
    )
    name = forms.CharField(label=_("Name"), max_length=150)
    via = forms.ChoiceField(
        label=_("A share of whom?"), help_text=_("Usually of your company, or of an enterprise named before.")
    )
    capital = _percent(_("Share of the capital in %"), help_text=_("For example 26."))
    votes = _percent(
        _("Share of the votes in %"),
        help_text=_("Only if it differs from the share of the capital: the larger counts."),
    )
    has_control = forms.BooleanField(
        label=_("It controls the company, whatever the share"),
        required=False,
        help_text=_("By contract, statute or agreement, or because it appoints the majority of the management."),
    )
    budget_eur = _amount(
        _("Annual budget in EUR"), help_text=_("Only of a municipality. Below 10 million EUR it may be exempt.")
    )
    inhabitants = forms.IntegerField(
        label=_("Inhabitants"),
        min_value=0,
        required=False,
        help_text=_("Only of a municipality. Below 5,000 it may be exempt."),
    )
    invested_eur = _amount(
        _("Invested by all business angels together, in EUR"),
        help_text=_("Only of business angels. Below 1.25 million EUR they may be exempt."),
    )

    def words_of(self, relation):
        names = ("kind", "name", "capital", "votes", "has_control", "budget_eur", "inhabitants", "invested_eur")
        return {name: getattr(relation, name) for name in names}

    def asks_for_share(self, _values):
        return True

    def clean(self):
        values = super().clean()
        wanted = {Kind.AUTHORITY: ("budget_eur", "inhabitants"), Kind.ANGEL: ("invested_eur",)}
        for name in wanted.get(values.get("kind"), ()):
            if values.get(name) is None and name not in self.errors:
                self.add_error(name, _("This decides whether the share is exempt. Please enter it."))
        return values

    def as_relation(self):
        values = self.cleaned_data
        more = {name: values[name] for name in ("budget_eur", "inhabitants", "invested_eur")}
        return self.relation_from(kind=Kind(values["kind"]), bond=Bond.HOLDS, **more)


TIED_FORMS = {"relations": EnterpriseForm, "investors": InvestorForm}


class StepForm(AnswerForm):
    """“That is all”: nothing to type."""

    def stored(self):
        return {}


class ChangesForm(AnswerForm):
    """What makes the last year decide alone."""

    change = forms.ChoiceField(
        label=_("Does one of these apply to the company?"),
        choices=Change.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Usually the class changes only after two years in a row. After a takeover or merger the new situation "
            "counts at once. A new company estimates the figures of its current year in good faith."
        ),
    )
    change_note = forms.CharField(
        label=_("What has happened, and when?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: since 1 July 2026 the company belongs to Beispiel Holding GmbH."),
    )

    def stored(self):
        return {name: self.draft.answers[name] for name in ("change", "change_note")}

    def clean(self):
        values = super().clean()
        if values.get("change") == Change.TAKEOVER and not values.get("change_note"):
            self.add_error("change_note", _("Please say in one sentence what has happened, and when."))
        return values


class ResultForm(AnswerForm):
    """Confirmation; a correction says why."""

    newest = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: the holding's share was overlooked."),
    )

    def __init__(self, data=None, *, draft):
        super().__init__(data, draft=draft)
        if draft.corrects_id is None:
            del self.fields["reason"]

    def stored(self):
        return {"newest": self.draft.answers["newest"]}

    def accept_what_is_there(self, standing):
        """Whoever sends again has read what others did in the meantime."""
        self.draft.refresh_from_db()
        self.data = self.data.copy()
        self.data["version"], self.data["newest"] = self.draft.version, standing.pk if standing else ""


class FiguresForm(AnswerForm):
    """Staff, turnover and balance sheet total of each enterprise that counts, for up to three years."""

    # The page says once which years may be left out.
    hide_optional = True

    def __init__(self, data=None, *, draft, company_name, related):
        """``related``: the relations whose figures count."""
        self.enterprises = [(0, company_name), *((one.relation.key, one.relation.name) for one in related)]
        super().__init__(data, draft=draft)
        self.fields["year"] = forms.IntegerField(
            label=_("Last closed financial year"),
            min_value=2000,
            max_value=timezone.localdate().year,
            help_text=_("The year for which the latest accounts are closed. A new company: the current year."),
        )
        for (key, _name), place, part in product(self.enterprises, range(len(YEARS)), PARTS):
            self.fields[_cell(key, place, part)] = _figure_field(part, required=place == 0)

    def stored(self):
        known = {0: self.draft.answers["own"]}
        known |= {one["key"]: one["figures"] for one in self.draft.answers["relations"]}
        cells = {"year": self.draft.answers["year"]}
        for key, _name in self.enterprises:
            for place, period in enumerate(reversed(known.get(key, []))):
                cells |= {_cell(key, place, part): Decimal(value) for part, value in zip(PARTS, period, strict=True)}
        return cells

    def clean(self):
        """Earlier years are given for all enterprises or for none, and none is left out in between."""
        values = super().clean()
        cells = [[_cell(key, place, part) for key, _name in self.enterprises for part in PARTS] for place in range(3)]
        begun = [place for place in range(3) if any(values.get(name) is not None for name in cells[place])]
        for place in range(max(begun, default=0)):
            begun.append(place)
        for name in (name for place in set(begun) for name in cells[place]):
            if values.get(name) is None and name not in self.errors:
                self.add_error(name, _("Please fill in this year for every enterprise, or leave it out everywhere."))
        return values

    def periods_of(self, key):
        """[[AWU, turnover, balance sheet total], …] as text, oldest first."""
        rows = [[self.cleaned_data[_cell(key, place, part)] for part in PARTS] for place in range(len(YEARS))]
        return [[str(value) for value in row] for row in reversed(rows) if None not in row]

    def answers(self):
        """What the step keeps."""
        keys = {key for key, _name in self.enterprises}
        relations = [
            {**one, "figures": self.periods_of(one["key"])} if one["key"] in keys else one
            for one in self.draft.answers["relations"]
        ]
        return {"year": self.cleaned_data["year"], "own": self.periods_of(0), "relations": relations}

    def groups(self):
        """(name, last year's fields, whether earlier years are shown, [(year, fields)]) of each enterprise."""
        for key, name in self.enterprises:
            years = [[self[_cell(key, place, part)] for part in PARTS] for place in range(len(YEARS))]
            earlier = list(zip(YEARS[1:], years[1:], strict=True))
            is_open = any(field.value() not in (None, "") or field.errors for _year, row in earlier for field in row)
            yield key, name, years[0], is_open, earlier


def _cell(key, place, part):
    return f"{part}_{key}_{place}"


_LABELS = {
    "awu": (_("Staff (AWU)"), 10),
    "turnover": (_("Turnover (EUR)"), 15),
    "balance": (_("Balance sheet total (EUR)"), 15),
}


def _figure_field(part, *, required):
    label, digits = _LABELS[part]
    return GermanDecimalField(label=label, max_digits=digits, decimal_places=2, required=required)
