"""Set up a programme: its consortium, process, catalogue and indicators, as the lead would by hand."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from offensive.documents.retention import give_rules
from offensive.enablement.ladders import USUAL_LADDER, write_ladder
from offensive.enablement.models import DeliveryKind, Process, Requirement, Stage
from offensive.indicators.models import Indicator, Target
from offensive.tenancy.models import GrantNotice, Membership, Organisation, OrganisationKind, Period, Programme
from offensive.tenancy.scope import system_scope

# (key, staff's name, company's name, usual days, requirements: (achievement, count[, wording[, form of the answer]]))
STAGES = [
    (
        "standort",
        "Standortbestimmung",
        "Wo wir stehen",
        60,
        [("profile_complete", 1), ("delivery:workshop", 1)],
    ),
    ("marktanalyse", "Marktanalyse", "Welche Märkte zu uns passen", 90, [("delivery:analysis", 1)]),
    ("workshops", "Workshops & Methoden", "Werkzeuge und Ideen", 90, [("delivery:method", 1)]),
    ("netzwerk", "Fachkongress & Netzwerk", "Kunden und Fachleute treffen", 120, [("delivery:excursion", 1)]),
    ("hochschule", "Hochschule & Umsetzung", "Mit der Hochschule umsetzen", 180, [("delivery:consultation", 1)]),
    ("markteintritt", "Markteintritt", "In den neuen Markt", 180, [("delivery:consultation", 2)]),
]

# (key, name, structured support in the sense of RCO04, usual minutes)
DELIVERY_KINDS = [
    ("workshop", "Workshop", True, 180),
    ("excursion", "Exkursion zum Fachkongress", True, 480),
    ("consultation", "Beratung", True, 60),
    ("analysis", "Marktanalyse", True, 90),
    ("method", "Methodenkasten", True, 120),
    ("phone", "Telefonische Auskunft", False, 10),
]

RCO01_DEFINITION = (
    "Unternehmen, die Unterstützung erhalten haben; jedes Unternehmen wird je spezifischem Ziel einmal gezählt, gleich "
    "wie oft es unterstützt wurde. Die Größenklasse gilt zum Zeitpunkt der ersten Unterstützung."
)
RCO04_DEFINITION = (
    "Unternehmen mit nichtfinanzieller Unterstützung: Gezählt wird nur strukturierte und belegte Unterstützung; "
    "einmalige Kontakte wie eine telefonische Auskunft zählen nicht."
)


@dataclass(frozen=True, slots=True)
class Consortium:
    """The organisations of a programme by slug."""

    programme: Programme
    organisations: dict


@transaction.atomic
def set_up_programme(
    *, slug, name, region, organisations, periods, notice, targets, stages=None, second_factor_required=True
):
    """Create a programme with everything it needs on its first day; returns ``Consortium``.

    ``organisations``: (kind, slug, name, short name); ``periods``: (key, name, starts_on, ends_on, due_on);
    ``notice``: fields of ``GrantNotice``; ``targets``: {indicator code: (value, due_on)}; ``stages``: as ``STAGES``.
    """
    with system_scope(None, "setup.reference"):
        programme = Programme.objects.create(
            slug=slug, name=name, region=region, second_factor_required=second_factor_required
        )
    with system_scope(programme.pk, "setup.reference"):
        made = {row[1]: _organisation(programme, *row) for row in organisations}
        for key, label, starts_on, ends_on, due_on in periods:
            Period.objects.create(
                programme=programme, key=key, name=label, starts_on=starts_on, ends_on=ends_on, due_on=due_on
            )
        lead = next(made[row[1]] for row in organisations if row[0] == OrganisationKind.LEAD)
        GrantNotice.objects.create(programme=programme, recipient=lead, **notice)
        _set_up_process(programme, stages or STAGES)
        _set_up_catalogue(programme)
        give_rules(programme)
        write_ladder(programme.pk, valid_from=min(row[2] for row in periods), steps=USUAL_LADDER)
        _set_up_indicators(programme, notice["specific_objective"], targets)
    return Consortium(programme, made)


def _organisation(programme, kind, slug, name, short_name):
    return Organisation.objects.create(programme=programme, kind=kind, slug=slug, name=name, short_name=short_name)


def _set_up_process(programme, stages):
    process = Process.objects.create(programme=programme, version=1)  # a draft, as long as stages are added
    for position, (key, name, company_name, usual_days, requirements) in enumerate(stages, start=1):
        stage = Stage.objects.create(
            programme=programme,
            process=process,
            position=position,
            key=key,
            name=name,
            company_name=company_name,
            usual_days=usual_days,
        )
        for achievement, count, *asked in requirements:
            wording, answer_form = [*asked, "", ""][:2]
            Requirement.objects.create(
                programme=programme,
                stage=stage,
                achievement=achievement,
                count=count,
                wording=wording,
                answer_form=answer_form,
            )
    Process.objects.filter(pk=process.pk).update(published_at=timezone.now(), is_current=True)


def _set_up_catalogue(programme):
    DeliveryKind.objects.bulk_create(
        DeliveryKind(
            programme=programme,
            key=key,
            name=name,
            is_structured=structured,
            requires_evidence=structured,
            default_minutes=minutes,
        )
        for key, name, structured, minutes in DELIVERY_KINDS
    )


def _set_up_indicators(programme, specific_objective, targets):
    texts = [
        ("RCO01", "Unterstützte Unternehmen", RCO01_DEFINITION, True),
        ("RCO04", "Unternehmen mit nichtfinanzieller Unterstützung", RCO04_DEFINITION, True),
    ]
    for position, (code, name, definition, by_size) in enumerate(texts):
        indicator = Indicator.objects.create(
            programme=programme,
            code=code,
            name=name,
            definition=definition,
            unit="Unternehmen",
            specific_objective=specific_objective,
            by_size=by_size,
            position=position,
        )
        if code in targets:
            value, due_on = targets[code]
            Target.objects.create(programme=programme, indicator=indicator, value=value, due_on=due_on)


def add_member(organisation, user, role, *, until=None):
    """Make ``user`` a member of ``organisation``; returns the membership."""
    with system_scope(organisation.programme_id, "setup.reference"):
        return Membership.objects.create(
            programme_id=organisation.programme_id, organisation=organisation, user=user, role=role, until=until
        )


CONSORTIUM = [
    (
        "lead",
        "gws",
        "Gesellschaft zur Wirtschafts- und Strukturförderung im Märkischen Kreis mbH",
        "GWS",
    ),
    ("partner", "hagen", "Hagen.Wirtschaftsentwicklung GmbH", "Hagen"),
    ("partner", "en", "Wirtschaftsförderungsagentur Ennepe-Ruhr GmbH", "EN-Agentur"),
    ("partner", "sihk", "Südwestfälische Industrie- und Handelskammer zu Hagen", "SIHK"),
    ("partner", "zenit", "ZENIT GmbH – Zentrum für Innovation und Technik in Nordrhein-Westfalen", "ZENIT"),
    ("funder", "foerderstelle", "EFRE-Förderstelle (Muster)", "Förderstelle"),
    ("committee", "industrieausschuss", "Industrieausschuss der SIHK", "Industrieausschuss"),
    ("university", "fh-swf", "Fachhochschule Südwestfalen", "FH SWF"),
    ("operator", "betrieb", "Betrieb des Portals", "Betrieb"),
]

NOTICE = {
    "file_number": "MUSTER-1.4-0001",
    "granted_on": date(2024, 11, 15),
    "authority": "Bezirksregierung Arnsberg",
    "fund": "EFRE/JTF-Programm NRW 2021–2027",
    "nrw_measure": "1.4",
    "specific_objective": "RSO1.1",
    "starts_on": date(2025, 1, 1),
    "ends_on": date(2027, 12, 31),
}

PERIODS = [
    ("2025", "Jahr 2025", date(2025, 1, 1), date(2025, 12, 31), date(2026, 3, 31)),
    ("2026-1", "1. Halbjahr 2026", date(2026, 1, 1), date(2026, 6, 30), date(2026, 9, 30)),
    ("2026-2", "2. Halbjahr 2026", date(2026, 7, 1), date(2026, 12, 31), date(2027, 3, 31)),
]

TARGETS = {"RCO01": (120, date(2027, 12, 31)), "RCO04": (120, date(2027, 12, 31))}
