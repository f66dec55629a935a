"""Every page as people meet it: accessible, on a small screen, by keyboard, without JavaScript, light on the wire."""

import gzip

import pytest
from playwright.sync_api import expect

from tests.browser.checking import problems_of
from tests.browser.crawling import pages_from
from tests.browser.driving import JOB_PATIENCE, visit
from tests.services import ROOT

pytestmark = pytest.mark.browser

SAMPLE = ROOT / "tests" / "samples" / "sihk_kontakte.csv"
PUBLIC_STARTS = ["/", "/accounts/login/", "/accounts/password/reset/", "/gibt/es/nicht/", "/t/invitation/unbekannt/"]
PUBLIC = {
    "portal:home", "portal:imprint", "portal:privacy", "portal:accessibility", "account_login", "join:join",
    "account_request_login_code",
}  # fmt: skip
OF_THE_ACCOUNT = {
    "account_change_password", "account_reset_password", "mfa_index", "usersessions_list", "accounts:consents",
    "portal:figures",
}  # fmt: skip
OF_STAFF = {
    "portal:start", "portal:company", "portal:profile", "portal:profile_section", "support:gap_list",
    "companies:record", "companies:record_edit", "companies:industry_edit", "companies:carer_edit",
    "companies:site_add", "companies:site_edit", "companies:contact_add", "companies:contact_edit",
    "companies:request_list", "companies:contacts_invite",
    "companies:company_list", "companies:import_upload", "companies:contact_invite", "accounts:people",
    "enablement:delivery_record", "enablement:delivery_reverse", "enablement:support", "enablement:delivery",
    "workshops:event_list", "workshops:event_page", "workshops:event_create",
    "reports:period_list", "reports:period", "reports:edition", "reports:figure",
}  # fmt: skip
# What the lead has beside all other staff.
OF_THE_LEAD = {
    "companies:municipality_map", "companies:duplicate_list", "companies:size", "portal:board", "portal:white_spots",
    "portal:documents", "portal:papers", "portal:retention", "portal:programme_log", "portal:search_page",
    "coordination:task_list", "coordination:company_tasks", "coordination:team", "coordination:ladder",
    "coordination:handover_list", "coordination:handover", "support:desk", "support:kind_list",
    "support:verification_queue", "process:overview", "process:version",
}  # fmt: skip
# Reached only while something is under way, which the test of the lead's pages begins itself.
OF_WORK_UNDER_WAY = {
    "companies:import_batch", "companies:import_row", "companies:import_columns",
    "reports:edition_read", "reports:edition_submit", "workshops:event_edit", "enablement:enrolment",
}  # fmt: skip
REACHED = {
    "visitor": PUBLIC,
    "lead": OF_STAFF | OF_THE_LEAD | OF_WORK_UNDER_WAY | OF_THE_ACCOUNT | {"portal:participation"},
    "partner": OF_STAFF,
    "company": {
        "portal:start",
        "portal:profile",
        "portal:profile_section",
        "companies:releases",
        "portal:seen_by",
    },
    "funder": {"portal:start", "reports:edition"},
    "auditor": {"portal:start"},
    "committee": {"portal:start"},
    "university": {"portal:start"},
    "operator": {"portal:start"},
}
FIRST_VISIT_AT_MOST, LATER_PAGE_AT_MOST = 200_000, 30_000


# The audiences whose pages differ from those of the others; for the rest the small screen is enough.
WIDTHS = {"visitor": (1280, 360), "lead": (1280, 360), "company": (1280, 360), "funder": (1280, 360)}


def enter(visitor, demonstration, audience):
    """Sign in with the audience's demonstration account; returns the path of its first page."""
    account = demonstration.accounts[audience]
    visitor.sign_in(account["email"], account["password"])
    return f"/{account['programme']}/{account['organisation']}/"


@pytest.mark.parametrize("audience", REACHED)
def test_every_page_is_accessible_and_fits_a_small_screen(demonstration, browser, audience):
    problems, reached = [], set()
    with visit(browser, demonstration.url) as visitor:
        for name, path in pages_from(visitor, *starts(visitor, demonstration, audience), without=seen_before(audience)):
            problems += problems_of(visitor.page, path, widths=WIDTHS.get(audience, (360,)))
            reached.add(name)
    assert problems == []
    assert REACHED[audience] - reached == set()
    # A page that is not there complains about itself in the console.
    assert [each for each in visitor.complaints if "404" not in each] == []


def seen_before(audience):
    """Pages that are the same for everybody are looked at as a visitor and as the lead."""
    return () if audience in {"visitor", "lead"} else PUBLIC | OF_THE_ACCOUNT


def starts(visitor, demonstration, audience):
    """Where the audience's pages begin."""
    if audience == "visitor":
        return PUBLIC_STARTS
    start = enter(visitor, demonstration, audience)
    return [start, *begin_work(visitor, start)] if audience == "lead" else [start]


