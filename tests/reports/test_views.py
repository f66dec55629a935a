"""The report's pages: who sees what, what a click leads to, and that nothing is submitted by accident."""

import csv
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offensive.enablement.models import Evidence
from offensive.jobs.models import Job
from offensive.jobs.services import claim
from offensive.reports.models import Approval, Download, Edition, Submission
from offensive.reports.queries import figures, period_rows, submitted_editions
from offensive.reports.services import approve_and_submit, ask_for_report, build_edition
from offensive.tenancy.models import Period, Programme
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.indicators.ledger import delivery, enterprise, scope

LEAD, APPROVER, FUNDER = Role.LEAD_COORDINATOR, Role.LEAD_APPROVER, Role.FUNDER_OFFICER
PAGES = "/io/gws/reports/"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def coordinator(site, sign_in):
    return sign_in(site.people[LEAD])


def draft(site, key="2026-1"):
    """An edition as the worker builds it."""
    with membership_scope(site.people[LEAD].pk, "io", "gws") as opened:
        period = Period.objects.get(programme=site.programme, key=key)
        job = ask_for_report(period, acting=opened.acting)
    build_edition(claim(site.programme.pk, job.pk))
    with scope(site):
        return Edition.objects.select_related("period__programme").get(job=job)


def submitted(site, key="2026-1"):
    edition = draft(site, key)
    with membership_scope(site.people[LEAD].pk, "io", "gws") as opened:
        approve_and_submit(edition, acting=opened.acting)
    return edition


def text_of(response):
    return response.content.decode()


def test_list_of_periods_asks_the_same_for_three_and_for_six(site, coordinator):
    def queries(number):
        with CaptureQueriesContext(connection) as captured:
            assert len(coordinator.get(PAGES).context["periods"]) == number
        return len(captured)

    coordinator.get(PAGES)  # the foot of the page is drawn once for the programme
    first = queries(3)
    with scope(site):
        for year in (2027, 2028, 2029):
            Period.objects.create(
                programme=site.programme,
                key=str(year),
                name=f"Jahr {year}",
                starts_on=date(year, 1, 1),
                ends_on=date(year, 12, 31),
                due_on=date(year + 1, 3, 31),
            )
    assert queries(6) == first == 7


def test_create_asks_for_one_piece_of_work_and_shows_how_far_it_is(site, coordinator):
    for _click in range(2):
        response = coordinator.post(f"{PAGES}2026-1/create/")
        assert (response.status_code, response.url) == (302, f"{PAGES}2026-1/")
    with scope(site):
        assert Job.objects.count() == 1
    assert "<progress" in text_of(coordinator.get(f"{PAGES}2026-1/"))


def test_partner_reads_but_does_not_create(site, sign_in):
    client = sign_in(site.people[Role.PARTNER_ADVISOR])
    draft(site)
    assert client.get("/io/sihk/reports/2026-1/").status_code == 200
    assert client.get("/io/sihk/reports/2026-1/1/read/").status_code == 200
    assert client.post("/io/sihk/reports/2026-1/create/").status_code == 403
    assert client.post("/io/sihk/reports/2026-1/1/submit/").status_code == 403


def test_draft_is_read_as_a_page_with_one_heading(site, coordinator):
    delivery(site, enterprise(site, name="Muster & Söhne <GmbH>"))
    draft(site)
    page = text_of(coordinator.get(f"{PAGES}2026-1/1/read/"))
    assert page.count("<h1") == 1
    assert "Muster &amp; Söhne &lt;GmbH&gt;" in page


def test_figure_leads_to_enterprises_their_company_and_the_evidence(site, coordinator):
    row = delivery(site, enterprise(site, name="Muster GmbH"), title="Bahntechnik")
    draft(site)
    page = text_of(coordinator.get(f"{PAGES}2026-1/1/RCO04/"))
    with scope(site):
        document = Evidence.objects.get(delivery=row).document_id
    assert 'href="/io/gws/companies/muster-gmbh/"' in page
    assert f'href="/io/gws/documents/{document}/"' in page


