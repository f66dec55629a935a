"""The history: by day, by the page, and as a file."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from offensive.portal import log_views
from offensive.tenancy.models import LogEntry
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope

LOG = reverse("portal:programme_log", kwargs={"programme": "io", "organisation": "gws"})


@pytest.fixture
def lead(client, site):
    client.force_login(site.people[Role.LEAD_COORDINATOR])
    return client


def write(site, *moments, **values):
    """An entry at each of ``moments``, by the coordinator; nothing else is in the log of these days."""
    acting = site.acting[Role.LEAD_COORDINATOR]
    fields = {"user": acting.user_id, "organisation": acting.organisation_id, "programme": site.programme}
    fields |= {"operation": "UPDATE", "table": "companies_company", "row": "1"} | values
    with system_scope(site.programme.pk, "setup.reference"):
        LogEntry.objects.bulk_create(LogEntry(at=moment, **fields) for moment in moments)


def days(answer):
    return [line.at.strftime("%d.%m. %H:%M") for line in answer.context["lines"]]


def test_days_are_those_of_the_people_here(lead, site):
    write(site, datetime(2024, 3, 1, 22, 59, tzinfo=UTC), datetime(2024, 3, 1, 23, 30, tzinfo=UTC))

    assert days(lead.get(LOG, {"since": "2024-03-01", "until": "2024-03-01"})) == ["01.03. 23:59"]
    assert days(lead.get(LOG, {"since": "2024-03-02", "until": "2024-03-02"})) == ["02.03. 00:30"]


def test_a_day_that_cannot_be_read_is_said_and_stays(lead, site):
    write(site, datetime(2024, 3, 1, tzinfo=UTC))
    page = lead.get(LOG, {"since": "gestern"})
    assert page.context["form"].errors.keys() == {"since"}
    assert 'value="gestern"' in page.content.decode()


def test_empty_days_offer_the_way_back(lead, site):
    write(site, datetime(2024, 3, 1, tzinfo=UTC))
    page = lead.get(LOG, {"since": "2023-01-01", "until": "2023-01-02"}).content.decode()
    assert "An diesen Tagen wurde nichts geändert." in page
    assert f'href="{LOG}"' in page


def test_file_holds_the_days_on_the_screen_and_is_logged_itself(lead, site):
    write(site, datetime(2024, 3, 1, 12, tzinfo=UTC), changed={"town": ["Hagen", "=1+1"]})
    write(site, datetime(2024, 3, 5, 12, tzinfo=UTC))
    query = {"since": "2024-03-01", "until": "2024-03-02"}

    answer = lead.get(LOG, query | {"export": "csv"})

    _heading, line = answer.content.decode("utf-8-sig").splitlines()
    assert line.startswith('"01.03.2024";"13:00:00";')
    assert line.endswith('"Ort: Hagen → =1+1"')
    assert lead.get(LOG, query | {"export": "xlsx"}).content[:2] == b"PK"
    with system_scope(site.programme.pk, "setup.reference"):
        entries = LogEntry.objects.filter(operation="EXPORT", table="tenancy_logentry")
        assert [entry.changed["rows"][1] for entry in entries] == [1, 1]


def test_a_log_too_long_for_a_file_asks_for_fewer_days(lead, site, monkeypatch):
    monkeypatch.setattr(log_views, "EXPORTED_AT_MOST", 1)
    write(site, datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 2, tzinfo=UTC))

    page = lead.get(LOG, {"until": "2024-03-31", "export": "csv"})

    assert page["Content-Type"].startswith("text/html")
    assert "Bitte grenzen Sie die Tage ein" in page.content.decode()
    assert "download hx-boost" not in page.content.decode()
    assert lead.get(LOG, {"until": "2024-03-01", "export": "csv"})["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("entries", [1, 4])
def test_pages_need_the_same_queries_however_many_entries(lead, site, django_assert_num_queries, entries):
    write(site, *(datetime(2024, 3, 1, hour, tzinfo=UTC) for hour in range(entries)))
    lead.get(LOG, {"until": "2024-03-31"})
    with django_assert_num_queries(10):
        assert len(days(lead.get(LOG, {"until": "2024-03-31"}))) == entries
