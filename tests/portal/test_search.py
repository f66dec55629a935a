"""One search over companies, people, events and documents."""

from datetime import timedelta
from itertools import count

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from companies.filters import ListFilter
from companies.identity import name_key, sort_name
from companies.models import Company, Contact, Merge
from companies.queries import company_list
from offensive.documents.models import Document
from offensive.portal.search import search
from offensive.tenancy.models import Organisation
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.sites import make_company, release
from workshops.models import Event

NUMBERS = count()
PAGE = reverse("portal:search_page", kwargs={"programme": "io", "organisation": "gws"})
LEAD, ADVISOR, OWNER = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER


def make_document(site, name, *, company=None, kind="protocol", **facts):
    with system_scope(site.programme.pk, "setup.reference"):
        return Document.objects.create(
            programme=site.programme,
            company_id=company and company.pk,
            kind=kind,
            name=name,
            content_type="application/pdf",
            size=12,
            sha256="0" * 64,
            uploaded_by=site.people[LEAD],
            **facts,
        )


def make_contact(site, company, name, **fields):
    with system_scope(site.programme.pk, "setup.reference"):
        return Contact.objects.create(programme=site.programme, company_id=company.pk, name=name, **fields)


def make_event(site, title, *, days=10, place="Iserlohn"):
    starts_at = timezone.now() + timedelta(days=days)
    with system_scope(site.programme.pk, "setup.reference"):
        return Event.objects.create(
            programme=site.programme,
            partner=site.organisations["gws"],
            kind="workshop",
            title=title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place=place,
            created_by=site.people[LEAD],
        )


def named(site, name, **fields):
    """A company with the columns the services would give it."""
    return make_company(site.programme, name=name, **fields) and _with_keys(site, name)


def _with_keys(site, name):
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(legal_name=name).update(sort_name=sort_name(name), name_key=name_key(name))
        return Company.objects.get(legal_name=name)


def scope_of(site, role):
    acting = site.acting[role]
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def found(site, role, text, **which):
    """{kind: titles without marks} that ``role`` finds."""
    with scope_of(site, role) as opened:
        groups, _is_similar = search(opened.acting, text, **which)
    return {group.name: [_plain(hit.title) for hit in group.hits] for group in groups}


def _plain(text):
    return text.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    "text",
    [
        "Sprockhövel", "Sprockhoevel", "SPROCKHÖVEL", "sprockhovel", "Sprock", "hoevel", "Sprokhövel", "Sprockhövl",
        "45549", "Zieherei Sprockhövel", "drahtzieherei", "Drahtziehereien", "dr", "Öh",
    ],
)  # fmt: skip
def test_town_and_name_are_found_however_they_are_spelled(site, text):
    named(site, "Öhler Drahtzieherei KG", slug="oehler", town="Sprockhövel", postcode="45549")

    assert found(site, LEAD, text)["companies"] == ["Öhler Drahtzieherei KG"]


@pytest.mark.parametrize(
    "text",
    ["HRB 4711", "4711 iserlohn", "DE 811569869", "de811569869", "811569869", "05962024", "Märkischer Kreis 58636"],
)
def test_company_is_found_by_its_numbers(site, text):
    facts = {"register_kind": "HRB", "register_number": "4711", "register_court": "Iserlohn", "vat_id": "DE811569869"}
    named(site, "Nummern GmbH", ags="05962024", district="Märkischer Kreis", postcode="58636", **facts)
    named(site, "Andere GmbH", postcode="58644")

    assert found(site, LEAD, text)["companies"] == ["Nummern GmbH"]


@pytest.mark.parametrize(
    "text", ["+49 2371 555-0", "0049 2371 5550", "02371/5550", "(02371) 555 0", "23715550", "555-0"]
)
def test_person_is_found_by_telephone_number(site, text):
    make_contact(site, site.company, "Erika Rufer", phone="02371 / 555-0")
    make_contact(site, site.company, "Emil Andere", phone="+49 2372 666-0")

    assert found(site, LEAD, text)["people"] == ["Erika Rufer"]


