"""Companies of the demonstration, written in batches: a transaction's trigger queue must stay short."""

from datetime import timedelta
from decimal import Decimal
from functools import cache

from companies.classification import equivalents
from companies.identity import name_key, register_key, slug_for, sort_name
from companies.models import (
    Agreement,
    Company,
    Competence,
    Contact,
    Facet,
    Industry,
    Profile,
    ProfileSection,
    Site,
    SizeAssessment,
)
from companies.releases import FROM_THE_START
from offensive.documents.models import Document
from offensive.enablement.journeys import ALL_DONE, PLACES, stage_words
from offensive.portal.demo import names
from offensive.portal.demo.competence import write_competence
from offensive.portal.demo.programme import KNOWN_UNTIL, at_noon, document
from offensive.portal.demo.sizes import assess
from offensive.tenancy.models import CompanyAccess, Organisation


def write_companies(frame, numbers, histories, slugs):
    """Write the companies ``numbers`` with their ``histories``; returns their organisations in the same order."""
    drafts = [_draft(frame, number, history) for number, history in zip(numbers, histories, strict=True)]
    organisations = Organisation.objects.bulk_create(
        Organisation(
            programme_id=frame.programme.pk,
            kind="company",
            slug=_free_slug(draft["name"], slugs),
            name=draft["name"],
            shared_on=history.enrolled_on,
        )
        for draft, history in zip(drafts, histories, strict=True)
    )
    for draft, organisation, history in zip(drafts, organisations, histories, strict=True):
        draft |= {"organisation": organisation, "history": history}
        draft["assessment"] = assess(frame, draft)
    _write_identity(frame, drafts)
    _write_profile(frame, drafts)
    return drafts


def _free_slug(name, slugs):
    stem = slug_for(name)[:70]
    slug, number = stem, 2
    while slug in slugs:
        slug, number = f"{stem}-{number}", number + 1
    slugs.add(slug)
    return slug


def _draft(frame, number, history):
    chance = frame.chance
    name, town, trade = names.company_name(number, chance, frame.plan.towns)
    staff = Decimal(str(round(min(chance.lognormvariate(3.4, 1.2) + 2, 900), 1)))
    turnover = (staff * chance.randint(90, 190) * 1000).quantize(Decimal(1))
    return {
        "number": number,
        "name": name,
        "town": town,
        "trade": trade,
        "staff": staff,
        "turnover": turnover,
        "balance": (turnover * Decimal("0.7")).quantize(Decimal(1)),
        "share": Decimal(chance.choice(["0.35", "0.50", "0.60", "0.75", "0.85", "0.95", "1"])),
        "partner": _partner(frame, town),
        "contact": names.person_name(chance),
        "street": f"{chance.choice(names.STREETS)} {chance.randint(1, 190)}",
        "known_on": (history.enrolled_on or KNOWN_UNTIL) - timedelta(days=chance.randint(5, 60)),
    }


def _partner(frame, town):
    """The partner of the district, now and then the chamber or ZENIT."""
    plan = frame.plan
    slug = frame.chance.choices([plan.partner_of_district[town.kreis], *plan.others], plan.weights)[0]
    return frame.organisations[slug]


def _write_identity(frame, drafts):
    Company.objects.bulk_create(_company(frame, draft) for draft in drafts)
    CompanyAccess.objects.bulk_create(
        CompanyAccess(
            programme_id=frame.programme.pk,
            company_id=draft["organisation"].pk,
            organisation=draft["partner"],
            category=category,
        )
        for draft in drafts
        for category in FROM_THE_START
    )
    Contact.objects.bulk_create(
        Contact(
            programme_id=frame.programme.pk,
            company_id=draft["organisation"].pk,
            name=draft["contact"],
            **_function(frame),
            email=f"kontakt{draft['number']:05d}@unternehmen.example",
            phone="02371 555-0",
        )
        for draft in drafts
    )


def _function(frame):
    function = frame.chance.choice(names.FUNCTIONS)
    return {"function": function, "role": names.ROLE_OF_FUNCTION[function]}


