"""One story through the whole portal: from an office's list of companies to the report at the funding body.

Real server, worker, scheduler, database, broker and browser; each part goes on where the one before has ended.
"""

import hashlib
import io
import re
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from offensive.tenancy.roles import Role
from tests.browser.driving import JOB_PATIENCE
from tests.documents.uploads import PDF
from tests.services import ROOT
from tests.sites import PASSWORD

pytestmark = pytest.mark.browser

SAMPLES = ROOT / "tests" / "samples"
EXCEL, CSV = SAMPLES / "gws_teilnehmerliste.xlsx", SAMPLES / "sihk_kontakte.csv"

# Number in the list: label, what is wrong with it, what a person types instead.
TO_CORRECT = {
    12: ("USt-IdNr.", "Prüfziffer", "DE999900128"),
    29: ("E-Mail", "E-Mail", "kontakt029@unternehmen.example"),
    41: ("Firma", "Firma", "Muster Rohrsysteme Witten KG"),
    44: ("Postleitzahl", "fünf", "58553"),
    47: ("Mitarbeiter", "Zahl", "35"),
    52: ("Erstkontakt", "31.02.2026", "28.02.2026"),
}
COMPANY = "Muster Drahtzieherei Lüdenscheid GmbH & Co. KG"
CONTACT = "kontakt047@unternehmen.example"
OTHER = "Muster Leuchten Herdecke KG"
UNRELEASED = "Muster Guss Hemer KG"
# The site of the tests brings two companies of its own.
OF_THE_SITE, IMPORTED = 2, 85
CONTACTS_PASSWORD = "Ziehstein-und-Drahtrolle-58507"


def test_from_an_offices_list_to_the_report_at_the_funding_body(person_at, portal):
    complaints = []
    with person_at(Role.LEAD_COORDINATOR) as staff:
        import_excel(staff)
        import_csv(staff)
        import_again(staff)
        slug = record_participation(staff)
        link = invite_contact(staff, slug, portal.data)
        with person_at() as contact:
            accept_invitation(contact, link)
            complete_profile(contact)
            hold_workshop(staff)
            close_stage(staff, slug)
            sees_next_stage(contact)
            complaints += contact.complaints
        with person_at(Role.PARTNER_ADVISOR) as partner:
            see_shared_progress(partner, portal.site)
            complaints += partner.complaints
        printed = submit_report(staff)
        complaints += staff.complaints
    with person_at(Role.FUNDER_OFFICER) as funder:
        take_report(funder, printed, slug)
        complaints += funder.complaints
    assert complaints == []
