"""The report from the terminal: the same work as the portal's button."""

import hashlib
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from offensive.reports.models import Edition
from offensive.reports.services import approve_and_submit
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.indicators.ledger import delivery, enterprise, scope


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path / "files"


def run(out, *, programme="io", period="2026-1", **options):
    printed = StringIO()
    call_command("build_report", programme=programme, period=period, out=out, stdout=printed, **options)
    return printed.getvalue()


def test_writes_the_edition_s_file_and_prints_figures_and_hash(site, tmp_path):
    delivery(site, enterprise(site, name="Muster GmbH"), on=date(2026, 2, 1))
    out = tmp_path / "report.pdf"
    printed = run(out)
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    with scope(site):
        edition = Edition.objects.get()
    assert (edition.pdf_sha256, edition.built_by_id) == (sha256, site.people[Role.LEAD_COORDINATOR].pk)
    assert printed.splitlines() == [
        f"{out} ({edition.pdf_size} bytes), edition 1 of 2026-1",
        "RCO01: 1 in the period, 1 cumulative",
        "RCO04: 1 in the period, 1 cumulative",
        f"SHA-256 {sha256}",
    ]


def test_builds_as_the_person_named(site, tmp_path):
    run(tmp_path / "report.pdf", email="LEAD_approver@io.example")
    with scope(site):
        assert Edition.objects.get().built_by_id == site.people[Role.LEAD_APPROVER].pk


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"programme": "xx"}, "There is no programme xx."),
        ({"period": "1999"}, "There is no period 1999. Known periods: 2025, 2026-1, 2026-2."),
        (
            {"email": "partner_advisor@io.example"},
            "partner_advisor@io.example is not a member of the lead partner of io who could have a report created.",
        ),
    ],
)
def test_says_in_one_sentence_what_is_wrong(site, tmp_path, options, sentence):
    with pytest.raises(CommandError) as raised:
        run(tmp_path / "report.pdf", **options)
    assert str(raised.value) == sentence
    assert not (tmp_path / "report.pdf").exists()


def test_place_that_cannot_be_written_is_named_and_the_edition_stays(site, tmp_path):
    out = tmp_path / "missing" / "report.pdf"
    with pytest.raises(CommandError) as raised:
        run(out)
    assert str(raised.value) == f"Edition 1 is stored, but {out} cannot be written: No such file or directory."
    with scope(site):
        assert Edition.objects.count() == 1


def test_refuses_once_the_period_is_submitted(site, tmp_path):
    run(tmp_path / "report.pdf")
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws") as opened:
        approve_and_submit(Edition.objects.select_related("period__programme").get(), acting=opened.acting)
    with pytest.raises(CommandError):
        run(tmp_path / "again.pdf")
    assert not (tmp_path / "again.pdf").exists()
