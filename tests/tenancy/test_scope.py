"""The scope: opened in one statement, kept to its transaction, put back after a nested one."""

import pytest
from django.db import connection

from companies.models import Company
from offensive.tenancy.models import Organisation
from offensive.tenancy.roles import AUDIENCE_OF_ROLE, Role, privileges_of_session
from offensive.tenancy.scope import membership_scope, scope_is_open, system_scope
from offensive.tenancy.strict import ScopeMissingError


def open_as(site, role):
    acting = site.acting[role]
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


@pytest.mark.parametrize("role", Role)
def test_membership_is_read_and_set_in_one_statement(site, role, django_assert_num_queries):
    # Savepoint, the statement, and, because the test itself is a surrounding transaction, putting back and release.
    with django_assert_num_queries(4), open_as(site, role) as opened:
        assert opened.acting == site.acting[role]
        assert opened.memberships == (site.acting[role],)
    assert site.acting[role].audience == AUDIENCE_OF_ROLE[role]


def test_database_and_code_agree_on_the_audience_of_every_role(site):
    for role in Role:
        with open_as(site, role), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('offensive.audience')")
            assert cursor.fetchone() == (AUDIENCE_OF_ROLE[role],)


def test_wrong_address_opens_the_person_only(site):
    acting = site.acting[Role.PARTNER_ADVISOR]
    with membership_scope(acting.user_id, "nb", "nord") as opened:
        assert opened.acting is None
        assert opened.memberships == (acting,)
        assert list(Company.objects.all()) == []


def test_nested_system_scope_is_put_back(site):
    with open_as(site, Role.FUNDER_OFFICER):
        assert Company.objects.count() == 0
        with system_scope(site.programme.pk, "companies.find_twins"):
            assert Company.objects.count() == 2
        assert Company.objects.count() == 0


def test_scope_of_an_exception_is_put_back(site):
    with open_as(site, Role.FUNDER_OFFICER):
        with pytest.raises(ZeroDivisionError), system_scope(site.programme.pk, "companies.find_twins"):
            raise ZeroDivisionError
        assert Company.objects.count() == 0


def test_unlisted_system_service_is_refused(site):
    with pytest.raises(LookupError), system_scope(site.programme.pk, "anything.else"):
        pass


def test_query_without_scope_is_an_error(site):
    assert not scope_is_open()
    with pytest.raises(ScopeMissingError):
        Organisation.objects.exists()


def test_query_without_scope_finds_nothing_in_production(site, settings):
    connection.execute_wrappers.clear()
    assert not Organisation.objects.exists()
    with system_scope(site.programme.pk, "companies.find_twins"):
        assert Organisation.objects.exists()


def test_tests_run_as_the_bound_role(db):
    assert privileges_of_session() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user")
        assert cursor.fetchone() == ("offensive_app", "offensive_app")
