"""The journey page in a browser: by keyboard, without JavaScript, on a small screen."""

import pytest
from playwright.sync_api import expect

from offensive.portal.delivered import FIRST
from tests.browser.checking import problems_of
from tests.browser.driving import visit

pytestmark = pytest.mark.browser


def enter(visitor, demonstration):
    """Sign in with a company's demonstration account, which ends on its journey page."""
    account = demonstration.accounts["company"]
    visitor.sign_in(account["email"], account["password"])


def test_company_reads_on_by_keyboard(demonstration, browser):
    with visit(browser, demonstration.url, width=360) as visitor:
        enter(visitor, demonstration)
        page = visitor.page
        expect(page.get_by_role("progressbar")).to_have_attribute("max", "6")
        later = page.locator(".stage--open .stage__details").first
        later.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(later).to_have_attribute("open", "")
        assert problems_of(page, "journey") == []
        shown = page.locator(".timeline__item")
        expect(shown).to_have_count(FIRST)
        page.get_by_role("link", name="Auch frühere Unterstützung zeigen").focus()
        page.keyboard.press("Enter")
        expect(shown.nth(FIRST)).to_be_visible()
        expect(shown.nth(FIRST)).to_be_focused()
        assert visitor.complaints == []


def test_earlier_support_is_read_without_javascript(demonstration, browser):
    with visit(browser, demonstration.url, java_script_enabled=False) as visitor:
        enter(visitor, demonstration)
        visitor.follow("Auch frühere Unterstützung zeigen")
        expect(visitor.page.locator(".timeline__item").nth(FIRST)).to_be_visible()
