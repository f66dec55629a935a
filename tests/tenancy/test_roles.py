"""The portal refuses to serve as a database role that row security does not bind."""

import os
import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from tests.services import ROOT, owner_of, url_with_database

SERVE = "import offensive.wsgi"


WORK = "import django; django.setup(); from offensive.celery import app; app.Worker().on_before_init()"


def serve_as(url, database_name, start=SERVE):
    environment = {**os.environ, "DATABASE_URL": url_with_database(url, database_name)}
    return subprocess.run(
        [sys.executable, "-c", start], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("DATABASE_URL", ""),
        ("OWNER_DATABASE_URL", "owns the tables"),
    ],
)
@pytest.mark.parametrize("start", [SERVE, WORK], ids=["web", "worker"])
def test_portal_starts_only_as_a_bound_role(committed, database_name, variable, sentence, start):
    done = serve_as(os.environ[variable], database_name, start)
    assert (done.returncode == 0) == (sentence == "")
    assert sentence in done.stderr


def test_membership_in_another_role_is_found(committed, database_name):
    """``SET ROLE`` would be one statement away from everything."""
    url = os.environ["RETENTION_DATABASE_URL"]
    with owner_of(database_name) as connection:
        is_member = "SELECT pg_has_role('offensive_retention', 'offensive_owner', 'MEMBER')"
        assert connection.execute(is_member).fetchone() == (False,)
    done = serve_as(url, database_name)
    assert done.returncode == 0, done.stderr


def test_application_role_may_become_nobody_else(committed, database_name):
    url = url_with_database(os.environ["DATABASE_URL"], database_name)
    with psycopg.connect(url, autocommit=True) as connection:
        for role in ("offensive_owner", "offensive_retention"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
