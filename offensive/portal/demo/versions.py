"""The second version of the demonstration's process; the companies of one partner go on in it, the others stay."""

from companies.models import Company
from offensive.enablement import drafts
from offensive.enablement.models import Stage
from offensive.enablement.moving import chosen, move
from offensive.enablement.outlook import Target, running
from offensive.portal.demo.programme import KNOWN_UNTIL

REASON = "Mit der neuen Fassung von Anfang an nach den Zielmärkten fragen."


def write_second_version(acting, partner):
    """Publish a version that asks for more and takes less time, and move the companies of ``partner`` to it."""
    draft = drafts.begin_draft(acting)
    markets = Stage.objects.get(process=draft, key="marktanalyse")
    names = {"name": markets.name, "company_name": markets.company_name}
    drafts.change_stage(markets.pk, acting=acting, seen=0, usual_days=75, **names)
    asked = {"achievement": "profile:markets", "count": 1, "wording": "", "answer_form": ""}
    drafts.add_requirement(markets.pk, acting=acting, seen=1, **asked)
    draft.refresh_from_db()
    drafts.publish(acting, seen=draft.edits)
    cared_for = Company.objects.of(acting.programme_id).filter(caring_partner=partner).values("pk")
    enrolments, target = running(acting.programme_id).filter(company__in=cared_for), Target(draft)
    number = chosen(enrolments, target).count()
    move(enrolments, target, acting=acting, reason=REASON, number=number, on=KNOWN_UNTIL)
