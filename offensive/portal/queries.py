"""What the composed pages show, gathered from several apps into frozen dataclasses."""

from dataclasses import dataclass

from django.db.models import CharField, Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import (
    Company,
    Competence,
    Contact,
    DefenceInterest,
    ImportBatch,
    ImportState,
    Industry,
    Profile,
    Site,
)
from companies.queries import enterprise_ids, stages_of
from companies.releases import interest_in_defence
from offensive.accounts.queries import people_of
from offensive.enablement.models import Enrolment
from offensive.enablement.queries import NextStep, StageView, ledger_of, may_support, next_step, stage_view
from offensive.portal.company_actions import more_of
from offensive.portal.day import day_of
from offensive.portal.figures import shared_progress
from offensive.reports.queries import period_rows
from offensive.tenancy.addresses import address_for
from offensive.tenancy.permissions import Action, may
from offensive.tenancy.remembering import remembered
from workshops.queries import coming_events, events_attended

OWN_AT_MOST = 25
# Deliveries on a company's page until somebody asks for all.
LATEST = 6


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that waits for the person, as components/task_list.html shows it."""

    title: str
    url: str
    status: str
    kind: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Where one company stands, for its people and for staff who may see its support."""

    company: Company
    view: StageView
    next_step: NextStep
    ledger: tuple
    has_earlier: bool
    profile: Profile | None
    contacts: tuple
    interest: DefenceInterest | None


def dashboard(acting):
    """Context of the first page of lead and partners; the number of queries does not grow with the companies."""
    list_url = address_for(acting, "companies:company_list")
    progress = remembered(
        acting,
        "shared progress",
        lambda: shared_progress(acting.programme_id, organisation_id=acting.organisation_id, list_url=list_url),
    )
    day, waiting = day_of(acting), to_do(acting, waiting=progress.own - progress.own_participating)
    return {
        "progress": progress,
        "own": remembered(acting, "own companies", lambda: own_companies(acting)),
        "own_url": f"{list_url}?partner={acting.organisation_slug}",
        "day": day,
        "to_do": waiting,
        "number": len(day.lines) + len(waiting),
    }


def own_companies(acting):
    """The first of the companies the acting organisation looks after, by name: address, name, town and stage."""
    cared_for = Company.objects.of(acting.programme_id).cared_for_by(acting.organisation_id).surviving()
    found = list(cared_for.order_by("sort_name").values("pk", "organisation__slug", "legal_name", "town")[:OWN_AT_MOST])
    stages = stages_of([row["pk"] for row in found], programme_id=acting.programme_id)
    return [
        {
            "url": address_for(acting, "portal:company", slug=row["organisation__slug"]),
            "name": row["legal_name"],
            "town": row["town"],
            "stage": stages.get(row["pk"], ""),
        }
        for row in found
    ]


def not_yet_participating(acting):
    """Own companies without a participation agreement, by name."""
    enrolled = Enrolment.objects.of(acting.programme_id).values("company")
    cared_for = Company.objects.of(acting.programme_id).cared_for_by(acting.organisation_id).surviving()
    return cared_for.exclude(pk__in=enrolled).select_related("organisation").order_by("sort_name")


def to_do(acting, *, waiting):
    """What waits for staff, most pressing first. ``waiting``: own companies that do not take part yet."""
    found = [*_periods_due(acting), *_imports_waiting(acting), *_agreements(acting, waiting)]
    return [task for task in found if task]


def _periods_due(acting):
    today = timezone.localdate()
    rows = [row for row in period_rows(acting.programme_id, today=today) if row.has_ended and not row.submitted_at]
    for row in rows if may(acting.role, Action.REPORT_READ) else ():
        title = _("Progress report %(period)s is due on %(day)s") % {"period": row.name, "day": _day(row.due_on)}
        words, kind = row.state
        yield ToDo(title, address_for(acting, "reports:period", key=row.key), words, kind)


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")


