"""Notes about a company: written for an audience that is chosen first, and corrected by a further note."""

from django.db import transaction
from django.utils.translation import gettext as _

from offensive.enablement.follow_ups import noticed
from offensive.enablement.models import Note, NoteKind
from offensive.enablement.queries import may_support
from offensive.tenancy.remembering import changed


class NoteError(Exception):
    """A message for the person who writes."""


@transaction.atomic
def write_note(company_id, *, acting, text, visibility, kind, on, form_key):
    """A note for the audience ``visibility``; the same form sent twice is one note.

    Raises ``NoteError`` when the asker does not look after the company.
    """
    if not may_support(company_id, acting):
        raise NoteError(_("Only the partner who looks after this company can do this."))
    return _written(acting, company_id, form_key, text=text.strip(), visibility=visibility, kind=kind, on=on)


@transaction.atomic
def correct_note(note, *, acting, text, form_key):
    """A further note that stands for ``note`` from now on, for the same audience; without text it withdraws it.

    Raises ``NoteError`` for another house's note, and for one that has been corrected meanwhile.
    """
    if note.organisation_id != acting.organisation_id:
        raise NoteError(_("Only the organisation that wrote a note corrects it."))
    corrected = Note.objects.filter(corrects=note).first()
    if corrected and str(corrected.form_key) != str(form_key):
        raise NoteError(_("This note has been corrected meanwhile. Please look at it again."))
    kept = {"visibility": note.visibility, "kind": note.kind, "on": note.on}
    return _written(acting, note.company_id, form_key, text=text.strip(), corrects=note, **kept)


def _written(acting, company_id, form_key, **values):
    note = Note(
        programme_id=acting.programme_id,
        company_id=company_id,
        organisation_id=acting.organisation_id,
        author_id=acting.user_id,
        form_key=form_key,
        **values,
    )
    Note.objects.bulk_create([note], ignore_conflicts=True)
    if note.kind != NoteKind.NOTE:
        noticed(company_id, programme_id=acting.programme_id)
    changed(acting.programme_id)
    return Note.objects.get(programme=acting.programme_id, form_key=form_key)
