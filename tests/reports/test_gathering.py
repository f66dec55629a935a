"""What a report on a period says, from a real ledger."""

from datetime import UTC, date, datetime
from decimal import Decimal

from offensive.enablement.models import Enrolment, Process, Stage, StageProgress
from offensive.reports.gathering import gather
from offensive.reports.services import approve, record_edition, submit
from offensive.tenancy.models import Period
from offensive.tenancy.roles import Role
from tests.enablement.support import process_of
from tests.indicators.ledger import assess, clerk, delivery, enterprise, merge, reverse, scope
from workshops.models import Attendance, Event

BUILT_AT = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)


def gathered(site, key="2026-1", *, number=1):
    with scope(site):
        period = Period.objects.select_related("programme").get(programme=site.programme, key=key)
        return gather(period, number=number, built_at=BUILT_AT)


def submitted(site, key):
    """The report on a period, handed in as it stands now."""
    with scope(site):
        period = Period.objects.select_related("programme").get(programme=site.programme, key=key)
        content = gather(period, number=1, built_at=BUILT_AT)
        edition = record_edition(period, content, None, user_id=clerk(site).pk)
        approve(edition, acting=site.acting[Role.LEAD_COORDINATOR])
        submit(edition, acting=site.acting[Role.LEAD_COORDINATOR])
        return edition


def event(site, *, title, on, attended, partner="gws", kind="workshop"):
    """An event with ``attended`` = {company: [persons]}."""
    with scope(site):
        held = Event.objects.create(
            programme=site.programme,
            partner=site.organisations[partner],
            kind=kind,
            title=title,
            starts_at=datetime(on.year, on.month, on.day, 8, tzinfo=UTC),
            ends_at=datetime(on.year, on.month, on.day, 11, tzinfo=UTC),
            place="Altena",
            created_by=clerk(site),
        )
        for company, people in attended.items():
            for person in people:
                Attendance.objects.create(
                    programme=site.programme, event=held, company_id=company.pk, person=person, entered_by=clerk(site)
                )
        return held


def enrol(site, company, *, on, stages):
    """``stages``: (key, started, completed or None)."""
    with scope(site):
        process = Process.objects.get(programme=site.programme)
        Enrolment.objects.create(programme=site.programme, company_id=company.pk, process=process, enrolled_on=on)
        for key, started_on, completed_on in stages:
            StageProgress.objects.create(
                programme=site.programme,
                company_id=company.pk,
                stage=Stage.objects.get(process=process, key=key),
                started_on=started_on,
                due_on=started_on.replace(year=started_on.year + 1),
                completed_on=completed_on,
                completed_by=clerk(site) if completed_on else None,
            )


def stage_numbers(content):
    return {row.name: (row.companies_now, row.started_in_period, row.completed_in_period) for row in content.stages}


def test_cover_states_the_grant_notice_and_the_consortium_lead_first(site):
    content = gathered(site).content
    assert (content.period.key, content.period.label) == ("2026-1", "1. Halbjahr 2026")
    assert content.cover.partners[0] == content.funding.grant_recipient
    assert len(content.cover.partners) == 5
    assert (content.funding.nrw_measure, content.funding.specific_objective) == ("1.4", "RSO1.1")


def test_indicators_carry_target_period_and_cumulative_values_by_size(site):
    delivery(site, enterprise(site, name="Alt GmbH", size="large", agreed_on=date(2025, 3, 1)), on=date(2025, 3, 1))
    delivery(site, enterprise(site, name="Neu GmbH"), on=date(2026, 2, 1))
    total, supported = gathered(site).content.indicators
    assert (total.code, total.target, total.period_value, total.cumulative_value) == ("RCO01", 120, 1, 2)
    assert [(part.code, part.period_value, part.cumulative_value) for part in supported.parts] == [
        ("micro", 0, 0),
        ("small", 1, 1),
        ("medium", 0, 0),
        ("large", 0, 1),
    ]


