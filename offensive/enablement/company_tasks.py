"""What the page "Tasks and notes" of one company shows."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.utils.text import capfirst

from companies.queries import enterprise_ids
from offensive.enablement.colleagues import colleagues
from offensive.enablement.coordination_forms import NoteForm, TaskForm
from offensive.enablement.follow_up_queries import silence_of
from offensive.enablement.ladder_forms import GoOnForm
from offensive.enablement.models import Note, NoteKind, Task, Visibility
from offensive.enablement.queries import may_support
from offensive.enablement.task_queries import task_rows
from offensive.tenancy.permissions import Action, may

NOTES_PER_PAGE = 10
# Done ones beside the open ones; the list has all.
DONE_AT_MOST = 5
# The audience of a note: the kind of its badge.
BADGES = {Visibility.TEAM: "info", Visibility.CONSORTIUM: "success", Visibility.COMPANY: "warning"}


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as the page prints it."""

    note: Note
    audience: str
    badge_kind: str
    is_reaction: bool
    is_decision: bool
    may_correct: bool


def company_context(request, company, *, task_form=None, note_form=None):
    """Tasks and notes of the enterprise as far as the asker may see them, and the forms where it may write."""
    acting, company_ids = request.acting, enterprise_ids(company.pk)
    writes = may(acting.role, Action.NOTE_WRITE) and may_support(company.pk, acting)
    context = {"company": company, "writes": writes, **_notes(request, company_ids, writes)}
    if acting.audience != "company":
        context |= {"tasks": _tasks(acting, company_ids), "silence": silence_of(company), "go_on_form": GoOnForm()}
    if writes:
        known = colleagues(acting, company_id=company.pk)
        context["task_form"] = task_form or TaskForm(colleagues=known, membership_id=acting.membership_id)
        context["note_form"] = note_form or NoteForm()
    return context


def _tasks(acting, company_ids):
    about = Task.objects.of(acting.programme_id).about(company_ids).with_names()
    found = [*about.open().order_by("due_on", "pk"), *about.done().order_by("-done_at", "-pk")[:DONE_AT_MOST]]
    return task_rows(found, acting, may_edit=may(acting.role, Action.TASK_EDIT))


def _notes(request, company_ids, writes):
    notes = Note.objects.about(company_ids).standing().with_names().order_by("-written_at", "-pk")
    shown = Paginator(notes, NOTES_PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": shown,
        "pages": shown.paginator.get_elided_page_range(shown.number),
        "notes": [_note_row(note, request.acting, writes) for note in shown],
    }


def _note_row(note, acting, writes):
    return NoteRow(
        note=note,
        audience=capfirst(note.get_visibility_display()),
        badge_kind=BADGES[note.visibility],
        is_reaction=note.kind == NoteKind.REACTION,
        is_decision=note.kind == NoteKind.GO_ON,
        may_correct=writes and note.organisation_id == acting.organisation_id and not note.is_withdrawn,
    )