def _company(frame, draft):
    court, number = draft["town"].court, str(100_000 + draft["number"])
    return Company(
        organisation=draft["organisation"],
        programme_id=frame.programme.pk,
        legal_name=draft["name"],
        sort_name=sort_name(draft["name"]),
        name_key=name_key(draft["name"]),
        street=draft["street"],
        postcode=draft["town"].postcode,
        town=draft["town"].name,
        ags=draft["town"].ags,
        district=draft["town"].kreis,
        register_court=court,
        register_kind="HRB",
        register_number=number,
        register_key=register_key(court, "HRB", number),
        vat_id=names.vat_id(draft["number"]),
        size_class=draft["assessment"].size_class,
        caring_partner=draft["partner"],
        caring_person=frame.advisor(draft["partner"]),
        first_contact_on=draft["known_on"],
        participating_on=draft["history"].enrolled_on,
        created_at=at_noon(draft["known_on"]),
        stage_due_on=_stage_due_on(draft["history"]),
    )


def _stage_due_on(history):
    running = history.running
    return (running and not history.paused_on and running.started_on + timedelta(days=running.stage.usual_days)) or None


def _write_profile(frame, drafts):
    Profile.objects.bulk_create(_profile(frame, draft) for draft in drafts)
    Competence.objects.bulk_create(
        Competence(programme_id=frame.programme.pk, company_id=draft["organisation"].pk, process_code=code)
        for draft in drafts
        for code in draft["trade"][2]
    )
    Site.objects.bulk_create(site for draft in drafts for site in _sites(frame, draft))
    Industry.objects.bulk_create(row for draft in drafts for row in _industries(frame, draft))
    ProfileSection.objects.bulk_create(
        ProfileSection(programme_id=frame.programme.pk, company_id=draft["organisation"].pk, key="site")
        for draft in drafts
        if draft["history"].profile_on
    )
    SizeAssessment.objects.bulk_create(draft["assessment"] for draft in drafts)
    enrolled = [draft for draft in drafts if draft["history"].enrolled_on]
    agreements = [_agreement(frame, draft) for draft in enrolled]
    Document.objects.bulk_create(agreement.document for agreement in agreements)
    Agreement.objects.bulk_create(agreements)
    Facet.objects.bulk_create(_stage_facet(frame, draft) for draft in enrolled)
    write_competence(frame, drafts)


def _profile(frame, draft):
    history = draft["history"]
    return Profile(
        programme_id=frame.programme.pk,
        company_id=draft["organisation"].pk,
        employees_awu=draft["staff"],
        turnover_eur=draft["turnover"],
        balance_eur=draft["balance"],
        automotive_share=draft["share"],
        completed_on=history.profile_on,
    )


def _sites(frame, draft):
    """The main one where the enterprise is registered; every ninth company has a second one."""
    owned, town = {"programme": frame.programme, "company": draft["organisation"]}, draft["town"]
    place = {"postcode": town.postcode, "town": town.name, "ags": town.ags}
    yield Site(**owned, **place, street=draft["street"], is_main=True)
    if draft["number"] % 9 == 4:
        yield Site(**owned, name="Werk 2", street="Probeweg 2", postcode="00009", town="Musterort")


def _industries(frame, draft):
    code = draft["trade"][1]
    found = [("2008", code), *(("2025", each.activity.code) for each in _in_wz_2025(code)[:1])]
    for scheme, each in found:
        yield Industry(programme_id=frame.programme.pk, company_id=draft["organisation"].pk, scheme=scheme, code=each)


@cache
def _in_wz_2025(code):
    return equivalents("2008", code)


def _agreement(frame, draft):
    person, on = frame.advisor(draft["partner"]), draft["history"].enrolled_on
    company = draft["organisation"]
    signed = {"kind": "agreement", "name": "Teilnahmevereinbarung.pdf", "person_id": person.pk}
    return Agreement(
        programme_id=frame.programme.pk,
        company=company,
        text_version="2025-01",
        signed_on=on,
        signed_by=draft["contact"],
        document=document(frame, **signed, company=company.pk, on=on),
        recorded_by=person,
        recorded_at=at_noon(on),
    )


def _stage_of(history):
    """(value, label, place) as journeys.tell_stage would tell it."""
    outside = "left" if history.left_on else "paused" if history.paused_on else None if history.running else ALL_DONE
    if outside:
        return outside, stage_words()[outside], PLACES[outside]
    stage = history.running.stage
    return stage.key, stage.name, stage.position


def _stage_facet(frame, draft):
    value, label, position = _stage_of(draft["history"])
    return Facet(
        programme_id=frame.programme.pk,
        company_id=draft["organisation"].pk,
        kind="stage",
        value=value,
        label=label,
        position=position,
    )