def test_figure_can_be_narrowed_to_a_size_class_and_to_what_is_new(site, coordinator):
    delivery(site, enterprise(site, name="Junge Werke GmbH"), on=date(2026, 2, 1))
    delivery(
        site, enterprise(site, name="Alte Werke GmbH", size="large", agreed_on=date(2025, 2, 1)), on=date(2025, 3, 1)
    )
    draft(site)

    def shown(query):
        return [row.legal_name for row, *_ in coordinator.get(f"{PAGES}2026-1/1/RCO04/{query}").context["rows"]]

    assert shown("") == ["Alte Werke GmbH", "Junge Werke GmbH"]
    assert (shown("?size=large"), shown("?new=on"), shown("?size=micro")) == (
        ["Alte Werke GmbH"],
        ["Junge Werke GmbH"],
        [],
    )
    assert shown("?size=nonsense") == ["Alte Werke GmbH", "Junge Werke GmbH"]


def test_figure_says_who_is_not_counted_and_why(site, coordinator):
    delivery(site, enterprise(site, name="Nur Telefon GmbH"), kind="phone")
    draft(site)
    (group,) = coordinator.get(f"{PAGES}2026-1/1/RCO04/").context["left_out"]
    assert (group.reason, group.names, group.more) == (
        "Nur einmaliger Kontakt, keine strukturierte Unterstützung",
        ("Nur Telefon GmbH",),
        0,
    )


def test_list_behind_a_figure_asks_the_same_for_one_and_for_four(site, coordinator):
    def queries(number):
        with CaptureQueriesContext(connection) as captured:
            assert len(coordinator.get(f"{PAGES}2026-1/{number}/RCO04/").context["rows"]) == number**2
        return len(captured)

    delivery(site, enterprise(site, name="Erste GmbH"))
    draft(site)
    coordinator.get(PAGES)  # the foot of the page is drawn once for the programme
    first = queries(1)
    for name in ("Zweite GmbH", "Dritte GmbH", "Vierte GmbH"):
        delivery(site, enterprise(site, name=name))
    draft(site)
    assert queries(2) == first == 13


@pytest.mark.parametrize("path", ["2026-1/9/", "2026-1/9/read/", "2026-1/9/pdf/", "2026-1/1/RCR99/", "1999/"])
def test_what_does_not_exist_is_404(site, coordinator, path):
    draft(site)
    assert coordinator.get(f"{PAGES}{path}").status_code == 404


def test_confirmation_shows_the_hash_and_submits_only_by_post(site, coordinator):
    edition = draft(site)
    assert edition.pdf_sha256 in text_of(coordinator.get(f"{PAGES}2026-1/1/submit/"))
    with scope(site):
        assert Submission.objects.count() == 0
    assert coordinator.post(f"{PAGES}2026-1/1/submit/").status_code == 302
    with scope(site):
        assert Submission.objects.get().edition_id == edition.pk


def test_submitting_twice_says_that_it_is_done(site, coordinator):
    submitted(site)
    response = coordinator.post(f"{PAGES}2026-1/1/submit/")
    assert (response.status_code, "problem" in response.context) == (422, True)
    assert coordinator.post(f"{PAGES}2026-1/create/", follow=True).context["messages"] is not None
    with scope(site):
        assert (Submission.objects.count(), Job.objects.unfinished().count()) == (1, 0)


def test_approving_alone_submits_nothing(site, coordinator):
    draft(site)
    assert coordinator.post(f"{PAGES}2026-1/1/approve/").status_code == 302
    with scope(site):
        assert (Approval.objects.count(), Submission.objects.count()) == (1, 0)


