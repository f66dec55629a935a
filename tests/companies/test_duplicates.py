"""Records that look alike: found in the asker's own scope, decided once."""

from itertools import combinations
from time import process_time

import pytest
from django.db import connection
from django.urls import reverse

from companies.alike import ALIKE, ALIKE_DESPITE_REGISTER, Named, alike, similarity, trigrams
from companies.duplicates import likely_pairs, pairs_of
from companies.identity import name_key, sort_name
from companies.merging import decide_not_duplicate
from companies.models import Company, Contact, NotDuplicate
from offensive.tenancy.models import Organisation
from offensive.tenancy.remembering import changed
from offensive.tenancy.roles import Role
from tests.companies.test_merging import acting_as
from tests.indicators.ledger import merge, scope
from tests.sites import make_company

LEAD, ADVISOR = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR


def look_alike(site, name, **fields):
    """A company with the keys that the import gives it."""
    company = make_company(site.programme, name=name, **fields)
    with scope(site):
        Company.objects.filter(pk=company.pk).update(name_key=name_key(name), sort_name=sort_name(name))
    return company


@pytest.fixture
def known(site):
    with scope(site):
        Company.objects.filter(pk=site.company.pk).update(name_key=name_key("Muster Federn Altena GmbH"))
    return site.company


def pairs(site, role=LEAD):
    changed(site.programme.pk)  # what tests write by themselves
    with acting_as(site, role) as acting:
        return [row[:2] for row in likely_pairs(acting)]


@pytest.mark.parametrize(
    ("name", "fields", "found"),
    [
        ("Musterfedern Altena", {}, True),
        ("Muster-Federn Altena GmbH & Co. KG", {"town": "Altena (Westf.)", "postcode": ""}, True),
        ("Muster Feder Altena GmbH", {"town": "Woanders", "postcode": "58762"}, True),
        ("Musterfedern Altena", {"town": "Hagen", "postcode": "58089"}, False),
        ("Ganz anders GmbH", {}, False),
    ],
)
def test_similar_names_in_one_place(site, known, name, fields, found):
    other = look_alike(site, name, **fields)
    assert pairs(site) == ([(known.pk, other.pk)] if found else [])


def test_different_registers_speak_against_it_unless_the_name_is_the_same(site, known):
    with scope(site):
        Company.objects.filter(pk=known.pk).update(register_key="iserlohn HRB 1")
    near = look_alike(site, "Musterfedern Altenau", register_key="iserlohn HRB 2")
    same = look_alike(site, "Muster Federn Altena KG", register_key="iserlohn HRA 3")
    assert (known.pk, same.pk) in pairs(site)
    assert (known.pk, near.pk) not in pairs(site)


def test_what_speaks_for_and_against(site, known):
    with scope(site):
        Company.objects.filter(pk=known.pk).update(vat_id="DE123456789", street="Am Draht 1")
    other = look_alike(site, "Muster Federn Altena KG", vat_id="DE987654321", street="am Draht 1")
    with acting_as(site) as acting:
        for company, phone in ((known, "+49 2352 555-0"), (other, "02352/5550")):
            contact = {"phone": phone, "email": f"a{company.pk}@musterfedern.example"}
            Contact.objects.create(programme=site.programme, company_id=company.pk, name="Erika", **contact)
        (pair,) = pairs_of(likely_pairs(acting), programme_id=acting.programme_id)
    assert pair.similarity == 100
    assert len(pair.speaks_for) == 5
    assert len(pair.speaks_against) == 1


def test_a_partner_learns_nothing_of_records_it_may_not_see(site, known):
    look_alike(site, "Musterfedern Altena")
    assert pairs(site) != []
    assert pairs(site, ADVISOR) == []
    own = look_alike(site, "Muster Federn Altena KG", partner=site.organisations["sihk"])
    assert pairs(site, ADVISOR) == [(known.pk, own.pk)]


def test_what_is_decided_or_merged_stands_there_no_more(site, known):
    one, two = look_alike(site, "Musterfedern Altena"), look_alike(site, "Muster Federn Altena KG")
    assert len(pairs(site)) == 3
    with acting_as(site) as acting:
        decide_not_duplicate(one, known, acting=acting)
    assert len(pairs(site)) == 2
    merge(site, survivor=known, absorbed=two)
    assert pairs(site) == []


@pytest.fixture
def address(site):
    def of(name, organisation="gws"):
        return reverse(name, kwargs={"programme": "io", "organisation": organisation})

    return of


