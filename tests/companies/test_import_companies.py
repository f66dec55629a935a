"""``manage.py import_companies``: what it prints and how it exits."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from companies.models import Company, ImportBatch
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.services import ROOT

SAMPLES = Path(__file__).parent.parent / "samples"
EXCEL, CSV = SAMPLES / "gws_teilnehmerliste.xlsx", SAMPLES / "sihk_kontakte.csv"


def run(path, email="lead_coordinator@io.example", *, programme="io", dry_run=False):
    """The numbers printed, in their order: rows, new, known, with changes, to decide, with problems."""
    out = StringIO()
    call_command(
        "import_companies", path, "--programme", programme, "--as", email, *(["--dry-run"] * dry_run), stdout=out
    )
    lines = out.getvalue().splitlines()
    assert lines[0] == f"{path.name}:"
    labels = ("rows", "new", "known", "with changes", "to decide", "with problems")
    assert [line[:16].strip() for line in lines[1:7]] == list(labels)
    return tuple(int(line[16:]) for line in lines[1:7])


def kept(site):
    with membership_scope(site.people[Role.LEAD_COORDINATOR].pk, "io", "gws"):
        return Company.objects.count(), ImportBatch.objects.count()


def test_counts_are_printed_and_new_companies_taken_over(site):
    companies, imports = kept(site)

    assert run(EXCEL) == (60, 54, 0, 0, 0, 6)
    assert run(CSV) == (36, 25, 7, 0, 4, 0)
    assert kept(site) == (companies + 79, imports + 2)
    assert run(EXCEL) == (60, 0, 54, 0, 0, 6)
    assert kept(site) == (companies + 79, imports + 3)


def test_dry_run_keeps_nothing(site):
    before = kept(site)

    assert run(EXCEL, dry_run=True) == (60, 54, 0, 0, 0, 6)
    assert kept(site) == before


@pytest.mark.parametrize(
    ("email", "programme"),
    [
        ("nobody@io.example", "io"),
        ("lead_coordinator@io.example", "xx"),
        ("funder_officer@io.example", "io"),
        ("lead@nb.example", "io"),
    ],
)
def test_who_may_not_import_is_told(site, email, programme):
    with pytest.raises(CommandError, match=r"\.$"):
        run(CSV, email, programme=programme)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"\x00\x01\x02" * 100])
def test_unreadable_file_is_one_sentence(site, tmp_path, content):
    path = tmp_path / "liste.xlsx"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=r"\.$"):
        run(path)
    with pytest.raises(CommandError, match="cannot be opened"):
        run(tmp_path / "fehlt.xlsx")


def test_list_without_a_column_for_the_name_is_refused(site, tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("PLZ;E-Mail\n58762;a@exempel.example\n58762;b@exempel.example\n")

    with pytest.raises(CommandError, match="Company name"):
        run(path)


def test_failure_exits_non_zero_without_a_traceback(tmp_path):
    command = [sys.executable, str(ROOT / "manage.py"), "import_companies", str(tmp_path / "fehlt.csv")]
    done = subprocess.run(
        [*command, "--programme", "io", "--as", "a@b.example"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert (done.stdout, "Traceback" in done.stderr, len(done.stderr.strip().splitlines())) == ("", False, 1)
