"""What is open for a company when it changes hands: counted before, taken over or left after."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from companies.handovers import HandoverError
from companies.models import HandoverState
from companies.queries import enterprise_ids
from offensive.enablement.models import Task
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope


def open_tasks(handover):
    """Open tasks of the partner before about the enterprise, as far as the asker may see them."""
    about = Task.objects.of(handover.programme_id).about(enterprise_ids(handover.company_id))
    return about.open().filter(organisation=handover.from_partner_id).order_by("due_on", "pk")


def count_open_tasks(handover):
    """How many there are: whoever is asked learns that and not what they say."""
    with system_scope(handover.programme_id, "enablement.count_tasks"):
        return open_tasks(handover).count()


def may_take_over(handover, acting):
    return handover.state == HandoverState.ACCEPTED and handover.to_partner_id == acting.organisation_id


@transaction.atomic
def take_over(handover, *, acting, task_ids):
    """Give the tasks to whom the company was handed over; returns how many. What was done meanwhile stays so.

    Raises ``HandoverError`` for anybody but the partner who has accepted.
    """
    if not may_take_over(handover, acting):
        raise HandoverError(_("Only the partner who has taken over the company takes over its tasks."))
    taken = open_tasks(handover).filter(pk__in=task_ids)
    owner = {"owner": handover.person_id, "organisation": handover.to_partner_id}
    number = taken.order_by().update(**owner, version=F("version") + 1, changed_by=acting.user_id)
    changed(acting.programme_id)
    return number
