"""The log in words: who did what, as sentences for people who do not know our tables."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

from django.apps import apps
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offensive.accounts.models import User
from offensive.tenancy.models import LogEntry, Organisation

Operation = LogEntry.Operation

THINGS = {
    "accounts_invitation": gettext_lazy("an invitation"),
    "companies_capability": gettext_lazy("what the house can do"),
    "companies_certificate": gettext_lazy("a certificate"),
    "companies_companymarket": gettext_lazy("a market"),
    "companies_company": gettext_lazy("the record of the company"),
    "companies_competence": gettext_lazy("a process"),
    "companies_contact": gettext_lazy("a contact"),
    "companies_defenceinterest": gettext_lazy("interest in defence"),
    "companies_handover": gettext_lazy("a hand-over to another partner"),
    "companies_industry": gettext_lazy("a branch of industry"),
    "companies_importrow": gettext_lazy("a row of a list"),
    "companies_site": gettext_lazy("a site"),
    "companies_merge": gettext_lazy("a merge of two records"),
    "companies_notduplicate": gettext_lazy("a decision that two records are two companies"),
    "companies_profile": gettext_lazy("the profile"),
    "companies_registrationrequest": gettext_lazy("a request to take part"),
    "documents_document": gettext_lazy("a document"),
    "documents_dossier": gettext_lazy("the dossier of the company"),
    "documents_legalhold": gettext_lazy("a hold on papers"),
    "enablement_delivery": gettext_lazy("support given"),
    "enablement_deliverykind": gettext_lazy("a kind of support"),
    "enablement_enrolment": gettext_lazy("the participation"),
    "enablement_presence": gettext_lazy("a person present"),
    "enablement_process": gettext_lazy("the process"),
    "enablement_requirement": gettext_lazy("a requirement"),
    "enablement_stage": gettext_lazy("a stage"),
    "enablement_stageprogress": gettext_lazy("a stage of the company"),
    "indicators_indicator": gettext_lazy("an indicator"),
    "indicators_target": gettext_lazy("a target"),
    "reports_edition": gettext_lazy("a report"),
    "enablement_ladderstep": gettext_lazy("a step of the follow-up ladder"),
    "enablement_task": gettext_lazy("a task"),
    "tenancy_companyaccess": gettext_lazy("the access of a partner"),
    "tenancy_grantnotice": gettext_lazy("the grant notice"),
    "tenancy_logentry": gettext_lazy("the history"),
    "tenancy_membership": gettext_lazy("the access of a person"),
    "tenancy_organisation": gettext_lazy("the organisation"),
    "tenancy_period": gettext_lazy("a reporting period"),
    "tenancy_programme": gettext_lazy("the settings of the programme"),
    "workshops_attendance": gettext_lazy("an attendance"),
    "workshops_event": gettext_lazy("an event"),
}

# By column; what is not here tells nothing to a reader and is left out (keys, and what follows from other columns).
LABELS = {
    "standard": gettext_lazy("standard"),
    "edition": gettext_lazy("edition"),
    "scope": gettext_lazy("scope"),
    "issuer": gettext_lazy("issued by"),
    "number": gettext_lazy("number"),
    "valid_until": gettext_lazy("valid until"),
    "document_id": gettext_lazy("document"),
    "market": gettext_lazy("market"),
    "share": gettext_lazy("share of turnover"),
    "is_wished": gettext_lazy("wished for"),
    "materials": gettext_lazy("materials"),
    "materials_other": gettext_lazy("other materials"),
    "length_mm": gettext_lazy("length in mm"),
    "width_mm": gettext_lazy("width in mm"),
    "height_mm": gettext_lazy("height in mm"),
    "weight_kg": gettext_lazy("weight in kg"),
    "it_class": gettext_lazy("tolerance (IT)"),
    "roughness_um": gettext_lazy("roughness Ra in µm"),
    "batch_from": gettext_lazy("smallest batch"),
    "batch_to": gettext_lazy("largest batch"),
    "equipment": gettext_lazy("equipment"),
    "equipment_other": gettext_lazy("other equipment"),
    "cleanliness": gettext_lazy("cleanliness"),
    "trl": gettext_lazy("readiness of own developments (TRL)"),
    "holds_no_certificate": gettext_lazy("holds no certificate"),
    "accepted_at": gettext_lazy("accepted"),
    "annex_limit": gettext_lazy("enterprises listed in the PDF"),
    "answer": gettext_lazy("answer"),
    "automotive_share": gettext_lazy("share of turnover with the automotive industry"),
    "authority": gettext_lazy("authority"),
    "balance_eur": gettext_lazy("balance sheet total in EUR"),
    "caring_partner_id": gettext_lazy("caring partner"),
    "caring_person_id": gettext_lazy("caring person"),
    "category": gettext_lazy("category"),
    "completed_on": gettext_lazy("completed on"),
    "confirmed_at": gettext_lazy("confirmed"),
    "contact_name": gettext_lazy("contact"),
    "definition": gettext_lazy("definition"),
    "district": gettext_lazy("district"),
    "after_days": gettext_lazy("after days"),
    "valid_from": gettext_lazy("valid from"),
    "details": gettext_lazy("details"),
    "done_at": gettext_lazy("done"),
    "due_on": gettext_lazy("due on"),
    "email": gettext_lazy("email address"),
    "employees_awu": gettext_lazy("annual work units"),
    "ended_at": gettext_lazy("ended"),
    "ends_at": gettext_lazy("end"),
    "ends_on": gettext_lazy("end"),
    "enrolled_on": gettext_lazy("enrolled on"),
    "expires_at": gettext_lazy("valid until"),
    "file_number": gettext_lazy("file number"),
    "first_contact_on": gettext_lazy("first contact"),
    "four_eyes": gettext_lazy("approval by a second person"),
    "function": gettext_lazy("function"),
    "granted_on": gettext_lazy("granted on"),
    "is_active": gettext_lazy("in use"),
    "is_structured": gettext_lazy("structured support"),
    "left_on": gettext_lazy("left on"),
    "legal_name": gettext_lazy("name"),
    "message": gettext_lazy("message"),
    "minutes": gettext_lazy("minutes"),
    "name": gettext_lazy("name"),
    "organisation_id": gettext_lazy("organisation"),
    "participating_on": gettext_lazy("takes part since"),
    "partner_id": gettext_lazy("partner"),
    "paused_on": gettext_lazy("pausing since"),
    "paused_until": gettext_lazy("pausing until"),
    "person": gettext_lazy("person"),
    "phone": gettext_lazy("telephone"),
    "place": gettext_lazy("place"),
    "postcode": gettext_lazy("postcode"),
    "process_code": gettext_lazy("process (DIN 8580)"),
    "proof": gettext_lazy("proof"),
    "reason": gettext_lazy("reason"),
    "region": gettext_lazy("region"),
    "register_court": gettext_lazy("register court"),
    "register_kind": gettext_lazy("kind of register"),
    "register_number": gettext_lazy("register number"),
    "role": gettext_lazy("role"),
    "second_factor_required": gettext_lazy("second factor required"),
    "shared_on": gettext_lazy("known to the consortium since"),
    "short_name": gettext_lazy("short name"),
    "size_class": gettext_lazy("size class"),
    "stage_due_on": gettext_lazy("stage due on"),
    "started_on": gettext_lazy("started on"),
    "starts_at": gettext_lazy("beginning"),
    "starts_on": gettext_lazy("beginning"),
    "state": gettext_lazy("state"),
    "skipped_on": gettext_lazy("skipped on"),
    "stopped_on": gettext_lazy("stopped on"),
    "street": gettext_lazy("street"),
    "title": gettext_lazy("title"),
    "town": gettext_lazy("town"),
    "turnover_eur": gettext_lazy("turnover in EUR"),
    "until": gettext_lazy("last day"),
    "usual_days": gettext_lazy("usual length in days"),
    "value": gettext_lazy("value"),
    "vat_id": gettext_lazy("VAT ID"),
    "website": gettext_lazy("website"),
    "withdrawn_at": gettext_lazy("withdrawn"),
    "is_main": gettext_lazy("main site"),
    "scheme": gettext_lazy("classification"),
    "code": gettext_lazy("code"),
    "default_minutes": gettext_lazy("usual minutes"),
    "requires_evidence": gettext_lazy("evidence required"),
    "retired_on": gettext_lazy("retired on"),
    "structured_from_minutes": gettext_lazy("structured support from so many minutes"),
    "placed_at": gettext_lazy("hold placed"),
    "wording": gettext_lazy("question or decision"),
}
ORGANISATIONS = {"caring_partner_id", "partner_id", "organisation_id"}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words: when, who (and for whom), what, and the details."""

    at: datetime
    who: str
    sentence: str
    details: tuple[str, ...]

    @property
    def day(self):
        return self.at.date()


