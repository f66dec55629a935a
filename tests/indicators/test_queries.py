"""The counting rules of the fund, on a real ledger."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offensive.indicators.models import Indicator
from offensive.indicators.queries import (
    CountingError,
    JudgedDelivery,
    by_size,
    check_union,
    count_all,
    judge_deliveries,
)
from tests.indicators.ledger import (
    assess,
    counting,
    delivery,
    enterprise,
    file_evidence,
    merge,
    names,
    reasons,
    reverse,
    scope,
    unmerge,
    verify,
)


def test_enterprise_supported_by_two_partners_counts_once_for_the_first(site):
    company = enterprise(site, name="Doppelt GmbH")
    delivery(site, company, on=date(2026, 3, 1), partner="sihk", title="Zweite")
    first = delivery(site, company, on=date(2026, 2, 1), partner="gws", title="Erste")
    (counted,) = counting(site).counted
    assert (counted.legal_name, counted.delivery_id, counted.title) == ("Doppelt GmbH", first.pk, "Erste")
    assert counted.partner_id == site.organisations["gws"].pk


def test_phone_enquiry_never_counts(site):
    delivery(site, enterprise(site, name="Nur Telefon GmbH"), kind="phone")
    assert names(counting(site)) == []
    assert reasons(counting(site)) == {"Nur Telefon GmbH": "not_structured"}


def test_support_without_evidence_counts_once_it_is_evidenced(site):
    row = delivery(site, enterprise(site, name="Ohne Beleg GmbH"), evidenced=False)
    assert reasons(counting(site)) == {"Ohne Beleg GmbH": "not_evidenced"}
    assert names(counting(site, proof="claimed")) == ["Ohne Beleg GmbH"]
    file_evidence(site, row)
    assert names(counting(site)) == ["Ohne Beleg GmbH"]


def test_where_verification_is_asked_for_evidence_is_not_enough(site):
    row = delivery(site, enterprise(site, name="Belegt GmbH"))
    assert reasons(counting(site, proof="verified")) == {"Belegt GmbH": "not_verified"}
    verify(site, row)
    assert [each.proof for each in counting(site, proof="verified").counted] == ["verified"]


def test_reversed_support_does_not_count_and_the_next_one_does(site):
    company = enterprise(site, name="Verwechselt GmbH")
    reverse(site, delivery(site, company, on=date(2026, 2, 1)))
    assert reasons(counting(site)) == {"Verwechselt GmbH": "reversed"}
    second = delivery(site, company, on=date(2026, 4, 1))
    assert [each.delivery_id for each in counting(site).counted] == [second.pk]


def test_without_agreement_nothing_counts(site):
    delivery(site, enterprise(site, name="Ohne Vereinbarung GmbH", agreed_on=None))
    delivery(site, enterprise(site, name="Später GmbH", agreed_on=date(2026, 7, 1)))
    assert reasons(counting(site)) == {"Ohne Vereinbarung GmbH": "no_agreement", "Später GmbH": "no_agreement"}


def test_agreement_signed_after_the_support_makes_it_count_from_that_day(site):
    delivery(site, enterprise(site, name="Später GmbH", agreed_on=date(2026, 7, 1)), on=date(2026, 2, 1))
    counted = counting(site, until=date(2026, 12, 31))
    assert [each.counts_from for each in counted.counted] == [date(2026, 7, 1)]
    assert names(counted) == [each.legal_name for each in counted.new_since(date(2026, 7, 1))]


def test_support_after_the_period_is_not_of_the_period(site):
    delivery(site, enterprise(site, name="Danach GmbH"), on=date(2026, 7, 1))
    assert reasons(counting(site)) == {"Danach GmbH": "after_period"}
    assert names(counting(site, until=date(2026, 7, 1))) == ["Danach GmbH"]


def test_period_value_is_what_began_in_it_and_cumulative_is_everything(site):
    delivery(site, enterprise(site, name="Alt GmbH", agreed_on=date(2025, 3, 1)), on=date(2025, 3, 1))
    delivery(site, enterprise(site, name="Neu GmbH"), on=date(2026, 1, 10))
    counted = counting(site)
    assert names(counted) == ["Alt GmbH", "Neu GmbH"]
    assert [each.legal_name for each in counted.new_since(date(2026, 1, 1))] == ["Neu GmbH"]


def test_reason_given_is_that_of_the_support_that_came_closest(site):
    company = enterprise(site, name="Fast GmbH")
    delivery(site, company, kind="phone", on=date(2026, 1, 10))
    delivery(site, company, evidenced=False, on=date(2026, 3, 10))
    assert reasons(counting(site)) == {"Fast GmbH": "not_evidenced"}


@pytest.mark.parametrize(
    ("assessed", "expected"),
    [
        ([("micro", date(2025, 1, 1)), ("small", date(2026, 1, 1)), ("large", date(2026, 5, 1))], "small"),
        ([("medium", date(2026, 5, 1)), ("large", date(2026, 6, 1))], "medium"),
        ([("micro", date(2026, 1, 1)), ("small", date(2026, 1, 1))], "small"),
    ],
    ids=["the last before the support", "else the first there is", "a correction of the same day"],
)
def test_size_is_frozen_at_the_first_support(site, assessed, expected):
    company = enterprise(site, name="Groß und klein GmbH", size=None)
    for size, on in assessed:
        assess(site, company, size=size, on=on)
    delivery(site, company, on=date(2026, 2, 10))
    assert [each.size_class for each in counting(site).counted] == [expected]


def test_enterprise_without_size_class_is_not_counted_and_the_reason_is_given(site):
    delivery(site, enterprise(site, name="Ohne Größe GmbH", size=None))
    assert reasons(counting(site)) == {"Ohne Größe GmbH": "no_size_class"}


def test_merged_records_are_one_enterprise_and_two_again_after_unmerging(site):
    kept, doubled = enterprise(site, name="Feder GmbH"), enterprise(site, name="Feder Gesellschaft mbH")
    delivery(site, kept, on=date(2026, 3, 1), partner="gws")
    delivery(site, doubled, on=date(2026, 2, 1), partner="sihk")
    assert names(counting(site)) == ["Feder Gesellschaft mbH", "Feder GmbH"]
    row = merge(site, survivor=kept, absorbed=doubled)
    (counted,) = counting(site).counted
    assert (counted.legal_name, counted.delivered_on) == ("Feder GmbH", date(2026, 2, 1))
    assert counted.partner_id == site.organisations["sihk"].pk
    unmerge(site, row)
    assert names(counting(site)) == ["Feder Gesellschaft mbH", "Feder GmbH"]


def test_agreement_and_size_of_an_absorbed_record_hold_for_the_survivor(site):
    kept = enterprise(site, name="Feder GmbH", agreed_on=None, size=None)
    merge(site, survivor=kept, absorbed=enterprise(site, name="Feder alt", size="medium"))
    delivery(site, kept)
    assert [(each.legal_name, each.size_class) for each in counting(site).counted] == [("Feder GmbH", "medium")]


def test_total_is_the_union_and_its_four_sizes_add_up(site):
    for number, size in enumerate(["micro", "small", "small", "large"]):
        delivery(site, enterprise(site, name=f"Firma {number}", size=size))
    with scope(site):
        countings = count_all(site.programme.pk, until=date(2026, 6, 30))
    assert {code: len(counted.counted) for code, counted in countings.items()} == {"RCO01": 4, "RCO04": 4}
    assert by_size(countings["RCO01"].counted) == {"micro": 1, "small": 2, "medium": 0, "large": 1}
    assert names(counting(site, "RCO01")) == names(countings["RCO01"])


@pytest.mark.parametrize(("total", "parts"), [(4, [3, 5]), (9, [3, 5]), (1, [])])
def test_impossible_union_is_an_error(total, parts):
    with pytest.raises(CountingError):
        check_union(total, parts)


@pytest.mark.parametrize(("total", "parts"), [(5, [3, 5]), (8, [3, 5]), (0, [])])
def test_possible_union_passes(total, parts):
    check_union(total, parts)


def test_every_support_of_an_enterprise_has_its_reason(site):
    company = enterprise(site, name="Viel GmbH")
    phone = delivery(site, company, kind="phone", on=date(2026, 1, 10), title="Anruf")
    first = delivery(site, company, on=date(2026, 2, 10), title="Erste")
    again = delivery(site, company, on=date(2026, 3, 10), title="Weitere")
    late = delivery(site, company, on=date(2026, 9, 10), title="Spät")
    with scope(site):
        indicator = Indicator.objects.get(programme=site.programme, code="RCO04")
        judged = judge_deliveries(indicator, until=date(2026, 6, 30), enterprise_id=company.pk)
    assert judged == (
        JudgedDelivery(phone.pk, date(2026, 1, 10), "Anruf", "not_structured"),
        JudgedDelivery(first.pk, date(2026, 2, 10), "Erste", ""),
        JudgedDelivery(again.pk, date(2026, 3, 10), "Weitere", "already_counted"),
        JudgedDelivery(late.pk, date(2026, 9, 10), "Spät", "after_period"),
    )


def test_another_programmes_ledger_is_not_counted(site):
    delivery(site, enterprise(site, name="Hier GmbH"))
    with scope(site.elsewhere):
        indicator = Indicator.objects.get(programme=site.elsewhere.programme, code="RCO04")
        assert count_all(site.elsewhere.programme.pk, until=date(2026, 6, 30))[indicator.code].counted == ()


def test_number_of_statements_does_not_grow_with_the_ledger(site):
    def statements():
        with (
            scope(site),
            CaptureQueriesContext(
                connection,
            ) as captured,
        ):
            count_all(site.programme.pk, until=date(2026, 6, 30))
        return len(captured)

    delivery(site, enterprise(site, name="Eins"))
    assert statements() == 4
    for number in range(3):
        delivery(site, enterprise(site, name=f"Noch {number}"))
    assert statements() == 4
