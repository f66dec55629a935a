"""An import on its way: opened, columns assigned, rows corrected, decided and left out, taken over."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from companies.differences import compare
from companies.identity import folded
from companies.import_changes import ask_about_survivors, choose, lock_known, note_sources, take_over_changes
from companies.import_reading import (
    ReadList,
    brings_own_companies,
    compare_again,
    partners_by_name,
    rows_of,
    stored_mapping,
    texts_of,
    understand,
)
from companies.models import ImportBatch, ImportRow, ImportState, RowState
from companies.services import CompanyError, lock_registration, register_company
from companies.sheets.fields import FIELDS
from companies.sheets.rows import identity_of, jsonable
from companies.twins import find_likely, find_twins
from offensive.documents.models import DocumentKind
from offensive.documents.services import store
from offensive.jobs.services import ask_for

# What waits for a person before it can be taken over, and what is open at all.
WAITING_STATES = (RowState.PROBLEM, RowState.QUESTION, RowState.CONFLICT)
OPEN_STATES = (RowState.NEW, RowState.CHANGED, *WAITING_STATES)
READ_TASK, TAKE_TASK = "companies.read_list", "companies.take_over"
# Rows of one transaction: a killed worker loses no more than these, and others wait no longer than for these.
AT_ONCE = 50


class ListError(Exception):
    """A message for the person who imports a list."""


@transaction.atomic
def upload_list(upload, *, acting):
    """The import of this very file that still waits, or a new one; its reading is a job. Returns (import, job or None).

    Raises ``DocumentError``.
    """
    document = store(upload, acting=acting, kind=DocumentKind.LIST)
    same = ImportBatch.objects.of(acting.programme_id).filter(
        organisation_id=acting.organisation_id, document__sha256=document.sha256, state=ImportState.CHECKING
    )
    if earlier := same.order_by("-pk").first():
        return earlier, None
    batch = open_import(document, acting=acting)
    return batch, ask_for(READ_TASK, str(batch.pk), acting=acting)


def open_import(document, *, acting):
    """A new import of a stored list, without rows yet."""
    return ImportBatch.objects.create(
        programme_id=acting.programme_id,
        organisation_id=acting.organisation_id,
        document=document,
        uploaded_by_id=acting.user_id,
    )


@transaction.atomic
def keep_read(batch, read):
    """Store what was read from the file. Doing it again changes nothing."""
    batch = ImportBatch.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=batch.pk)
    if batch.state != ImportState.READING:
        return batch
    confirmed = batch.mapping.get("confirmed", False)
    batch.headings = list(read.mapping.headings)
    batch.mapping = stored_mapping(read, confirmed=confirmed)
    if read.parsed:
        batch.left_out = [asdict(line) for line in read.parsed.left_out]
        batch.state = ImportState.CHECKING
        ImportRow.objects.bulk_create(rows_of(batch, read.parsed), batch_size=1000)
    batch.save(update_fields=["headings", "mapping", "left_out", "state"])
    _close_if_settled(batch)
    return batch


@transaction.atomic
def assign_columns(batch, mapping, *, acting):
    """Read the file again with the columns as a person has assigned them. Returns (import, job).

    Rows are never rewritten: where there are some already, a new import of the same file takes their place.
    """
    if missing := mapping.missing:
        labels = ", ".join(str(FIELDS[key].label) for key in missing)
        raise ListError(_("Please choose the column that holds: %s.") % labels)
    if batch.state != ImportState.READING:
        batch = ImportBatch(
            programme_id=batch.programme_id,
            organisation_id=batch.organisation_id,
            document_id=batch.document_id,
            uploaded_by_id=acting.user_id,
        )
    batch.headings, batch.mapping = list(mapping.headings), stored_mapping(ReadList(mapping), confirmed=True)
    batch.save()
    return batch, ask_for(READ_TASK, str(batch.pk), acting=acting)


def _locked(row):
    return (
        ImportRow.objects.select_for_update(of=["self"])
        .select_related("batch__organisation", "batch__document")
        .get(pk=row.pk)
    )


@transaction.atomic
def correct_row(row, typed):
    """Take what was typed into the fields of a row, understand and compare it anew. What is still wrong stays typed.

    Raises ``ListError`` when the row has been taken over meanwhile.
    """
    row = _locked(row)
    if row.state == RowState.TAKEN:
        raise ListError(_("This row has been taken over already. Please change the company itself."))
    before, stored = texts_of(row), row.problems
    row.raw["typed"].update(typed)
    now = texts_of(row)
    values, problems = understand(now, row.batch, partners_by_name(row.programme_id))
    # Some problems lie in the cell and not in its text (a formula): they stay until something else is typed.
    untouched = {key: problem for key, problem in stored.items() if now.get(key, "") == before.get(key, "")}
    row.values, row.problems, row.decided_by = jsonable(values), untouched | problems, None
    for key in untouched:
        row.values.pop(key, None)
    compare_again(row)
    row.save()
    _compare_followers(row)
    return row


def _compare_followers(row):
    """Rows that were taken for this one must be compared anew when it changes or is left out."""
    followers = row.batch.importrow_set.filter(match_by=f"row:{row.number}").exclude(state=RowState.TAKEN)
    for follower in followers.select_related("batch__organisation"):
        follower.decided_by = None
        compare_again(follower)
        follower.save()


def alike_of(row):
    """What this row may be the same as: ids of companies and ("row", number) of rows in the same list."""
    if row.match_by.startswith("row:"):
        return (("row", int(row.match_by[4:])),)
    candidate = identity_of(row.values, ("row", row.number))
    return find_likely([candidate], programme_id=row.programme_id)[0].companies


@transaction.atomic
def decide_row(row, choice, *, acting):
    """Answer the question of a row. ``choice``: "other" for another company, or the one of ``alike_of`` it is.

    Raises ``ListError`` where that is no answer.
    """
    row = _locked(row)
    if row.state != RowState.QUESTION:
        return row
    if choice == "other":
        if row.match_by == "conflict":
            raise ListError(_("Register number or VAT ID belong to a company that is there. Please correct them."))
        row.state, row.raw["others"] = RowState.NEW, alike_of(row)
    elif choice in alike_of(row):
        row.state = RowState.KNOWN
        row.match_id = None if isinstance(choice, tuple) else choice
        compare([row], batch=row.batch)
    else:
        raise ListError(_("This company is not in question any more. Please look at the row again."))
    row.decided_by_id = acting.user_id
    row.save()
    _close_if_settled(row.batch)
    return row


@transaction.atomic
def skip_row(row, *, skipped):
    """Leave a row out knowingly, or take it in again. A row that has been taken over stays."""
    row = _locked(row)
    if skipped and row.state in OPEN_STATES:
        row.state = RowState.SKIPPED
    elif not skipped and row.state == RowState.SKIPPED:
        row.problems = understand(texts_of(row), row.batch, partners_by_name(row.programme_id))[1]
        compare_again(row)
    row.save()
    _compare_followers(row)
    _close_if_settled(row.batch)
    return row


@transaction.atomic
def choose_values(row, choices, *, acting):
    """Say for fields in which list and record differ which of them holds: {field: "list" or "record"}.

    Raises ``ListError`` when the row has been taken over or left out meanwhile.
    """
    row = _locked(row)
    if row.state not in (RowState.CHANGED, RowState.CONFLICT, RowState.KNOWN):
        raise ListError(_("This row has been taken over or left out meanwhile. Please look at it again."))
    choose(row, choices, by_user_id=acting.user_id)
    row.save()
    _close_if_settled(row.batch)
    return row


@transaction.atomic
def choose_for_all(batch, side, *, acting):
    """Answer every open question about values with ``side``: "list" or "record"."""
    rows = list(batch.importrow_set.in_state(RowState.CONFLICT).select_for_update(of=["self"]))
    for row in rows:
        undecided = [key for key, difference in row.differences.items() if difference["take"] is None]
        choose(row, dict.fromkeys(undecided, side), by_user_id=acting.user_id)
    ImportRow.objects.bulk_update(rows, ["state", "differences", "decided_by"], batch_size=500)
    _close_if_settled(batch)


def _close_if_settled(batch):
    """An import is over when no row waits; it opens again when one is taken in again."""
    waits = batch.importrow_set.in_state(*OPEN_STATES).exists()
    if not waits:
        note_sources(batch)
    batch.state = ImportState.CHECKING if waits else ImportState.TAKEN
    ImportBatch.objects.filter(pk=batch.pk).exclude(state=ImportState.READING).update(state=batch.state)


@transaction.atomic
def take_over_some(batch, *, acting, at_most=AT_ONCE, states=(RowState.NEW, RowState.CHANGED)):
    """Register the next ``at_most`` new rows, and write what was chosen of those with changes.

    Returns how many rows were settled, 0 when none is left.

    Each row becomes at most one company, however often and by however many this is called: rows are locked,
    registration in a programme is one at a time, and every row is compared once more before.
    """
    lock_registration(batch.programme_id)
    rows = list(batch.importrow_set.in_state(*states).select_for_update().order_by("number")[:at_most])
    # Similar names were asked about in the preview; what was new there does not become a question by its neighbours.
    matches = find_twins(
        [identity_of(row.values, ("row", row.number)) for row in rows], programme_id=batch.programme_id
    )
    taking = _Taking(batch, acting)
    lock_known(rows)
    ask_about_survivors(rows, batch=batch)
    for row, match in zip(rows, matches, strict=True):
        taking.settle(row, match)
    settled = ["state", "match", "match_by", "company", "problems", "differences", "decided_by"]
    ImportRow.objects.bulk_update(rows, settled)
    if len(rows) < at_most:
        _point_followers_to_companies(batch)
        note_sources(batch)
        _close_if_settled(batch)
    return len(rows)


class _Taking:
    """One round of taking over: which partner cares, and what became of the rows before."""

    def __init__(self, batch, acting):
        self.batch, self.acting = batch, acting
        self.partners = partners_by_name(batch.programme_id)
        self.became = {}

    def settle(self, row, match):
        if row.state == RowState.NEW:
            self.settle_new(row, match)
        elif row.state == RowState.CHANGED:
            take_over_changes(row, batch=self.batch, acting=self.acting)
        self.became[row.number] = row.company_id or row.match_id

    def settle_new(self, row, match):
        companies = {self.company_of(company) for company in match.companies}
        decided = row.decided_by_id and companies <= self.ruled_out(row)
        if match.kind == "new" or (match.kind == "question" and match.by != "conflict" and decided):
            self.register(row)
        else:
            row.state = RowState.KNOWN if match.kind == "known" else RowState.QUESTION
            row.match_id, row.match_by, row.decided_by = self.company_of(match.company), match.by, None
            compare([row], batch=self.batch)

    def register(self, row):
        try:
            with transaction.atomic():
                company = register_company(
                    acting=self.acting,
                    values=row.values,
                    caring_partner_id=self.caring_partner(row),
                    by_user_id=self.acting.user_id,
                )
        except CompanyError as error:
            row.state, row.problems = RowState.PROBLEM, {"name": str(error)}
        else:
            row.state, row.company_id = RowState.TAKEN, company.pk

    def caring_partner(self, row):
        if brings_own_companies(self.batch):
            return self.batch.organisation_id
        named = self.partners.get(folded(row.values.get("partner", "")))
        return named and named.pk

    def ruled_out(self, row):
        """The companies of which a person has said that they are others."""
        others = (tuple(each) if isinstance(each, list) else each for each in row.raw.get("others", ()))
        return {self.company_of(each) for each in others}

    def company_of(self, company):
        """The company's id; a row of the same list stands for the company it became."""
        if not isinstance(company, tuple):
            return company
        if company[1] not in self.became:
            earlier = self.batch.importrow_set.get(number=company[1])
            self.became[company[1]] = earlier.company_id or earlier.match_id
        return self.became[company[1]]


def _point_followers_to_companies(batch):
    """What stood twice in the list is known as the company that its first row has become."""
    followers = batch.importrow_set.filter(state=RowState.KNOWN, match=None, match_by__startswith="row:")
    for row in followers:
        first = batch.importrow_set.get(number=int(row.match_by[4:]))
        row.match_id = first.company_id or first.match_id
        row.save(update_fields=["match"])


def ask_to_take_over(batch, *, acting):
    """The job that takes over all new rows; pressing twice asks once."""
    return ask_for(TAKE_TASK, str(batch.pk), acting=acting)
