"""The report's German for closed lists of other apps: frozen wording, whatever language the interface speaks."""

from offensive.indicators.definitions import Reason
from workshops.models import EventKind

EVENT_LABELS = {EventKind.WORKSHOP: "Workshop", EventKind.EXCURSION: "Exkursion zum Fachkongress"}
NO_DISTRICT = "ohne Zuordnung"
REASON_SENTENCES = {
    Reason.NOT_EVIDENCED: "Leistung nicht belegt",
    Reason.NOT_VERIFIED: "Leistung nicht von einer zweiten Person geprüft",
    Reason.NOT_STRUCTURED: "Nur einmaliger Kontakt, keine strukturierte Unterstützung",
    Reason.REVERSED: "Leistung irrtümlich erfasst und zurückgenommen",
    Reason.AFTER_PERIOD: "Leistung erst nach dem Berichtszeitraum",
    Reason.NO_AGREEMENT: "Keine Teilnahmevereinbarung",
    Reason.NO_SIZE_CLASS: "Größenklasse fehlt",
}
# Added to the method of every edition: part of how offensive/indicators counts.
AGREEMENT_RULE = (
    "Gezählt wird nur, wer eine Teilnahmevereinbarung geschlossen hat. Wurde sie erst nach der ersten anrechenbaren "
    "Leistung geschlossen, zählt das Unternehmen ab dem Tag der Vereinbarung."
)
