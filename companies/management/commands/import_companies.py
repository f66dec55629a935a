"""A list of companies from the command line, with the rights of one person."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from companies.import_queries import Counts, counts_of
from companies.import_reading import read_list, rows_of, stored_mapping
from companies.import_services import keep_read, open_import, take_over_some
from companies.models import ImportBatch, RowState
from companies.sheets.fields import FIELDS
from companies.sheets.table import MAX_BYTES, SheetError
from offensive.accounts.models import User
from offensive.documents.models import DocumentKind
from offensive.documents.services import DocumentError, store
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.scope import membership_scope


class Command(BaseCommand):
    help = (
        "Import a list of companies (Excel or CSV) and print what was found. New companies are taken over; changes and "
        "rows with problems or to be decided wait in the portal. Exits non-zero when the file cannot be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the list: .xlsx or CSV")
        parser.add_argument("--programme", required=True, metavar="SLUG")
        parser.add_argument("--as", required=True, dest="email", metavar="EMAIL", help="on whose behalf")
        parser.add_argument("--dry-run", action="store_true", help="print the counts and keep nothing")

    def handle(self, *, file, programme, email, dry_run, **options):
        with override("en"):
            content = _content(file)
            member = _membership(email, programme)
            read = _read(file.name, content)
            counts = _only_count(member, read) if dry_run else _import(member, read, file.name, content)
            self.stdout.write(_report(file.name, counts, dry_run=dry_run))


def _content(path):
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"The file {path} cannot be opened: {error.strerror}.") from error


def _read(name, content):
    """The list as it was recognised; nobody is there to be asked, so what is unsure stays as it was guessed."""
    try:
        read = read_list(SimpleUploadedFile(name, content), name)
        if missing := read.mapping.missing:
            labels = ", ".join(str(FIELDS[key].label) for key in missing)
            raise CommandError(f"No column was recognised for: {labels}. Please import the list in the portal.")
        return read if read.parsed else read_list(SimpleUploadedFile(name, content), name, mapping=read.mapping)
    except SheetError as error:
        raise CommandError(str(error)) from error


def _membership(email, programme):
    """The membership with which the person may import into the programme; the lead's before a partner's."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise CommandError(f"There is no account with the address {email}.")
    if not Programme.objects.filter(slug=programme).exists():
        raise CommandError(f"There is no programme “{programme}”.")
    with membership_scope(user.pk) as opened:
        own = [one for one in opened.memberships if one.programme_slug == programme]
    able = sorted((one for one in own if may(one.role, Action.COMPANY_IMPORT)), key=lambda one: one.audience != "lead")
    if not able:
        raise CommandError(f"{email} may not import companies into “{programme}”.")
    return able[0]


def _scope(member):
    return membership_scope(member.user_id, member.programme_slug, member.organisation_slug)


def _only_count(member, read):
    with _scope(member) as opened:
        batch = ImportBatch(
            programme_id=opened.acting.programme_id,
            organisation=Organisation.objects.get(pk=opened.acting.organisation_id),
            mapping=stored_mapping(read),
        )
        rows = rows_of(batch, read.parsed)
    numbers = {state: sum(row.state == state for row in rows) for state in RowState.values}
    left_out = numbers["skipped"] + len(read.parsed.left_out)
    return Counts(rows=len(rows), left_out=left_out, **numbers)


def _import(member, read, name, content):
    """Rows first, then the companies some at a time, each in a transaction of its own."""
    with _scope(member) as opened:
        try:
            document = store(SimpleUploadedFile(name, content), acting=opened.acting, kind=DocumentKind.LIST)
        except DocumentError as error:
            raise CommandError(str(error)) from error
        batch = keep_read(open_import(document, acting=opened.acting), read)
        counts = counts_of(batch)
    settled = 1
    while settled:
        with _scope(member) as opened:
            settled = take_over_some(batch, acting=opened.acting, states=(RowState.NEW,))
    return counts


def _report(name, counts, *, dry_run):
    numbers = {
        "rows": counts.rows,
        "new": counts.new,
        "known": counts.known,
        "with changes": counts.changed + counts.conflict,
        "to decide": counts.question,
        "with problems": counts.problem,
    }
    lines = [f"{name}:", *(f"  {label:<14}{number:>6}" for label, number in numbers.items())]
    if dry_run:
        lines.append("Nothing was kept (dry run).")
    elif counts.waiting or counts.changed:
        lines.append("The new ones are taken over; changes, rows to decide or with problems wait in the portal.")
    return "\n".join(lines)
