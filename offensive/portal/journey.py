"""The journey page of one company, for its own people and for staff: each part as far as the asker may see it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.text import capfirst

from companies.models import Company
from offensive.documents.models import DocumentKind
from offensive.enablement.queries import StageView
from offensive.portal.company_actions import more_of
from offensive.portal.company_facts import identity_items, profile_items
from offensive.portal.delivered import Delivered, delivered_to
from offensive.portal.journey_dates import DateLine, dates_of
from offensive.portal.journey_facts import facts_of
from offensive.portal.journey_people import Surroundings
from offensive.portal.journey_stages import StageLine, stage_lines
from offensive.portal.journey_steps import Step, company_step, staff_step
from offensive.tenancy.models import AccessCategory


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A paper as the page lists it."""

    title: str
    kind: str
    filed_on: date
    url: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Everything the page shows. Lists are None where they are not released to the asker."""

    view: StageView
    step: Step | None
    stages: tuple[StageLine, ...]
    dates: tuple[DateLine, ...]
    people: Surroundings
    delivered: Delivered | None
    documents: tuple[DocumentLine, ...] | None
    more: tuple
    identity: list
    profile: list | None
    looks_after: bool
    writes: bool

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
    facts = facts_of(company, acting, preview=preview)
    works = facts.looks_after and not preview
    return Journey(
        view=facts.view,
        step=_step(facts) if works else None,
        stages=stage_lines(facts),
        dates=dates_of(facts),
        people=facts.around,
        delivered=delivered_to(facts.ids, links=facts.links, shown=shown) if facts.looks_after else None,
        documents=_documents(facts) if AccessCategory.DOCUMENTS in facts.around.categories else None,
        more=tuple(more_of(facts.view, company, acting)) if works else (),
        identity=identity_items(company),
        profile=facts.profile and profile_items(facts.profile),
        looks_after=facts.looks_after,
        writes=facts.writes,
    )


def _step(facts):
    return company_step(facts) if facts.for_company else staff_step(facts)


def _documents(facts):
    """The latest papers, newest first."""
    papers = sorted((row for row in facts.rows if row.what == "document"), key=lambda row: row.on, reverse=True)
    return tuple(_document(row, facts.links) for row in papers)


def _document(row, links):
    kind = capfirst(dict(DocumentKind.choices)[row.sort])
    return DocumentLine(row.title, kind, row.on, links.to("portal:document", pk=UUID(row.pk)))