def begin_work(visitor, start):
    """A list to check, a draft report, an event not filed yet, a company to enrol; returns their pages."""
    visitor.go(f"{start}companies/import/")
    visitor.upload("Liste der Unternehmen", SAMPLE)
    visitor.press("Liste lesen")
    expect(visitor.page.locator("#import-counts")).to_be_visible(timeout=JOB_PATIENCE)
    visitor.go(f"{start}reports/2026-2/")
    visitor.press("Bericht erstellen")
    visitor.sees("Es ist noch nichts eingereicht.", patience=JOB_PATIENCE)
    draft = visitor.path
    visitor.go(f"{start}events/new/")
    for label, value in {"Titel": "Neue Märkte", "Datum": "2026-05-12", "Beginn": "14:00", "Ende": "17:00"}.items():
        visitor.fill(label, value)
    visitor.press("Veranstaltung anlegen")
    visitor.sees("Die Veranstaltung ist angelegt.")
    event = visitor.path
    visitor.go(f"{start}companies/")
    waiting = visitor.page.locator("tbody tr", has=visitor.page.locator("td:last-child:text-is('–')")).first
    company = waiting.get_by_role("link").get_attribute("href")
    # The day's list leads to the last one only while companies of the house wait for their agreement.
    # To the search leads a form and no link.
    found = f"{start}search/?q=feder"
    return [draft, f"{event}edit/", f"{company}participation/", f"{start}participation/", found]


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "companies/"])
def test_keyboard_finds_the_content_first_and_shows_where_it_is(demonstration, browser, path):
    with visit(browser, demonstration.url) as visitor:
        start = "" if path.startswith("/") else enter(visitor, demonstration, "lead")
        visitor.go(start + path)
        visitor.page.keyboard.press("Tab")
        expect(visitor.page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
        invisible = [each for _stop in range(12) if (each := unseen_focus(visitor.page))]
        assert invisible == []
        visitor.page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        visitor.page.get_by_role("link", name="Zum Inhalt springen").press("Enter")
        expect(visitor.page.locator("main")).to_be_focused()


def unseen_focus(page):
    """What has the focus without showing it; then one step on."""
    found = page.evaluate("""() => {
        const element = document.activeElement, box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const drawn = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none" || style.boxShadow !== "none";
        return element === document.body || drawn && box.width > 0 && box.bottom > 0 ? "" : element.outerHTML;
    }""")
    page.keyboard.press("Tab")
    return found


def test_main_flow_works_without_javascript(demonstration, browser):
    with visit(browser, demonstration.url, java_script_enabled=False) as visitor:
        enter(visitor, demonstration, "lead")
        visitor.page.get_by_role("navigation").get_by_role("link", name="Unternehmen").last.click()
        visitor.page.locator("summary", has_text="Kreis").first.click()
        visitor.page.get_by_role("checkbox", name="Ennepe-Ruhr-Kreis").check()
        visitor.page.get_by_role("group", name="Kreis", exact=True).get_by_role("button").click()
        expect(visitor.page.locator("tbody tr").first).to_be_visible()
        shown = visitor.page.locator("tbody tr").count()
        visitor.follow("Ort")
        assert (visitor.page.locator("tbody tr").count(), "district=Ennepe" in visitor.page.url) == (shown, True)
        visitor.page.locator("tbody th a").first.click()
        visitor.sees("Stammdaten")


def test_pages_are_light(demonstration, browser):
    """With an empty cache at most 200 kB, fonts included; every later page at most 30 kB."""
    with visit(browser, demonstration.url) as visitor:
        scale = Scale(visitor)
        first = {"/": scale.weigh("/"), "/accounts/login/": scale.weigh("/accounts/login/")}
        start = enter(visitor, demonstration, "lead")
        scale.weigh(start)
        paths = [start, *(start + rest for rest in ("companies/", "events/", "reports/", "reports/2026-1/1/"))]
        later = {path: scale.weigh(path) for path in paths}
    assert first["/"] <= FIRST_VISIT_AT_MOST
    assert {path: weight for path, weight in later.items() if weight > LATER_PAGE_AT_MOST} == {}
    # With an empty cache nothing but the page itself may weigh less than the styles and fonts: they were counted.
    assert first["/"] > 50_000


class Scale:
    """Bytes over the wire as Chromium counts them; pages as Caddy would send them, for it compresses them in front."""

    def __init__(self, visitor):
        self.visitor, self.weights, self.documents = visitor, {}, set()
        session = visitor.context.new_cdp_session(visitor.page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _received(self, event):
        if event["type"] == "Document":
            self.documents.add(event["requestId"])

    def _finished(self, event):
        self.weights[event["requestId"]] = event["encodedDataLength"]

    def weigh(self, path):
        self.weights.clear()
        body = self.visitor.go(path).body()
        self.visitor.page.wait_for_load_state("networkidle")
        rest = sum(weight for request, weight in self.weights.items() if request not in self.documents)
        return rest + len(gzip.compress(body, 5))