def test_three_people_of_one_company_are_three_attendances_and_one_enterprise(site):
    one, other = enterprise(site, name="Drei GmbH"), enterprise(site, name="Eine GmbH")
    event(site, title="Erster", on=date(2026, 2, 1), attended={one: ["A", "B", "C"], other: ["D"]})
    event(site, title="Zweiter", on=date(2026, 3, 1), attended={one: ["A"]}, partner="sihk", kind="excursion")
    event(site, title="Danach", on=date(2026, 7, 1), attended={one: ["A"]})
    content = gathered(site).content
    assert [
        (row.title, row.kind, row.partner, row.attendances, row.distinct_enterprises) for row in content.events
    ] == [
        ("Erster", "Workshop", "GWS", 4, 2),
        ("Zweiter", "Exkursion zum Fachkongress", "SIHK", 1, 1),
    ]
    totals = content.event_totals
    assert (totals.events, totals.attendances, totals.distinct_enterprises) == (2, 5, 2)


def test_event_on_the_last_evening_belongs_to_the_period_by_local_date(site):
    held = event(site, title="Silvester", on=date(2025, 12, 31), attended={})
    with scope(site):
        held.starts_at = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
        held.ends_at = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)
        held.save(update_fields=["starts_at", "ends_at"])
    assert [row.on for row in gathered(site).content.events] == [date(2026, 1, 1)]


def test_merged_records_at_one_event_are_one_enterprise(site):
    kept, doubled = enterprise(site, name="Feder GmbH"), enterprise(site, name="Feder alt")
    event(site, title="Workshop", on=date(2026, 2, 1), attended={kept: ["A"], doubled: ["B"]})
    merge(site, survivor=kept, absorbed=doubled)
    assert gathered(site).content.event_totals.distinct_enterprises == 1


def test_stages_come_out_the_same_for_a_past_period_however_far_companies_are_now(site):
    early = enterprise(site, name="Früh GmbH")
    enrol(
        site,
        early,
        on=date(2025, 3, 1),
        stages=[("standort", date(2025, 3, 1), date(2026, 2, 1)), ("marktanalyse", date(2026, 2, 1), None)],
    )
    enrol(site, enterprise(site, name="Spät GmbH"), on=date(2026, 9, 1), stages=[("standort", date(2026, 9, 1), None)])
    assert stage_numbers(gathered(site, "2025").content)["Standortbestimmung"] == (1, 1, 0)
    assert stage_numbers(gathered(site, "2026-1").content)["Standortbestimmung"] == (0, 0, 1)
    assert stage_numbers(gathered(site, "2026-1").content)["Marktanalyse"] == (1, 1, 0)
    assert [(row.size_class, row.companies) for row in gathered(site).content.sizes][:2] == [("micro", 0), ("small", 1)]


def test_stage_that_only_an_older_version_has_is_printed_while_somebody_was_in_it(site):
    enrol(
        site, enterprise(site, name="Alt GmbH"), on=date(2026, 2, 1), stages=[("marktanalyse", date(2026, 2, 1), None)]
    )
    process_of(site.programme, ("anfang", []))
    assert stage_numbers(gathered(site).content) == {"Anfang": (0, 0, 0), "Marktanalyse": (1, 1, 0)}


def test_size_corrected_on_the_day_it_was_assessed_is_the_corrected_one(site):
    """As for the indicators: a list's figures, put right by the company itself later that day."""
    company = enterprise(site, name="Berichtigt GmbH", size="medium", assessed_on=date(2026, 11, 23))
    assess(site, company, size="small", on=date(2026, 11, 23))
    assess(site, company, size="micro", on=date(2026, 11, 30))
    enrol(site, company, on=date(2026, 3, 1), stages=[])
    sizes = {row.size_class: row.companies for row in gathered(site).content.sizes}
    assert sizes == {"micro": 0, "small": 1, "medium": 0, "large": 0}


def test_company_without_known_size_is_shown_as_such(site):
    enrol(site, enterprise(site, name="Ohne Größe GmbH", size=None), on=date(2026, 3, 1), stages=[])
    assert [(row.size_class, row.companies) for row in gathered(site).content.sizes][-1] == ("unknown", 1)


