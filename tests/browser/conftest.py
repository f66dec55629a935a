"""A real browser, shared by the tests of a file, and the demonstration programme for it to look at."""

import json
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.driving import ARGUMENTS, CHROMIUM, visit
from tests.running import Portal
from tests.services import clone, manage


@pytest.fixture(scope="module")
def browser(static_files):
    """Chromium as the system has it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def person_at(portal, browser):
    """``with person_at(role) as visitor``: somebody of that role, signed in; without a role a passer-by.

    It asks for ``portal`` first: once the browser's event loop runs, Django refuses to work on the database here.
    """

    @contextmanager
    def opened(role=None):
        with visit(browser, portal.url) as visitor:
            if role:
                visitor.sign_in(portal.site.people[role].email)
            yield visitor

    return opened


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory, worker_id):
    """The portal with a small demonstration programme; ``accounts``: one of each audience."""
    data = tmp_path_factory.mktemp("demonstration")
    running = Portal(database=clone(f"demonstration_{worker_id}"), data=data, site=None, number=14)
    names = ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "DATA_DIR")
    manage("demo", "--companies", "24", **{name: running.environment[name] for name in names})
    accounts = json.loads((data / "demo-accounts.json").read_text())
    running.accounts = {account["audience"]: account for account in reversed(accounts)}
    # In a programme this small not every partner looks after a company; the chamber does.
    running.accounts["partner"] = next(account for account in accounts if account["organisation"] == "sihk")
    with running:
        yield running
