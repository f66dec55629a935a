"""The two programmes of the demonstration: who belongs to them and where their companies are."""

from dataclasses import dataclass, field
from datetime import date

from companies.classification import municipalities
from offensive.portal.demo.names import COURTS, postcode_of
from offensive.portal.setup import CONSORTIUM, NOTICE, STAGES
from offensive.tenancy.roles import Role


@dataclass(frozen=True, slots=True)
class Town:
    """A place where companies are; ``ags`` is empty for a fictional one."""

    name: str
    ags: str
    kreis: str
    postcode: str
    court: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A programme of the demonstration. ``staff``: (address, name, organisation, role), those who write first."""

    slug: str
    name: str
    region: str
    organisations: list
    staff: list
    coordinator: str
    approver: str
    towns: tuple[Town, ...]
    # Who looks after the companies of a district, and who else does, with weights.
    partner_of_district: dict
    others: tuple[str, ...]
    weights: tuple[int, ...]
    notice: dict = field(default_factory=lambda: NOTICE)
    stages: list = field(default_factory=lambda: STAGES)

    @property
    def partners(self):
        """Slugs of the lead and the partners, in their order."""
        return [slug for kind, slug, *_names in self.organisations if kind in ("lead", "partner")]


def _region():
    known = sorted(municipalities().values(), key=lambda place: place.ags)
    return tuple(
        Town(place.name, place.ags, place.kreis, postcode_of(place.name), COURTS[place.ags[:5]]) for place in known
    )


# What the programme of the demonstration asks beside the usual: {stage: requirements}.
ASKED = {
    "marktanalyse": [("answer:markt", 1, "In welchem Markt möchten Sie zuerst Kunden finden?", "text")],
    "hochschule": [("decision:umsetzung", 1, "Lohnt sich die Umsetzung mit der Hochschule?")],
}

IO = Plan(
    slug="io",
    name="Industrieoffensive Märkische Region",
    region="Märkische Region",
    organisations=CONSORTIUM,
    staff=[
        ("koordination@gws.example", "Kim Muster", "gws", Role.LEAD_COORDINATOR),
        ("freigabe@gws.example", "Alex Probe", "gws", Role.LEAD_APPROVER),
        ("beratung@hagen.example", "Toni Exempel", "hagen", Role.PARTNER_ADVISOR),
        ("beratung@en.example", "Robin Beispiel", "en", Role.PARTNER_ADVISOR),
        ("beratung@sihk.example", "Sascha Testmann", "sihk", Role.PARTNER_ADVISOR),
        ("lesen@sihk.example", "Luca Vorlage", "sihk", Role.PARTNER_VIEWER),
        ("beratung@zenit.example", "Chris Modell", "zenit", Role.PARTNER_ADVISOR),
        ("pruefung@foerderstelle.example", "Mika Entwurf", "foerderstelle", Role.FUNDER_OFFICER),
        ("revision@foerderstelle.example", "Jona Muster", "foerderstelle", Role.AUDITOR),
        ("ausschuss@industrieausschuss.example", "Deniz Probe", "industrieausschuss", Role.COMMITTEE_READER),
        ("institut@fh-swf.example", "Noor Beispiel", "fh-swf", Role.UNIVERSITY_MEMBER),
        ("betrieb@portal.example", "Sam Exempel", "betrieb", Role.OPERATOR),
    ],
    coordinator="koordination@gws.example",
    approver="freigabe@gws.example",
    towns=_region(),
    partner_of_district={"Märkischer Kreis": "gws", "Hagen (kreisfreie Stadt)": "hagen", "Ennepe-Ruhr-Kreis": "en"},
    others=("sihk", "zenit"),
    weights=(60, 30, 10),
    stages=[(key, *rest, [*wanted, *ASKED.get(key, [])]) for key, *rest, wanted in STAGES],
)

# A region that does not exist, which shares a partner and that partner's person with the first.
MUSTERLAND = Plan(
    slug="ml",
    name="Zukunft Fertigung Musterland",
    region="Musterland",
    organisations=[
        ("lead", "mle", "Musterland Entwicklungsgesellschaft mbH", "Musterland Entwicklung"),
        ("partner", "kammer", "Wirtschaftskammer Musterland", "Kammer Musterland"),
        ("partner", "zenit", "ZENIT GmbH – Zentrum für Innovation und Technik in Nordrhein-Westfalen", "ZENIT"),
        ("funder", "foerderbank", "Förderbank Musterland", "Förderbank"),
        ("committee", "beirat", "Fertigungsbeirat Musterland", "Fertigungsbeirat"),
    ],
    staff=[
        ("koordination@musterland.example", "Luca Modell", "mle", Role.LEAD_COORDINATOR),
        ("freigabe@musterland.example", "Noor Vorlage", "mle", Role.LEAD_APPROVER),
        ("beratung@kammer.example", "Deniz Testmann", "kammer", Role.PARTNER_ADVISOR),
        ("beratung@zenit.example", "Chris Modell", "zenit", Role.PARTNER_ADVISOR),
        ("pruefung@foerderbank.example", "Alex Entwurf", "foerderbank", Role.FUNDER_OFFICER),
        ("beirat@musterland.example", "Kim Beispiel", "beirat", Role.COMMITTEE_READER),
    ],
    coordinator="koordination@musterland.example",
    approver="freigabe@musterland.example",
    towns=(
        Town("Musterstadt", "", "Musterkreis", "00001", "Musterstadt"),
        Town("Beispielhausen", "", "Musterkreis", "00002", "Musterstadt"),
        Town("Probedorf", "", "Kreis Beispiel", "00003", "Musterstadt"),
    ),
    partner_of_district={"Musterkreis": "mle", "Kreis Beispiel": "kammer"},
    others=("zenit",),
    weights=(70, 30),
    notice={**NOTICE, "file_number": "MUSTER-ML-0002", "granted_on": date(2024, 12, 2), "authority": "Muster-Behörde"},
    stages=[
        ("einstieg", "Einstieg", "Wo wir stehen", 45, [("profile_complete", 1)]),
        ("analyse", "Marktbild", "Welche Märkte zu uns passen", 60, [("delivery:analysis", 1)]),
        ("umsetzung", "Umsetzung", "Gemeinsam umsetzen", 180, [("delivery:consultation", 2)]),
    ],
)
