"""The journey page of one company, for its own people and for staff: each part as far as the asker may see it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.text import capfirst

from companies.models import Company, Contact, DefenceInterest
from companies.profile_sections import sections_of
from companies.queries import enterprise_ids
from offensive.documents.models import DocumentKind
from offensive.enablement.models import Process
from offensive.enablement.queries import StageView, stage_state, stage_view, stages_with_requirements
from offensive.portal.company_actions import more_of
from offensive.portal.company_facts import identity_items, profile_items, profile_of
from offensive.portal.delivered import Delivered, delivered_to
from offensive.portal.journey_dates import DateLine, dates_of
from offensive.portal.journey_rows import rows_of
from offensive.portal.journey_stages import StageLine, stage_lines
from offensive.portal.journey_steps import Step, company_step, staff_step
from offensive.portal.links import Links
from offensive.tenancy.models import AccessCategory, CompanyAccess
from offensive.tenancy.permissions import Action, may

CONTACTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to talk to."""

    name: str
    function: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A paper as the page lists it."""

    title: str
    kind: str
    filed_on: date
    url: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What belongs to the company beside its journey. ``categories`` are those open to the asker."""

    categories: frozenset
    carer: Person | None
    contacts: tuple[Person, ...]
    interest: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything the page shows. Lists are None where they are not released to the asker."""

    company: Company
    view: StageView
    step: Step | None
    stages: tuple[StageLine, ...]
    delivered: Delivered | None
    documents: tuple[DocumentLine, ...] | None
    people: Surroundings
    dates: tuple[DateLine, ...]
    more: tuple
    identity: list
    profile: list | None
    writes: bool

    @property
    def looks_after(self):
        return AccessCategory.SUPPORT in self.people.categories

    @property
    def closed(self):
        """Stages that are behind the company."""
        return sum(stage.state in ("done", "skipped") for stage in self.stages)


def own_company(acting):
    """The company that acts; after a merge the record that stays."""
    own = Company.objects.of(acting.programme_id).select_related("organisation", "caring_partner").with_survivor()
    acts_for = own.get(pk=acting.organisation_id)
    return own.get(pk=acts_for.survivor_id) if acts_for.survivor_id else acts_for


def journey_of(company, acting, *, shown=0, preview=False):
    """The ``Journey`` of ``company``; a fixed number of queries.

    ``shown`` is how many deliveries the asker wants to see; with ``preview`` nothing leads anywhere, because somebody
    looks through the eyes of ``acting``.
    """
    ids = ids_of(company, acting)
    links, today = Links(acting, company, preview=preview), timezone.localdate()
    profile = profile_of(company.pk)
    view = stage_view(company.pk, company_ids=ids, profile=profile)
    around = _surroundings(company, ids, acting)
    looks_after = AccessCategory.SUPPORT in around.categories
    is_company = acting.audience == "company"
    rows = rows_of(company, ids, acting)
    known = {"view": view, "company": company, "links": links, "today": today}
    sections = sections_of(profile) if profile else ()
    if is_company:
        step = company_step(**known, sections=sections, carer=around.carer, rows=rows)
    else:
        step = staff_step(**known, acting=acting) if looks_after and not preview else None
    return Journey(
        company=company,
        view=view,
        step=step,
        stages=stage_lines(
            view if view.enrolment else _planned(company.programme_id),
            links=links,
            today=today,
            sections=sections,
            sees=looks_after,
            works=_works(acting, looks_after),
        ),
        delivered=delivered_to(ids, links=links, shown=shown) if looks_after else None,
        documents=_documents(rows, links) if AccessCategory.DOCUMENTS in around.categories else None,
        people=around,
        dates=dates_of(rows, view=view, links=links, today=today),
        more=tuple(more_of(view, company, acting)) if looks_after and not preview else (),
        identity=identity_items(company),
        profile=profile and profile_items(profile),
        writes=looks_after and not preview and may(acting.role, Action.DELIVERY_RECORD),
    )


def _planned(programme_id):
    """The stages that await a company which does not take part yet."""
    current = Process.objects.filter(programme=programme_id, is_current=True).values("pk")[:1]
    return StageView(None, tuple(stage_state(stage, None, {}) for stage in stages_with_requirements(current)))


def _works(acting, looks_after):
    """Whether what is missing is a link to the page where it is done."""
    return acting.audience == "company" or (looks_after and may(acting.role, Action.DELIVERY_RECORD))


def ids_of(company, acting):
    """The records that are one enterprise with ``company``; those of its own people stand in the scope already."""
    return set(acting.companies) if company.pk in acting.companies else enterprise_ids(company.pk)


def _surroundings(company, ids, acting):
    """Who cares, whom to talk to, what is released: small things of several tables, in one statement."""
    access = CompanyAccess.objects.filter(company=OuterRef("pk"), organisation=acting.organisation_id)
    person = JSONObject(name="name", function="function", email="email", phone="phone")
    contacts = Contact.objects.filter(company__in=ids).order_by("name", "pk").values(json=person)
    interest = DefenceInterest.objects.filter(company=OuterRef("pk")).values("answer")
    found = Company.objects.filter(pk=company.pk).values(
        categories=ArraySubquery(access.values("category")),
        contacts=ArraySubquery(contacts[:CONTACTS_SHOWN]),
        interest=Subquery(interest),
        carer_name=F("caring_person__name"),
        carer_email=F("caring_person__email"),
    )
    return _put_together(found.get(), acting)


def _put_together(row, acting):
    is_partner = acting.audience == "partner"
    carer = Person(row["carer_name"], "", row["carer_email"], "") if row["carer_email"] else None
    return Surroundings(
        categories=frozenset(row["categories"] if is_partner else AccessCategory.values),
        carer=carer,
        contacts=tuple(Person(**each) for each in row["contacts"]),
        interest=dict(DefenceInterest.Answer.choices).get(row["interest"], ""),
    )


def _documents(rows, links):
    """The latest papers, newest first."""
    kinds = dict(DocumentKind.choices)
    papers = sorted((row for row in rows if row.what == "document"), key=lambda row: row.on, reverse=True)
    return tuple(
        DocumentLine(row.title, capfirst(kinds[row.sort]), row.on, links.to("portal:document", pk=UUID(row.pk)))
        for row in papers
    )
