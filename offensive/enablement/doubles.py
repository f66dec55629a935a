"""One event, one enterprise, two deliveries: what a merge can bring to light, and the decision which of them stands."""

from django.db import transaction
from django.utils.translation import gettext as _

from offensive.enablement.models import Delivery
from offensive.enablement.services import DeliveryError, reverse_delivery


def doubles_of(company_ids):
    """Standing deliveries of one enterprise that came of one event under several records: a tuple for each event."""
    if len(company_ids) < 2:
        return []
    of_events = Delivery.objects.of(company_ids).standing().filter(source__startswith="event:")
    by_source = {}
    for delivery in of_events.select_related("kind", "partner", "company").order_by("-on", "source", "pk"):
        by_source.setdefault(delivery.source, []).append(delivery)
    return [tuple(found) for found in by_source.values() if len(found) > 1]


@transaction.atomic
def let_stand(delivery, *, company_ids, acting, reason, form_key):
    """``delivery`` stands; what else the enterprise has of the same event is reversed for ``reason``.

    Both stay visible. Raises ``DeliveryError`` when nothing is double any more.
    """
    found = next((group for group in doubles_of(company_ids) if delivery.pk in {each.pk for each in group}), None)
    if found is None:
        raise DeliveryError(_("Somebody has decided on this already."))
    for other in found:
        if other.pk != delivery.pk:
            reverse_delivery(other, acting=acting, reason=reason, form_key=form_key)
