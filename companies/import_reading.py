"""From an uploaded file to the rows of an import: read, understood, compared with what is already there."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from companies.differences import compare
from companies.identity import folded
from companies.models import ImportRow, RowState
from companies.sheets.archive import open_archive
from companies.sheets.columns import Mapping, data_lines, recognise
from companies.sheets.reading import read_table
from companies.sheets.rows import ParsedList, identity_of, jsonable, parse_fields, parse_list
from companies.sheets.table import MAX_BYTES
from companies.sheets.values import Reading
from companies.twins import find_likely
from offensive.tenancy.models import Organisation, OrganisationKind

# Up to this size (bytes) a file is read at once, so that its faults are told before it is kept.
READ_AT_ONCE = 1024 * 1024


@dataclass(frozen=True)
class ReadList:
    """A file as it was understood. ``parsed`` is None while a person must first say what the columns hold."""

    mapping: Mapping
    parsed: ParsedList | None = None
    # Up to three values of each column, for the person who says what it holds.
    samples: tuple = ()


def refuse_unreadable(upload):
    """Raise ``SheetError`` for what cannot be a list of companies, quickly; the rest is found out while reading."""
    upload.seek(0)
    if upload.size <= READ_AT_ONCE or upload.size > MAX_BYTES:
        recognise(read_table(upload, upload.name))
    elif upload.read(2) == b"PK":
        upload.seek(0)
        open_archive(upload.read())
    upload.seek(0)


def read_list(stream, name, *, mapping=None):
    """Read the file. ``mapping``: the columns as a person has assigned them; without it they are recognised.

    Raises ``SheetError``.
    """
    sheet = read_table(stream, name)
    recognised = mapping or recognise(sheet)
    unsure = recognised.missing or (mapping is None and recognised.unsure)
    return ReadList(recognised, None if unsure else parse_list(sheet, recognised), _samples(sheet, recognised))


def _samples(sheet, mapping):
    lines = data_lines(sheet, mapping)[:50]
    columns = range(len(mapping.headings))
    return tuple([text[:60] for line in lines if (text := line.text(column))][:3] for column in columns)


def stored_mapping(read, *, confirmed=False):
    """What an import keeps of how its file is read."""
    reading = read.parsed.reading if read.parsed else Reading()
    columns = read.mapping.as_json()
    return {"columns": columns, "reading": asdict(reading), "samples": read.samples, "confirmed": confirmed}


def mapping_of(batch):
    """The Mapping of an import, None before its file has been read."""
    return Mapping.from_json(batch.mapping["columns"]) if batch.mapping else None


def reading_of(batch):
    """The Reading with which corrections in this import are understood."""
    return Reading(**batch.mapping["reading"])


def line_key(texts):
    """The same for the same line, wherever it stands in a list."""
    content = {key: text for key, text in texts.items() if key != "own_number"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def partners_by_name(programme_id):
    """Consortium organisations by everything an office may call them, folded."""
    consortium = Organisation.objects.of(programme_id).consortium()
    return {
        folded(name): organisation
        for organisation in consortium
        for name in (organisation.slug, organisation.name, organisation.short_name)
        if name
    }


def brings_own_companies(batch):
    """A partner's list names companies the partner looks after; in the lead's list a column says who does."""
    return batch.organisation.kind == OrganisationKind.PARTNER


def understand(texts, batch, partners):
    """(values, problems) of one company from what was typed, by field."""
    values, problems = parse_fields(texts, reading_of(batch))
    return values, problems | _partner_problem(values, batch, partners)


def _partner_problem(values, batch, partners):
    name = values.get("partner", "")
    if not name or brings_own_companies(batch) or folded(name) in partners:
        return {}
    known = sorted({str(organisation) for organisation in partners.values()})
    sentence = _("“%(name)s” is no partner of the programme. Please type one of these or leave it empty: %(known)s.")
    return {"partner": sentence % {"name": name[:60], "known": ", ".join(known)}}


def rows_of(batch, parsed):
    """The unsaved ImportRows of a read list, each with its state."""
    partners = partners_by_name(batch.programme_id)
    parsed_rows = [
        replace(row, problems=row.problems | _partner_problem(row.values, batch, partners)) for row in parsed.rows
    ]
    rows = [_row(batch, row) for row in parsed_rows]
    matches = find_likely([row.identity() for row in parsed_rows], programme_id=batch.programme_id)
    for row, match in zip(rows, matches, strict=True):
        judge(row, match)
    _recognise_lines(batch, rows)
    compare(rows, batch=batch)
    return rows


def _row(batch, row):
    return ImportRow(
        programme_id=batch.programme_id,
        organisation_id=batch.organisation_id,
        batch=batch,
        number=row.number,
        raw={"line": row.raw, "typed": {}, "key": line_key(row.raw)},
        values=jsonable(row.values),
        problems=row.problems,
    )


def judge(row, match):
    """Set state and match. What is identified adds nothing, so its problems need nobody; a likeness is asked about."""
    row.match_by, row.match_id, row.differences = match.by, None, {}
    if isinstance(match.company, tuple):
        row.match_by = f"row:{match.company[1]}"
    elif match.company:
        row.match_id = match.company
    if match.kind == "known":
        row.state = RowState.KNOWN
    elif row.problems:
        row.state = RowState.PROBLEM
    else:
        row.state = RowState.QUESTION if match.kind == "question" else RowState.NEW
    if match.by == "conflict":
        row.match_by = "conflict"


def _recognise_lines(batch, rows):
    """A line that an earlier list held word for word, and that was settled there, is settled here too."""
    unsettled = [row for row in rows if row.state != RowState.KNOWN]
    settled = _settled_lines(batch, [row.raw["key"] for row in unsettled])
    for row in unsettled:
        if earlier := settled.get(row.raw["key"]):
            row.state = RowState.SKIPPED if earlier.state == RowState.SKIPPED else RowState.KNOWN
            row.match_id, row.match_by, row.problems = earlier.company_id or earlier.match_id, "line", {}


def _settled_lines(batch, keys):
    if not keys:
        return {}
    settled = Q(state__in=[RowState.TAKEN, RowState.SKIPPED]) | Q(state=RowState.KNOWN, decided_by__isnull=False)
    earlier = ImportRow.objects.filter(
        settled, programme_id=batch.programme_id, organisation_id=batch.organisation_id, raw__key__in=keys
    )
    return {row.raw["key"]: row for row in earlier.exclude(batch_id=batch.pk).order_by("pk")}


def texts_of(row):
    """What stands in the fields of a row: as in the file, or as typed since."""
    return {**row.raw["line"], **row.raw["typed"]}


def compare_again(row):
    """Judge a changed row anew, against the programme and the rows above it in its list."""
    above = row.batch.importrow_set.filter(number__lt=row.number).exclude(state=RowState.SKIPPED)
    candidates = [identity_of(values, ("row", number)) for number, values in above.values_list("number", "values")]
    candidates.append(identity_of(row.values, ("row", row.number)))
    judge(row, find_likely(candidates, programme_id=row.programme_id)[-1])
    compare([row], batch=row.batch)
