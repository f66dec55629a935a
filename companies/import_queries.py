"""What the pages of an import show."""

from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.differences import CONFLICT, REPEATS, shown
from companies.import_changes import LIST, RECORD
from companies.import_forms import RowForm
from companies.import_reading import partners_by_name, texts_of, understand
from companies.import_services import OPEN_STATES, WAITING_STATES
from companies.models import Company, ImportBatch, ImportRow, ImportState, RowState
from companies.record_fields import FIELDS as FIELDS_OF_RECORD
from companies.sheets.fields import FIELDS
from companies.sheets.rows import identity_of
from companies.twins import find_likely

PAGE_SIZE = 25
# Those that need a person first.
_ORDER = (*WAITING_STATES, RowState.CHANGED, RowState.NEW, RowState.TAKEN, RowState.KNOWN, RowState.SKIPPED)
# Read and kept with the list, but not part of a company's record.
KEPT_WITH_LIST = ("industry", "certificates", "stage", "note", "contact_salutation")


@dataclass(frozen=True)
class Counts:
    """Rows of an import by state. ``left_out`` counts also the lines that are no companies."""

    rows: int
    new: int
    known: int
    changed: int
    conflict: int
    question: int
    problem: int
    taken: int
    skipped: int
    left_out: int

    @property
    def waiting(self):
        """Rows that need a person before they can be taken over."""
        return self.question + self.problem + self.conflict

    @property
    def to_take_over(self):
        """Rows that the button writes."""
        return self.new + self.changed


def counts_of(batch):
    """The ``Counts`` of one import."""
    found = batch.importrow_set.order_by().values_list("state").annotate(number=Count("pk"))
    by_state = dict(found)
    numbers = {state: by_state.get(state, 0) for state in RowState.values}
    left_out = numbers["skipped"] + len(batch.left_out)
    return Counts(rows=sum(by_state.values()), left_out=left_out, **numbers)


def imports_of(acting):
    """The imports the asker works on: the lead all, a partner its own."""
    batches = ImportBatch.objects.of(acting.programme_id).select_related("document", "organisation")
    return batches if acting.audience == "lead" else batches.filter(organisation_id=acting.organisation_id)


