"""One story through the whole portal: from an office's list of companies to the report at the funding body.

Real server, worker, scheduler, database, broker and browser; each part goes on where the one before has ended.
"""

import hashlib
import io
import re
import time
from email import message_from_bytes, policy
from pathlib import Path

import pypdf
import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from offensive.tenancy.roles import Role
from tests.browser.driving import JOB_PATIENCE
from tests.documents.uploads import PDF
from tests.services import ROOT

pytestmark = pytest.mark.browser

SAMPLES = ROOT / "tests" / "samples"
EXCEL, CSV = SAMPLES / "gws_teilnehmerliste.xlsx", SAMPLES / "sihk_kontakte.csv"

# Number in the list: label, what is wrong with it, what a person types instead.
TO_CORRECT = {
    12: ("USt-IdNr.", "Ihre Prüfziffer passt nicht.", "DE999900129"),
    29: ("E-Mail", "ist keine E-Mail-Adresse.", "kontakt029@unternehmen.example"),
    41: ("Name des Unternehmens", "Der Name des Unternehmens fehlt.", "Muster Rohrsysteme Witten KG"),
    44: ("PLZ", "Die Postleitzahl 5863 hat nur vier Ziffern.", "58553"),
    47: ("Beschäftigte", "„ca. 35“ ist keine genaue Zahl.", "35"),
    52: ("Erstkontakt", "Der 31.02.2026 ist kein Tag im Kalender.", "28.02.2026"),
}
COMPANY = "Muster Drahtzieherei Lüdenscheid GmbH & Co. KG"
CONTACT = "kontakt047@unternehmen.example"
OTHER = "Muster Leuchten Herdecke KG"
WORKSHOP = "Neue Märkte für Drahtwaren"
REPORT = "Fortschrittsbericht 1. Halbjahr 2026"
# The site of the tests brings two companies of its own.
OF_THE_SITE, IMPORTED = 2, 85
CONTACTS_PASSWORD = "Ziehstein-und-Drahtrolle-58507"


def test_from_an_offices_list_to_the_report_at_the_funding_body(person_at, portal):
    complaints = []
    with person_at(Role.LEAD_COORDINATOR) as staff:
        import_excel(staff)
        import_csv(staff)
        import_again(staff)
        closed_to_sihk = record_participation(staff, OTHER)
        slug = record_participation(staff, COMPANY)
        link = invite_contact(staff, slug, portal.data)
        with person_at() as contact:
            accept_invitation(contact, link)
            complete_profile(contact)
            hold_workshop(staff)
            close_stage(staff, slug)
            sees_next_stage(contact)
            complaints += contact.complaints
        with person_at(Role.PARTNER_ADVISOR) as partner:
            see_shared_progress(partner, closed_to_sihk)
            complaints += partner.complaints
        printed = submit_report(staff)
        complaints += staff.complaints
    with person_at(Role.FUNDER_OFFICER) as funder:
        take_report(funder, printed, slug)
        complaints += funder.complaints
    assert complaints == []


def import_excel(staff):
    """Six rows need a person and get one; all sixty companies are taken over."""
    upload_list(staff, EXCEL)
    expect_counts(staff, neu=54, zu_entscheiden=0, mit_Problemen=6)
    problems = staff.page.locator("article.import-line", has=staff.page.get_by_role("button", name="Speichern"))
    expect(problems).to_have_count(len(TO_CORRECT))
    for number, (label, problem, correct) in TO_CORRECT.items():
        correct_row(staff, number, label, problem, correct)
    expect_counts(staff, neu=60, zu_entscheiden=0, mit_Problemen=0)
    take_over(staff, 60)


def upload_list(staff, file):
    staff.go("/io/gws/companies/import/")
    staff.upload("Liste der Unternehmen", file)
    staff.press("Liste lesen")
    expect(staff.page.locator("#import-counts")).to_be_visible(timeout=JOB_PATIENCE)


def expect_counts(staff, **counts):
    """The tiles of the preview by their labels, underscores standing for spaces."""
    for label, number in counts.items():
        tile = staff.page.locator("#import-counts li", has_text=label.replace("_", " "))
        expect(tile).to_contain_text(re.compile(rf"\b{number}\b"))


def correct_row(staff, number, label, problem, correct):
    row = staff.page.locator("article.import-line", has_text=re.compile(rf"Nr\. {number}\b"))
    expect(row).to_contain_text(problem)
    staff.fill(label, correct, within=row)
    staff.press("Speichern", within=row)
    expect(row.get_by_role("button", name="Speichern")).to_have_count(0)


def take_over(staff, number):
    staff.press(f"{number} Unternehmen übernehmen")
    expect(staff.page.get_by_role("main")).to_contain_text("Diese Liste ist erledigt.", timeout=JOB_PATIENCE)


