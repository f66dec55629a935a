"""Filters of the company list that a person keeps under a name."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict

from companies.filters import filter_from, filter_of
from companies.models import SavedFilter
from companies.models.saved import MOST_SAVED
from companies.saved_filters import SavedFilterError, change_filter, delete_filter, save_filter
from companies.versions import OvertakenError
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope

LEAD, COLLEAGUE, PARTNER = Role.LEAD_COORDINATOR, Role.LEAD_APPROVER, Role.PARTNER_ADVISOR
HAGEN = filter_from(QueryDict("q=federn&district=Hagen&size=small&size=micro&sort=-town"))
VALUES = {"name": "Federn in Hagen", "is_shared": False, "is_default": False}


@contextmanager
def acting_as(site, role):
    acting = site.acting[role]
    with membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug) as opened:
        yield opened.acting


def kept(site, role=LEAD, filters=HAGEN, **values):
    with acting_as(site, role) as acting:
        return save_filter(filters, acting=acting, **VALUES | values)


def insert(acting, **values):
    SavedFilter.objects.create(programme_id=acting.programme_id, organisation_id=acting.organisation_id, **values)


def names(site, role):
    with acting_as(site, role) as acting:
        return [saved.name for saved in SavedFilter.objects.usable_by(acting)]


def test_filter_is_what_it_was_when_it_was_kept(site):
    saved = kept(site)

    assert filter_of(saved.parameters) == HAGEN
    assert names(site, LEAD) == ["Federn in Hagen"]


def test_what_the_list_does_not_know_any_more_is_left_out():
    assert filter_of({"q": "federn", "colour": ["red"], "sort": "price"}) == filter_from(QueryDict("q=federn"))


def test_colleagues_see_what_is_shared_and_nobody_else_does(site):
    kept(site)
    kept(site, name="Geteilt", is_shared=True)

    assert names(site, LEAD) == ["Federn in Hagen", "Geteilt"]
    assert names(site, COLLEAGUE) == ["Geteilt"]
    assert names(site, PARTNER) == []


def test_colleague_neither_changes_nor_deletes_what_is_shared(site):
    saved = kept(site, is_shared=True)
    with acting_as(site, COLLEAGUE):
        rows = SavedFilter.objects.filter(pk=saved.pk)
        assert rows.count() == 1

        assert rows.update(name="Meiner") == 0
        assert rows.delete()[0] == 0


def test_nobody_keeps_a_filter_in_anothers_name(site):
    with acting_as(site, LEAD) as acting, pytest.raises(Exception, match="row-level security"), transaction.atomic():
        insert(acting, owner=site.people[COLLEAGUE], name="Untergeschoben", place=1, parameters={"q": "x"})


def test_same_form_sent_twice_is_one_filter(site):
    assert kept(site).pk == kept(site).pk


def test_name_is_taken_once_per_person(site):
    kept(site)

    with pytest.raises(SavedFilterError, match="Namen"):
        kept(site, filters=filter_from(QueryDict("q=guss")))
    kept(site, COLLEAGUE)  # another person is free to


def test_filter_that_narrows_nothing_is_not_kept(site):
    with pytest.raises(SavedFilterError, match="schränkt nichts ein"):
        kept(site, filters=filter_from(QueryDict("sort=town")))


def test_places_run_out_and_deleting_makes_room(site):
    saved = [kept(site, name=f"Filter {number}") for number in range(MOST_SAVED)]
    with pytest.raises(SavedFilterError, match=str(MOST_SAVED)):
        kept(site, name="Einer zu viel")

    with acting_as(site, LEAD) as acting:
        delete_filter(saved[4], acting=acting, seen=0)
    assert kept(site, name="Nun ist Platz").place == 5


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"place": MOST_SAVED + 1}, "savedfilter_at_most_30_per_person"),
        ({"place": 1}, "savedfilter_place_taken_once"),
        ({"name": ""}, "savedfilter_has_a_name"),
        ({"parameters": {}}, "savedfilter_filters_something"),
        ({"is_default": True}, "savedfilter_one_default_per_person"),
    ],
)
def test_database_keeps_the_rules(site, values, constraint):
    kept(site, is_default=True)
    row = {"name": "Zweiter", "place": 2, "parameters": {"q": "x"}} | values
    with acting_as(site, LEAD) as acting, pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        insert(acting, owner_id=acting.user_id, **row)


def test_one_filter_of_a_person_is_the_default(site):
    first, second = kept(site, is_default=True), kept(site, name="Zweiter", is_default=True)
    kept(site, COLLEAGUE, is_default=True)
    with acting_as(site, LEAD) as acting:
        assert list(SavedFilter.objects.owned_by(acting).filter(is_default=True)) == [second]
        change_filter(first, acting=acting, seen=0, name="Erster", is_shared=False, is_default=True)
        assert [saved.name for saved in SavedFilter.objects.owned_by(acting).filter(is_default=True)] == ["Erster"]


def test_second_of_two_changes_is_told(site):
    saved = kept(site)
    with acting_as(site, LEAD) as acting:
        change_filter(saved, acting=acting, seen=0, **VALUES | {"name": "Erster"})

        with pytest.raises(OvertakenError):
            change_filter(saved, acting=acting, seen=0, **VALUES | {"name": "Zweiter"})
        with pytest.raises(OvertakenError):
            delete_filter(saved, acting=acting, seen=0)
        assert SavedFilter.objects.get(pk=saved.pk).name == "Erster"
