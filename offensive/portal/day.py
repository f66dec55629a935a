"""The day of one person of the consortium: what is due today or overdue, the most pressing first."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, Q, Window
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.handover_queries import waiting_for
from companies.models import Company
from companies.queries import stage_label
from offensive.enablement.gaps import COUNTED_AT_MOST, DeskFilter, gaps, waiting_for_a_look
from offensive.enablement.models import Task
from offensive.enablement.ready import ready_stages
from offensive.enablement.task_queries import TaskRow, task_rows
from offensive.tenancy.addresses import address_for
from offensive.tenancy.permissions import Action, may

# Lines of one kind; whatever is above them stands in one line with its number.
TASKS_AT_MOST, STAGES_AT_MOST, HANDOVERS_AT_MOST = 12, 4, 3
# A stage is named on the day and for so long after it; then it is one of a number.
FRESHLY_LATE = timedelta(days=7)
# So long a signed record may take.
PATIENCE_WITH_PAPERS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do, with its one action. ``task`` is set for a task, which is done on the spot."""

    since: date
    title: str
    about: str
    url: str
    action: str
    badge: str
    badge_kind: str
    task: TaskRow | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """``lines`` is empty on a quiet day; then ``coming`` says what is next, "" where nothing is known."""

    lines: tuple[Line, ...]
    coming: str


def day_of(acting):
    """The ``Day`` of the person that acts."""
    today = timezone.localdate()
    found = [*_tasks(acting, today)]
    if may(acting.role, Action.HANDOVER_DECIDE):
        found += [*_handovers(acting, today)]
    if may(acting.role, Action.STAGE_COMPLETE):
        found += [*_ready(acting), *_late(acting, today), *_papers(acting, today)]
    lines = tuple(sorted(found, key=lambda line: line.since))
    return Day(lines, "" if lines else _coming(acting, today))


def _handovers(acting, today):
    """Companies that somebody would like to hand over to the person or its house."""
    rows = list(waiting_for(acting).with_names()[: HANDOVERS_AT_MOST + 1])
    badge = (_("waiting for your answer"), "warning")
    for row in rows[:HANDOVERS_AT_MOST]:
        title = _("%(partner)s asks you to take over a company") % {"partner": row.from_partner}
        url = address_for(acting, "coordination:handover", pk=row.pk)
        yield Line(row.asked_at.date(), title, row.company_name, url, _("Accept or decline"), *badge)
    if len(rows) > HANDOVERS_AT_MOST:
        url = f"{address_for(acting, 'coordination:handover_list')}?direction=to"
        yield Line(today, _("More hand-overs wait for an answer"), "", url, _("Show all hand-overs"), *badge)


def _own(acting):
    """Companies the person looks after: by name, or as one of the house where nobody is named."""
    mine = Q(caring_person=acting.user_id) | Q(caring_person=None)
    return Company.objects.of(acting.programme_id).cared_for_by(acting.organisation_id).surviving().filter(mine)


def _own_tasks(acting):
    tasks = Task.objects.of(acting.programme_id)
    return tasks.owned_by(acting.user_id, organisation_id=acting.organisation_id).order_by("due_on", "pk")


def _tasks(acting, today):
    due = list(_own_tasks(acting).due(on=today).with_names()[: TASKS_AT_MOST + 1])
    for row in task_rows(due[:TASKS_AT_MOST], acting, may_edit=may(acting.role, Action.TASK_EDIT)):
        yield Line(row.task.due_on, row.task.title, row.about, "", "", row.badge, row.badge_kind, row)
    if len(due) > TASKS_AT_MOST:
        url = f"{address_for(acting, 'coordination:task_list')}?due=today"
        yield Line(today, _("More tasks are due"), "", url, _("Show all tasks"), _("due"), "warning")


def _ready(acting):
    for stage in ready_stages(acting, most=STAGES_AT_MOST):
        title = _("Close the stage “%s”: everything is there") % stage.stage
        url = address_for(acting, "portal:company", slug=stage.slug)
        yield Line(stage.due_on, title, stage.company, url, _("Open the company"), _("ready"), "success")