def import_csv(staff):
    """Seven are known by an identifier; whether four more are the same companies, a person decides."""
    upload_list(staff, CSV)
    expect_counts(staff, neu=25, schon_da=7, zu_entscheiden=4, mit_Problemen=0)
    same = staff.page.get_by_role("button", name="Dieselbe Firma")
    for left in (3, 2, 1, 0):
        same.first.click()
        expect(same).to_have_count(left)
    take_over(staff, 25)
    expect_companies(staff)


def expect_companies(staff):
    staff.go("/io/gws/companies/")
    staff.sees(f"{IMPORTED + OF_THE_SITE} Unternehmen")


def import_again(staff):
    for file, rows in ((EXCEL, 60), (CSV, 36)):
        upload_list(staff, file)
        staff.sees("Diese Liste ist erledigt.")
        expect_counts(staff, neu=0, schon_da=rows, zu_entscheiden=0, mit_Problemen=0)
    expect_companies(staff)


def record_participation(staff, company):
    """Find the company and record its agreement; returns the company's slug."""
    staff.go("/io/gws/companies/")
    staff.fill("Name, Ort, Register", company)
    staff.press("Suchen", within=staff.page.get_by_role("main"))
    staff.page.wait_for_url("**/companies/?*q=*")  # the list has been exchanged
    staff.follow(company)
    staff.sees("Dieses Unternehmen nimmt noch nicht teil.")
    slug = staff.page.url.rstrip("/").rsplit("/", 1)[1]
    staff.follow("Teilnahme erfassen")
    staff.fill("Unterschrieben am", "2026-04-20")
    staff.fill("Unterschrieben von", "M. Beispiel")
    staff.fill("Fassung des Textes", "2026-01")
    staff.press("Teilnahme erfassen")
    staff.sees(f"{company} nimmt jetzt teil.")
    return slug


def invite_contact(staff, slug, data):
    """Invite the contact the list names; returns the link in the mail."""
    staff.follow("Person einladen")
    expect(staff.page.get_by_label("E-Mail-Adresse")).to_have_value(CONTACT)
    staff.press("Einladung senden")
    staff.sees(f"Die Einladung an {CONTACT} ist unterwegs.")
    assert staff.page.url.endswith(f"/io/gws/people/{slug}/")
    return mailed_link(data / "mail", CONTACT)


def mailed_link(folder, address):
    """The address in the mail that the worker has left in ``folder``."""
    deadline = time.monotonic() + JOB_PATIENCE / 1000
    while time.monotonic() < deadline:
        for file in folder.glob("*.log"):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            if mail["To"] == address:
                return re.search(r"/t/invitation/\S+", mail.get_body(("plain",)).get_content()).group()
        time.sleep(0.2)
    raise TimeoutError(f"no mail to {address}")


def accept_invitation(contact, link):
    contact.go(link)
    contact.sees(COMPANY)
    contact.fill("Passwort", CONTACTS_PASSWORD)
    contact.press("Annehmen und anmelden")
    contact.sees("Wo Sie stehen")
    current = contact.page.locator("[aria-current=step]")
    expect(current).to_contain_text("Wo wir stehen")
    contact.sees("Füllen Sie den Abschnitt „Standort“ Ihres Profils aus.")


def complete_profile(contact):
    """Site, figures (known from the list, now put right), processes; then one sentence says what comes next."""
    contact.follow("Jetzt ausfüllen")
    contact.fill("Straße und Hausnummer", "Hönnetalstraße 99")
    contact.fill("PLZ", "58507")
    contact.fill("Ort", "Lüdenscheid")
    contact.press("Speichern und weiter")
    contact.follow("Zahlen")
    expect(contact.page.get_by_label("Beschäftigte")).to_have_value("35,00")
    contact.fill("Beschäftigte", "35,5")
    contact.fill("Umsatz in EUR", "4.712.100,50")
    contact.fill("Bilanzsumme in EUR", "3.237.400")
    contact.fill("Wirtschaftszweig", "24.34")
    contact.press("Speichern und weiter")
    contact.page.get_by_role("checkbox").nth(2).check()
    contact.page.get_by_role("checkbox").nth(5).check()
    contact.press("Speichern und weiter")
    contact.sees("Ihr Profil ist vollständig. Vielen Dank!")
    contact.follow("Ansehen, was als Nächstes kommt")
    contact.sees("Nehmen Sie an einem Workshop teil.")


def hold_workshop(staff):
    """Three people of one company and one of another came; the filed sheet makes two deliveries of it."""
    staff.go("/io/gws/events/")
    staff.follow("Veranstaltung anlegen")
    staff.fill("Titel", WORKSHOP)
    staff.fill("Datum", "2026-05-12")
    staff.fill("Beginn", "14:00")
    staff.fill("Ende", "17:00")
    staff.fill("Ort", "Lüdenscheid")
    staff.press("Veranstaltung anlegen")
    enter(staff, COMPANY, "Petra Beispiel, Produktionsleitung\nUwe Muster, Konstruktion\nJana Probe", "3 Personen")
    enter(staff, OTHER, "Sven Exempel, Geschäftsführung", "1 Person")
    staff.upload("Unterschriebene Teilnahmeliste", {"name": "Liste.pdf", "mimeType": "application/pdf", "buffer": PDF})
    staff.press("Liste ablegen")
    staff.sees("2 Leistungen stehen neu im Leistungsbuch.")


