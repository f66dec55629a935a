import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from offensive.reports.content import (
    ContentError,
    Edition,
    IndicatorFigure,
    IndicatorPart,
    content_hash,
    from_data,
    from_json,
    to_data,
    to_json,
)
from tests.reports.report_samples import report_content


def test_content_survives_json():
    content = report_content()

    assert from_json(to_json(content)) == content
    assert content_hash(from_json(to_json(content))) == content_hash(content)


def test_content_survives_a_json_column_that_sorts_its_keys_by_length():
    content = report_content()
    data = json.loads(to_json(content))
    shuffled = {key: data[key] for key in sorted(data, key=lambda key: (len(key), key))}

    assert from_data(shuffled) == content
    assert to_json(from_data(shuffled)) == to_json(content)


def test_hash_changes_with_a_single_letter():
    assert content_hash(report_content(legal_name="Muster A GmbH")) != content_hash(
        report_content(legal_name="Muster B GmbH")
    )


def test_equal_figures_have_one_hash_however_they_were_written():
    content = report_content()
    written = replace(content.funding, grant_amount=Decimal("1234567.8"))

    assert content_hash(replace(content, funding=written)) == content_hash(content)


def test_money_stays_decimal():
    amount = from_data(to_data(report_content())).funding.grant_amount

    assert (type(amount), amount) == (Decimal, Decimal("1234567.80"))


def test_size_classes_that_do_not_add_up_are_refused():
    parts = (
        IndicatorPart("micro", "Kleinst", Decimal(1), Decimal(3)),
        IndicatorPart("small", "Klein", Decimal(1), Decimal(1)),
    )
    figures = {"code": "RCO01", "name": "", "unit": "", "definition": "", "target": None, "parts": parts}

    assert IndicatorFigure(period_value=Decimal(2), cumulative_value=Decimal(4), **figures).parts == parts
    with pytest.raises(ContentError, match="RCO01: parts add up to 4, cumulative_value is 5"):
        IndicatorFigure(period_value=Decimal(2), cumulative_value=Decimal(5), **figures)


def test_attendances_that_do_not_add_up_are_refused():
    content = report_content()

    with pytest.raises(ContentError, match="attendances"):
        replace(content, event_totals=replace(content.event_totals, attendances=1))


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ContentError, match="time zone"):
        Edition(1, datetime(2026, 7, 3, 12, 0), "2026-01")