def _late(acting, today):
    """Stages that have just become due one by one, the others as a number; one query for both."""
    late = {"number": Window(Count("pk", filter=Q(stage_due_on__lt=today)))}
    due = _own(acting).filter(stage_due_on__lte=today).annotate(**late, stage=stage_label())
    latest = list(due.order_by("-stage_due_on", "pk").select_related("organisation")[:STAGES_AT_MOST])
    rows = [row for row in latest if row.stage_due_on >= today - FRESHLY_LATE]
    for row in rows:
        yield _late_line(acting, row, today)
    others = latest[0].number - sum(row.stage_due_on < today for row in rows) if latest else 0
    if others:
        title = ngettext("%(n)s stage of your companies is late", "%(n)s stages of your companies are late", others)
        url = f"{address_for(acting, 'companies:company_list')}?partner={acting.organisation_slug}&stuck=overdue"
        yield Line(today, title % {"n": others}, "", url, _("Show these companies"), _("overdue"), "danger")


def _late_line(acting, company, today):
    url = address_for(acting, "portal:company", slug=company.organisation.slug)
    is_today = company.stage_due_on == today
    badge = _("due today") if is_today else _("overdue since %s") % _short(company.stage_due_on)
    kind = "warning" if is_today else "danger"
    title = _("The stage “%s” should be through") % company.stage
    return Line(company.stage_due_on, title, company.legal_name, url, _("Open the company"), badge, kind)


def _papers(acting, today):
    """Own support that waits for its paper too long, without which it does not count; and papers to be looked at."""
    days, own = PATIENCE_WITH_PAPERS.days, acting.organisation_slug
    missing, looking = _numbers(
        gaps(acting, DeskFilter(partner=own, older=str(days))), waiting_for_a_look(acting, DeskFilter(partner=own))
    )
    if missing:
        title = ngettext("%(n)s paper is missing", "%(n)s papers are missing", missing)
        title = capfirst(title % {"n": _told(missing)})
        about = _("support given more than %(n)s days ago") % {"n": days}
        url = f"{address_for(acting, 'support:gap_list')}?partner={acting.organisation_slug}&older={days}"
        yield Line(today, title, about, url, _("File evidence"), _("not evidenced"), "warning")
    if looking:
        title = ngettext("%(n)s record waits for a second look", "%(n)s records wait for a second look", looking)
        url = f"{address_for(acting, 'support:verification_queue')}?partner={acting.organisation_slug}"
        title = capfirst(title % {"n": _told(looking)})
        yield Line(today, title, _("of your organisation"), url, _("Look at them"), _("to be checked"), "info")


def _numbers(*deliveries):
    """How many each query set has, to ``COUNTED_AT_MOST`` and one more, in one query: each is walked in its order."""
    first = [rows.values("pk")[: COUNTED_AT_MOST + 1].query.sql_with_params() for rows in deliveries]
    columns = ", ".join(f"(SELECT count(*) FROM ({sql}) AS first)" for sql, _parameters in first)  # noqa: S608  (compiled)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for _sql, parameters in first for value in parameters])
        return cursor.fetchone()


def _told(number):
    """Beyond ``COUNTED_AT_MOST`` a day's list is no help any more, and to count on is dear."""
    if number <= COUNTED_AT_MOST:
        return number
    return _("more than %(n)s") % {"n": number_format(COUNTED_AT_MOST, force_grouping=True)}


def _coming(acting, today):
    """What is next, in a few words."""
    task = _own_tasks(acting).open().filter(due_on__gt=today).first()
    company = _own(acting).filter(stage_due_on__gt=today).order_by("stage_due_on", "pk").first()
    candidates = [(task.due_on, task.title)] if task else []
    if company:
        candidates.append((company.stage_due_on, _("a stage of %s is due") % company.legal_name))
    if not candidates:
        return ""
    on, words = min(candidates)
    return _("%(what)s, on %(day)s") % {"what": words, "day": _short(on)}


def _short(day):
    return date_format(day, "SHORT_DATE_FORMAT")
