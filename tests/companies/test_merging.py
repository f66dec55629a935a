"""Two records become one enterprise and two again; what is under either of them stays where it is."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from companies.identity import Identity
from companies.merging import MergeError, decide_not_duplicate, merge_companies, unmerge
from companies.models import Company, Contact, Merge, NotDuplicate, Profile
from companies.queries import enterprise_ids
from companies.record_fields import FIELDS
from companies.releases import decide
from companies.services import assign_partner
from companies.twins import find_twins
from offensive.documents.models import Document
from offensive.enablement.models import Delivery, DeliveryKind
from offensive.tenancy.models import CompanyAccess
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.rows import _document
from tests.sites import make_company

LEAD, ADVISOR = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR


@contextmanager
def acting_as(site, role=LEAD):
    acting = site.acting[role]
    with membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug) as opened:
        yield opened.acting


@pytest.fixture
def pair(site):
    """(survivor, absorbed): the same register and VAT fields filled differently."""
    gws = site.organisations["gws"]
    one = make_company(
        site.programme, name="Draht Iserlohn GmbH", partner=gws, town="Iserlohn", register_court="Iserlohn",
        register_kind="HRB", register_number="1", register_key="iserlohn HRB 1",
    )  # fmt: skip
    two = make_company(
        site.programme, name="Drahtwerk Iserlohn GmbH", partner=site.organisations["sihk"], town="Iserlohn",
        register_court="Iserlohn", register_kind="HRB", register_number="2", register_key="iserlohn HRB 2",
        vat_id="DE123456789",
    )  # fmt: skip
    return one, two


def fresh(company):
    return Company.objects.get(pk=company.pk)


def merged(pair, acting, **choices):
    return merge_companies(*pair, acting=acting, choices=choices)


def test_chosen_fields_are_taken_and_identifiers_change_sides(site, pair):
    with acting_as(site) as acting:
        merged(pair, acting, name="absorbed", register="absorbed", vat_id="absorbed")
        one, two = fresh(pair[0]), fresh(pair[1])
        assert (one.legal_name, one.register_key, one.vat_id) == (two.legal_name, "iserlohn HRB 2", "DE123456789")
        assert (two.register_key, two.vat_id) == ("iserlohn HRB 1", "")
        assert one.organisation.name == "Drahtwerk Iserlohn GmbH"
        assert one.town == "Iserlohn"


def test_unmerging_puts_back_what_was(site, pair):
    with acting_as(site) as acting:
        before = [Company.objects.filter(pk=each.pk).values().get() for each in pair]
        access = sorted(CompanyAccess.objects.values_list("company", "organisation", "category"))
        merge = merged(pair, acting, name="absorbed", register="absorbed", vat_id="absorbed", caring_partner="absorbed")
        assert fresh(pair[0]).caring_partner_id == pair[1].caring_partner_id
        assert unmerge(merge, acting=acting) == []
        after = [Company.objects.filter(pk=each.pk).values().get() for each in pair]
        assert [{**row, "version": 0} for row in after] == before
        assert sorted(CompanyAccess.objects.values_list("company", "organisation", "category")) == access
        assert enterprise_ids(pair[0].pk) == {pair[0].pk}


def test_what_was_changed_since_is_kept_and_named(site, pair):
    with acting_as(site) as acting:
        merge = merged(pair, acting, name="absorbed", register="absorbed", employees_awu="absorbed")
        newer = {"register_number": "3", "register_key": "iserlohn HRB 3"}
        Company.objects.filter(pk=pair[0].pk).update(**newer)
        Profile.objects.filter(company=pair[0].pk).update(employees_awu=7)
        assert unmerge(merge, acting=acting) == [str(FIELDS[key].label) for key in ("register", "employees_awu")]
        one, two = fresh(pair[0]), fresh(pair[1])
        assert (one.legal_name, one.register_key) == ("Draht Iserlohn GmbH", "iserlohn HRB 3")
        assert two.register_key == "iserlohn HRB 2"
        assert Profile.objects.get(company=one.pk).employees_awu == 7


def test_a_merge_is_ended_once(site, pair):
    with acting_as(site) as acting:
        merge = merged(pair, acting)
        unmerge(merge, acting=acting)
        with pytest.raises(MergeError):
            unmerge(merge, acting=acting)
        assert Merge.objects.standing().count() == 0
        merged(pair[::-1], acting)  # and the other way round


def test_only_the_lead_merges(site, pair):
    with acting_as(site, ADVISOR) as acting, pytest.raises(MergeError):
        merged(pair, acting)


def test_neither_chains_nor_circles(site, pair):
    third = make_company(site.programme, name="Draht Hemer GmbH")
    with acting_as(site) as acting:
        merged(pair, acting)
        for survivor, absorbed in [(third, pair[0]), (pair[1], third), pair[::-1], pair]:
            with pytest.raises(MergeError):
                merged((survivor, absorbed), acting)
        merged((pair[0], third), acting)
        assert enterprise_ids(third.pk) == {pair[0].pk, pair[1].pk, third.pk}


@pytest.mark.parametrize("chain", [(2, 0), (1, 2)])
def test_the_database_keeps_merges_flat(site, pair, chain):
    companies = [*pair, make_company(site.programme, name="Draht Hemer GmbH")]
    with acting_as(site) as acting:
        merged(pair, acting)
        survivor, absorbed = (companies[place] for place in chain)
        row = {"programme_id": acting.programme_id, "merged_by_id": acting.user_id}
        with pytest.raises(IntegrityError, match="survivor is absorbed by nobody"), transaction.atomic():
            Merge.objects.create(survivor=survivor, absorbed=absorbed, **row)


def test_whoever_takes_part_is_not_absorbed_by_one_that_does_not(site, pair):
    with system_scope(site.programme.pk, "setup.reference"):
        Company.objects.filter(pk=pair[1].pk).update(participating_on="2026-01-01")
    with acting_as(site) as acting:
        with pytest.raises(MergeError, match="nimmt teil"):
            merged(pair, acting)
        merged(pair[::-1], acting)


def test_the_survivors_releases_hold_for_both_records(site, pair):
    """One enterprise, one set of releases: SIHK saw the absorbed record and sees it no more, GWS's row is shared."""
    with acting_as(site, ADVISOR):
        assert Company.objects.filter(pk=pair[1].pk).exists()
    with acting_as(site) as acting:
        merge = merged(pair, acting)
    with acting_as(site, ADVISOR):
        assert not Company.objects.filter(pk=pair[1].pk).exists()
    with acting_as(site) as acting:
        assign_partner(fresh(pair[0]), acting=acting, partner_id=site.organisations["sihk"].pk)
    with acting_as(site, ADVISOR):
        assert Company.objects.filter(pk__in=[each.pk for each in pair]).count() == 2
    with acting_as(site) as acting:
        unmerge(merge, acting=acting)
    with acting_as(site, ADVISOR):
        assert Company.objects.filter(pk__in=[each.pk for each in pair]).count() == 2


