"""Pages about one company."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from companies.guards import company_page
from offensive.tenancy.permissions import Action
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope

ORGANISATIONS = {
    Role.LEAD_COORDINATOR: "gws",
    Role.PARTNER_ADVISOR: "sihk",
    Role.COMPANY_OWNER: "muster-federn-altena-gmbh",
    Role.FUNDER_OFFICER: "foerderstelle",
}


def ask(site, role, slug):
    """What the view is given for ``slug`` by somebody in ``role``."""
    request = RequestFactory().get("/")
    request.user, request.htmx = site.people[role], False
    view = company_page(Action.COMPANY_VIEW)(lambda request, company: company.pk)
    with membership_scope(request.user.pk, "io", ORGANISATIONS[role]) as opened:
        request.acting = opened.acting
        return view(request, programme="io", organisation=ORGANISATIONS[role], slug=slug)


@pytest.mark.parametrize("role", [Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER])
def test_view_gets_the_company(site, role):
    assert ask(site, role, "muster-federn-altena-gmbh") == site.company.pk


@pytest.mark.parametrize("role", [Role.PARTNER_ADVISOR, Role.COMPANY_OWNER])
def test_company_that_may_not_be_seen_does_not_exist(site, role):
    assert ask(site, Role.LEAD_COORDINATOR, "muster-guss-hemer-kg") == site.other_company.pk
    with pytest.raises(Http404):
        ask(site, role, "muster-guss-hemer-kg")


def test_company_of_another_programme_does_not_exist(site):
    with pytest.raises(Http404):
        ask(site, Role.LEAD_COORDINATOR, "fremde-firma-ag")


def test_role_too_low_is_refused(site):
    with pytest.raises(PermissionDenied):
        ask(site, Role.FUNDER_OFFICER, "muster-federn-altena-gmbh")
