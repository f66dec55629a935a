"""One person in two programmes: the address says who acts, whatever the other tab does."""

import re

import pytest

from tests.sites import PASSWORD

pytestmark = pytest.mark.browser


def fill_in(page, title):
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Datum").fill("2026-12-03")
    page.get_by_label("Beginn").fill("13:00")
    page.get_by_label("Ende").fill("16:00")


def save(page):
    page.get_by_role("button", name=re.compile("anlegen|Speichern|speichern")).first.click()
    page.wait_for_url(re.compile(r"/events/\d+/"))


def test_two_tabs_write_each_into_its_own_programme(person_at, portal):
    with person_at() as advisor:
        advisor.go("/nb/zenit/events/new/")
        advisor.page.wait_for_url(re.compile("/accounts/login/"))
        advisor.fill("E-Mail-Adresse", portal.site.shared.person.email)
        advisor.fill("Passwort", PASSWORD)
        advisor.press("Anmelden")
        # A mailed link into one membership of a person opens there, after the sign-in.
        advisor.page.wait_for_url(re.compile("/nb/zenit/events/new/"))
        there, here = advisor.page, advisor.context.new_page()
        here.goto(f"{portal.url}/io/zenit/events/new/")
        fill_in(there, "Drüben")
        fill_in(here, "Hüben")
        save(here)
        save(there)
        assert "/io/zenit/" in here.url
        assert "/nb/zenit/" in there.url
        here.goto(f"{portal.url}/io/zenit/")
        assert here.locator("a", has_text="ZENIT · Nachbarregion").count() == 1
        for programme, own, other in (("io", "Hüben", "Drüben"), ("nb", "Drüben", "Hüben")):
            here.goto(f"{portal.url}/{programme}/zenit/events/")
            text = here.get_by_role("main").inner_text()
            assert own in text
            assert other not in text