def test_whoever_cares_for_an_absorbed_record_gains_and_takes_no_access(site, pair):
    """An old page may still hand over the record that is part of another: the survivor's releases hold all the same."""
    with acting_as(site) as acting:
        merged(pair, acting)
        before = sorted(CompanyAccess.objects.filter(company=pair[0].pk).values_list("organisation", "category"))
        assert before
        assign_partner(fresh(pair[1]), acting=acting, partner_id=site.organisations["zenit"].pk)
        for company in pair:
            rows = CompanyAccess.objects.filter(company=company.pk).values_list("organisation", "category")
            assert sorted(rows) == before


def test_people_of_the_absorbed_record_act_for_the_enterprise_and_decide_its_releases(site, pair):
    with acting_as(site) as acting:
        merged((pair[0], site.company), acting)
    with acting_as(site, Role.COMPANY_OWNER) as acting:
        assert set(acting.companies) == {pair[0].pk, site.company.pk}
        decide(fresh(pair[0]), acting=acting, reaches={"profile": "consortium"})
    with acting_as(site, ADVISOR):
        assert Profile.objects.filter(company__in=[pair[0].pk, site.company.pk]).count() == 2


def test_a_list_finds_the_survivor_by_either_identity(site, pair):
    with acting_as(site) as acting:
        merged(pair, acting, register="absorbed")
        for identity in (
            Identity("x", name="Anders", register="iserlohn HRB 1"),
            Identity("x", name="Anders", register="iserlohn HRB 2"),
            Identity("x", name="Anders", register="iserlohn HRB 1", vat="DE123456789"),
        ):
            match = find_twins([identity], programme_id=acting.programme_id)[0]
            assert (match.kind, match.company) == ("known", pair[0].pk)


