"""Values that upper apps write for the company list."""

from datetime import date

import pytest

from companies.facets import set_facet, set_stage
from companies.models import Facet
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope


@pytest.mark.parametrize(("role", "organisation"), [(Role.LEAD_COORDINATOR, "gws"), (Role.PARTNER_ADVISOR, "sihk")])
def test_company_has_one_value_of_a_kind(site, role, organisation):
    known = {"programme_id": site.programme.pk, "kind": "stage"}
    with membership_scope(site.people[role].pk, "io", organisation):
        set_facet(site.company.pk, **known, value="1", label="Standort")
        set_facet(site.company.pk, **known, value="2", label="Markt")
        set_facet(site.company.pk, **known, value="2", label="Marktanalyse")

        assert list(Facet.objects.values_list("value", "label")) == [("2", "Marktanalyse")]


def test_running_stage_says_when_it_is_due(site):
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws"):
        stage = {"programme_id": site.programme.pk, "value": "2", "label": "Markt", "position": 2}
        set_stage(site.company.pk, **stage, due_on=date(2026, 12, 1))
        site.company.refresh_from_db()
        assert site.company.stage_due_on == date(2026, 12, 1)

        set_stage(site.company.pk, **stage, due_on=None)
        site.company.refresh_from_db()
        assert site.company.stage_due_on is None
