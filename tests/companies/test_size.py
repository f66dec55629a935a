import csv
from decimal import Decimal
from pathlib import Path

import pytest

from companies.size import size_class

VECTORS = list(
    csv.DictReader((Path(__file__).parent.parent / "samples" / "sme_test_vectors.csv").open(encoding="utf-8"))
)


def periods_of(text):
    return [tuple(Decimal(figure) for figure in period.split("/")) for period in text.split(";")]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_official_vectors(vector):
    held = "public bodies" in vector["description"]
    periods = periods_of(vector["periods_oldest_first (AWU/turnover/balance)"])
    assert size_class(periods, publicly_held=held) == vector["expected"]


def test_one_year_below_does_not_change_the_class():
    assert size_class([(60, 1, 1), (60, 1, 1), (40, 1, 1)]) == "medium"


def test_two_years_below_change_it_to_the_nearer_class():
    assert size_class([(60, 1, 1), (40, 1, 1), (5, 1, 1)]) == "small"


def test_figures_may_be_float_or_int():
    assert size_class([(9.99, 2_000_000, 10**9)]) == "micro"


@pytest.mark.parametrize("periods", [[], [(1, None, 1)], [(-1, 1, 1)], [(float("nan"), 1, 1)]])
def test_missing_or_senseless_figures_are_refused(periods):
    with pytest.raises(ValueError, match=r"period"):
        size_class(periods)