def test_with_four_eyes_the_builder_finds_no_button_and_the_approver_does(site, coordinator, client):
    with scope(site):
        Programme.objects.filter(pk=site.programme.pk).update(four_eyes=True)
    draft(site)
    assert coordinator.get(f"{PAGES}2026-1/1/submit/").context["needs_another"] is True
    assert coordinator.post(f"{PAGES}2026-1/1/submit/").status_code == 422
    client.force_login(site.people[APPROVER])
    assert client.post(f"{PAGES}2026-1/1/submit/").status_code == 302


def test_funder_finds_the_submitted_edition_and_nothing_else(site, sign_in):
    draft(site)
    edition = submitted(site)
    draft(site, "2026-2")
    client = sign_in(site.people[FUNDER])
    pages = "/io/foerderstelle/reports/"
    assert client.get(f"{pages}2026-1/2/").context["edition"].pk == edition.pk
    for path in ("2026-1/1/", "2026-1/1/pdf/", "2026-2/1/"):
        assert client.get(f"{pages}{path}").status_code == 404
    for path in ("", "2026-1/", "2026-1/2/read/", "2026-1/2/RCO01/"):
        assert client.get(f"{pages}{path}").status_code == 403
    with membership_scope(site.people[FUNDER].pk, "io", "foerderstelle"):
        assert [each.number for each in submitted_editions(site.programme.pk)] == [2]


def test_funders_download_is_the_approved_file_and_is_written_down(site, sign_in, settings):
    edition = submitted(site)
    client = sign_in(site.people[FUNDER])
    response = client.get("/io/foerderstelle/reports/2026-1/1/pdf/")
    stored = (settings.STORAGE_DIR / "reports" / edition.pdf_sha256).read_bytes()
    assert b"".join(response.streaming_content) == stored
    assert response["Content-Disposition"].startswith("attachment")
    with scope(site):
        taken = Download.objects.get()
    assert (taken.edition_id, taken.downloaded_by) == (edition.pk, site.people[FUNDER])


def test_another_programmes_lead_sees_no_edition(site, client):
    draft(site)
    client.force_login(site.elsewhere.person)
    assert client.get("/nb/nord/reports/2026-1/").context["editions"] == []
    assert client.get("/nb/nord/reports/2026-1/1/").status_code == 404
    assert client.get(f"{PAGES}2026-1/1/").status_code == 404


def test_states_of_a_period(site):
    def state(key, today):
        with scope(site):
            rows = {row.key: row for row in period_rows(site.programme.pk, today=today)}
        return str(rows[key].state[1]), rows[key].number

    assert state("2026-1", date(2026, 5, 1)) == ("info", None)
    assert state("2026-1", date(2026, 8, 1)) == ("warning", None)
    assert state("2026-1", date(2026, 12, 1)) == ("danger", None)
    submitted(site)
    assert state("2026-1", date(2026, 12, 1)) == ("success", 1)


def test_figures_of_an_edition_carry_names_targets_and_sizes(site):
    delivery(site, enterprise(site, name="Muster GmbH", size="medium"))
    edition = draft(site)
    with scope(site):
        total, _supported = figures(edition)
    assert (total.code, total.name, total.target, total.percent) == ("RCO01", "Unterstützte Unternehmen", 120, 0)
    assert [(size, cumulative) for size, _name, _in_period, cumulative in total.parts] == [
        ("micro", 0),
        ("small", 0),
        ("medium", 1),
        ("large", 0),
    ]


def test_list_of_periods_can_be_saved_as_a_file(site, coordinator):
    submitted(site)
    saved = coordinator.get(PAGES, {"export": "csv"}).content.decode("utf-8-sig")
    rows = [list(row.values()) for row in csv.DictReader(saved.splitlines(), delimiter=";")]
    with scope(site):
        assert len(rows) == Period.objects.of(site.programme.pk).count()
        edition = Edition.objects.select_related("period").get()
    assert [row[5] for row in rows if row[0] == edition.period.name] == [str(edition.number)]
