"""What is not a page obeys the same rules: search, suggestions, exports, PDFs, tasks, commands, mails.

Each test first shows that the name it looks for is there for somebody who may read it.
"""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from companies.models import Company
from companies.tasks import take_over
from offensive.accounts.services import invite
from offensive.enablement.models import Delivery
from offensive.jobs.models import Job, State
from offensive.jobs.services import ask_for
from offensive.notices.models import Notice
from offensive.reports.gathering import gather
from offensive.reports.models import Edition
from offensive.reports.services import BUILD_TASK
from offensive.reports.spreadsheet import enterprise_workbook
from offensive.reports.tasks import build_edition
from offensive.tenancy.models import Membership, Period
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.rows import make_every_row
from tests.sites import make_company

HIDDEN = "Verborgene Werke Zwickel GmbH"
FOREIGN = "Fremde Firma AG"


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


@pytest.fixture
def hidden(site):
    """A company of the lead that takes no part: only the lead knows of it."""
    return make_company(site.programme, name=HIDDEN, partner=site.organisations["gws"], town="Zwickel")


def text(client, person, page):
    client.force_login(person)
    return client.get(page).content.decode()


def test_search_finds_only_what_the_asker_may_see(client, site, hidden):
    lead, partner = site.people[Role.LEAD_COORDINATOR], site.people[Role.PARTNER_ADVISOR]
    for word in ("Zwickel", "verborgene", "zwickel gmbh"):
        assert HIDDEN in text(client, lead, f"/io/gws/companies/?q={word}")
        assert HIDDEN not in text(client, partner, f"/io/sihk/companies/?q={word}")
    assert FOREIGN in text(client, site.elsewhere.person, "/nb/nord/companies/?q=fremde")
    assert FOREIGN not in text(client, lead, "/io/gws/companies/?q=fremde")


def test_suggestions_offer_only_what_the_asker_may_see(client, site, hidden):
    lead, partner = site.people[Role.LEAD_COORDINATOR], site.people[Role.PARTNER_ADVISOR]
    assert HIDDEN in text(client, lead, "/io/gws/events/company-options/?company=verborg")
    assert HIDDEN not in text(client, partner, "/io/sihk/events/company-options/?company=verborg")
    assert FOREIGN not in text(client, lead, "/io/gws/events/company-options/?company=fremde")


def test_report_and_its_spreadsheet_hold_no_row_of_another_programme(site):
    lead, other = site.acting[Role.LEAD_COORDINATOR], site.elsewhere
    make_every_row(site.programme, site.company, site.people[lead.role], lead.membership_id)
    make_every_row(other.programme, other.company, other.person, other.acting.membership_id)

    def gathered(acting):
        with opened(acting):
            assert Delivery.objects.exists()
            return gather(
                Period.objects.of(acting.programme_id).get(key="2026-2"), number=9, built_at=timezone.now()
            ).content

    ours, theirs = gathered(lead), gathered(other.acting)
    assert FOREIGN in repr(theirs)
    assert FOREIGN not in repr(ours)
    sheets = load_workbook(io.BytesIO(enterprise_workbook(ours)))
    cells = {str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert FOREIGN not in " ".join(cells)


@pytest.mark.parametrize("task", [build_edition, take_over])
def test_task_with_a_foreign_job_does_nothing(site, task):
    acting = site.acting[Role.LEAD_COORDINATOR]
    with opened(acting):
        job = ask_for(BUILD_TASK, "2026-1", acting=acting)
    task(programme_id=site.elsewhere.programme.pk, job_id=str(job.pk))
    with opened(acting):
        assert (Job.objects.get(pk=job.pk).state, Job.objects.get(pk=job.pk).attempt) == (State.WAITING, 0)
        assert not Edition.objects.exists()


def test_work_of_somebody_whose_membership_has_ended_is_not_stored(site):
    acting = site.acting[Role.LEAD_COORDINATOR]
    with opened(acting):
        job = ask_for(BUILD_TASK, "2026-1", acting=acting)
    with system_scope(site.programme.pk, "setup.reference"):
        Membership.objects.filter(pk=acting.membership_id).update(ended_at="2026-11-01T00:00Z")
    build_edition(programme_id=site.programme.pk, job_id=str(job.pk))
    with system_scope(site.programme.pk, "setup.reference"):
        assert Job.objects.get(pk=job.pk).state == State.FAILED
        assert not Edition.objects.exists()


@pytest.mark.parametrize("email", ["lead@nb.example", "company_owner@io.example", "niemand@io.example"])
def test_command_does_not_import_for_somebody_who_may_not(site, tmp_path, email):
    path = tmp_path / "liste.csv"
    path.write_text("Firma;PLZ;Ort\nMuster Neu GmbH;58762;Altena\n")
    with pytest.raises(CommandError):
        call_command("import_companies", path, "--programme", "io", "--as", email)
    with opened(site.acting[Role.LEAD_COORDINATOR]):
        assert not Company.objects.filter(legal_name="Muster Neu GmbH").exists()


def test_command_builds_no_report_of_a_period_elsewhere(site, tmp_path):
    with system_scope(site.elsewhere.programme.pk, "setup.reference"):
        period = Period.objects.of(site.elsewhere.programme.pk).first()
        period.key = "nur-drueben"
        period.save()
    with pytest.raises(CommandError):
        call_command("build_report", "--programme", "io", "--period", "nur-drueben", "--out", tmp_path / "x.pdf")


@pytest.mark.parametrize("role", Role)
def test_nobody_reads_the_mails_of_others(site, role):
    lead = site.acting[Role.LEAD_COORDINATOR]
    with opened(lead) as scope:
        invite(
            site.company.organisation, acting=scope.acting, email="neu@firma.example", name="Neu", role="company_member"
        )
    with system_scope(site.programme.pk, "notices.send_due"):
        mail = Notice.objects.get(to="neu@firma.example")
    assert "Muster Federn Altena GmbH" in mail.text
    assert "Muster Guss" not in mail.text
    with opened(site.acting[role]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notices_notice")
        assert cursor.fetchone() == (0,)
