"""Fictional names. Whoever reads one must see at once that it is made up."""

import random

from stdnum.iso7064 import mod_11_10

HOUSES = [
    f"{first}{second}"
    for first in ("Muster", "Probe", "Beispiel", "Exempel", "Modell")
    for second in ("", "kamp", "mann", "hoff", "berg", "bach", "scheid", "siepen", "rath", "feld")
]

# (trade, WZ 2008, DIN 8580 processes)
TRADES = [
    ("Federntechnik", "25.93.0", ["2.1", "2.3"]),
    ("Gesenkschmiede", "25.50.1", ["2.1", "6.2"]),
    ("Stanztechnik", "25.50.2", ["3.1", "2.2"]),
    ("Drahtzieherei", "24.34.0", ["2.2", "6.2"]),
    ("Zerspanung", "25.62.0", ["3.2", "3.3"]),
    ("Oberflächentechnik", "25.61.0", ["5.1", "5.4"]),
    ("Aluminiumguss", "24.53.0", ["1.1", "3.2"]),
    ("Werkzeugbau", "25.73.1", ["3.2", "3.4"]),
    ("Schließtechnik", "25.72.0", ["4.1", "3.1"]),
    ("Armaturen", "28.14.0", ["1.1", "4.1"]),
    ("Getriebetechnik", "28.15.0", ["3.2", "4.1"]),
    ("Kabelbau", "27.32.0", ["4.1", "4.6"]),
    ("Leuchten", "27.40.0", ["4.1", "2.2"]),
    ("Gummiformteile", "22.19.0", ["1.2", "4.1"]),
    ("Kunststofftechnik", "22.29.0", ["1.2", "3.2"]),
    ("Rohrsysteme", "24.20.0", ["2.2", "4.6"]),
    ("Messtechnik", "26.51.1", ["4.1", "3.2"]),
    ("Blechbearbeitung", "25.11.0", ["2.4", "4.6"]),
]

LEGAL_FORMS = ["GmbH", "GmbH", "GmbH", "GmbH & Co. KG", "KG", "AG"]
STREETS = ["Industriestr.", "Lennestraße", "Volmestr.", "Hönnetalstraße", "Am Hammerwerk", "Gewerbering", "Ennepestr."]
FIRST_NAMES = ["Alex", "Kim", "Robin", "Chris", "Sascha", "Toni", "Luca", "Noor", "Mika", "Jona", "Deniz", "Sam"]
LAST_NAMES = ["Muster", "Probe", "Exempel", "Beispiel", "Testmann", "Modell", "Vorlage", "Entwurf"]
FUNCTIONS = ["Geschäftsführung", "Technische Leitung", "Vertrieb", "Entwicklung", "Qualität", "Einkauf"]
ROLE_OF_FUNCTION = {
    "Geschäftsführung": "management",
    "Technische Leitung": "technical",
    "Vertrieb": "sales",
    "Entwicklung": "technical",
    "Qualität": "quality",
    "Einkauf": "purchasing",
}
POSTCODES = {
    "Altena": "58762",
    "Balve": "58802",
    "Halver": "58553",
    "Hemer": "58675",
    "Herscheid": "58849",
    "Iserlohn": "58636",
    "Kierspe": "58566",
    "Lüdenscheid": "58507",
    "Meinerzhagen": "58540",
    "Nachrodt-Wiblingwerde": "58769",
    "Neuenrade": "58809",
    "Plettenberg": "58840",
    "Schalksmühle": "58579",
    "Werdohl": "58791",
    "Hagen": "58095",
    "Breckerfeld": "58339",
    "Ennepetal": "58256",
    "Gevelsberg": "58285",
    "Hattingen": "45525",
    "Herdecke": "58313",
    "Schwelm": "58332",
    "Sprockhövel": "45549",
    "Witten": "58452",
}
COURTS = {"05962": "Iserlohn", "05914": "Hagen", "05954": "Hagen"}

