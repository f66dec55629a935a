"""Why a size class is what it is, in plain sentences in the language of the page."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from companies.models import SizeClass
from companies.size import CLASSES
from companies.size_evaluation import Ground
from companies.size_relations import ASSESSED, Bond, Tie


@dataclass(frozen=True, slots=True)
class Reasoning:
    """``decisive`` is the one sentence to read first; the others say how it came about."""

    decisive: str
    relations: tuple[str, ...]
    figures: tuple[str, ...]


def reasoning(case, result, rules):
    """The ``Reasoning`` of a result."""
    return Reasoning(
        decisive=_decisive(case, result, rules),
        relations=tuple(_relations(case, result, rules)),
        figures=tuple(_figures(case, result, rules)),
    )


def number(value):
    """1234.50 as 1.234,5: as many decimals as there are, at most four."""
    plain = Decimal(value).quantize(Decimal("0.0001")).normalize()
    return number_format(format(plain, "f"), force_grouping=True)


def _decisive(case, result, rules):
    words = {"year": case.year, "size": SizeClass(result.size_class).label}
    if result.ground == Ground.PUBLIC:
        return _(
            "Public bodies hold %(percent)s %% of the company. From %(least)s %% on it is no small or medium-sized "
            "enterprise, whatever its figures (Art. 3(4)); it counts as: %(size)s."
        ) % {**words, "percent": number(result.group.public_percent), "least": number(rules.public_from)}
    if result.ground == Ground.NEW:
        return (
            _(
                "The company is new and has no closed accounts yet, so the estimate in good faith for %(year)s decides "
                "(Art. 4(3)): %(size)s."
            )
            % words
        )
    if result.ground == Ground.TAKEOVER:
        return (
            _(
                "After a takeover or merger the new situation counts at once and no second year is waited for. "
                "The figures of %(year)s decide: %(size)s."
            )
            % words
        )
    if result.ground == Ground.TWO_YEARS:
        return _(
            "The figures of %(year)s alone would mean: %(alone)s. But the class changes only when two years in a row "
            "lie beyond the threshold (Art. 4(2)). So it counts as: %(size)s."
        ) % {**words, "alone": SizeClass(result.classes[-1]).label}
    if len(result.periods) > 1:
        return _("The figures of %(year)s decide, and the years before do not speak against it: %(size)s.") % words
    return _("The figures of %(year)s decide; earlier years were not given: %(size)s.") % words


def _relations(case, result, rules):
    if not case.relations:
        yield _("It is connected with no other enterprise: its own figures decide.")
    names = {relation.key: relation.name for relation in case.relations}
    for one in result.group.counted:
        yield _TOLD[one.tie](one, _words(one, names, rules))
        if one.percent and one.is_contained:
            yield _("%s: its figures stand in consolidated accounts already and are not added again.") % (
                one.relation.name
            )
    if result.group.own_is_contained:
        yield _("The own figures stand in the consolidated accounts of the group already and are not added again.")


def _words(one, names, rules):
    relation = one.relation
    return {
        "name": relation.name,
        "other": names.get(relation.via, ""),
        "percent": number(relation.percent),
        "part": number(one.percent),
        "kind": relation.kind.label,
        "least": number(rules.partner_from),
        "most": number(rules.linked_above),
    }


def _linked(one, words):
    relation = one.relation
    if relation.via != ASSESSED:
        return _("%(name)s is linked with %(other)s: %(part)s %% of its figures are added, as of that one.") % words
    if relation.bond == Bond.PERSONS:
        return (
            _(
                "%(name)s is controlled by the same people and active in the same or an adjacent market: it is linked, "
                "all its figures are added."
            )
            % words
        )
    if relation.has_control:
        return _("%(name)s is linked by control: all its figures are added.") % words
    return _("%(name)s is linked, because %(percent)s %% is more than %(most)s %%: all its figures are added.") % words


def _partner(one, words):
    if one.relation.via != ASSESSED:
        return _("%(name)s is a partner of the linked %(other)s with %(percent)s %%: that part is added.") % words
    return (
        _(
            "%(name)s is a partner enterprise, because %(percent)s %% lies between %(least)s %% and %(most)s %%: "
            "%(part)s %% of its figures are added."
        )
        % words
    )


def _autonomous(_one, words):
    return _("%(name)s: %(percent)s %% is less than %(least)s %%, so nothing is added.") % words


def _exempt(_one, words):
    return _("%(name)s (%(kind)s) may hold up to %(most)s %% without counting: nothing is added.") % words


def _public(one, words):
    if one.relation.via != ASSESSED:
        return _("%(name)s is a public body and holds %(percent)s %% of %(other)s.") % words
    return _("%(name)s counts as a public body and holds %(percent)s %%.") % words


def _other_market(_one, words):
    return _("%(name)s is controlled by the same people, but active in another market: nothing is added.") % words


def _second_partner(_one, words):
    return _("%(name)s is a partner of the partner %(other)s: that is too far away, nothing is added.") % words


def _detached(_one, words):
    return _("%(name)s is connected through %(other)s alone, which does not count: nothing is added.") % words


_TOLD = {
    Tie.LINKED: _linked,
    Tie.PARTNER: _partner,
    Tie.AUTONOMOUS: _autonomous,
    Tie.EXEMPT: _exempt,
    Tie.PUBLIC: _public,
    Tie.OTHER_MARKET: _other_market,
    Tie.SECOND_PARTNER: _second_partner,
    Tie.DETACHED: _detached,
}


def _figures(case, result, rules):
    """Which ceilings the last year keeps, and why it is not the smaller class."""
    last, place = result.periods[-1], CLASSES.index(result.classes[-1])
    if place < len(rules.ceilings):
        yield _kept(last, rules.ceilings[place], case.year, CLASSES[place])
    if place > 0:
        yield _missed(last, rules.ceilings[place - 1], case.year, CLASSES[place - 1])


def _kept(period, ceiling, year, name):
    words = _ceiling_words(period, ceiling, year, name)
    if period.turnover <= ceiling.turnover_at_most:
        sentence = _(
            "%(year)s: %(staff)s AWU are less than %(staff_below)s, and the turnover of %(turnover)s EUR is not "
            "above %(turnover_at_most)s EUR. One of the two amounts is enough: %(size)s."
        )
    else:
        sentence = _(
            "%(year)s: %(staff)s AWU are less than %(staff_below)s. The turnover is above %(turnover_at_most)s EUR, "
            "but the balance sheet total of %(balance)s EUR is not above %(balance_at_most)s EUR, and one is enough: "
            "%(size)s."
        )
    return sentence % words


def _missed(period, ceiling, year, name):
    if period.awu >= ceiling.awu_below:
        sentence = _(
            "Not: %(size)s. For that there would have to be less than %(staff_below)s AWU; there are %(staff)s."
        )
    else:
        sentence = _(
            "Not: %(size)s. For that the turnover (%(turnover)s EUR) must not be above %(turnover_at_most)s EUR or the "
            "balance sheet total (%(balance)s EUR) not above %(balance_at_most)s EUR."
        )
    return sentence % _ceiling_words(period, ceiling, year, name)


def _ceiling_words(period, ceiling, year, name):
    return {
        "year": year,
        "size": SizeClass(name).label,
        "staff": number(period.awu),
        "turnover": number(period.turnover),
        "balance": number(period.balance),
        "staff_below": number(ceiling.awu_below),
        "turnover_at_most": number(ceiling.turnover_at_most),
        "balance_at_most": number(ceiling.balance_at_most),
    }
