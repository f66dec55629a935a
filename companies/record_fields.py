"""Fields of a record that are chosen as a whole: when two records are merged, when a list says otherwise."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from companies.models import Company, Profile, SizeClass
from offensive.tenancy.models import Organisation


@dataclass(frozen=True, slots=True)
class RecordField:
    """``columns`` of ``model`` that belong together; ``is_identifier`` where no two companies may have the same."""

    key: str
    label: str
    model: type
    columns: tuple[str, ...]
    is_identifier: bool = False

    def values_of(self, record):
        """{column: value}; of no record (a profile that is not released) nothing."""
        return {column: getattr(record, column) for column in self.columns} if record else {}

    def shown(self, values, partners=None):
        """What people read of ``values``, "" when they are empty. ``partners``: {id: name} where the partner is one."""
        if self.key == "caring_partner":
            return (partners or {}).get(values.get("caring_partner_id"), "")
        if self.key == "address":
            town = f"{values.get('postcode', '')} {values.get('town', '')}".strip()
            return ", ".join(filter(None, [values.get("street", ""), town]))
        visible = [column for column in self.columns if column not in _DERIVED]
        return " ".join(filter(None, (_text(column, values.get(column)) for column in visible)))


# Follow from the column before them.
_DERIVED = {"sort_name", "name_key", "register_key"}


def _text(column, value):
    if value in (None, ""):
        return ""
    if column == "size_class":
        return str(SizeClass(value).label)
    if column == "automotive_share":
        return f"{number_format(value * 100, 0)} %"
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return number_format(value.normalize(), force_grouping=True) if isinstance(value, Decimal) else str(value)


_OF_COMPANY = (
    ("name", _("Company"), ("legal_name", "sort_name", "name_key")),
    ("address", _("Address"), ("street", "postcode", "town", "ags", "district")),
    ("register", _("Register"), ("register_court", "register_kind", "register_number", "register_key")),
    ("vat_id", _("VAT ID"), ("vat_id",)),
    ("caring_partner", _("Caring partner"), ("caring_partner_id", "caring_person_id")),
    ("first_contact_on", _("First contact"), ("first_contact_on",)),
    ("size_class", _("Size class"), ("size_class",)),
)
_OF_PROFILE = (
    ("employees_awu", _("Annual work units"), ("employees_awu",)),
    ("turnover_eur", _("Turnover in EUR"), ("turnover_eur",)),
    ("balance_eur", _("Balance sheet total in EUR"), ("balance_eur",)),
    ("automotive_share", _("Share of turnover with the automotive industry"), ("automotive_share",)),
    ("website", _("Website"), ("website",)),
)
IDENTIFIERS = ("register", "vat_id")
FIELDS = {
    key: RecordField(key, label, model, columns, key in IDENTIFIERS)
    for model, fields in ((Company, _OF_COMPANY), (Profile, _OF_PROFILE))
    for key, label, columns in fields
}


def record_of(field, company, profile):
    """Company or profile, whichever has the field."""
    return company if field.model is Company else profile


def as_json(values):
    """For a JSON column: None and ids as they are, all else as text."""
    return {
        column: value if value is None or isinstance(value, int) else str(value) for column, value in values.items()
    }


def from_json(field, values):
    """The values that ``as_json`` wrote."""
    return {column: field.model._meta.get_field(_name(column)).to_python(value) for column, value in values.items()}


def _name(column):
    return column.removesuffix("_id") if column.endswith(("partner_id", "person_id")) else column


def partner_names(programme_id):
    """{id: name} of whoever may look after a company."""
    return {each.pk: str(each) for each in Organisation.objects.of(programme_id).consortium()}