def in_words(entries):
    """``Line`` for each of ``entries``; two queries for the names, however many there are."""
    entries = list(entries)
    people = _people(entries)
    organisations = _organisations(entries)
    return [_line(entry, people, organisations) for entry in entries]


def _people(entries):
    ids = {entry.user for entry in entries} - {None}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=ids)}


def _organisations(entries):
    ids = {entry.organisation for entry in entries} - {None}
    for entry in entries:
        for column in ORGANISATIONS & set(entry.changed):
            ids |= set(entry.changed[column] or ()) - {None}
    return {each.pk: str(each) for each in Organisation.objects.filter(pk__in=ids)}


def _line(entry, people, organisations):
    who = people.get(entry.user, _("The portal"))
    if entry.organisation:
        who = f"{who} ({organisations.get(entry.organisation, '–')})"
    details = [_detail(entry, column, organisations) for column in sorted(entry.changed, key=_place)]
    return Line(localtime(entry.at), who, _sentence(entry), tuple(filter(None, details)))


def _place(column):
    return list(LABELS).index(column) if column in LABELS else len(LABELS)


def _sentence(entry):
    thing = THINGS.get(entry.table, _("something"))
    sentences = {
        Operation.INSERT: _("has added: %(thing)s"),
        Operation.UPDATE: _("has changed: %(thing)s"),
        Operation.DELETE: _("has removed: %(thing)s"),
        Operation.DOWNLOAD: _("has downloaded: %(thing)s"),
        Operation.EXPORT: _("has exported: %(thing)s"),
        Operation.VIEW: _("has looked at: %(thing)s"),
    }
    return sentences[entry.operation] % {"thing": thing}


