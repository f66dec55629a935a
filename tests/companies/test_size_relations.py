"""Whose figures count, by how much: the vectors built through the relations, the boundaries, and what always holds."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.size import size_class
from companies.size_evaluation import Case, Change, Ground, case_from_data, case_to_data, evaluate
from companies.size_relations import Accounts, Bond, Figures, Kind, Relation, Tie, aggregated, group_of
from companies.size_rules import all_rules

RULES = all_rules()[0]
M = 1_000_000


def figures(awu, turnover, balance):
    return Figures(Decimal(str(awu)), Decimal(turnover), Decimal(balance))


def relation(key, percent=0, *periods, **fields):
    return Relation(key, f"Nummer {key}", capital=Decimal(str(percent)), figures=periods, **fields)


def judged(own, *relations, change=Change.NONE):
    own = own if isinstance(own, tuple) else (own,)
    return evaluate(Case(2025, own, relations, change), RULES)


def ties(*relations):
    return [one.tie for one in group_of(relations, RULES).counted]


BIG = figures(300, 90 * M, 80 * M)


def test_vector_t13_partner_of_40_percent_is_added_pro_rata():
    result = judged(figures(40, 8 * M, 8 * M), relation(1, 40, BIG))
    assert result.periods == (figures(160, 44 * M, 40 * M),)
    assert (result.size_class, result.group.counted[0].tie) == ("medium", Tie.PARTNER)


def test_vector_t14_linked_enterprise_is_added_in_full():
    result = judged(figures(40, 8 * M, 8 * M), relation(1, 50.01, BIG))
    assert result.periods == (figures(340, 98 * M, 88 * M),)
    assert result.size_class == "large"


def test_vector_t16_public_bodies_with_25_percent_make_it_large():
    result = judged(figures(15, 2 * M, 2 * M), relation(1, 25, kind=Kind.PUBLIC))
    assert (result.size_class, result.ground, result.classes) == ("large", Ground.PUBLIC, ("small",))


def test_vector_t17_less_than_25_percent_is_autonomous():
    result = judged(figures(40, 8 * M, 8 * M), relation(1, "24.9", BIG))
    assert result.periods == (figures(40, 8 * M, 8 * M),)
    assert (result.size_class, result.group.counted[0].tie) == ("small", Tie.AUTONOMOUS)


@pytest.mark.parametrize(
    ("percent", "tie"),
    [("24.9999", Tie.AUTONOMOUS), (25, Tie.PARTNER), (50, Tie.PARTNER), ("50.0001", Tie.LINKED), (100, Tie.LINKED)],
)
@pytest.mark.parametrize("bond", [Bond.HOLDS, Bond.HELD])
def test_boundaries_of_25_and_50_percent_in_both_directions(percent, tie, bond):
    assert ties(relation(1, percent, bond=bond)) == [tie]


def test_larger_of_capital_and_votes_counts():
    by_votes, by_capital = relation(1, 10, BIG, votes=Decimal(30)), relation(2, 30, BIG, votes=Decimal(10))
    assert [one.percent for one in group_of([by_votes, by_capital], RULES).counted] == [30, 30]


def test_control_links_whatever_the_share():
    assert ties(relation(1, 10, has_control=True)) == [Tie.LINKED]


def test_linked_firms_of_a_partner_are_added_in_full_before_its_percentage():
    result = judged(
        figures(10, 0, 0),
        relation(1, 30, figures(100, 0, 0)),
        relation(2, 80, figures(50, 0, 0), via=1, bond=Bond.HELD),
        relation(3, 60, figures(10, 0, 0), via=2, bond=Bond.HELD),
    )
    assert result.periods[0].awu == 10 + Decimal("0.3") * (100 + 50 + 10)


def test_direct_partners_of_linked_firms_are_added_pro_rata():
    result = judged(
        figures(10, 0, 0),
        relation(1, 60, figures(100, 0, 0)),
        relation(2, 40, figures(50, 0, 0), via=1, bond=Bond.HELD),
    )
    assert result.periods[0].awu == 10 + 100 + 20


def test_partners_of_partners_and_what_hangs_on_them_do_not_count():
    chain = [relation(1, 30), relation(2, 40, via=1), relation(3, 100, via=2), relation(4, 10), relation(5, 100, via=4)]
    assert ties(*chain) == [Tie.PARTNER, Tie.SECOND_PARTNER, Tie.DETACHED, Tie.AUTONOMOUS, Tie.DETACHED]


@pytest.mark.parametrize(("same_market", "tie"), [(True, Tie.LINKED), (False, Tie.OTHER_MARKET)])
def test_people_acting_jointly_link_in_the_same_or_an_adjacent_market(same_market, tie):
    assert ties(relation(1, bond=Bond.PERSONS, same_market=same_market)) == [tie]


EXEMPT = {
    Kind.PUBLIC_INVESTMENT: {},
    Kind.VENTURE: {},
    Kind.UNIVERSITY: {},
    Kind.INSTITUTIONAL: {},
    Kind.ANGEL: {"invested_eur": Decimal(1_249_999)},
    Kind.AUTHORITY: {"budget_eur": Decimal(9_999_999), "inhabitants": 4_999},
}


@pytest.mark.parametrize("kind", EXEMPT)
def test_exempt_investors_up_to_50_percent_do_not_count(kind):
    assert ties(relation(1, 50, kind=kind, **EXEMPT[kind])) == [Tie.EXEMPT]
    result = judged(figures(15, 2 * M, 2 * M), relation(1, 50, kind=kind, **EXEMPT[kind]))
    assert result.size_class == "small"


@pytest.mark.parametrize("kind", EXEMPT)
def test_above_50_percent_nobody_is_exempt(kind):
    public = kind in (Kind.AUTHORITY, Kind.PUBLIC_INVESTMENT)
    assert ties(relation(1, 51, kind=kind, **EXEMPT[kind])) == [Tie.PUBLIC if public else Tie.LINKED]


@pytest.mark.parametrize(
    ("kind", "fields", "tie"),
    [
        (Kind.ANGEL, {"invested_eur": Decimal(1_250_000)}, Tie.PARTNER),
        (Kind.AUTHORITY, {"budget_eur": Decimal(10 * M), "inhabitants": 4_999}, Tie.PUBLIC),
        (Kind.AUTHORITY, {"budget_eur": Decimal(9 * M), "inhabitants": 5_000}, Tie.PUBLIC),
        (Kind.AUTHORITY, {}, Tie.PUBLIC),
    ],
)
def test_exemption_ends_at_its_limit(kind, fields, tie):
    assert ties(relation(1, 30, kind=kind, **fields)) == [tie]


def test_public_bodies_count_together():
    small = figures(15, 2 * M, 2 * M)
    town, county = relation(1, 13, kind=Kind.PUBLIC), relation(2, 12, kind=Kind.PUBLIC)
    assert judged(small, town).size_class == "small"
    assert judged(small, town, county).size_class == "large"
    exempt = relation(2, 40, kind=Kind.UNIVERSITY)
    assert judged(small, town, exempt).size_class == "small", "who is exempt is not counted with them"


def test_enterprise_of_a_public_body_is_public_at_any_distance():
    owner, utility = relation(3, 100, via=2, kind=Kind.PUBLIC), relation(2, 51, via=1)
    result = judged(figures(15, 2 * M, 2 * M), relation(1, 26), utility, owner)
    assert (result.size_class, result.group.public_percent) == ("large", 26)
    minority = relation(3, 49, via=2, kind=Kind.PUBLIC)
    assert ties(relation(1, 26), utility, minority)[0] == Tie.PARTNER


def test_consolidated_figures_are_added_once():
    own, parent = figures(40, 8 * M, 8 * M), figures(300, 30 * M, 30 * M)
    contains = relation(1, 100, parent, accounts=Accounts.CONTAINS)
    sister = relation(2, 100, via=1, bond=Bond.HELD, accounts=Accounts.CONTAINED)
    assert judged(own, contains, sister).periods == (parent,)
    daughter = relation(3, 100, bond=Bond.HELD, accounts=Accounts.CONTAINED)
    assert judged(own, daughter).periods == (own,)
    partner = relation(4, 40, parent, accounts=Accounts.CONTAINED)
    assert judged(own, partner).periods[0].awu == 160, "a partner is never consolidated in full"


def test_enterprise_that_counts_needs_every_period():
    with pytest.raises(ValueError, match="same periods"):
        judged((BIG, BIG), relation(1, 40, BIG))


def grown():
    """Medium in the years before, large in the last."""
    return figures(200, 40 * M, 30 * M), figures(200, 40 * M, 30 * M), figures(260, 40 * M, 30 * M)


def test_two_year_rule_keeps_the_class_and_a_takeover_does_not_wait():
    assert (judged(grown()).size_class, judged(grown()).ground) == ("medium", Ground.TWO_YEARS)
    taken = judged(grown(), change=Change.TAKEOVER)
    assert (taken.size_class, taken.ground) == ("large", Ground.TAKEOVER)


def test_new_company_is_judged_by_its_estimate():
    result = judged((figures("9.5", 1, 1),), change=Change.NEW)
    assert (result.size_class, result.ground) == ("micro", Ground.NEW)


def test_two_year_rule_looks_at_the_figures_with_those_of_partners():
    years = (figures(200, 1, 1), figures(200, 1, 1), figures(200, 1, 1))
    partner = relation(1, 40, figures(0, 0, 0), figures(150, 0, 0), figures(150, 0, 0))
    assert judged(years, partner).size_class == "large"
    partner = relation(1, 40, figures(0, 0, 0), figures(0, 0, 0), figures(150, 0, 0))
    assert judged(years, partner).size_class == "medium"


amounts = st.decimals(0, 10**8, places=2)
periods = st.builds(Figures, st.decimals(0, 10**4, places=2), amounts, amounts)
shares = st.decimals(0, 100, places=4)


@st.composite
def related(draw, years=2, most=6):
    found = []
    for key in range(1, draw(st.integers(0, most)) + 1):
        found.append(
            Relation(
                key=key,
                name=f"Nummer {key}",
                via=draw(st.integers(0, key - 1)),
                kind=draw(st.sampled_from(Kind)),
                bond=draw(st.sampled_from(Bond)),
                capital=draw(shares),
                votes=draw(st.none() | shares),
                has_control=draw(st.booleans()),
                same_market=draw(st.booleans()),
                accounts=draw(st.sampled_from(Accounts)),
                invested_eur=draw(st.none() | amounts),
                figures=tuple(draw(periods) for _year in range(years)),
            )
        )
    return tuple(found)


@given(st.tuples(periods, periods), related())
@settings(max_examples=150, deadline=None)
def test_aggregate_lies_between_nothing_added_and_everything_in_full(own, relations):
    group = group_of(relations, RULES)
    assert {one.relation.key for one in group.counted} == {one.key for one in relations}, "each is judged once"
    for place, period in enumerate(aggregated(own, group)):
        least = Decimal(0) if group.own_is_contained else own[place].awu
        assert least <= period.awu <= own[place].awu + sum(one.figures[place].awu for one in relations)


@given(st.tuples(periods, periods), related(), st.sampled_from(Change))
@settings(max_examples=150, deadline=None)
def test_inputs_survive_json_and_give_the_same_result(own, relations, change):
    case = Case(2025, own, relations, change, "seit Juli")
    assert case_from_data(case_to_data(case)) == case
    assert evaluate(case, RULES).size_class in ("micro", "small", "medium", "large")


@given(st.lists(periods, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_class_of_several_years_is_never_outside_those_of_the_years(years):
    rank = ("micro", "small", "medium", "large").index
    alone = [rank(size_class([year.as_tuple()])) for year in years]
    found = rank(size_class([year.as_tuple() for year in years]))
    assert min(alone) <= found <= max(alone)
    if len(years) > 1 and alone[-1] == alone[-2]:
        assert found == alone[-1], "two years in a row decide"
    if len(years) > 1:
        kept = rank(size_class([year.as_tuple() for year in years[:-1]]))
        # One year beyond the threshold alone changes nothing.
        assert found == kept or (alone[-1] - kept) * (alone[-2] - kept) > 0