def _imports_waiting(acting):
    if not may(acting.role, Action.COMPANY_IMPORT):
        return
    batches = ImportBatch.objects.of(acting.programme_id).filter(
        organisation=acting.organisation_id, state=ImportState.CHECKING
    )
    for batch in batches.select_related("document").order_by("uploaded_at")[:5]:
        title = _("Check the list “%s” and take it over") % batch.document.name
        yield ToDo(title, address_for(acting, "companies:import_batch", pk=batch.pk), _("to be checked"), "warning")


def _agreements(acting, waiting):
    if waiting > 0 and may(acting.role, Action.STAGE_COMPLETE):
        title = ngettext("%(n)s company does not take part yet", "%(n)s companies do not take part yet", waiting) % {
            "n": waiting
        }
        yield ToDo(title, address_for(acting, "portal:participation"), _("agreement missing"), "info")


def journey(company, *, acting, whole_ledger=False):
    """Where ``company`` stands: stages, deliveries, profile and people, as far as the asker may see them.

    The latest deliveries alone unless ``whole_ledger``; one more than shown is read, to know whether there are more.
    """
    most = None if whole_ledger else LATEST + 1
    told = remembered(acting, f"journey {company.pk} {most}", lambda: _told(company, most))
    view, lines, profile, contacts, interest = told
    return Journey(
        company=company,
        view=view,
        next_step=next_step(company.pk, view=view),
        ledger=tuple(lines[:LATEST] if not whole_ledger else lines),
        has_earlier=not whole_ledger and len(lines) > LATEST,
        profile=profile,
        contacts=contacts,
        interest=interest,
    )


def _told(company, most):
    """Stages, latest deliveries, profile, contacts and interest in defence, as far as the asker may see them."""
    company_ids = enterprise_ids(company.pk)
    return (
        stage_view(company.pk, company_ids=company_ids),
        ledger_of(company_ids, most=most),
        _profile_with_processes(company),
        tuple(Contact.objects.filter(company__in=company_ids).order_by("name", "pk")),
        interest_in_defence(company.pk),
    )


def _profile_with_processes(company):
    """The profile, if it is released to the asker, with main site, branch and the number of processes."""
    of_company = Competence.objects.filter(company=OuterRef("pk")).order_by().values("company")
    number = Coalesce(Subquery(of_company.annotate(number=Count("pk")).values("number")), 0)
    main = Site.objects.filter(company=OuterRef("pk"), is_main=True)
    place = main.values(words=Concat("postcode", Value(" "), "town"))
    branch = Industry.objects.filter(company=OuterRef("pk")).order_by("scheme", "code")
    named = branch.values(words=Concat("code", Value(" ("), "scheme", Value(")"), output_field=CharField()))
    found = Profile.objects.filter(company=company.pk)
    return found.annotate(processes=number, place=Subquery(place[:1]), branch=Subquery(named[:1])).first()


def own_journey(acting, *, whole_ledger=False):
    """The journey of the company that acts (of the record that stays, after a merge), with its coming events."""
    own = Company.objects.of(acting.programme_id).select_related("organisation", "caring_partner").with_survivor()
    acts_for = own.get(pk=acting.organisation_id)
    company = own.get(pk=acts_for.survivor_id) if acts_for.survivor_id else acts_for
    found = journey(company, acting=acting, whole_ledger=whole_ledger)
    return {
        "journey": found,
        "stages": stage_steps(found.view, for_company=True),
        "people": people_of(acts_for.organisation),
        "events": coming_events(acting.programme_id, now=timezone.now()),
        "tasks": requirement_tasks(found.view, company, acting),
        "step_url": _step_url(found.next_step, company, acting),
    }


def _step_url(step, company, acting):
    return _work_url(step.url_name, step.names, company, acting)


def requirement_tasks(view, company, acting):
    """The running stage's requirements as a task list: met, or missing with the page where it is done."""
    if view.current is None or view.is_paused:
        return []
    return [_task(requirement, company, acting) for requirement in view.current.requirements]


