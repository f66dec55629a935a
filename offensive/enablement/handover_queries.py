"""What the pages of hand-overs show: the list, and one request with what is needed to decide."""

from dataclasses import dataclass

from django.utils.text import capfirst

from companies.handover_queries import handovers_seen_by, known_slugs
from companies.handovers import may_withdraw, obstacle
from companies.models import Company, Handover, HandoverState
from companies.queries import stages_of
from offensive.enablement.handover_forms import DECIDED, EVERY, FROM_US, TO_US
from offensive.enablement.handover_tasks import count_open_tasks, may_take_over, open_tasks
from offensive.tenancy.addresses import address_for
from offensive.tenancy.permissions import Action, may

BADGES = {
    HandoverState.ASKED: "warning",
    HandoverState.ACCEPTED: "success",
    HandoverState.DECLINED: "danger",
    HandoverState.WITHDRAWN: "info",
}


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One line of a list. ``company_url`` is empty where the asker may not see the company (yet)."""

    handover: Handover
    url: str
    company_url: str
    badge: str
    badge_kind: str
    is_for_us: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One request as its page shows it. ``obstacle`` says why it cannot be accepted any more."""

    handover: Handover
    company_url: str
    badge: str
    badge_kind: str
    stage: str
    open_tasks: int
    obstacle: str
    may_answer: bool
    may_withdraw: bool
    tasks: tuple


def handover_list(acting, *, direction="", state=""):
    """Requests of the asker's house in both directions, for the lead all; the newest first."""
    rows = handovers_seen_by(acting)
    if direction in (TO_US, FROM_US):
        rows = rows.filter(**{f"{direction}_partner": acting.organisation_id})
    if state != EVERY:
        rows = rows.exclude(state=HandoverState.ASKED) if state == DECIDED else rows.open()
    return rows.newest_first()


def handover_rows(handovers, acting):
    """``HandoverRow`` of each of ``handovers``, which must come ``with_names``; one query for all."""
    handovers = list(handovers)
    slugs = known_slugs([each.company_id for each in handovers], programme_id=acting.programme_id)
    return [_row(each, acting, slugs) for each in handovers]


def _row(handover, acting, slugs):
    return HandoverRow(
        handover=handover,
        url=address_for(acting, "coordination:handover", pk=handover.pk),
        company_url=_company_url(acting, slugs.get(handover.company_id)),
        badge=capfirst(handover.get_state_display()),
        badge_kind=BADGES[handover.state],
        is_for_us=handover.is_open and handover.to_partner_id == acting.organisation_id,
    )


def _company_url(acting, slug):
    return address_for(acting, "portal:company", slug=slug) if slug else ""


def decision_of(handover, acting):
    """``Decision``: before it is accepted, of the company no more than its name, place, stage and a number."""
    company = Company.objects.of(acting.programme_id).filter(pk=handover.company_id).select_related("organisation")
    company = company.first()
    against = obstacle(handover, company) if company and handover.is_open else ""
    decides = handover.is_open and may(acting.role, Action.HANDOVER_DECIDE)
    answers = decides and not against and handover.to_partner_id == acting.organisation_id
    takes_over = may(acting.role, Action.HANDOVER_DECIDE) and may_take_over(handover, acting)
    return Decision(
        handover=handover,
        company_url=_company_url(acting, company and company.organisation.slug),
        badge=capfirst(handover.get_state_display()),
        badge_kind=BADGES[handover.state],
        stage=stages_of([handover.company_id], programme_id=acting.programme_id).get(handover.company_id, ""),
        open_tasks=count_open_tasks(handover) if handover.is_open else 0,
        obstacle=against,
        may_answer=answers,
        # The lead that is asked itself declines.
        may_withdraw=decides and not answers and may_withdraw(handover, acting),
        tasks=tuple(open_tasks(handover).select_related("owner")) if takes_over else (),
    )