def waiting_imports(acting):
    """The latest import of each file that still has open rows, newest first, with how many."""
    batches = imports_of(acting).filter(state=ImportState.CHECKING, importrow__state__in=OPEN_STATES)
    counted = batches.annotate(open_rows=Count("importrow")).order_by("-pk")[:20]
    return list({batch.document.sha256: batch for batch in reversed(counted)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row of any list that needs a person: ``why`` in words."""

    row: ImportRow
    name: str
    place: str
    why: str


def checked_imports(acting):
    """The imports that are being checked, the oldest first, each with ``waiting``: its rows that need a person."""
    waiting = Count("importrow", filter=Q(importrow__state__in=WAITING_STATES))
    return imports_of(acting).filter(state=ImportState.CHECKING).annotate(waiting=waiting).order_by("uploaded_at")


def waiting_rows(acting):
    """The rows that need a person, of all lists the asker works on, the oldest list first."""
    rows = ImportRow.objects.in_state(*WAITING_STATES).filter(
        programme=acting.programme_id, batch__in=imports_of(acting), batch__state=ImportState.CHECKING
    )
    return rows.select_related("batch__document", "batch__organisation").order_by("batch", "number")


def shown_waiting(rows):
    """``WaitingRow`` of each of ``rows``."""
    return [WaitingRow(row, _name_of(row), _place_of(row), _why(row)) for row in rows]


def _why(row):
    if row.state == RowState.PROBLEM:
        return _("With problems: %s") % ", ".join(str(FIELDS[key].label) for key in row.problems if key in FIELDS)
    if row.state == RowState.CONFLICT:
        labels = (FIELDS_OF_RECORD[key].label for key, each in row.differences.items() if each["take"] is None)
        return _("Says otherwise than the record: %s") % ", ".join(map(str, labels))
    return _("May be there already")


def _name_of(row):
    return row.values.get("name") or texts_of(row).get("name", "") or _("(without a name)")


def _place_of(row):
    return f"{row.values.get('postcode', '')} {row.values.get('town', '')}".strip()


@dataclass(frozen=True)
class Side:
    """A company as it is held beside another: choice is the answer that says "it is this one"."""

    choice: str
    title: str
    items: list = field(default_factory=list)


@dataclass(frozen=True)
class ShownDifference:
    """A field of which list and record say different things. ``choice`` is "list", "record" or "" while it is open."""

    key: str
    label: str
    old: str
    new: str
    choice: str
    note: str


@dataclass(frozen=True)
class ShownRow:
    """A row with what its state needs: a form, the companies in question, or the company it is."""

    row: ImportRow
    number: str
    name: str
    place: str
    note: str = ""
    form: RowForm | None = None
    own: Side | None = None
    sides: list = field(default_factory=list)
    company: Company | None = None
    can_be_other: bool = True
    differences: tuple = ()

    @property
    def is_open(self):
        """Whether it can still be chosen which values hold."""
        return self.row.state in (RowState.CHANGED, RowState.CONFLICT, RowState.KNOWN)


def page_of(batch, *, state="", line="", number=1):
    """A Page of ``ShownRow``, those that need a person first. ``state`` narrows to one state, ``line`` to one row."""
    rows = batch.importrow_set.filter(state=state) if state in RowState.values else batch.importrow_set.all()
    rows = rows.filter(number=line) if line.isdecimal() else rows
    places = [When(state=state, then=Value(place)) for place, state in enumerate(_ORDER)]
    rows = rows.order_by(Case(*places, output_field=IntegerField()), "number")
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    page.object_list = shown_rows(batch, list(page.object_list))
    return page


def shown_rows(batch, rows):
    """What is shown of ``rows``; the same number of queries however many they are."""
    asked = [row for row in rows if row.state == RowState.QUESTION]
    alike = _alike(asked, batch)
    ids = {company for companies in alike.values() for company in companies if isinstance(company, int)}
    ids |= {row.company_id or row.match_id for row in rows}
    companies = (
        Company.objects.of(batch.programme_id)
        .select_related("organisation", "caring_partner")
        .in_bulk([pk for pk in ids if pk])
    )
    wanted = {company[1] for companies in alike.values() for company in companies if isinstance(company, tuple)}
    others = {row.number: row for row in batch.importrow_set.filter(number__in=wanted)}
    partners = partners_by_name(batch.programme_id)
    sides = {pk: [_side(choice, companies, others) for choice in choices] for pk, choices in alike.items()}
    return [_shown(row, batch, companies, sides.get(row.pk, []), partners) for row in rows]


def _alike(rows, batch):
    """{row's pk: what it may be the same as}, asked for all rows at once."""
    apart = [identity_of(row.values, ("row", row.number)) for row in rows]
    found = find_likely(apart, programme_id=batch.programme_id)
    return {
        row.pk: (("row", int(row.match_by[4:])),)
        if row.match_by.startswith("row:")
        else tuple(company for company in match.companies if isinstance(company, int))
        for row, match in zip(rows, found, strict=True)
    }


def _shown(row, batch, companies, sides, partners):
    values, company = row.values, companies.get(row.company_id or row.match_id)
    return ShownRow(
        row=row,
        number=values.get("own_number") or str(row.number),
        name=_name_of(row),
        place=_place_of(row),
        note=_note(row, company),
        form=_problem_form(row, batch, partners) if row.state == RowState.PROBLEM else None,
        own=Side("", _("In your list"), _items_of_row(row)) if sides else None,
        sides=sides,
        company=company,
        can_be_other=row.match_by != "conflict",
        differences=_differences(row) if company else (),
    )


_NOTES = {CONFLICT: gettext_lazy("typed by hand"), REPEATS: gettext_lazy("decided with an earlier list")}


def _differences(row):
    choices = {True: LIST, False: RECORD, None: ""}
    return tuple(
        ShownDifference(
            key=key,
            label=FIELDS_OF_RECORD[key].label,
            old=shown(key, each["old"]),
            new=shown(key, each["new"]),
            choice=choices[each["take"]],
            note=_NOTES.get(each["kind"], ""),
        )
        for key, each in row.differences.items()
    )


def _note(row, company):
    if row.state in (RowState.CHANGED, RowState.CONFLICT):
        return _("Already there:")
    if row.state != RowState.KNOWN:
        return ""
    if row.match_by.startswith("row:"):
        return _("Stands twice in this list: see line %(line)s.") % {"line": row.match_by[4:]}
    if row.match_id and company is None:
        return _("Already there; another partner looks after it.")
    if row.differences:
        return _("Already there; what the record says is kept.")
    return {
        "register": _("Already there: same register number."),
        "vat_id": _("Already there: same VAT ID."),
        "line": _("Already there: this line was settled in an earlier list."),
    }.get(row.match_by, _("Already there: decided by a person."))


def problems_of(row, batch, partners):
    """The problems of a row by field, in the language of the page."""
    fresh = understand(texts_of(row), batch, partners)[1]
    return {key: fresh.get(key, stored) for key, stored in row.problems.items()}


def _problem_form(row, batch, partners):
    keys = [key for key in FIELDS if key in row.problems]
    return RowForm(number=row.number, keys=keys, texts=texts_of(row), problems=problems_of(row, batch, partners))


def whole_form(row, batch):
    """A form with every field that the list has, for correcting what nothing was wrong with."""
    keys = [key for key in FIELDS if key in batch.mapping["columns"]["columns"] or key in row.raw["typed"]]
    problems = problems_of(row, batch, partners_by_name(batch.programme_id))
    return RowForm(number=row.number, keys=keys, texts=texts_of(row), problems=problems)


def _side(choice, companies, others):
    if isinstance(choice, tuple):
        row = others[choice[1]]
        return Side(f"row:{row.number}", _("Line %(line)s of this list") % {"line": row.number}, _items_of_row(row))
    if company := companies.get(choice):
        return Side(str(choice), _("Already there"), _items_of_company(company))
    return Side(
        str(choice), _("Already there"), [(_("Company"), _("looked after by another partner; you may not see it"))]
    )


def _items_of_row(row):
    values = row.values
    register = [values.get(f"register_{part}", "") for part in ("court", "kind", "number")]
    town = [values.get("postcode", ""), values.get("town", "")]
    return _items(values.get("name", ""), values.get("street", ""), town, register, values.get("vat_id", ""))


def _items_of_company(company):
    register = [company.register_court, company.register_kind, company.register_number]
    town = [company.postcode, company.town]
    return _items(company.legal_name, company.street, town, register, company.vat_id)


def _items(name, street, town, register, vat_id):
    return [
        (_("Company"), name),
        (_("Street"), street),
        (_("Town"), " ".join(town).strip()),
        (_("Register"), " ".join(part for part in register if part)),
        (_("VAT ID"), vat_id),
    ]


def kept_with_list(batch):
    """Labels of the columns that stay with the list and do not enter a company's record."""
    assigned = batch.mapping["columns"]["columns"] if batch.mapping else {}
    return [FIELDS[key].label for key in KEPT_WITH_LIST if key in assigned]


def doubts_of(mapping):
    """Sentences about what a person should look at before the columns are read."""
    missing = [_("No column was recognised that holds: %s.") % FIELDS[key].label for key in mapping.missing]
    return [*missing, *(doubt.sentence for doubt in mapping.unsure)]