def _task(requirement, company, acting):
    if requirement.is_met:
        return ToDo(requirement.label, "", _("met"), "success")
    is_staff = acting.audience != "company"
    name = requirement.kind.staff_url_name if is_staff else requirement.kind.url_name
    if requirement.count > 1:
        status = _("%(reached)s of %(count)s") % {"reached": requirement.reached, "count": requirement.count}
    else:
        status = _("missing")
    return ToDo(requirement.label, _work_url(name, requirement.kind.names, company, acting), status, "warning")


def _work_url(name, names, company, acting):
    if not name:
        return ""
    about_company = not name.startswith("workshops:")
    return address_for(acting, name, **({"slug": company.organisation.slug, **names} if about_company else {}))


def company_context(company, acting, *, whole_ledger=False):
    """Context of a company's page for staff."""
    looks_after = may_support(company.pk, acting)
    found = journey(company, acting=acting, whole_ledger=whole_ledger)
    may_close = looks_after and may(acting.role, Action.STAGE_COMPLETE)
    return {
        "company": company,
        "place": f"{company.postcode} {company.town}".strip() or _("Place unknown"),
        "journey": found,
        "stages": stage_steps(found.view),
        "identity": _identity(company),
        "profile": found.profile and _profile(found),
        "contacts": found.contacts,
        "interest": found.interest,
        # With the whole story only: each event that was filed stands in the ledger already.
        "attended": tuple(events_attended(enterprise_ids(company.pk))) if whole_ledger else None,
        "looks_after": looks_after,
        "may_close": may_close,
        "closable": may_close and bool(found.view.current) and found.view.current.is_ready and not found.view.is_paused,
        "may_record": looks_after and may(acting.role, Action.DELIVERY_RECORD),
        "tasks": requirement_tasks(found.view, company, acting) if looks_after else [],
        "more": more_of(found.view, company, acting) if looks_after else [],
        "pause": pause_sentence(found.view),
    }


def pause_sentence(view):
    """Since when a company pauses or has left, in one sentence; "" for one that is under way."""
    enrolment = view.enrolment
    if view.has_left:
        return _("Left the programme on %s.") % _day(enrolment.left_on)
    if view.is_paused and enrolment.paused_until:
        days = {"since": _day(enrolment.paused_on), "until": _day(enrolment.paused_until)}
        return _("Pausing since %(since)s, until %(until)s.") % days
    return _("Pausing since %s.") % _day(enrolment.paused_on) if view.is_paused else ""


def stage_steps(view, *, for_company=False):
    """The stages as components/stages.html shows them; companies read their own names of them."""
    return [
        {
            "name": state.stage.company_name if for_company else state.stage.name,
            "note": _stage_note(state, view),
            "state": state.state,
        }
        for state in view.stages
    ]


def _stage_note(state, view):
    if state.state == "done":
        return _("closed on %s") % _day(state.progress.completed_on)
    if state.state == "skipped":
        return _("skipped on %s") % _day(state.progress.skipped_on)
    if state.state != "current":
        return ""
    if view.is_paused:
        return _("pausing since %s") % _day(view.enrolment.paused_on)
    return _("until %s") % _day(state.progress.due_on)


def _identity(company):
    register = " ".join(filter(None, [company.register_court, company.register_kind, company.register_number]))
    address = ", ".join(filter(None, [company.street, f"{company.postcode} {company.town}".strip()]))
    return [
        (_("Address"), address),
        (_("District"), company.district),
        (_("Register"), register),
        (_("VAT ID"), company.vat_id),
        (_("Size class"), company.get_size_class_display()),
        (_("Takes part since"), company.participating_on and _day(company.participating_on)),
    ]


def _profile(found):
    profile = found.profile
    return [
        (_("Annual work units"), _number(profile.employees_awu, 1)),
        (_("Turnover in EUR"), _number(profile.turnover_eur, 0)),
        (_("Industry (WZ)"), profile.branch),
        (_("Processes"), _number(found.profile.processes, 0)),
        (_("Site"), profile.place),
        (_("Complete since"), profile.completed_on and _day(profile.completed_on)),
    ]


def _number(value, places):
    return "" if value is None else number_format(value, places, force_grouping=True)
