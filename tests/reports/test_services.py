"""An edition is what one building wrote; approval and submission name it, and nothing is built after it."""

import hashlib
import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from companies.merging import merge_companies, unmerge
from offensive.jobs.models import State
from offensive.jobs.services import JobTaken, claim
from offensive.reports import storage
from offensive.reports.content import content_hash, from_data
from offensive.reports.models import Edition, Submission
from offensive.reports.services import (
    ReportError,
    approve,
    approve_and_submit,
    ask_for_report,
    build_edition,
    submit,
)
from offensive.tenancy.models import Membership, Period, Programme
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.indicators.ledger import delivery, enterprise, scope


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


def acting_as(site, role=Role.LEAD_COORDINATOR):
    return membership_scope(site.people[role].pk, "io", site.acting[role].organisation_slug)


def period_of(site, key="2026-1"):
    return Period.objects.select_related("programme").get(programme=site.programme, key=key)


def asked(site, key="2026-1"):
    with acting_as(site) as opened:
        return ask_for_report(period_of(site, key), acting=opened.acting)


def built(site, key="2026-1"):
    """The edition that a worker would have built."""
    job = asked(site, key)
    build_edition(claim(site.programme.pk, job.pk))
    with scope(site):
        job.refresh_from_db()
        assert (job.state, job.problem) == (State.DONE, "")
        return Edition.objects.select_related("period__programme").get(job=job)


def test_edition_keeps_figures_enterprises_content_and_the_file_by_its_hash(site):
    row = delivery(site, enterprise(site, name="Muster GmbH"))
    edition = built(site)
    with scope(site):
        figures = {(each.code, each.part): (each.in_period, each.cumulative) for each in edition.figures.all()}
        behind = {(each.code, each.legal_name, each.delivery, each.is_new) for each in edition.enterprises.all()}
    assert figures[("RCO01", "")] == figures[("RCO04", "small")] == (1, 1)
    assert len(figures) == 10
    assert behind == {(code, "Muster GmbH", row.pk, True) for code in ("RCO01", "RCO04")}
    assert content_hash(from_data(edition.content)) == edition.content_hash
    pdf = storage.path_of(edition.pdf_sha256).read_bytes()
    assert (pdf[:5], len(pdf)) == (b"%PDF-", edition.pdf_size)
    assert hashlib.sha256(pdf).hexdigest() == edition.pdf_sha256


def test_job_done_is_left_alone_and_editions_are_numbered(site):
    first = built(site)
    with pytest.raises(JobTaken):
        claim(site.programme.pk, first.job_id)
    assert (first.number, built(site).number, built(site, "2026-2").number) == (1, 2, 1)


def test_worker_that_lost_its_job_stores_nothing(site):
    job = asked(site)
    stale = claim(site.programme.pk, job.pk)
    with scope(site):
        job.refresh_from_db()
        job.attempt += 1
        job.save(update_fields=["attempt"])
    build_edition(stale)
    with scope(site):
        job.refresh_from_db()
        assert (Edition.objects.count(), job.state) == (0, State.RUNNING)


def test_person_whose_membership_has_ended_is_told_and_nothing_is_built(site):
    job = claim(site.programme.pk, asked(site).pk)
    with scope(site):
        Membership.objects.filter(pk=job.membership_id).update(ended_at=job.asked_at)
    build_edition(job)
    with scope(site):
        job.refresh_from_db()
        assert (job.state, Edition.objects.count()) == (State.FAILED, 0)
        assert job.problem != ""


def test_asked_twice_while_it_runs_is_one_job(site):
    assert asked(site).pk == asked(site).pk


def as_it_stands(site, edition):
    """Every row of an edition, and the bytes of its file."""
    with scope(site):
        again = Edition.objects.get(pk=edition.pk)
        rows = (Edition.objects.filter(pk=edition.pk), again.enterprises.order_by("pk"), again.figures.order_by("pk"))
        return *(list(found.values()) for found in rows), storage.path_of(again.pdf_sha256).read_bytes()