@pytest.mark.parametrize("text", ["erika@rufer.example", "Rufer.example", "erika rufer"])
def test_person_is_found_by_address(site, text):
    make_contact(site, site.company, "E. Rufer", email="erika@rufer.example")

    assert found(site, LEAD, text)["people"] == ["E. Rufer"]


@pytest.mark.parametrize(("text", "name"), [("Shmidt", "Schmidt"), ("Muller", "Müller"), ("mueler", "Müller")])
def test_typing_errors_do_not_matter(site, text, name):
    make_contact(site, site.company, f"Hannelore {name}")

    assert found(site, LEAD, text)["people"] == [f"Hannelore {name}"]


def test_absorbed_company_leads_to_the_survivor_once(site):
    for number in (1, 2):
        former = named(site, f"Ehemalige Zieherei {number} KG", slug=f"alt-{number}", town="Hemer")
        with system_scope(site.programme.pk, "setup.reference"):
            Merge.objects.create(
                programme=site.programme, survivor=site.company, absorbed=former, merged_by=site.people[LEAD]
            )

    for text in ("ehemalige zieherei", "federn", "muster altena"):
        assert found(site, LEAD, text)["companies"] == ["Muster Federn Altena GmbH"]
    with scope_of(site, LEAD) as opened:
        ((group, *_others), _is_similar) = search(opened.acting, "zieherei")
        assert "Ehemalige Zieherei" in _plain(group.hits[0].notes[1])
        listed = company_list(site.programme.pk, filters=ListFilter(text="ehemalige zieherei"))
        assert [company.pk for company in listed] == [site.company.pk]


def test_all_kinds_are_found_at_once(site):
    make_contact(site, site.company, "Erika Federmann", function="Einkauf")
    make_event(site, "Federn für die Bahn")
    make_document(site, "Protokoll Federn.pdf", company=site.company)

    assert found(site, LEAD, "feder") == {
        "companies": ["Muster Federn Altena GmbH"],
        "people": ["Erika Federmann"],
        "events": ["Federn für die Bahn"],
        "documents": ["Protokoll Federn.pdf"],
    }


def test_document_is_found_by_kind_company_and_name_together(site):
    make_document(site, "2026-03-07.pdf", company=site.company, kind="protocol")
    make_document(site, "2026-03-08.pdf", company=site.company, kind="other")

    for text in ("protokoll", "protokoll altena", "federn protokoll 07"):
        assert found(site, LEAD, text)["documents"] == ["2026-03-07.pdf"]
    assert len(found(site, LEAD, "federn")["documents"]) == 2


def test_document_is_found_by_the_beginning_of_its_company_alone(site):
    company = named(site, "Öhler Drahtzieherei KG", slug="oehler")
    make_document(site, "2026-03-07.pdf", company=company, kind="other")

    for text in ("dr", "dr oe", "draht oe"):
        assert found(site, LEAD, text, kind="documents") == {"documents": ["2026-03-07.pdf"]}


def test_only_the_latest_version_of_a_paper_that_is_still_offered_is_found(site):
    first = make_document(site, "Zeichnung alt.pdf")
    make_document(site, "Zeichnung neu.pdf", series=first.series, number=2, replaces=first)

    assert found(site, LEAD, "zeichnung")["documents"] == ["Zeichnung neu.pdf"]


def test_members_are_found_by_those_who_see_them(site):
    with system_scope(site.programme.pk, "setup.reference"):
        type(site.people[OWNER]).objects.filter(pk=site.people[OWNER].pk).update(name="Renate Rohrbach")

    assert found(site, LEAD, "rohrbach") == {"people": ["Renate Rohrbach"]}
    assert found(site, OWNER, "rohrbach") == {"people": ["Renate Rohrbach"]}
    assert found(site, ADVISOR, "rohrbach") == {}


