"""How long an answer takes must not tell whether an address is known. Printed by ``make prove``."""

import statistics
import time
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from offensive.tenancy.roles import Role
from tests.sites import PASSWORD, make_person

TRIES = 100
AT_MOST = 0.10


def sign_in(address, _site):
    return Client().post, "/accounts/login/", {"login": address, "password": "Falsch-geraten-4711"}


def reset(address, _site):
    return Client().post, "/accounts/password/reset/", {"email": address}


def code(address, _site):
    return Client().post, "/accounts/login/code/", {"email": address}


def invitation(address, site):
    staff = Client()
    staff.force_login(site.people[Role.LEAD_COORDINATOR])
    page = f"/io/gws/companies/{site.company.organisation.slug}/people/invite/"
    return staff.post, page, {"name": "Petra Muster", "email": address, "role": "company_member"}


def milliseconds(post, page, values):
    cache.clear()  # the rate limits would answer for us
    begun = time.perf_counter()
    status = post(page, values).status_code
    return status, (time.perf_counter() - begun) * 1000


def known_address():
    person = make_person(f"{uuid4().hex}@firma.example", name="Petra Muster", password=PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person.email


@pytest.mark.prove
@pytest.mark.parametrize("way", [sign_in, reset, code, invitation], ids=lambda way: way.__name__)
def test_duration_does_not_tell_whether_an_address_is_known(site, way):
    times = {"known": [], "unknown": []}
    for number in range(TRIES + 10):
        pair = [("known", known_address()), ("unknown", f"{uuid4().hex}@firma.example")]
        for kind, address in pair if number % 2 else reversed(pair):
            status, duration = milliseconds(*way(address, site))
            assert status in {200, 302}
            times[kind].append(duration)
    known, unknown = (statistics.median(times[kind][10:]) for kind in ("known", "unknown"))
    apart = abs(known - unknown) / max(known, unknown)
    print(f"{way.__name__}: known {known:.1f} ms, unknown {unknown:.1f} ms, {apart:.1%} apart")
    assert apart < AT_MOST
