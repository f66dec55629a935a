"""A real browser, shared by the tests of a file."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.driving import ARGUMENTS, CHROMIUM, visit


@pytest.fixture(scope="module")
def browser(portal):
    """Chromium as the system has it. It asks for ``portal`` so that the loop of playwright begins after Django's work."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def person_at(browser, portal):
    """``with person_at(role) as visitor``: somebody of that role, signed in; ``None`` for a passer-by."""

    from contextlib import contextmanager

    @contextmanager
    def opened(role=None, **options):
        with visit(browser, portal.url, **options) as visitor:
            if role:
                visitor.sign_in(portal.site.people[role])
            yield visitor

    return opened
