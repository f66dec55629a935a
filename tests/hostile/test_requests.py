"""Thousands of odd requests as every audience: never an error of the server, never another's row, read or written."""

import logging
import os
import traceback

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings

from companies.models import ImportBatch
from offensive.accounts.models import Invitation
from offensive.documents.models import Document
from offensive.enablement.models import Delivery, StageProgress
from offensive.jobs.models import Job
from offensive.tenancy.roles import AUDIENCE_OF_ROLE, Role
from offensive.tenancy.scope import system_scope
from tests.hostile.odd import requests
from tests.rows import WRITTEN_BY_RETENTION, make_every_row, tenant_models
from tests.sites import make_person
from workshops.models import Attendance, Event

MANY = int(os.environ.get("HOSTILE_REQUESTS", "10000"))
NEIGHBOURS = ("Fremde Firma AG", "Muster Dublette nb", "Nordförderung GmbH")
OURS = ("Muster Federn Altena GmbH", "Muster Guss Hemer KG", "Muster Dublette io", "SIHK zu Hagen")
# The company of the lead alone, released to nobody; and the one only its people and the consortium know.
UNRELEASED, RELEASED = "Muster Guss Hemer KG", "Muster Federn Altena GmbH"

# Whose ids stand in the addresses of an app, by app and parameter.
OWN_ROWS = {
    "companies:pk": [ImportBatch],
    "enablement:pk": [Delivery, StageProgress],
    "workshops:pk": [Event],
    "workshops:attendance": [Attendance],
    "documents:pk": [Document],
    "jobs:pk": [Job],
    "accounts:pk": [Invitation],
}


@pytest.fixture
def target(site):
    """Both programmes with a row in every table; sessions of everybody; all ids anybody could guess."""
    lead, other = site.acting[Role.LEAD_COORDINATOR], site.elsewhere
    make_every_row(site.programme, site.company, site.people[lead.role], lead.membership_id)
    make_every_row(other.programme, other.company, other.person, other.acting.membership_id)
    site.known = known_ids(site.programme, other.programme)
    people = {str(role): site.people[role] for role in Role}
    people |= {"stranger": make_person("fremd@anderswo.example"), "neighbour": other.person}
    acting = {str(role): site.acting[role] for role in Role} | {"neighbour": other.acting}
    site.homes = {who: (each.programme_slug, each.organisation_slug) for who, each in acting.items()}
    site.sessions = {who: session_of(person) for who, person in people.items()}
    logging.disable(logging.CRITICAL)
    yield site
    logging.disable(logging.NOTSET)


def session_of(person):
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def known_ids(*programmes):
    """What stands in addresses, by the parameter's name."""
    slugs, periods, numbers = ["gibt-es-nicht"], set(), ["1", "2", "0"]
    known = {parameter: [] for parameter in OWN_ROWS}
    for programme in programmes:
        with system_scope(programme.pk, "setup.reference"):
            for parameter, models in OWN_ROWS.items():
                for model in models:
                    rows = model.objects.filter(programme=programme).values_list("pk", flat=True)
                    known[parameter] += map(str, rows)
            slugs += programme.organisation_set.filter(kind="company").values_list("slug", flat=True)
            periods |= set(programme.period_set.values_list("key", flat=True))
    pks = [pk for each in known.values() for pk in each]
    known |= {"pk": pks, "slug": slugs, "number": numbers, "key": sorted(periods), "code": ["RCO01", "RCO04"]}
    return known | {"section": ["company", "site", "size", "processes", "people"], "any": [*pks, *slugs, *numbers]}


def foreign_rows(site):
    """A fingerprint of every row of the other programme, by table."""
    tables = sorted({model._meta.db_table for model in tenant_models()} - WRITTEN_BY_RETENTION)
    prints = [
        f"SELECT '{name}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t" for name in tables
    ]
    with system_scope(site.elsewhere.programme.pk, "setup.reference"), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(prints))
        return sorted(cursor.fetchall())


def send(site, odd):
    """Answer, body, and whether the other programme's rows are as before; then all of it is taken back."""
    client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.7")
    if odd.who in site.sessions:
        client.cookies["sessionid"] = site.sessions[odd.who]
    headers = {name: value for name, value in odd.headers.items() if name != "Cookie" or odd.who == "nobody"}
    with transaction.atomic():
        answer = client.generic(odd.method, odd.path, odd.body, content_type=odd.kind, headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        unchanged = odd.method in ("GET", "HEAD") or odd.who == "neighbour" or foreign_rows(site) == site.before
        transaction.set_rollback(True)
    return answer, body.decode(errors="replace") + str(answer.headers), unchanged


def hidden_from(who):
    """Names that this person must never read, whatever is asked."""
    if who == "neighbour":
        return OURS[:3]
    if who not in set(Role):
        return (*NEIGHBOURS, *OURS[:3])
    audience = AUDIENCE_OF_ROLE[who]
    return NEIGHBOURS + {"lead": (), "partner": (UNRELEASED,), "company": (UNRELEASED,)}.get(
        audience, (UNRELEASED, RELEASED)
    )


def ask(site, odd):
    """What must hold for every request; its status."""
    answer, text, unchanged = send(site, odd)
    reason = "".join(traceback.format_exception(*answer.exc_info)) if getattr(answer, "exc_info", None) else ""
    # Readiness says 503 as long as no worker answers.
    assert answer.status_code < 500 or (answer.status_code, odd.name) == (503, "portal:readyz"), reason[-3000:]
    assert [name for name in hidden_from(odd.who) if name in text] == []
    assert unchanged
    return answer.status_code


def ask_many(site, number, *, derandomize):
    site.before = foreign_rows(site)
    assert [table for table, count, _hash in site.before if not count] == []
    statuses = {}
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=number, deadline=None, database=None, derandomize=derandomize, suppress_health_check=checks)
    @given(odd=requests(site.known, site.homes))
    def each(odd):
        status = ask(site, odd)
        statuses[status] = statuses.get(status, 0) + 1

    each()
    print(f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}")
    return statuses


def test_two_hundred_odd_requests(target):
    """The same ones in every run."""
    statuses = ask_many(target, 200, derandomize=True)
    assert {200, 302, 404, 405} <= set(statuses)


@pytest.mark.prove
def test_thousands_of_odd_requests(target):
    """Others in every run; hypothesis prints the request that failed."""
    statuses = ask_many(target, MANY, derandomize=False)
    assert sum(statuses.values()) >= MANY


def test_names_that_are_looked_for_do_appear_to_those_who_may(target):
    """Else the proof above would hold by never meeting a name."""
    seen = {}
    for who, path in (("neighbour", "/nb/nord/companies/"), ("lead_coordinator", "/io/gws/companies/")):
        client = Client()
        client.cookies["sessionid"] = target.sessions[who]
        seen[who] = client.get(path).content.decode()
    assert "Fremde Firma AG" in seen["neighbour"]
    assert UNRELEASED in seen["lead_coordinator"]
    assert RELEASED in seen["lead_coordinator"]


@pytest.mark.parametrize("key", [r"\000aaaaaaaaaaaaaaaa", "ä" * 20, "a b c d e f g h i", "'" * 12, "x" * 4000])
def test_session_key_nobody_was_given_is_nobody(db, key):
    answer = Client(raise_request_exception=False).get("/", headers={"Cookie": f'sessionid="{key}"'})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/%00/gws/", "/io/%00/", "/%ff/%fe/", "/io/gws/companies/%00/", f"/{'x' * 5000}/gws/"]
)
def test_address_that_cannot_be_is_not_there(target, path):
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = target.sessions["lead_coordinator"]
    assert client.get(path).status_code == 404