def test_submitted_edition_does_not_change_when_records_are_merged_later(site):
    kept, doubled = enterprise(site, name="Feder GmbH"), enterprise(site, name="Feder alt")
    for company in (kept, doubled):
        delivery(site, company, on=date(2026, 3, 1))
    edition = built(site)
    with acting_as(site) as opened:
        approve_and_submit(edition, acting=opened.acting)
    submitted = as_it_stands(site, edition)
    assert [row["legal_name"] for row in submitted[1] if row["code"] == "RCO04"] == ["Feder alt", "Feder GmbH"]
    for unmerging in (True, False):
        with acting_as(site) as opened:
            made = merge_companies(kept, doubled, acting=opened.acting, choices={"name": "absorbed"})
        assert as_it_stands(site, edition) == submitted
        if unmerging:
            with acting_as(site) as opened:
                unmerge(made, acting=opened.acting)
            assert as_it_stands(site, edition) == submitted
    next_one = from_data(built(site, "2026-2").content)
    assert [(each.previous_reported, each.previous_corrected) for each in next_one.indicators] == [(2, 1), (2, 1)]


def test_ledger_of_editions_refuses_to_be_changed(site):
    edition = built(site)
    with scope(site):
        assert Edition.objects.filter(pk=edition.pk).exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(number=9)


def test_nothing_is_built_for_a_period_after_its_submission(site):
    edition = built(site)
    with acting_as(site) as opened:
        approve_and_submit(edition, acting=opened.acting)
        with pytest.raises(ReportError, match=r"1"):
            ask_for_report(edition.period, acting=opened.acting)


def test_building_that_ends_after_the_submission_says_so_and_stores_nothing(site):
    edition = built(site)
    job = claim(site.programme.pk, asked(site).pk)
    with acting_as(site) as opened:
        approve_and_submit(edition, acting=opened.acting)
    build_edition(job)
    with scope(site):
        job.refresh_from_db()
        assert (job.state, Edition.objects.count()) == (State.FAILED, 1)


def test_submission_needs_an_approval_and_each_happens_once(site):
    edition = built(site)
    with acting_as(site) as opened:
        with pytest.raises(ReportError):
            submit(edition, acting=opened.acting)
        approve(edition, acting=opened.acting)
        with pytest.raises(ReportError):
            approve(edition, acting=opened.acting)
        submission = submit(edition, acting=opened.acting)
        with pytest.raises(ReportError):
            submit(edition, acting=opened.acting)
    assert (submission.edition_id, submission.submitted_by_id) == (edition.pk, site.people[Role.LEAD_COORDINATOR].pk)


def test_with_four_eyes_the_builder_cannot_approve_and_another_can(site):
    with scope(site):
        Programme.objects.filter(pk=site.programme.pk).update(four_eyes=True)
    edition = built(site)
    with acting_as(site) as opened, pytest.raises(ReportError):
        approve(edition, acting=opened.acting)
    with acting_as(site, Role.LEAD_APPROVER) as opened:
        approve_and_submit(edition, acting=opened.acting)
    with scope(site):
        assert Submission.objects.get(period=edition.period_id).submitted_by == site.people[Role.LEAD_APPROVER]


def test_two_people_submit_at_once_and_the_second_gets_a_sentence(committed_site):
    site, edition, outcomes, start = committed_site, built(committed_site), [], threading.Barrier(2)

    def hand_in(role):
        start.wait()
        try:
            with acting_as(site, role) as opened:
                approve_and_submit(edition, acting=opened.acting)
            outcomes.append("submitted")
        except ReportError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=[role]) for role in (Role.LEAD_COORDINATOR, Role.LEAD_APPROVER)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with scope(site):
        assert Submission.objects.count() == 1
    assert outcomes.count("submitted") == 1
    assert len(outcomes) == 2