EVENT_TITLES = {
    "workshop": [
        "Technologieradar: Was unsere Verfahren noch können",
        "Medizintechnik verstehen: Normen und Nachweise",
        "Einstieg in die Bahntechnik",
        "Windkraft: Anforderungen an Zulieferteile",
        "Vertrieb in neuen Branchen",
        "Geschäftsmodelle mit dem Methodenkasten",
        "Qualitätsmanagement über IATF 16949 hinaus",
    ],
    "excursion": [
        "Exkursion zur COMPAMED",
        "Exkursion zur InnoTrans",
        "Exkursion zur WindEnergy Hamburg",
        "Exkursion zur Enforce Tac",
        "Exkursion zur HANNOVER MESSE",
    ],
}
DELIVERY_TITLES = {
    "consultation": ["Beratung zur Marktwahl", "Beratung zur Umsetzung", "Gespräch zum Zertifizierungsweg"],
    "analysis": ["Marktanalyse Medizintechnik", "Marktanalyse Bahntechnik", "Marktanalyse Windkraft"],
    "method": ["Business Model Canvas", "Kompetenzlandkarte", "Trendkarten", "Kundennutzenprofil"],
    "phone": ["Auskunft zum Programm", "Auskunft zu Terminen"],
}
TASKS = [
    "Angebot der Prüfstelle nachfassen",
    "Termin für das Standortgespräch abstimmen",
    "Marktanalyse vorab durchsehen",
    "Unterlagen zum Zertifizierungsweg schicken",
    "Kontakt zum Institut herstellen",
    "Teilnahme an der nächsten Exkursion klären",
]
TASKS_OF_HOUSES = [
    "Beitrag zum Quartalsbericht schreiben",
    "Programm der nächsten Exkursion abstimmen",
    "Liste der Ansprechpersonen durchsehen",
]
# (text, who may read it)
NOTES = [
    ("Die Nachfolge ist noch offen; bitte behutsam ansprechen.", "team"),
    ("Sucht eine zweite Prüfstelle für Zugversuche. Wer kennt eine?", "consortium"),
    ("Wir haben vereinbart: Muster bis Monatsende, dann gemeinsam zur Fachmesse.", "company"),
]
REMARKS = ["Die Unterschrift des Betriebs fehlt.", "Das Datum ist nicht lesbar.", "Seite 2 fehlt."]
REASONS = ["Doppelt erfasst", "Termin wurde abgesagt", "Falscher Betrieb ausgewählt"]


def company_name(number, chance: random.Random, towns):
    """(name, town, trade): the ``number`` makes the name unique, ``chance`` chooses the rest."""
    # House and trade together are unique for the first 900 numbers, and differ from one company to the next.
    trade = TRADES[(number + number // len(HOUSES)) % len(TRADES)]
    town = chance.choice(towns)
    return f"{HOUSES[number % len(HOUSES)]} {trade[0]} {town.name} {chance.choice(LEGAL_FORMS)}", town, trade


def person_name(chance):
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def vat_id(number):
    """A German VAT ID with a right check digit in the range 999…, which no office hands out."""
    digits = f"{99_000_000 + number:08d}"
    return f"DE{digits}{mod_11_10.calc_check_digit(digits)}"


def postcode_of(town):
    """The postcode of a municipality of the region ("Menden (Sauerland)" and "Wetter (Ruhr)" by their beginning)."""
    others = {"Menden": "58706", "Wetter": "58300"}
    return POSTCODES.get(town) or others.get(town.split(" (")[0], "")


REASONS_TO_HAND_OVER = (
    "Das Unternehmen will in die Medizintechnik; dort haben Sie die besseren Kontakte.",
    "Der neue Standort liegt in Ihrem Gebiet.",
    "Bei uns wechselt zum Jahresende die Zuständigkeit.",
)
ANSWER_NO = "Vor März ist bei uns niemand frei; bitte fragen Sie dann noch einmal."
