"""What a list of companies may say about a company."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    label: str
    required: bool = False


_CATALOGUE = (
    Field("own_number", _("Number in the list")),
    Field("name", _("Company name"), required=True),
    Field("legal_form", _("Legal form")),
    Field("street", _("Street and number")),
    Field("house_number", _("House number")),
    Field("postcode_town", _("Postcode and town")),
    Field("postcode", _("Postcode")),
    Field("town", _("Town")),
    Field("district", _("District")),
    Field("ags", _("Municipality key (AGS)")),
    Field("court", _("Register court")),
    Field("register_kind", _("Register (HRA, HRB)")),
    Field("register", _("Register number")),
    Field("vat_id", _("VAT ID")),
    Field("wz", _("Economic activity (WZ code)")),
    Field("industry", _("Industry in words")),
    Field("staff", _("Staff (annual work units)")),
    Field("turnover", _("Turnover")),
    Field("balance_sheet", _("Balance sheet total")),
    Field("automotive_share", _("Automotive share")),
    Field("certificates", _("Certificates")),
    Field("contact", _("Contact person")),
    Field("contact_salutation", _("Salutation")),
    Field("contact_title", _("Title")),
    Field("contact_first_name", _("First name")),
    Field("contact_last_name", _("Last name")),
    Field("contact_role", _("Function of the contact person")),
    Field("email", _("E-mail")),
    Field("phone", _("Telephone")),
    Field("website", _("Website")),
    Field("partner", _("Caring partner")),
    Field("first_contact", _("First contact")),
    Field("stage", _("Stage")),
    Field("note", _("Remark")),
)
FIELDS = {field.key: field for field in _CATALOGUE}
REQUIRED = tuple(field.key for field in _CATALOGUE if field.required)
MONEY = ("turnover", "balance_sheet")