def test_districts_and_partners_show_who_was_counted_where_and_for_whom(site):
    delivery(site, enterprise(site, name="Hagener GmbH", district="Hagen"), partner="sihk")
    delivery(site, enterprise(site, name="Ortlos GmbH", district=""), partner="gws")
    content = gathered(site).content
    assert [(row.name, row.companies, row.enterprises) for row in content.districts] == [
        ("Hagen", 0, 1),
        ("ohne Zuordnung", 0, 1),
    ]
    credited = {row.name: (row.period_value, row.cumulative_value) for row in content.partners}
    assert (credited["GWS"], credited["SIHK"], credited["ZENIT"]) == ((1, 1), (1, 1), (0, 0))


def test_annex_lists_each_enterprise_with_the_support_it_is_counted_for(site):
    row = delivery(site, enterprise(site, name="Muster GmbH"), on=date(2026, 2, 1), title="Bahntechnik")
    (listed,) = gathered(site).content.enterprises
    assert (listed.number, listed.company_id, listed.legal_name) == (1, str(row.company_id), "Muster GmbH")
    assert (listed.first_delivery_on, listed.first_delivery_kind, listed.first_delivery_title) == (
        date(2026, 2, 1),
        "Workshop",
        "Bahntechnik",
    )
    assert (listed.partner, listed.evidence, listed.counted_for) == ("GWS", "evidenced", ("RCO01", "RCO04"))


def test_not_counted_are_named_with_the_reason_but_not_those_of_later_periods(site):
    delivery(site, enterprise(site, name="Nur Telefon GmbH"), kind="phone")
    delivery(site, enterprise(site, name="Danach GmbH"), on=date(2026, 8, 1))
    assert [(row.legal_name, row.indicator, row.reason) for row in gathered(site).content.not_counted] == [
        ("Nur Telefon GmbH", code, "Nur einmaliger Kontakt, keine strukturierte Unterstützung")
        for code in ("RCO01", "RCO04")
    ]


def test_without_an_earlier_report_nothing_is_corrected(site):
    delivery(site, enterprise(site, name="Muster GmbH"))
    assert gathered(site).content.corrections == ()


def test_correction_says_what_was_reported_what_it_is_now_and_why(site):
    names = ("Bleibt GmbH", "Doppelt GmbH", "Doppelt Gesellschaft mbH", "Irrtum GmbH")
    companies = {name: enterprise(site, name=name, agreed_on=date(2025, 2, 1)) for name in names}
    rows = {name: delivery(site, company, on=date(2025, 5, 1)) for name, company in companies.items()}
    submitted(site, "2025")
    merge(site, survivor=companies["Doppelt GmbH"], absorbed=companies["Doppelt Gesellschaft mbH"])
    reverse(site, rows["Irrtum GmbH"])
    total = gathered(site).content.indicators[0]
    assert (total.previous_reported, total.previous_corrected, total.cumulative_value) == (4, 2, 2)
    assert total.correction_note == (
        "„Doppelt Gesellschaft mbH“ ist mit „Doppelt GmbH“ zusammengeführt; "
        "„Irrtum GmbH“ zählt nicht mehr: Leistung irrtümlich erfasst und zurückgenommen."
    )
    assert gathered(site).content.summary[-1] == (
        "Gegenüber dem Vorbericht wurden 2 Werte korrigiert; die Gründe stehen in Anlage 2."
    )


def test_support_entered_late_raises_what_was_reported(site):
    company = enterprise(site, name="Nachgetragen GmbH", agreed_on=date(2025, 2, 1))
    submitted(site, "2025")
    delivery(site, company, on=date(2025, 5, 1))
    total = gathered(site).content.indicators[0]
    assert (total.previous_reported, total.previous_corrected, total.period_value) == (Decimal(0), Decimal(1), 0)
    assert total.correction_note == "„Nachgetragen GmbH“ zählt nun mit: Angaben oder Nachweise nachgetragen."
