"""Imported before anything of Django: real PostgreSQL and Redis, migrated template database.

The database of a test is a clone of a template that the owner migrated; tests log in as the application's role.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.conf import settings
from psycopg import sql

from dev import embedded

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DATA_DIR", str(ROOT / "var" / "test"))
os.environ.setdefault("STATIC_ROOT", str(Path(os.environ["DATA_DIR"]) / "static"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")
embedded.ensure(durable=False)
django.setup()

# Each test process remembers in a Redis database of its own (portals of tests ring in the first ones). Set here and
# not by the environment, which a worker of pytest-xdist has inherited and read before.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw7").removeprefix("gw"))
settings.REDIS_URL = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{8 + _WORKER % 8}"
settings.CELERY_BROKER_URL = settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL


def url_with_database(url, name):
    """The same server and role, another database."""
    return f"{url.rsplit('/', 1)[0]}/{name}"


@contextmanager
def owner_of(database="postgres"):
    """A connection of the owner, in autocommit, to ``database``."""
    url = url_with_database(os.environ["OWNER_DATABASE_URL"], database)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def one_at_a_time(name):
    """A lock over all test processes of this machine's data directory."""
    path = Path(os.environ["DATA_DIR"]) / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrations():
    """{file: hash} of what a migrated database follows from."""
    files = [*ROOT.glob("offensive/*/migrations/*.py"), *ROOT.glob("*/migrations/*.py")]
    files.append(ROOT / "offensive/tenancy/policies.py")
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in sorted(files)}


def template_database():
    """The name of a database migrated to the present state; made once for each state of the migrations."""
    migrations = json.dumps(_migrations())
    name = f"template_{hashlib.sha256(migrations.encode()).hexdigest()[:16]}"
    with one_at_a_time("template"), owner_of() as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _build(connection, name, migrations)
    return name


def _build(connection, name, migrations):
    known, half = dict(_templates(connection)), f"half_{name}"
    _drop(connection, half)
    base = next((stale for stale, then in known.items() if _leads_on(then, migrations)), "template1")
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(half), sql.Identifier(base)))
    for stale in known:
        _drop(connection, stale)
    urls = {key: url_with_database(os.environ[key], half) for key in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    manage("migrate", "--verbosity=0", "--skip-checks", **urls)
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(half), sql.Literal(migrations)))
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name)))


def _templates(connection):
    """(name, the migrations it was made of) of each template there is."""
    return connection.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE 'template\\_%'"
    ).fetchall()


def _leads_on(then, now):
    """Whether all that a template was made of is still as it was, so that only what came since is to be run."""
    return bool(then) and json.loads(then).items() <= json.loads(now).items()


def clone(name):
    """A fresh database ``name``, as the template is."""
    template = template_database()
    with owner_of() as connection:
        _drop(connection, name)
        with one_at_a_time("template"):
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
    return name


def _drop(connection, name, *, seconds=10):
    """The owner may not end others' sessions, so it waits until the last one has left."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def manage(*arguments, **environment):
    """Run a management command; its output is shown when it fails."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def collect_static():
    """The static files as production serves them, made again only when one of them has changed."""
    root, stamp = Path(os.environ["STATIC_ROOT"]), Path(os.environ["STATIC_ROOT"]) / ".collected"
    with one_at_a_time("static"):
        own = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
        # Other packages bring files of their own, as the lock file and the settings say.
        newest = max(path.stat().st_mtime for path in [*own, ROOT / "uv.lock", ROOT / "offensive" / "settings.py"])
        if not stamp.exists() or stamp.stat().st_mtime < newest:
            manage("collectstatic", "--noinput", "--clear", "--verbosity=0")
            root.mkdir(exist_ok=True)
            stamp.touch()
