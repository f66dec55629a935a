"""A person at a browser: signs in, presses what is written on buttons, and hears when the page complains."""

import os
import re
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.sites import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
# The worker works in the background; on a busy machine a job may have to wait for its turn.
JOB_PATIENCE = 60_000


class Visitor:
    """One person's browser. ``complaints`` collects console errors, uncaught exceptions and requests to other hosts."""

    def __init__(self, context, url):
        self.context, self.url = context, url
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text} ({self.page.url})")

    def _asked(self, request):
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and f"{address.scheme}://{address.netloc}" != self.url:
            self.complaints.append(f"request to another host: {request.url}")

    @property
    def path(self):
        """Where the person is."""
        return urlsplit(self.page.url).path

    def go(self, path):
        """Open ``path``; returns the answer."""
        return self.page.goto(self.url + path)

    def status_of(self, path):
        """What the server answers to this person at ``path``, without showing it."""
        return self.context.request.get(self.url + path, max_redirects=0).status

    def sign_in(self, email, password=PASSWORD):
        """Through the sign-in page, ending on the person's first page."""
        self.go("/accounts/login/")
        self.fill("E-Mail-Adresse", email)
        self.fill("Passwort", password)
        self.press("Anmelden")
        self.page.wait_for_url(re.compile(r"/io/"))

    def fill(self, label, value, *, within=None):
        (within or self.page).get_by_label(label, exact=False).first.fill(value)

    def press(self, name, *, within=None):
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def follow(self, name, *, within=None):
        (within or self.page.get_by_role("main")).get_by_role("link", name=name, exact=True).first.click()

    def upload(self, label, file):
        """``file``: a path, or a dict with name, mimeType and buffer."""
        self.page.get_by_label(label).set_input_files(file)

    def sees(self, text, *, patience=10_000):
        """The main part of the page shows ``text``."""
        expect(self.page.get_by_role("main")).to_contain_text(text, timeout=patience)


@contextmanager
def visit(browser, url, *, width=1280, **options):
    """A browser of its own for one person, without anybody else's cookies."""
    context = browser.new_context(
        locale="de-DE",
        timezone_id="Europe/Berlin",
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
        **options,
    )
    try:
        yield Visitor(context, url)
    finally:
        context.close()