@pytest.mark.parametrize("rows", [1, 4])
def test_list_asks_the_same_number_of_queries(site, known, sign_in, address, django_assert_num_queries, rows):
    for number in range(rows):
        first = look_alike(site, f"Zwilling {number} Stanztechnik GmbH", postcode=f"5800{number}", town="")
        second = look_alike(site, f"Zwilling {number} Stanztechnik KG", postcode=f"5800{number}", town="")
        third = look_alike(site, f"Andere {number}", postcode="1", town="")
        with acting_as(site) as acting:
            decide_not_duplicate(first, third, acting=acting)
    client, url = sign_in(site.people[LEAD]), address("companies:duplicate_list")
    client.get(url)
    with django_assert_num_queries(10):
        assert client.get(url).content.decode().count("Stanztechnik KG") == rows
    assert second.pk


def test_deciding_on_the_page_and_looking_again(site, known, sign_in, address):
    other = look_alike(site, "Musterfedern Altena")
    client, url = sign_in(site.people[LEAD]), address("companies:duplicate_list")
    form = {"one": known.organisation.slug, "other": other.organisation.slug}
    for _twice in range(2):
        client.post(address("companies:duplicate_decide"), form)
    with scope(site):
        assert NotDuplicate.objects.count() == 1
    assert "Erneut prüfen" in client.get(url).content.decode()
    client.post(address("companies:duplicate_decide"), {**form, "again": "yes"})
    with scope(site):
        assert NotDuplicate.objects.count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_list_as_a_file(site, known, sign_in, address, kind):
    look_alike(site, "Musterfedern Altena")
    answer = sign_in(site.people[LEAD]).get(address("companies:duplicate_list"), {"export": kind})
    assert answer.status_code == 200
    if kind == "csv":
        assert "Musterfedern Altena" in answer.content.decode("utf-8-sig")


def test_a_thousand_records_are_compared_in_a_moment(site, django_assert_max_num_queries):
    _many(site, 1000)
    with acting_as(site) as acting, django_assert_max_num_queries(4):
        assert len(likely_pairs(acting)) >= 20


@pytest.mark.prove
def test_ten_thousand_records_are_compared_in_seconds_and_then_remembered(site):
    _many(site, 10_000)
    with acting_as(site) as acting:
        began = process_time()
        found = likely_pairs(acting)
        compared = process_time()
        changed(site.programme.pk)
        assert likely_pairs(acting) == found
    assert len(found) >= 200
    assert compared - began < 8
    assert process_time() - compared < 0.5


def test_names_are_as_similar_as_the_database_says(site):
    names = ["musterfedernaltena", "musterfederaltena", "mustergusshemer", "abc", "ab"]
    with connection.cursor() as cursor:
        for one in names:
            for other in names:
                cursor.execute("SELECT similarity(%s, %s)", [one, other])
                assert similarity(trigrams(one), trigrams(other)) == pytest.approx(cursor.fetchone()[0])


def test_no_pair_is_missed_by_comparing_the_rarest_first():
    records = [
        Named(pk, _word(pk * 7) + ["federn", "stanztechnik", "guss"][pk % 3], (f"ort {pk % 4}",), pk % 2 == 0)
        for pk in range(400)
    ]
    grams = {each.pk: trigrams(each.name) for each in records}
    every = {
        (one.pk, other.pk)
        for one, other in combinations(records, 2)
        if one.places == other.places
        and similarity(grams[one.pk], grams[other.pk])
        >= (ALIKE_DESPITE_REGISTER if one.has_register and other.has_register else ALIKE)
    }
    assert {row[:2] for row in alike(records)} == every
    assert every


def _many(site, number):
    """``number`` records in 25 towns, one in fifty of them twice under another legal form."""
    trades = ["Stanztechnik", "Federn", "Drahtwerk", "Gesenkschmiede", "Oberflächen", "Werkzeugbau", "Guss"]
    names = [f"{_word(place)} {trades[place % 7]} GmbH" for place in range(number)]
    names += [names[place].replace("GmbH", "KG") for place in range(0, number, 50)]
    with scope(site):
        organisations = Organisation.objects.bulk_create(
            Organisation(programme=site.programme, kind="company", slug=f"n-{place}", name=name)
            for place, name in enumerate(names)
        )
        Company.objects.bulk_create(
            Company(
                organisation=organisation,
                programme=site.programme,
                legal_name=organisation.name,
                sort_name=sort_name(organisation.name),
                name_key=name_key(organisation.name),
                town=f"Ort {place % number % 25}",
                postcode=f"58{place % number % 25:03d}",
            )
            for place, organisation in enumerate(organisations)
        )


def _word(place):
    syllables = ["ba", "ker", "mol", "win", "tor", "sen", "hal", "fri", "nos", "lum", "gar", "eit", "dau", "pex", "rin"]
    return "".join(syllables[place // 15**power % 15] for power in range(4)).title()
