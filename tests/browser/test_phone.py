"""A company's contact on a phone: from the journey page to a step of the profile and the photo of a certificate."""

import pytest
from playwright.sync_api import expect

from offensive.tenancy.roles import Role
from tests.browser.checking import overflow, violations
from tests.browser.driving import visit
from tests.documents.uploads import JPEG
from tests.sites import PASSWORD

pytestmark = pytest.mark.browser

PHOTO = {"name": "IMG_0815.jpg", "mimeType": "image/jpeg", "buffer": JPEG}


def test_contact_on_a_phone_fills_in_a_step_and_files_a_certificate(portal, browser):
    slug = portal.site.company.organisation.slug
    home, start = f"/io/{slug}/", f"/io/{slug}/companies/{slug}/profile/"
    with visit(browser, portal.url, width=360, has_touch=True, is_mobile=True) as phone:
        phone.sign_in(portal.site.people[Role.COMPANY_OWNER].email, PASSWORD)
        does_the_next_step(phone, home)
        phone.go(f"{start}materials/")
        keeps_to_the_rules(phone)
        saves_by_itself(phone, start)
        shows_what_is_wrong(phone)
        phone.go(home)
        phone.follow("Zertifikat fotografieren")
        keeps_to_the_rules(phone)
        phone.page.locator("#id_standard").select_option(label="ISO 9001 – Qualitätsmanagement")
        phone.fill("Gültig bis", "2031-03-07")
        phone.upload("Foto oder Scan des Zertifikats", PHOTO)
        phone.press("Zertifikat speichern")
        phone.sees("Das Zertifikat ist gespeichert.")
        phone.sees("Gültig bis 07.03.2031")
        phone.sees("IMG_0815.jpg")
        keeps_to_the_rules(phone)
        phone.go(home)
        expect(phone.page.get_by_role("region", name="Unterlagen")).to_contain_text("IMG_0815.jpg")
        # The answer 422 to an unreadable number is reported by the browser as well.
        assert [each for each in phone.complaints if "422" not in each] == []


def does_the_next_step(phone, home):
    """The page says what it is and how long it takes; afterwards it says the next one."""
    phone.go(home)
    keeps_to_the_rules(phone)
    phone.sees("Dauert etwa 3 Minuten.")
    phone.follow("Jetzt ausfüllen")
    for label, value in {"Straße und Hausnummer": "Hönnetalstraße 99", "PLZ": "58762", "Ort": "Altena"}.items():
        phone.fill(label, value)
    # The last field may have saved itself before: only the next step's page shows that the press has arrived.
    step = phone.page.url
    phone.press("Speichern und weiter")
    expect(phone.page).not_to_have_url(step)
    phone.sees("Gespeichert.")
    phone.go(home)
    phone.sees("Dauert etwa 8 Minuten.")


def saves_by_itself(phone, start):
    phone.page.get_by_label("Titan", exact=True).check()
    phone.sees("Gespeichert.")
    phone.fill("Größte Länge in mm", "1.200,5")
    expect(phone.page.get_by_text("Noch nicht gespeichert")).to_be_visible()
    phone.fill("Größtes Gewicht in kg", "25")
    expect(phone.page.get_by_text("Noch nicht gespeichert")).to_be_visible()
    phone.page.get_by_label("Kleinste Losgröße in Stück").focus()
    expect(phone.page.get_by_text("Noch nicht gespeichert")).to_be_hidden()
    phone.go(f"{start}materials/")
    expect(phone.page.get_by_label("Größte Länge in mm")).to_have_value("1.200,5")
    expect(phone.page.get_by_label("Größtes Gewicht in kg")).to_have_value("25,000")
    expect(phone.page.get_by_label("Titan", exact=True)).to_be_checked()


def shows_what_is_wrong(phone):
    phone.fill("Größte Länge in mm", "lang")
    phone.page.get_by_label("Größtes Gewicht in kg").focus()
    phone.sees("Nicht gespeichert:")
    assert violations(phone.page) == []
    phone.fill("Größte Länge in mm", "1.300")
    phone.page.get_by_label("Größtes Gewicht in kg").focus()
    phone.sees("Gespeichert.")
    expect(phone.page.get_by_text("Nicht gespeichert:")).to_be_hidden()


def keeps_to_the_rules(phone):
    assert violations(phone.page) == []
    assert overflow(phone.page, 360) <= 0