def test_partner_finds_what_was_released_to_it_alone(site):
    make_document(site, "Geheim.pdf", company=site.other_company)
    make_contact(site, site.other_company, "Gerda Geheim")
    assert found(site, LEAD, "geheim") == {"people": ["Gerda Geheim"], "documents": ["Geheim.pdf"]}
    assert found(site, LEAD, "hemer")["companies"] == ["Muster Guss Hemer KG"]

    assert found(site, ADVISOR, "geheim") == {}
    assert found(site, ADVISOR, "hemer") == {}
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=site.other_company.pk).update(participating_on=timezone.localdate())
        Organisation.objects.filter(pk=site.other_company.pk).update(shared_on=timezone.localdate())
    release(site.other_company, site.organisations["sihk"], "documents")

    assert found(site, ADVISOR, "geheim") == {"documents": ["Geheim.pdf"]}
    assert found(site, ADVISOR, "hemer guss")["companies"] == ["Muster Guss Hemer KG"]


def test_people_of_a_company_find_their_own_things_and_coming_events(site):
    for company in (site.company, site.other_company):
        make_document(site, f"Angebot {company.town}.pdf", company=company)
        make_contact(site, company, f"Anna Angebot {company.town}")
    make_event(site, "Angebot der Hochschule")
    make_event(site, "Angebot von gestern", days=-2)
    assert len(found(site, LEAD, "angebot")["events"]) == 2

    assert found(site, OWNER, "angebot") == {
        "people": ["Anna Angebot Altena"],
        "events": ["Angebot der Hochschule"],
        "documents": ["Angebot Altena.pdf"],
    }


def test_other_programme_is_not_searched(site):
    assert found(site, LEAD, "Fremde Firma") == {}
    with membership_scope(site.elsewhere.person.pk, "nb", "nord") as opened:
        assert search(opened.acting, "Fremde Firma")[0][0].total == 1


def test_signs_alone_find_nothing(site):
    for text in ("", "%", "_", "' OR 1=1 --"):
        assert found(site, LEAD, text) == {}


def test_list_shows_the_companies_that_the_search_counts(site):
    named(site, "Öhler Drahtzieherei KG", slug="oehler", town="Sprockhövel")
    with scope_of(site, LEAD) as opened:
        for text in ("sprockhoevel", "muster", "zieh", "58"):
            groups, _is_similar = search(opened.acting, text)
            assert groups[0].total == company_list(site.programme.pk, filters=ListFilter(text=text)).count() > 0


def test_found_place_is_marked(client, site):
    named(site, "Öhler <Drahtzieherei> KG", slug="oehler", town="Sprockhövel")
    client.force_login(site.people[LEAD])

    assert "<mark>Öhl</mark>er &lt;" in client.get(PAGE, {"q": "oehl"}).content.decode()
    assert "<mark>Sprockhövel</mark>" in client.get(PAGE, {"q": "Sprokhoevel"}).content.decode()


def test_kind_is_read_page_by_page(client, site):
    for number in range(30):
        make_contact(site, site.company, f"Person Zeichner {number:02}")
    client.force_login(site.people[LEAD])

    whole = client.get(PAGE, {"q": "zeichner"})
    second = client.get(PAGE, {"q": "zeichner", "kind": "people", "page": "2"})

    assert (whole.context["groups"][0]["group"].total, len(whole.context["groups"][0]["group"].hits)) == (30, 5)
    assert [_plain(hit.title) for hit in second.context["groups"][0]["group"].hits] == [
        f"Person Zeichner {number}" for number in range(25, 30)
    ]
    for odd in ({"page": "-1"}, {"page": "x"}, {"kind": "x"}, {"page": "99999999999"}):
        assert client.get(PAGE, {"q": "zeichner"} | odd).status_code == 200


def test_search_asks_the_database_equally_often_for_1_and_4_rows(client, site, django_assert_num_queries):
    client.force_login(site.people[LEAD])
    make_things(site, 1)
    client.get(PAGE, {"q": "kaltwalz"})
    for rows in (1, 4):
        if rows > 1:
            make_things(site, 3)
        cache.clear()
        with django_assert_num_queries(8):
            groups = client.get(PAGE, {"q": "kaltwalz"}).context["groups"]
        assert [found["group"].total for found in groups] == [rows] * 4


def make_things(site, number):
    for _once in range(number):
        company = make_company(site.programme, name=f"Kaltwalz {next(NUMBERS)} GmbH")
        make_contact(site, company, "Karl Kaltwalz")
        make_event(site, "Kaltwalzen")
        make_document(site, "Kaltwalzwerk.pdf", company=None)
