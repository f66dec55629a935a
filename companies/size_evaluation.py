"""The size class of an enterprise with its relations: from all inputs to the result.

Pure; a case goes to JSON and back.
"""

from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from companies.size import size_class
from companies.size_relations import Accounts, Bond, Figures, Group, Kind, Relation, aggregated, group_of


class Change(TextChoices):
    """What makes the last period decide alone."""

    NONE = "none", _("none of these")
    NEW = "new", _("the company is new and has no closed accounts yet")
    TAKEOVER = "takeover", _("it was taken over or merged, or took over another enterprise")


class Ground(TextChoices):
    """The rule that decided."""

    FIGURES = "figures", _("figures of the last closed year")
    TWO_YEARS = "two_years", _("two-year rule")
    TAKEOVER = "takeover", _("takeover or merger: at once")
    NEW = "new", _("new company: estimate in good faith")
    PUBLIC = "public", _("public bodies hold a quarter or more")


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a result rests on. ``own`` are the own figures, oldest first, the last of the year ``year``."""

    year: int
    own: tuple[Figures, ...]
    relations: tuple[Relation, ...] = ()
    change: Change = Change.NONE
    change_note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """``periods`` with all figures added, oldest first, and the class each would have by itself."""

    size_class: str
    ground: Ground
    periods: tuple[Figures, ...]
    classes: tuple[str, ...]
    group: Group


def evaluate(case, rules):
    """The ``Result`` of a case by one version of the rules. Raises ValueError for incomplete figures."""
    group = group_of(case.relations, rules)
    periods = aggregated(case.own, group)
    held = group.public_percent >= rules.public_from
    # A takeover changes the class at once, an estimate has nothing to be compared with (Art. 4(2) and (3)).
    deciding = periods if case.change == Change.NONE else periods[-1:]
    found = size_class([period.as_tuple() for period in deciding], publicly_held=held, rules=rules)
    classes = tuple(size_class([period.as_tuple()], rules=rules) for period in periods)
    return Result(found, _ground(case, held, found, classes), periods, classes, group)


def _ground(case, held, found, classes):
    if held:
        return Ground.PUBLIC
    if case.change != Change.NONE:
        return Ground(case.change)
    return Ground.FIGURES if found == classes[-1] else Ground.TWO_YEARS


def case_to_data(case):
    """The case as JSON holds it; numbers as text, so that none is rounded."""
    return {
        "year": case.year,
        "own": figures_to_data(case.own),
        "relations": [relation_to_data(relation) for relation in case.relations],
        "change": str(case.change),
        "change_note": case.change_note,
    }


def case_from_data(data):
    return Case(
        year=data["year"],
        own=figures_from_data(data["own"]),
        relations=tuple(map(relation_from_data, data["relations"])),
        change=Change(data["change"]),
        change_note=data["change_note"],
    )


_DECIMALS = ("capital", "votes", "invested_eur", "budget_eur")
_WORDS = {"kind": Kind, "bond": Bond, "accounts": Accounts}


def relation_to_data(relation):
    data = {part.name: getattr(relation, part.name) for part in fields(Relation)}
    texts = {name: None if data[name] is None else str(data[name]) for name in (*_DECIMALS, *_WORDS)}
    return {**data, **texts, "figures": figures_to_data(relation.figures)}


def relation_from_data(data):
    numbers = {name: None if data[name] is None else Decimal(data[name]) for name in _DECIMALS}
    words = {name: choices(data[name]) for name, choices in _WORDS.items()}
    return Relation(**{**data, **numbers, **words, "figures": figures_from_data(data["figures"])})


def figures_to_data(figures):
    return [[str(figure) for figure in period.as_tuple()] for period in figures]


def figures_from_data(data):
    return tuple(Figures(*map(Decimal, period)) for period in data)
