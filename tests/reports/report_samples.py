"""Report contents for tests: one keyword function, everything that matters to a test is an argument."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from offensive.reports import content as c
from offensive.reports.wording import METHOD, SIZE_LABELS, summary_sentences

TOWNS = (
    ("Lüdenscheid", "Märkischer Kreis"),
    ("Iserlohn", "Märkischer Kreis"),
    ("Altena", "Märkischer Kreis"),
    ("Hagen", "Hagen"),
    ("Schwelm", "Ennepe-Ruhr-Kreis"),
)
TRADES = ("Federn", "Gesenkschmiede", "Drahtwerke", "Kunststofftechnik", "Stanz- und Umformtechnik", "Werkzeugbau")
NAMES = ("Muster", "Beispiel", "Yıldız", "Łukasz Nowak", "Höhgräfe & Söhne", "Volmetal", "Lennetal")
PARTNERS = ("GWS", "SIHK", "Hagen.Wirtschaft", "EN-Agentur", "ZENIT")
KINDS = (
    ("Workshop", "Neue Märkte für vorhandene Verfahren"),
    ("Beratung", "Marktanalyse Bahntechnik: Anforderungen und Zugang"),
    ("Exkursion", "Fachkongress Wasserstoff, gemeinsame Fahrt"),
)
ONE_CALL = "Einmaliger Kontakt ohne Dokumentation"
STAGES = ("Erstgespräch", "Profil und Kompetenzen", "Marktanalyse", "Erprobung", "Markteintritt")


def enterprise(number, **changes):
    town, district = TOWNS[number % len(TOWNS)]
    kind, title = KINDS[number % len(KINDS)]
    row = c.EnterpriseRow(
        number=number,
        company_id=f"{number:06d}",
        legal_name=f"{NAMES[number % len(NAMES)]} {TRADES[number % len(TRADES)]} {number} GmbH (fiktiv)",
        size_class=("small", "medium", "small", "micro", "medium", "small", "large")[number % 7],
        town=town,
        district=district,
        first_delivery_on=date(2026, 1, 12) + timedelta(days=number % 170),
        first_delivery_kind=kind,
        first_delivery_title=title,
        partner=PARTNERS[number % len(PARTNERS)],
        evidence=c.EVIDENCE_STATES[number % 3],
        counted_for=("RCO01", "RCO04"),
    )
    return replace(row, **changes)


def indicator(code, name, enterprises, *, definition, target, **changes):
    sizes = Counter(row.size_class for row in enterprises)
    parts = tuple(
        c.IndicatorPart(size, SIZE_LABELS[size], Decimal(sizes[size] // 2), Decimal(sizes[size]))
        for size in c.SIZE_CLASSES
    )
    figure = c.IndicatorFigure(
        code=code,
        name=name,
        unit="Unternehmen",
        definition=definition,
        target=Decimal(target),
        period_value=sum(part.period_value for part in parts),
        cumulative_value=Decimal(len(enterprises)),
        parts=parts,
    )
    return replace(figure, **changes)


def events(number):
    return tuple(
        c.EventRow(
            on=date(2026, 1, 20) + timedelta(days=23 * place),
            title=KINDS[place % 3][1],
            kind=KINDS[place % 3][0],
            place=TOWNS[place % 5][0],
            partner=PARTNERS[place % 5],
            attendances=14 + place,
            distinct_enterprises=9 + place // 2,
        )
        for place in range(number)
    )


def report_content(*, enterprises=12, held=7, corrected=True, legal_name=None, not_counted=3):
    """A report with ``enterprises`` counted and ``held`` events; RCO01 is corrected against the report before."""
    rows = tuple(enterprise(number) for number in range(1, enterprises + 1))
    if legal_name is not None:
        rows = (replace(rows[0], legal_name=legal_name), *rows[1:])
    correction = {
        "previous_reported": Decimal(12),
        "previous_corrected": Decimal(11),
        "correction_note": "Zwei Einträge waren dasselbe Unternehmen und sind seit dem 14.05.2026 zusammengeführt.",
    }
    sizes = Counter(row.size_class for row in rows)
    districts = Counter(row.district for row in rows)
    partners = Counter(row.partner for row in rows)
    happenings = events(held)
    content = c.ReportContent(
        cover=c.Cover(
            programme="Industrieoffensive Märkische Region",
            title="Fortschrittsbericht",
            partners=("GWS", "Hagen.Wirtschaftsentwicklung", "EN-Agentur", "SIHK zu Hagen", "ZENIT"),
        ),
        period=c.Period("2026-1", "1. Halbjahr 2026", date(2026, 1, 1), date(2026, 6, 30)),
        funding=c.Funding(
            grant_recipient="Gesellschaft zur Wirtschafts- und Strukturförderung im Märkischen Kreis mbH (GWS)",
            file_number="EFRE-0801234 (Muster)",
            granting_authority="Bezirksregierung Arnsberg",
            nrw_measure="1.4",
            specific_objective="RSO1.1",
            fund="EFRE",
            starts_on=date(2026, 1, 1),
            ends_on=date(2028, 12, 31),
            grant_amount=Decimal("1234567.80"),
        ),
        edition=c.Edition(3, datetime(2026, 7, 3, 12, 5, 9, tzinfo=UTC), "2026-01"),
        summary=(),
        indicators=(
            indicator(
                "RCO01",
                "Unterstützte Unternehmen",
                rows,
                definition="Unternehmen, die irgendeine Form der Unterstützung erhalten haben; jedes zählt einmal.",
                target=150,
                **(correction if corrected else {}),
            ),
            indicator(
                "RCO04",
                "Unternehmen mit nichtfinanzieller Unterstützung",
                rows,
                definition="Unternehmen mit strukturierter und dokumentierter nichtfinanzieller Unterstützung.",
                target=150,
            ),
        ),
        stages=tuple(
            c.StageRow(place, name, companies_now=20 - 3 * place, started_in_period=12 - place, completed_in_period=6)
            for place, name in enumerate(STAGES, start=1)
        ),
        sizes=tuple(c.SizeRow(size, sizes[size]) for size in c.SIZE_CLASSES),
        districts=tuple(c.DistrictRow(name, number + 1, number) for name, number in sorted(districts.items())),
        partners=tuple(c.PartnerRow(name, number // 2, number) for name, number in sorted(partners.items())),
        events=happenings,
        event_totals=c.EventTotals(held, sum(row.attendances for row in happenings), distinct_enterprises=19),
        method=METHOD,
        enterprises=rows,
        not_counted=tuple(
            c.NotCountedRow(
                f"9{n:05d}", f"Nur Anruf {n} GmbH (fiktiv)", "RCO04", "Einmaliger Kontakt ohne Dokumentation"
            )
            for n in range(not_counted)
        ),
    )
    return replace(content, summary=summary_sentences(content))
