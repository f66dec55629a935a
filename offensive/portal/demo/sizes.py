"""Size classes of the demonstration: most by own figures alone, some by all questions, with holdings and sisters."""

from decimal import Decimal

from companies.models import SizeAssessment
from companies.size import size_class
from companies.size_evaluation import Case, case_to_data, evaluate
from companies.size_relations import Bond, Figures, Kind, Relation
from companies.size_rules import rules_on
from offensive.portal.demo.programme import at_noon

# Every so-manyth company has answered the questions; the place among them says how it is connected.
EVERY = 8


def assess(frame, draft):
    """The unsaved evaluation of a company."""
    rules, day = rules_on(draft["known_on"]), draft["known_on"]
    row = SizeAssessment(
        programme_id=frame.programme.pk,
        company_id=draft["organisation"].pk,
        assessed_on=day,
        rule_version=rules.version,
        assessed_by=frame.advisor(draft["partner"]),
        assessed_at=at_noon(day),
    )
    own = Figures(draft["staff"], draft["turnover"], draft["balance"])
    if draft["number"] % EVERY:
        return _filled(row, own, size_class=size_class([own.as_tuple()], rules=rules))
    case = Case(day.year - 1, (own,), _relations(draft["number"] // EVERY, draft["town"].name))
    result = evaluate(case, rules)
    profile = [f"{value:.2f}" for value in own.as_tuple()]
    row.basis, row.inputs = SizeAssessment.Basis.QUESTIONS, {**case_to_data(case), "profile": profile}
    return _filled(row, result.periods[-1], size_class=result.size_class, ground=result.ground)


def _filled(row, figures, **values):
    row.employees_awu, row.turnover_eur, row.balance_eur = figures.as_tuple()
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _relations(place, town):
    holding = Figures(Decimal(120), Decimal(26_000_000), Decimal(21_000_000))
    sister = Figures(Decimal(35), Decimal(5_200_000), Decimal(3_900_000))
    return (
        (),
        (Relation(1, f"Muster Holding {town} GmbH", capital=Decimal(40), figures=(holding,)),),
        (Relation(1, f"Probe Schwesterbetrieb {town} KG", bond=Bond.PERSONS, same_market=True, figures=(sister,)),),
        (Relation(1, "Beispiel Beteiligungsfonds", kind=Kind.VENTURE, capital=Decimal(30)),),
        (
            Relation(1, f"Muster Holding {town} GmbH", capital=Decimal(75), figures=(holding,)),
            Relation(2, "Probe Werkzeuge GmbH", via=1, bond=Bond.HELD, capital=Decimal(30), figures=(sister,)),
        ),
        (Relation(1, f"Stadtwerke Beispiel {town}", kind=Kind.PUBLIC, capital=Decimal(26)),),
    )[place % 6]
