"""Bring database and static files to the state of the code, in one process so that Django starts only once."""

import hashlib
import importlib.metadata
import os
import sys

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

OWNER = "owner"
UNFINISHED = "demo.unfinished"


def main():
    """Each step says what it does only when there is something to do."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")
    django.setup()
    migrate()
    collect_static()
    if is_empty():
        demonstrate()


def demonstrate():
    """Fill the empty database. A run killed meanwhile leaves the mark, and the next one starts with a new database."""
    say("filling the empty database with the demonstration programme")
    mark = settings.DATA_DIR / UNFINISHED
    mark.touch()
    try:
        call_command("demo", pdf=True)
    except CommandError as error:
        say(f"there is no demonstration programme: {error}")
    mark.unlink()


def say(sentence):
    """One line on the terminal."""
    print(sentence, flush=True)


def migrate():
    """Apply what is new, as the owner of the tables."""
    alias = OWNER if OWNER in settings.DATABASES else "default"
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"applying {len(plan)} migrations")
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def collect_static():
    """Collect and compress the static files when one of them, or Django, has changed."""
    stamp = settings.DATA_DIR / "static.stamp"
    wanted = static_digest()
    if stamp.exists() and stamp.read_text() == wanted and settings.STATIC_ROOT.exists():
        return
    say("collecting static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def static_digest():
    """Name, size and time of every static file."""
    digest = hashlib.sha256(importlib.metadata.version("django").encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = f"{path} {storage.size(path)} {storage.get_modified_time(path).timestamp()}"
            digest.update(file.encode())
    return digest.hexdigest()


def is_empty():
    """True when no company is there. Asked as the owner, whom row security does not bind."""
    if not apps.is_installed("companies"):
        return False
    table = apps.get_model("companies", "Company")._meta.db_table
    with connections[OWNER if OWNER in settings.DATABASES else "default"].cursor() as cursor:
        cursor.execute(sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        return cursor.fetchone()[0]


if __name__ == "__main__":
    try:
        main()
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {error}")
