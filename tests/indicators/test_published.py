"""Published figures: rounded one by one, never changed, readable by everybody and nothing else with them."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from companies.models import Company
from offensive.enablement.models import Enrolment, Stage
from offensive.indicators.models import PublishedFigure
from offensive.indicators.published import publish, publish_due, published_table, rounded
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_company

DAY = date(2026, 11, 1)


def enrol_some(site, number, *, district="Hagen", position=1):
    """``number`` companies of ``district`` in the stage at ``position``."""
    for each in range(number):
        company = make_company(site.programme, name=f"Muster {district} {position} {each}", district=district)
        with system_scope(site.programme.pk, "setup.reference"):
            stage = Stage.objects.get(programme=site.programme, position=position)
            Enrolment.objects.create(
                programme=site.programme, company_id=company.pk, process=stage.process, enrolled_on=DAY, stage=stage
            )


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_numbers_are_rounded_to_five(number, shown):
    assert rounded(number) == shown


def test_every_number_and_total_is_rounded_by_itself(site):
    enrol_some(site, 2, district="Hagen", position=1)
    enrol_some(site, 2, district="Hagen", position=2)
    enrol_some(site, 3, district="Ennepe-Ruhr-Kreis", position=2)
    assert publish(site.programme.pk, on=DAY)
    table = published_table(site.programme.pk)
    assert table.columns == ("Ennepe-Ruhr-Kreis", "Hagen")
    assert [(stage, [number for _, number in line], total) for stage, line, total in table.rows] == [
        ("Standortbestimmung", [0, 0], 0),
        ("Marktanalyse", [5, 0], 5),
    ]
    assert ([number for _, number in table.totals], table.total) == ([5, 5], 5)


def test_what_was_published_stays(site):
    publish(site.programme.pk, on=DAY)
    enrol_some(site, 10)
    assert not publish(site.programme.pk, on=DAY)
    assert published_table(site.programme.pk).total == 0
    assert publish_due(on=date(2026, 11, 24)) == 1, "the other programme has nothing of this month yet"
    assert publish_due(on=date(2026, 12, 1)) == 2
    assert published_table(site.programme.pk).total == 10


def test_command_publishes_once_a_day(site, capsys):
    call_command("publish_figures", programme="io")
    call_command("publish_figures", programme="io")
    assert capsys.readouterr().out.split("\n")[:2] == ["published", "already published today"]


def test_visitor_reads_the_figures_and_no_name(client, site):
    enrol_some(site, 6)
    publish(site.programme.pk, on=DAY)
    text = client.get("/figures/io/").content.decode()
    assert "Standortbestimmung" in text
    assert "Muster Hagen" not in text
    assert client.get("/figures/gibt-es-nicht/").status_code == 404


def test_committee_starts_with_the_figures_and_reads_no_company(client, site):
    enrol_some(site, 6)
    publish(site.programme.pk, on=DAY)
    client.force_login(site.people[Role.COMMITTEE_READER])
    assert "Standortbestimmung" in client.get("/io/industrieausschuss/").content.decode()
    acting = site.acting[Role.COMMITTEE_READER]
    with membership_scope(acting.user_id, "io", "industrieausschuss"):
        assert not Company.objects.exists()
        assert PublishedFigure.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM enablement_enrolment")
            assert cursor.fetchone() == (0,)


def test_without_figures_the_page_says_when_they_come(client, site):
    assert "Anfang jedes Monats" in client.get("/figures/io/").content.decode()
