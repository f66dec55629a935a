"""What a list says otherwise: chosen by a person, taken over into the record; and what each list said is kept."""

from django.db import transaction

from companies.differences import CONFLICT, compare, differences, known_companies, listed, same, state_of
from companies.models import Company, RowState, SourceRecord
from companies.profile_sections import section_version
from companies.profile_services import save_site, take_figures
from companies.queries import survivors
from companies.record import change_record
from companies.record_fields import FIELDS, from_json
from companies.services import CompanyError

LIST, RECORD = "list", "record"
FIGURES = ("employees_awu", "turnover_eur", "balance_eur", "automotive_share")
_IDENTITY = (
    *("legal_name", "street", "postcode", "town", "register_court", "register_kind", "register_number", "vat_id"),
    "first_contact_on",
)


def choose(row, choices, *, by_user_id):
    """Note what holds: {field: "list" or "record"}; fields without a choice stay as they are. Saves nothing."""
    for key, difference in row.differences.items():
        if choices.get(key) in (LIST, RECORD):
            difference["take"] = choices[key] == LIST
    row.state, row.decided_by_id = state_of(row.differences), by_user_id


def take_over_changes(row, *, batch, acting):
    """Write what was chosen into the record, which the caller has locked, and set the row's state. Saves no row.

    Where somebody has changed the record since the preview nothing is written: the row waits for a person again.
    """
    try:
        with transaction.atomic():
            known = known_companies([row.match_id], batch=batch).get(row.match_id)
            if known is None:
                row.state, row.differences = RowState.KNOWN, {}
            elif not _overtaken(row, known):
                _write(known, {key: each["new"] for key, each in row.differences.items() if each["take"]}, acting)
                row.state, row.company_id = RowState.TAKEN, row.match_id
    except CompanyError as error:
        row.state, row.problems = RowState.PROBLEM, {"name": str(error)}


def lock_known(rows):
    """Lock the companies of ``rows``, in the order in which merging locks them, so that the two wait for each other."""
    ids = {row.match_id for row in rows if row.state == RowState.CHANGED}
    list(Company.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))


def ask_about_survivors(rows, *, batch):
    """Rows whose company has become part of another since the preview: what differs from that one is asked about."""
    merged = survivors(batch.programme_id)
    moved = [row for row in rows if row.state == RowState.CHANGED and row.match_id in merged]
    for row in moved:
        row.state = RowState.KNOWN
    compare(moved, batch=batch)
    for row in moved:
        row.differences = {key: {**each, "take": None} for key, each in row.differences.items()}
        row.state = state_of(row.differences)


def _overtaken(row, known):
    """Whether a field that is to be taken holds by now neither what was shown nor what the list says."""
    now = differences(row.values, known)
    newer = [
        key
        for key, each in row.differences.items()
        if each["take"] and key in now and not same(key, now[key]["old"], each["old"])
    ]
    for key in newer:
        row.differences[key] = {**now[key], "kind": CONFLICT, "take": None}
    row.state = RowState.CONFLICT if newer else row.state
    return bool(newer)


def _write(known, new, acting):
    values = {
        column: value for key, columns in new.items() for column, value in from_json(FIELDS[key], columns).items()
    }
    if identity := {column: values[column] for column in _IDENTITY if column in values}:
        company = known.company
        told = {column: getattr(company, column) for column in _IDENTITY} | identity
        change_record(company, acting=acting, seen=company.version, **told)
    if figures := {column: values[column] for column in FIGURES if column in values}:
        seen = section_version(known.company.pk, "figures")
        take_figures(known.profile, seen=seen, company=known.company, by_user_id=acting.user_id, **figures)
    if website := values.get("website"):
        seen = section_version(known.company.pk, "site")
        blank = dict.fromkeys(("street", "postcode", "town"), "")
        save_site(known.profile, seen=seen, by_user_id=acting.user_id, website=website, **blank)


def note_sources(batch):
    """Keep for each company of a list that the list named it, and what it said. Doing it again changes nothing."""
    rows = batch.importrow_set.in_state(RowState.TAKEN, RowState.KNOWN).exclude(company=None, match=None)
    SourceRecord.objects.bulk_create(
        [_source(row, batch) for row in rows.iterator(chunk_size=1000)], ignore_conflicts=True, batch_size=1000
    )


def _source(row, batch):
    return SourceRecord(
        programme_id=batch.programme_id,
        company_id=row.company_id or row.match_id,
        kind=_kind(row),
        organisation_id=batch.organisation_id,
        list_name=batch.document.name[:200],
        list_sha256=batch.document.sha256,
        line=row.number,
        own_number=str(row.values.get("own_number", ""))[:60],
        values=listed(row.values),
    )


def _kind(row):
    if row.state == RowState.KNOWN:
        return SourceRecord.Kind.CONFIRMED
    return SourceRecord.Kind.CHANGED if row.differences else SourceRecord.Kind.BROUGHT
