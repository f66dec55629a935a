"""The report's German: figures, dates and sentences.

The report is written in the language of the authority that receives it and never in the reader's, so nothing here
follows the active locale: a worker, a browser and a test print the same words.
"""

from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
NBSP = "\N{NO-BREAK SPACE}"

SIZE_LABELS = {
    "micro": "Kleinstunternehmen",
    "small": "Kleine Unternehmen",
    "medium": "Mittlere Unternehmen",
    "large": "Große Unternehmen",
    "unknown": "Größe noch nicht angegeben",
}
SIZE_WORDS = {"micro": "kleinst", "small": "klein", "medium": "mittel", "large": "groß"}
EVIDENCE_LABELS = {"claimed": "erfasst", "evidenced": "belegt", "verified": "geprüft"}

# How enterprises are counted, Annex I of Regulation (EU) 2021/1058 and SWD(2021) 198; frozen into each edition.
METHOD = (
    "Gezählt wird das Unternehmen als rechtliche Einheit, nicht der Betrieb und nicht die Person. Jedes Unternehmen "
    "zählt je spezifischem Ziel genau einmal, gleich wie oft und von wie vielen Partnern es unterstützt wurde.",
    "Den Ausschlag gibt die erste anrechenbare Leistung. Ihr Datum bestimmt den Berichtszeitraum, in dem das "
    "Unternehmen gezählt wird, und ihr Partner bekommt es zugerechnet. Weitere Leistungen zählen nicht erneut.",
    "Als nichtfinanzielle Unterstützung (RCO04) zählt nur, was strukturiert und dokumentiert ist. Einmalige Kontakte "
    "wie ein Telefongespräch zählen nicht.",
    "Die Größenklasse ist die zum Zeitpunkt der ersten Unterstützung. Sie bleibt für die Zählung unverändert; die vier "
    "Klassen ergeben zusammen den Gesamtwert.",
    "Kumulierte Werte gelten seit Beginn der Förderung. Sie dürfen nicht über mehrere Berichte addiert werden.",
    "Teilnahmen sind anwesende Personen. Kommen drei Personen aus einem Unternehmen, sind das drei Teilnahmen und ein "
    "Unternehmen. Beide Zahlen stehen nebeneinander und werden nie zusammengezählt.",
    "Unternehmen werden über Registergericht und Registernummer erkannt, sonst über die "
    "Umsatzsteuer-Identifikationsnummer. Gleichnamige Unternehmen ohne diese Angaben prüft eine Person.",
)


def number(value) -> str:
    """1234 as 1.234, with up to two decimals where there are any; nothing known is a dash."""
    if value is None:
        return "–"
    text = format(Decimal(value), ",.2f").removesuffix(".00")
    return text.translate(str.maketrans(",.", ".,"))


def money(value) -> str:
    """EUR with cents."""
    if value is None:
        return "–"
    return format(Decimal(value), ",.2f").translate(str.maketrans(",.", ".,")) + f"{NBSP}€"


def day(value) -> str:
    return "–" if value is None else value.strftime("%d.%m.%Y")


def moment(value) -> str:
    """An aware moment on the clock of Berlin."""
    return value.astimezone(BERLIN).strftime(f"%d.%m.%Y, %H:%M{NBSP}Uhr")


def share(value, target) -> str:
    """Per cent of the target, rounded down: 99,96 % is not the target reached."""
    if not target:
        return "–"
    percent = (Decimal(value) * 100 / Decimal(target)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return format(percent, "f").removesuffix(".0").replace(".", ",") + f"{NBSP}%"


def counted(value, one, many) -> str:
    """ "1 Veranstaltung", "6 Veranstaltungen"."""
    return f"{number(value)}{NBSP}{one if value == 1 else many}"


def summary_sentences(content) -> tuple[str, ...]:
    """The summary as sentences, from the figures of ``content`` alone."""
    sentences = [_indicator_sentence(indicator) for indicator in content.indicators]
    sentences += [_process_sentence(content), _events_sentence(content), _corrections_sentence(content)]
    return tuple(sentence for sentence in sentences if sentence)


def _indicator_sentence(indicator):
    text = (
        f"{indicator.name} ({indicator.code}): {number(indicator.period_value)} im Berichtszeitraum, "
        f"{number(indicator.cumulative_value)} seit Beginn der Förderung"
    )
    if not indicator.target:
        return f"{text}. Ein Zielwert ist nicht festgelegt."
    reached = share(indicator.cumulative_value, indicator.target)
    return f"{text}. Das sind {reached} des Zielwerts von {number(indicator.target)}."


def _process_sentence(content):
    companies = sum(row.companies for row in content.sizes)
    completed = sum(row.completed_in_period for row in content.stages)
    return (
        f"Am {day(content.period.ends_on)} nahmen {counted(companies, 'Unternehmen', 'Unternehmen')} am "
        f"Befähigungsprozess teil; im Berichtszeitraum wurden {counted(completed, 'Stufe', 'Stufen')} abgeschlossen."
    )


def _events_sentence(content):
    totals = content.event_totals
    if not totals.events:
        return "Im Berichtszeitraum fanden keine Veranstaltungen statt."
    return (
        f"{counted(totals.events, 'Veranstaltung', 'Veranstaltungen')} mit "
        f"{counted(totals.attendances, 'Teilnahme', 'Teilnahmen')} aus "
        f"{counted(totals.distinct_enterprises, 'Unternehmen', 'verschiedenen Unternehmen')} im Berichtszeitraum."
    )


def _corrections_sentence(content):
    if not content.corrections:
        return ""
    what = "wurde ein Wert" if len(content.corrections) == 1 else f"wurden {len(content.corrections)} Werte"
    return f"Gegenüber dem Vorbericht {what} korrigiert; die Gründe stehen in Anlage 2."
