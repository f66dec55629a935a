"""What companies of the demonstration can do, are certified for and wish for, with the facets that follow."""

from datetime import timedelta
from decimal import Decimal

from companies.catalogues import asked_markets, equipment, materials
from companies.models import Capability, Certificate, Cleanliness, CompanyMarket, Facet
from companies.profile_facets import certificate_facet, market_facet, process_facet, wz_facet
from offensive.documents.models import Document
from offensive.portal.demo.programme import KNOWN_UNTIL, document

ISSUERS = ["Muster-Zert GmbH", "Probe Certification", "Beispiel-Prüfstelle"]
# (standard, edition, how many of a hundred companies hold it)
STANDARDS = [
    ("iso9001", "2015", 72),
    ("iatf16949", "2016", 38),
    ("iso14001", "2015", 30),
    ("iso50001", "2018", 18),
    ("iso13485", "2016", 5),
    ("en9100", "2018", 3),
    ("iso22163", "2023", 3),
    ("en1090", "2018", 8),
    ("iso3834", "2021", 6),
]


def write_competence(frame, drafts):
    """Write it for all ``drafts``; who has not filled in the profile yet is known by processes and branch alone."""
    for draft in drafts:
        draft["standards"], draft["wishes"], draft["sections"] = [], [], []
        if draft["history"].profile_on:
            _fill_in(frame.chance, draft)
    told = [draft for draft in drafts if draft["sections"]]
    Capability.objects.bulk_create(_capability(frame, draft) for draft in told)
    certificates = [row for draft in told for row in _certificates(frame, draft)]
    Document.objects.bulk_create(row.document for row in certificates if row.document)
    Certificate.objects.bulk_create(certificates)
    CompanyMarket.objects.bulk_create(row for draft in told for row in _markets(frame, draft))
    Facet.objects.bulk_create((row for draft in drafts for row in _facets(frame, draft)), batch_size=5000)


def _fill_in(chance, draft):
    draft["standards"] = [(key, edition) for key, edition, share in STANDARDS if chance.random() * 100 < share]
    draft["wishes"] = chance.sample(list(asked_markets()), chance.choice([0, 1, 1, 2, 3]))
    draft["measurement"], draft["trl"] = _measurement(draft["number"]), _trl(draft["number"])
    optional = {"markets": draft["wishes"], "measurement": draft["measurement"], "trl": draft["trl"]}
    draft["sections"] = ["materials", "certificates", *(key for key, said in optional.items() if said)]


def _measurement(number):
    """Two companies in three have told what they measure with; every other one of them also how clean its parts are."""
    if number % 3 == 2:
        return {}
    kinds, held = list(equipment()), 2 + number % 4
    cleanliness = Cleanliness.values[number // 6 % len(Cleanliness.values)] if number % 2 else ""
    return {
        "equipment": [kinds[(number + place * 3) % len(kinds)] for place in range(held)],
        "cleanliness": cleanliness,
    }


def _trl(number):
    """Every other company develops something of its own: between a first trial and series."""
    return 3 + number // 2 % 7 if number % 2 == 0 else None


def _capability(frame, draft):
    chance = frame.chance
    return Capability(
        **_owned(frame, draft),
        materials=chance.sample(list(materials()), chance.choice([1, 2, 3])),
        length_mm=Decimal(chance.choice([200, 600, 1200, 3000])),
        weight_kg=Decimal(chance.choice([1, 5, 25, 200])),
        it_class=chance.choice([6, 7, 8, 9, 11]),
        batch_from=chance.choice([1, 50, 1000]),
        batch_to=chance.choice([5000, 100_000, 1_000_000]),
        **draft["measurement"],
        trl=draft["trl"],
        holds_no_certificate=not draft["standards"],
    )


def _certificates(frame, draft):
    """Every other company has filed what it holds."""
    for key, edition in draft["standards"]:
        yield Certificate(
            **_owned(frame, draft),
            document=_certificate_paper(frame, draft, key) if draft["number"] % 2 else None,
            standard=key,
            edition=edition,
            scope=f"{draft['trade'][0]} (Muster)",
            issuer=frame.chance.choice(ISSUERS),
            number=f"MUSTER-{draft['number']:05d}",
            valid_until=KNOWN_UNTIL + timedelta(days=frame.chance.randint(-40, 1000)),
        )


def _certificate_paper(frame, draft, key):
    person, company = frame.advisor(draft["partner"]), draft["organisation"].pk
    on = draft["history"].profile_on
    return document(
        frame, kind="certificate", name=f"Zertifikat {key}.pdf", person_id=person.pk, company=company, on=on
    )


def _markets(frame, draft):
    left = 1 - draft["share"]
    for place, market in enumerate(draft["wishes"]):
        share = (left / 2).quantize(Decimal("0.01")) if place == 0 and left else None
        yield CompanyMarket(**_owned(frame, draft), market=market, share=share, is_wished=True)


def _facets(frame, draft):
    found = [
        *(process_facet(code) for code in draft["trade"][2]),
        wz_facet("2008", draft["trade"][1]),
        *(certificate_facet(key) for key, _edition in draft["standards"]),
        *(market_facet(market) for market in draft["wishes"]),
    ]
    for kind, value, label, position in dict.fromkeys(found):
        yield Facet(**_owned(frame, draft), kind=kind, value=value, label=label, position=position)


def _owned(frame, draft):
    return {"programme": frame.programme, "company": draft["organisation"]}
