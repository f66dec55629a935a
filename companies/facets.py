"""Values by which the company list is filtered and which upper apps know (stage, target market)."""

from django.db import transaction

from companies.models import Company, Facet
from offensive.tenancy.remembering import changed

# Kinds of facets. ``stage`` comes from enablement, ``market`` (a target market) from whoever finds one; the others from
# the profile: groups of DIN 8580, names of standards, divisions of WZ 2008 (two digits).
STAGE, PROCESS, CERTIFICATE, MARKET, WZ = "stage", "process", "certificate", "market", "wz"


@transaction.atomic
def set_facet(company_id, *, programme_id, kind, value, label, position=0):
    """Make ``value`` the company's only value of ``kind``. Doing it again changes nothing."""
    of_kind = Facet.objects.filter(programme_id=programme_id, company_id=company_id, kind=kind)
    of_kind.exclude(value=value).delete()
    Facet.objects.bulk_create(
        [
            Facet(
                programme_id=programme_id, company_id=company_id, kind=kind, value=value, label=label, position=position
            )
        ],
        update_conflicts=True,
        unique_fields=["company", "kind", "value"],
        update_fields=["label", "position"],
    )
    changed(programme_id)


@transaction.atomic
def set_stage(company_id, *, programme_id, value, label, position, due_on):
    """Make ``value`` the stage the company is in; ``due_on`` is when it should be through, None while none runs."""
    set_facet(company_id, programme_id=programme_id, kind=STAGE, value=value, label=label, position=position)
    Company.objects.of(programme_id).filter(pk=company_id).update(stage_due_on=due_on)
