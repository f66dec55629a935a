"""What people type, as numbers and branches; what cannot be read is a sentence."""

from decimal import Decimal

import pytest
from django.utils import translation

from companies.numbers import GermanDecimalField
from companies.profile_forms import FiguresForm, process_choices
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope

FIGURES = {"employees_awu": "48,5", "turnover_eur": "4.300.000", "wz_code": "25.62"}


@pytest.fixture
def figures(site):
    """``figures(field=typed)`` → the form of somebody of the company."""
    acting = site.acting[Role.COMPANY_OWNER]
    with membership_scope(acting.user_id, "io", acting.organisation_slug):
        yield lambda **typed: FiguresForm({**FIGURES, **typed}, company=site.company)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.234,56", "1234.56"),
        ("4.300.000", "4300000"),
        ("4 300 000", "4300000"),
        ("4.300.000,00 €", "4300000"),
        ("48,5 VZÄ", "48.5"),
        ("12,5 %", "12.5"),
        ("0", "0"),
    ],
)
def test_numbers_as_offices_write_them(typed, number):
    with translation.override("de"):
        assert GermanDecimalField(max_digits=15, decimal_places=2).clean(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["viel", "1,2,3", "-5", "1.234,567"])
def test_what_is_no_number_is_refused_and_kept(figures, typed):
    form = figures(turnover_eur=typed)
    assert list(form.errors) == ["turnover_eur"]
    assert form["turnover_eur"].value() == typed


def test_share_above_all_is_refused(figures):
    assert list(figures(automotive_percent="101").errors) == ["automotive_percent"]


@pytest.mark.parametrize("typed", ["25.62", "2562", "C 25.62", "25.62.0"])
def test_branch_by_code(figures, typed):
    form = figures(wz_code=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["wz_code"] in ("25.62", "25.62.0")


def test_branch_by_word_asks_which_one(figures):
    form = figures(wz_code="Schmiede")
    assert not form.is_valid()
    codes = [code for code, _label in form.fields["wz_choice"].choices]
    assert len(codes) >= 2
    chosen = figures(wz_code="Schmiede", wz_choice=codes[0])
    assert chosen.is_valid()
    assert chosen.cleaned_data["wz_code"] == codes[0]


def test_unknown_branch_is_a_sentence(figures):
    assert list(figures(wz_code="Raumschiffbau").errors) == ["wz_code"]


def test_processes_are_grouped_by_main_group_in_the_readers_language():
    with translation.override("de"):
        german = dict(process_choices())
    with translation.override("en"):
        english = dict(process_choices())
    assert list(german)[:3] == ["Urformen", "Umformen", "Trennen"]
    assert ("2.1", "Druckumformen") in german["Umformen"]
    assert len(english) == len(german) == 6
