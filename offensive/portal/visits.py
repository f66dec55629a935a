"""A company's people have come: whoever was waiting for a sign of them need not remind them any more."""

from django.utils import timezone

from offensive.enablement.follow_ups import noticed
from offensive.tenancy.remembering import remembered


def notice_visit(acting):
    """Looked at once a day, or when something has changed."""
    name = f"visit {acting.user_id} {timezone.localdate()}"
    own = {"programme_id": acting.programme_id, "company_ids": acting.companies}
    remembered(acting, name, lambda: noticed(acting.organisation_id, **own))