def test_not_a_duplicate_is_one_row_and_ends_with_a_merge(site, pair):
    with acting_as(site) as acting:
        decide_not_duplicate(*pair, acting=acting)
        decide_not_duplicate(*pair[::-1], acting=acting)
        assert NotDuplicate.objects.count() == 1
        with pytest.raises(IntegrityError, match="notduplicate_pair_is_ordered"), transaction.atomic():
            NotDuplicate.objects.create(
                programme_id=acting.programme_id, one=pair[1], other=pair[0], decided_by_id=acting.user_id
            )
        merged(pair, acting)
        assert NotDuplicate.objects.count() == 0


def in_parallel(works):
    """Run each of ``works`` on a connection of its own, started together; returns what they return or raise."""
    barrier = Barrier(len(works))

    def run(work):
        try:
            barrier.wait()
            return work()
        except MergeError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.parametrize("second", [(0, 1), (1, 0)], ids=["same pair", "the other way round"])
def test_two_people_at_once_leave_one_merge(committed_site, second):
    site = committed_site
    pair = [make_company(site.programme, name=f"Draht {number} GmbH") for number in (1, 2)]

    def merging(survivor, absorbed):
        with acting_as(site) as acting:
            return merge_companies(pair[survivor], pair[absorbed], acting=acting, choices={})

    found = in_parallel([lambda: merging(0, 1), lambda: merging(*second)])
    assert sorted(type(each).__name__ for each in found) == ["Merge", "MergeError"]
    with acting_as(site):
        assert Merge.objects.standing().count() == 1


@pytest.mark.parametrize(("writers", "rounds"), [(3, 8), pytest.param(8, 150, marks=pytest.mark.prove)])
def test_a_merge_under_load_loses_no_row(committed_site, writers, rounds):
    """While people write for both records, somebody merges and separates them again and again."""
    site, over = committed_site, Event()
    pair = [
        make_company(site.programme, name=f"Draht {number} GmbH", partner=site.organisations["gws"])
        for number in (1, 2)
    ]

    def write(writer):
        for number in range(rounds):
            for company in pair:
                with acting_as(site) as acting:
                    _write_one(company, acting, f"{writer}-{number}")
        over.set()
        return writers

    def merge_and_separate():
        times = 0
        while not over.is_set() or times < 3:
            with acting_as(site) as acting:
                merge = merge_companies(*pair, acting=acting, choices={"name": "absorbed"})
            with acting_as(site) as acting:
                unmerge(merge, acting=acting)
            times += 1
        with acting_as(site) as acting:
            merge_companies(*pair, acting=acting, choices={})
        return times

    works = [*((lambda writer=writer: write(writer)) for writer in range(writers)), merge_and_separate]
    assert all(isinstance(found, int) for found in in_parallel(works))
    with acting_as(site):
        ids = enterprise_ids(pair[0].pk)
        assert ids == {each.pk for each in pair}
        for rows in (Delivery.objects.of(ids), Contact.objects, Document.objects):
            assert rows.filter(company__in=ids).count() == writers * rounds * 2
        assert fresh(pair[0]).legal_name == "Draht 1 GmbH"


def _write_one(company, acting, name):
    row = {"programme_id": acting.programme_id, "company_id": company.pk}
    Contact.objects.create(**row, name=name, form_key=uuid4())
    document = {**_document(None), "uploaded_by_id": acting.user_id}
    document.pop("uploaded_by")
    Document.objects.create(**row, **document)
    Delivery.objects.create(
        **row,
        partner_id=acting.organisation_id,
        kind=DeliveryKind.objects.get(programme=acting.programme_id, key="workshop"),
        on="2026-10-01",
        minutes=10,
        title=name,
        source=f"form:{name}",
        recorded_by_id=acting.user_id,
    )
