"""The progress page: for htmx a part, without JavaScript a page that refreshes itself, in the end the result."""

import pytest
from django.urls import reverse
from django.utils import timezone

from offensive.jobs.models import State
from offensive.tenancy.roles import Role
from tests.jobs.asking import asked, changed, now

HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(site):
    return asked(site.acting[Role.LEAD_COORDINATOR])


@pytest.fixture
def get(site, sign_in):
    def got(job, role=Role.LEAD_COORDINATOR, **options):
        return sign_in(site.people[role]).get(address("jobs:job_progress", site.acting[role], job), **options)

    return got


def address(name, acting, job):
    return reverse(name, args=[acting.programme_slug, acting.organisation_slug, job.pk])


def finished(job, state, **values):
    return changed(job, state=state, finished_at=timezone.now(), **values)


def test_part_asks_for_itself_again(site, job, get):
    changed(job, state=State.RUNNING, step="Bericht wird gesetzt", percent=40)
    text = get(job, headers=HTMX).content.decode()
    assert f'hx-get="{address("jobs:job_progress", site.acting[Role.LEAD_COORDINATOR], job)}"' in text
    assert "Bericht wird gesetzt · 40 %" in text
    assert "<html" not in text


def test_page_refreshes_itself_without_javascript(job, get):
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in get(job).content.decode()


def test_goes_on_to_the_result(job, get):
    finished(job, State.DONE, result={"url": "/io/gws/reports/2026-1/"})
    assert get(job, headers=HTMX)["HX-Redirect"] == "/io/gws/reports/2026-1/"
    assert get(job)["Location"] == "/io/gws/reports/2026-1/"


def test_done_without_a_result_page_asks_no_more(job, get):
    finished(job, State.DONE)
    assert "hx-get" not in get(job, headers=HTMX).content.decode()


def test_failed_says_why_and_offers_to_start_again(site, job, get, client):
    finished(job, State.FAILED, problem="Der Zeitraum ist nicht offen.")
    text = get(job).content.decode()
    assert "Der Zeitraum ist nicht offen." in text
    restart = address("jobs:job_restart", site.acting[Role.LEAD_COORDINATOR], job)
    assert f'action="{restart}"' in text
    answer = client.post(restart)
    assert answer.status_code == 302
    assert str(job.pk) not in answer["Location"]
    assert now(job).state == State.FAILED


def test_colleague_sees_but_cannot_start_again(site, job, get, client):
    finished(job, State.FAILED, problem="Der Zeitraum ist nicht offen.")
    restart = address("jobs:job_restart", site.acting[Role.LEAD_APPROVER], job)
    assert f'action="{restart}"' not in get(job, Role.LEAD_APPROVER).content.decode()
    assert str(job.pk) in client.post(restart)["Location"]


def test_other_organisations_find_nothing(job, get):
    assert get(job, Role.PARTNER_ADVISOR).status_code == 404
