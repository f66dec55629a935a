"""Fixtures: a database of its own for each test process, one site with all audiences, a running portal."""

import os
import pickle

import pytest

from tests.services import clone, collect_static  # isort: skip  (starts the database and Django; all below needs them)

from django.core.cache import cache, caches
from django.db import connection, connections

from tests.running import Portal
from tests.sites import PASSWORD, build_site, committed_site_in

# Fixtures that start processes or fill a database for their module.
DEAR = {"portal", "installation", "demonstration", "browser", "address", "pdf"}


def pytest_collection_modifyitems(items):
    """Modules that take long come first, so that no process is left with one when the others have finished."""
    dear = {item.module for item in items if DEAR & set(item.fixturenames)}
    items.sort(key=lambda item: (item.module not in dear, item.module.__name__ != "tests.test_access"))


@pytest.fixture(scope="session")
def database_name(worker_id):
    return f"test_{worker_id}"


@pytest.fixture(scope="session", autouse=True)
def static_files():
    collect_static()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Point to the database of the test before anything opens it: the empty one, or the one with the site in it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    _point_to(f"site_{worker}" if "site" in item.fixturenames else f"test_{worker}")


@pytest.fixture(scope="session")
def django_db_setup(database_name, django_db_blocker):
    """Instead of Django's own test database, which would be made and owned by the role under test."""
    clone(database_name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _point_to(name):
    if connection.settings_dict["NAME"] != name:
        connections.close_all()
        connection.settings_dict["NAME"] = name


@pytest.fixture(autouse=True)
def nothing_remembered(static_files):
    """Tests share programme numbers, so nobody may remember what another has seen."""
    cache.clear()
    caches["template_fragments"].clear()


@pytest.fixture
def committed(django_db_setup, database_name, django_db_blocker):
    """A fresh database without a surrounding transaction, for tests with several connections at once.

    Made anew before and after, because the application's role can empty no ledger.
    """
    with django_db_blocker.unblock():
        connections.close_all()
        _point_to(clone(database_name))
        yield
        connections.close_all()
        clone(database_name)


@pytest.fixture(scope="session")
def built_site(django_db_setup, django_db_blocker, worker_id):
    """The site, committed in a database of its own and pickled: to build it takes longer than most tests."""
    with django_db_blocker.unblock():
        return pickle.dumps(committed_site_in(clone(f"site_{worker_id}")))


@pytest.fixture
def site(built_site, db):
    """The programme ``io`` with every audience, and a second programme ``nb``; see ``tests/sites.py``."""
    return pickle.loads(built_site)  # noqa: S301  (ours)


@pytest.fixture
def committed_site(committed):
    return build_site()


@pytest.fixture
def sign_in(client):
    """``sign_in(person)`` → the client, signed in."""

    def signed_in(person):
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker, database_name, tmp_path_factory, worker_id):
    """The portal as it runs in production: web server, worker, scheduler, on a fresh database with the site in it."""
    name = clone(f"portal_{worker_id}")
    with django_db_blocker.unblock():
        site = committed_site_in(name, password=PASSWORD)
    data = tmp_path_factory.mktemp("portal")
    running = Portal(database=name, data=data, site=site, number=_number(worker_id))
    with running:
        yield running


def _number(worker_id):
    return int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0


@pytest.fixture(scope="session")
def worker_id():
    """Overridden by pytest-xdist's own when it runs."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
