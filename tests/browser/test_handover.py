"""A company changes hands: one partner asks at a desk, the other accepts on a phone and finds it among its own."""

import pytest

from offensive.tenancy.roles import Role
from tests.browser.checking import overflow, violations
from tests.browser.driving import visit
from tests.sites import PASSWORD

pytestmark = pytest.mark.browser


def test_company_is_asked_for_accepted_and_looked_after_by_the_other(portal, browser):
    site, slug = portal.site, portal.site.company.organisation.slug
    with visit(browser, portal.url) as giver, visit(browser, portal.url, width=360, has_touch=True) as taker:
        giver.sign_in(site.people[Role.PARTNER_ADVISOR].email, PASSWORD)
        giver.go(f"/io/sihk/companies/{slug}/hand-over/")
        keeps_to_the_rules(giver, 1280)
        giver.page.get_by_label("Wer soll das Unternehmen betreuen?").select_option(label="ZENIT")
        giver.fill("Warum?", "Das Unternehmen zieht nach Mülheim.")
        giver.press("Partner fragen")
        giver.sees("ZENIT ist gefragt.")
        keeps_to_the_rules(giver, 1280)

        taker.sign_in(site.shared.person.email, PASSWORD)
        taker.go("/io/zenit/")
        taker.follow(
            "Annehmen oder ablehnen: SIHK bittet Sie, ein Unternehmen zu übernehmen, Muster Federn Altena GmbH"
        )
        taker.sees("Das Unternehmen zieht nach Mülheim.")
        keeps_to_the_rules(taker, 360)
        taker.press("Unternehmen annehmen")
        taker.sees("Angenommen")
        keeps_to_the_rules(taker, 360)
        taker.go("/io/zenit/companies/?partner=zenit")
        taker.sees("Muster Federn Altena GmbH")
        giver.go("/io/sihk/companies/?partner=sihk")
        assert "Muster Federn Altena GmbH" not in giver.page.get_by_role("main").inner_text()
        assert giver.complaints + taker.complaints == []


def keeps_to_the_rules(visitor, width):
    assert violations(visitor.page) == []
    assert overflow(visitor.page, width) <= 0