def _detail(entry, column, organisations):
    if column not in LABELS:
        return ""
    label, change = LABELS[column], entry.changed[column]
    if change is None:
        return f"{label}"
    before, after = (_value(entry.table, column, value, organisations) for value in change)
    return f"{label}: {before} → {after}" if entry.operation == Operation.UPDATE else f"{label}: {after or before}"


def _value(table, column, value, organisations):
    """As people write it; what is empty is a dash."""
    if value in (None, ""):
        return "–"
    if column in ORGANISATIONS:
        return organisations.get(value, "–")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if label := _choices(table, column).get(value):
        return str(label)
    return _formatted(column, value)


def _formatted(column, value):
    if column.endswith("_at") and (moment := parse_datetime(value)):
        return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
    if (column.endswith("_on") or column == "until") and (day := parse_date(value)):
        return date_format(day, "SHORT_DATE_FORMAT")
    if isinstance(value, int | float):
        return number_format(Decimal(str(value)).normalize(), force_grouping=True)
    return str(value)


@cache
def _choices(table, column):
    model = next((model for model in apps.get_models() if model._meta.db_table == table), None)
    field = next((field for field in model._meta.concrete_fields if field.column == column), None) if model else None
    return dict(field.flatchoices) if field is not None and field.flatchoices else {}
