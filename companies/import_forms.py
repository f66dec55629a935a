"""Forms of the import: the file, what its columns hold, one row."""

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.import_reading import refuse_unreadable
from companies.sheets.fields import FIELDS, MONEY
from companies.sheets.table import SheetError

UNITS = [(1, gettext_lazy("euros")), (1000, gettext_lazy("thousand euros")), (1_000_000, gettext_lazy("million euros"))]


class UploadForm(forms.Form):
    """A list as the office keeps it."""

    file = forms.FileField(
        label=gettext_lazy("List of companies"),
        help_text=gettext_lazy("Excel (.xlsx) or CSV, at most 20 MB and 20,000 rows."),
        error_messages={
            "required": gettext_lazy("Please choose the file that contains the list."),
            "empty": gettext_lazy("The file is empty. Please choose the file that contains the list."),
            "max_length": gettext_lazy("The name of the file is too long. Please rename the file and choose it again."),
        },
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def clean_file(self):
        try:
            refuse_unreadable(self.cleaned_data["file"])
        except SheetError as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["file"]


class ColumnsForm(forms.Form):
    """Which column holds what: one choice for each column, and the unit of amounts of money."""

    hide_optional = True

    def __init__(self, data=None, *, mapping, samples=()):
        super().__init__(data)
        self.mapping, self.samples = mapping, samples
        holds = {column: key for key, column in mapping.columns.items()}
        choices = [("", _("leave out")), *((field.key, field.label) for field in FIELDS.values())]
        for column, heading in enumerate(mapping.headings):
            self.fields[f"column-{column}"] = forms.ChoiceField(
                label=heading or _("Column %(number)d without a heading") % {"number": column + 1},
                help_text=escape(" · ".join(samples[column]) if column < len(samples) else ""),
                choices=choices,
                required=False,
                initial=holds.get(column, ""),
            )
        for key in MONEY:
            self.fields[f"unit-{key}"] = forms.TypedChoiceField(
                label=_("Amounts in “%(field)s” are") % {"field": FIELDS[key].label},
                choices=UNITS,
                coerce=int,
                initial=mapping.units.get(key, 1),
            )

    def columns(self):
        return [self[f"column-{column}"] for column in range(len(self.mapping.headings))]

    def units(self):
        return [self[f"unit-{key}"] for key in MONEY]

    def clean(self):
        chosen = {}
        for column in range(len(self.mapping.headings)):
            key = self.cleaned_data.get(f"column-{column}")
            if key and key in chosen:
                sentence = _("“%(field)s” is assigned to two columns. Please choose one of them.")
                self.add_error(f"column-{column}", sentence % {"field": FIELDS[key].label})
            elif key:
                chosen[key] = column
        if "name" not in chosen:
            self.add_error(None, _("Please choose the column that holds the company name."))
        self.chosen = chosen

    def assigned(self):
        """The Mapping as it was chosen; call after ``is_valid``."""
        mapping = self.mapping
        for key in FIELDS:
            mapping = mapping.assign(key, self.chosen.get(key))
        for key in MONEY:
            if key in self.chosen:
                mapping = mapping.with_unit(key, self.cleaned_data[f"unit-{key}"])
        return mapping


class RowForm(forms.Form):
    """Fields of one row, as typed, each with its problem under it. What is typed is judged by the service, not here."""

    hide_optional = True

    def __init__(self, data=None, *, number, keys, texts, problems):
        shown = {key: texts.get(key, "") for key in keys} if data is None else data
        super().__init__(shown, auto_id=f"row-{number}-%s")
        self.problems = problems
        for key in keys:
            self.fields[key] = forms.CharField(label=FIELDS[key].label, required=False, max_length=20_000)

    def clean(self):
        for key, sentence in self.problems.items():
            if key in self.fields:
                self.add_error(key, sentence)