def enter(staff, company, people, answer):
    """Type the beginning of the name and take the suggestion, as the browser's list gives it."""
    field = staff.page.get_by_role("combobox", name="Unternehmen")
    field.press_sequentially(company[:28], delay=5)
    option = staff.page.locator(f'#company-options option[value^="{company}"]')
    expect(option).to_have_count(1)
    field.fill(option.get_attribute("value"))
    staff.page.get_by_role("textbox", name="Wer da war").fill(people)
    staff.press("Hinzufügen")
    staff.sees(f"{answer} von {company} eingetragen.")


def close_stage(staff, slug):
    staff.go(f"/io/gws/companies/{slug}/")
    delivered = staff.page.get_by_role("region", name="Erhaltene Leistungen").locator(".timeline__item")
    expect(delivered).to_have_count(1)
    expect(delivered).to_contain_text(WORKSHOP)
    expect(delivered).to_contain_text("belegt")
    staff.sees("Alles ist da. Die nächste Stufe beginnt heute.")
    staff.press("Stufe abschließen")
    staff.sees("Die Stufe „Standortbestimmung“ ist abgeschlossen.")


def sees_next_stage(contact):
    contact.page.reload()
    expect(contact.page.locator("[aria-current=step]")).to_contain_text("Welche Märkte zu uns passen")
    contact.sees(WORKSHOP)


def see_shared_progress(partner, closed_slug):
    """All companies taking part as figures, the own ones by name; another partner's company shows no profile."""
    partner.sees("Gemeinsamer Stand")
    figures = {"Stufe": "Marktanalyse", "Partner": "SIHK", "Kreis": "Märkischer Kreis"}
    for each, row in figures.items():
        chart = partner.page.get_by_role("figure").filter(has_text=f"Unternehmen je {each}")
        expect(chart.get_by_role("row", name=row)).to_contain_text("1")
    own = partner.page.get_by_role("region", name="Eigene Unternehmen").first
    expect(own.get_by_role("link", name=COMPANY)).to_be_visible()
    assert own.get_by_role("link", name=OTHER).count() == 0
    partner.go(f"/io/sihk/companies/{closed_slug}/")
    expect(partner.page.get_by_role("region", name="Profil")).to_contain_text("Für Sie nicht freigegeben.")
    assert partner.status_of(f"/io/sihk/companies/{closed_slug}/profile/") == 404
    assert partner.status_of("/io/sihk/companies/muster-guss-hemer-kg/") == 404


def submit_report(staff):
    """From an empty period to the submitted edition; returns the printed SHA-256 of its file."""
    staff.go("/io/gws/reports/")
    staff.follow("1. Halbjahr 2026")
    staff.press("Bericht erstellen")
    expect(staff.page.get_by_role("progressbar")).to_be_visible()
    staff.sees("Entwurf, Ausgabe 1: Es ist noch nichts eingereicht.", patience=JOB_PATIENCE)
    staff.sees("Unterstützte Unternehmen")
    staff.follow("Freigeben und einreichen …")
    staff.press("Jetzt freigeben und einreichen")
    staff.sees("Der Bericht ist eingereicht.")
    return staff.page.locator(".hash").first.inner_text()


def take_report(funder, printed, slug):
    """The funding body finds this one report, whose file is what was submitted, and nothing else."""
    links = funder.page.get_by_role("main").get_by_role("link")
    assert {link.inner_text() for link in links.all() if "PDF" not in link.inner_text()} == {REPORT}
    funder.follow(REPORT)
    with funder.page.expect_download() as download:
        funder.follow("PDF herunterladen")
    content = Path(download.value.path()).read_bytes()
    assert hashlib.sha256(content).hexdigest() == printed
    check_report(content)
    for page in ("companies/", f"companies/{slug}/", "events/", "reports/", "companies/import/"):
        assert funder.status_of(f"/io/foerderstelle/{page}") in (403, 404)


def check_report(content):
    pdf = pypdf.PdfReader(io.BytesIO(content))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert COMPANY in " ".join(text.split())
    assert re.search(r"RCO01 Unterstützte Unternehmen\s+120\s+2\s+2\b", text)
    (name, files), *others = pdf.attachments.items()
    assert (name.endswith(".xlsx"), len(files), others) == (True, 1, [])
    rows = load_workbook(io.BytesIO(files[0]), read_only=True).worksheets[0].iter_rows(values_only=True)
    assert sum(1 for row in rows if {COMPANY, OTHER} & set(row)) == 2
