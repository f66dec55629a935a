"""Tasks: given to somebody until a day, passed on, put off, done and opened again."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from companies.versions import OvertakenError, update_seen
from offensive.accounts.models import User
from offensive.enablement.models import Task
from offensive.enablement.queries import may_support
from offensive.notices.mails import Mail, absolute, queue_mail
from offensive.tenancy.remembering import changed


class TaskError(Exception):
    """A message for the person who works on a task."""


@transaction.atomic
def give_task(*, acting, title, owner, due_on, form_key, details="", company_id=None):
    """A new ``Task`` for ``owner`` (a ``Colleague``); the same form sent twice is one task.

    An owner who is somebody else is told by mail. Raises ``TaskError`` for a company the asker does not look after.
    """
    if company_id and not may_support(company_id, acting):
        raise TaskError(_("Only the partner who looks after this company can do this."))
    task = Task(
        programme_id=acting.programme_id,
        company_id=company_id,
        title=title,
        details=details,
        owner_id=owner.user_id,
        organisation_id=owner.organisation_id,
        due_on=due_on,
        form_key=form_key,
        created_by_id=acting.user_id,
        created_in_id=acting.organisation_id,
    )
    Task.objects.bulk_create([task], ignore_conflicts=True)
    stored = Task.objects.of(acting.programme_id).select_related("company").get(form_key=form_key)
    if stored.created_at == task.created_at:
        _tell_owner(stored, owner, acting)
        changed(acting.programme_id)
    return stored


@transaction.atomic
def change_task(task, *, acting, seen, title, owner, due_on, details=""):
    """Other words, another day, another owner, who is told. ``seen`` is the version that was on the screen.

    Raises ``OvertakenError`` when somebody was faster.
    """
    rows = Task.objects.of(acting.programme_id).filter(pk=task.pk)
    values = {"title": title, "details": details, "due_on": due_on, "changed_by_id": acting.user_id}
    try:
        update_seen(rows, seen=seen, owner=owner.user_id, organisation=owner.organisation_id, **values)
    except OvertakenError as overtaken:
        stored = rows.select_related("changed_by").get()
        raise OvertakenError(stored, who=str(stored.changed_by or ""), at=None) from overtaken
    if owner.user_id != task.owner_id:
        _tell_owner(rows.select_related("company").get(), owner, acting)
    changed(acting.programme_id)


@transaction.atomic
def finish_task(task, *, acting):
    """Done, by whom and when. Done already: it stays with who was first."""
    waiting = Task.objects.of(acting.programme_id).open().filter(pk=task.pk)
    waiting.update(done_at=timezone.now(), done_by=acting.user_id)
    changed(acting.programme_id)


@transaction.atomic
def reopen_task(task, *, acting):
    """Undo: the task waits again, on its old day."""
    Task.objects.of(acting.programme_id).filter(pk=task.pk).update(done_at=None, done_by=None)
    changed(acting.programme_id)


def _tell_owner(task, owner, acting):
    """By mail, unless one has given it to oneself."""
    if owner.user_id == acting.user_id:
        return
    with translation.override(settings.LANGUAGE_CODE):
        queue_mail(_mail(task, owner, acting), to=owner.email, programme_id=task.programme_id)


def _mail(task, owner, acting):
    """Says what and until when; the details stay in the portal."""
    names = {
        "who": str(User.objects.get(pk=acting.user_id)),
        "house": acting.organisation_name,
        "day": date_format(task.due_on, "SHORT_DATE_FORMAT"),
    }
    house = {"programme": acting.programme_slug, "organisation": owner.organisation_slug}
    about = (_("It is about %s.") % task.company.name,) if task.company_id else ()
    return Mail(
        subject=_("A task for you: %s") % task.title,
        greeting=_("Good day %(name)s,") % {"name": owner.name},
        paragraphs=(_("%(who)s (%(house)s) asks you to do this until %(day)s:") % names, task.title, *about),
        button=(_("Open my tasks"), absolute(reverse("coordination:task_list", kwargs=house))),
        programme_name=acting.programme_name,
    )
