"""The database and the broker that come up by themselves."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from dev.database_server import DatabaseServer
from dev.embedded import Embedded
from dev.state import SetupError, chosen_secrets, known_port
from tests.setup.processes import free_port, fresh_environment, living, python, start, wait_for

STAY = "from dev import embedded; embedded.ensure(); print('up', flush=True); input()"
PRINT_URLS = "import os; from dev import embedded; embedded.ensure(); print(os.environ['DATABASE_URL'])"


@pytest.fixture
def services(tmp_path, monkeypatch):
    """The embedded services of an empty data directory, used by this process."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    embedded = Embedded(tmp_path, durable=False)
    embedded.start()
    yield embedded
    embedded.leave()


def query(services, statement, *, role="offensive_owner", database="offensive"):
    url = services.servers[0].url(role).removesuffix("offensive") + database
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement).fetchall()


def test_roles_may_no_more_than_they_should(services):
    rows = query(
        services,
        """SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin,
                  ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = pg_roles.oid ORDER BY 1)
           FROM pg_roles WHERE rolname LIKE 'offensive%' ORDER BY 1""",
    )
    assert rows == [
        ("offensive_app", False, False, False, False, True, []),
        ("offensive_owner", False, False, True, False, True, ["offensive_app", "offensive_retention"]),
        ("offensive_retention", False, False, False, False, True, []),
    ]


def test_application_cannot_make_tables(services):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(services, "CREATE TABLE somewhere (id int)", role="offensive_app")


@pytest.mark.parametrize("database", ["offensive", "made_by_the_owner"])
def test_database_is_born_with_extensions_and_leakproof_marks(services, database):
    if database != "offensive":
        with psycopg.connect(services.servers[0].url("offensive_owner"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}")
    extensions = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
    assert query(services, extensions, database=database) == [("btree_gist",), ("pg_trgm",), ("unaccent",)]
    leaky = """SELECT DISTINCT o.oprname FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
               WHERE o.oprname IN ('~~', '~~*', '%', '<%', '%>', '@@')
                 AND o.oprleft IN ('text'::regtype, 'tsvector'::regtype)
                 AND o.oprright IN ('text'::regtype, 'tsquery'::regtype)
                 AND p.proname NOT IN ('ts_match_tt', 'ts_match_tq') AND NOT proleakproof"""
    marked = leaky.replace("NOT proleakproof", "proleakproof")
    assert query(services, leaky, database=database) == []
    assert {name for (name,) in query(services, marked, database=database)} == {"~~", "~~*", "%", "<%", "%>", "@@"}


def test_letters_fold_without_the_system_s_help(services):
    assert query(services, "SELECT 'MÄRKISCHE' ILIKE 'märk%', lower('ÖSE')") == [(True, "öse")]


def test_superuser_step_runs_twice_without_a_change(services):
    database = services.servers[0]
    (services.data / "embedded.json").unlink()
    database.superuser_step()
    assert "superuser_step" in json.loads((services.data / "embedded.json").read_text())


def test_secrets_are_readable_by_their_owner_only(services):
    assert (services.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert (services.data / "redis" / "redis.conf").stat().st_mode & 0o777 == 0o600


def test_password_is_asked_for(services):
    port = known_port(services.data, "postgres")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host="127.0.0.1", port=port, user="postgres", password="postgres", dbname="postgres")


def test_stale_files_of_a_killed_server_are_cleared_away(services):
    database = services.servers[0]
    for process in (database.process, services.servers[1].process):
        process.kill()
        process.wait()
    # The number in postmaster.pid belongs to somebody else by now: to us.
    pid_file = database.folder / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(database.process.pid), str(os.getpid()), 1))
    assert [server.is_running() for server in services.servers] == [False, False]
    services.repair()
    assert query(services, "SELECT 1") == [(1,)]
    assert services.servers[1].answers()


def test_commands_share_the_services_and_the_last_one_stops_them(tmp_path):
    first = start("-c", STAY, DATA_DIR=tmp_path)
    assert first.stdout.readline() == "up\n"
    second = python("-c", PRINT_URLS, DATA_DIR=tmp_path)
    assert f":{known_port(tmp_path, 'postgres')}/offensive" in second.stdout
    assert len(living(f"{tmp_path}/postgres")) == 1
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert len(living(f"{tmp_path}/postgres")) == 1
    third = python("-c", PRINT_URLS, DATA_DIR=tmp_path)
    assert third.stdout == second.stdout
    assert living(str(tmp_path)) == []


def test_another_major_version_is_one_sentence(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    answer = python("manage.py", "check", DATA_DIR=tmp_path)
    assert answer.returncode == 1
    assert answer.stderr == (
        f"The data directory {tmp_path}/postgres was made by PostgreSQL 17, this portal runs 18: move it away to start "
        "afresh, carry its data over with pg_dump, or set DATA_DIR to another directory.\n"
    )


def test_half_a_first_start_is_begun_again(tmp_path):
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    database = DatabaseServer(tmp_path, durable=False)
    database.initialise()
    assert (tmp_path / "postgres" / "PG_VERSION").read_text() == "18\n"
    assert not (tmp_path / "postgres.new").exists()


def test_taken_port_of_the_database_is_changed(tmp_path):
    (tmp_path / "ports.json").write_text(json.dumps({"postgres": (port := free_port())}))
    blocker = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: living(f"http.server --bind 127.0.0.1 {port}"))
        time.sleep(0.5)
        answer = python("-c", PRINT_URLS, DATA_DIR=tmp_path)
    finally:
        blocker.kill()
        blocker.wait()
    assert answer.returncode == 0
    assert known_port(tmp_path, "postgres") != port


def test_nothing_starts_when_a_database_is_named(tmp_path):
    code = "from dev import embedded; print(embedded.ensure())"
    answer = python("-c", code, DATA_DIR=tmp_path, DATABASE_URL="postgresql://elsewhere/x")
    assert answer.stdout == "None\n"
    assert list(tmp_path.iterdir()) == []


def test_unwritable_data_directory_is_a_sentence():
    answer = python("manage.py", "check", DATA_DIR="/proc/portal")
    assert answer.returncode == 1
    assert answer.stderr.startswith("The data directory /proc/portal cannot be written")
    assert "Traceback" not in answer.stderr


def others_may_run_python():
    """False where the interpreter lies in root's home, say."""
    folders = Path(sys.executable).resolve().parents
    return all(folder.stat().st_mode & 0o001 for folder in folders)


@pytest.mark.skipif(os.geteuid() != 0 or not others_may_run_python(), reason="needs root and a Python for everybody")
def test_ordinary_user_starts_it_too(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    answer = subprocess.run(
        [sys.executable, "-c", PRINT_URLS],
        cwd="/",
        env=fresh_environment(DATA_DIR=home / "var"),
        user=65534,
        group=65534,
        extra_groups=[0],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (answer.stderr, answer.returncode) == ("", 0)
    assert answer.stdout.startswith("postgresql://offensive_app:")


def test_folder_of_another_user_is_a_sentence(tmp_path, monkeypatch):
    database = DatabaseServer(tmp_path)

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_text", refuse)  # as an ordinary user sees root's folder
    with pytest.raises(SetupError, match="belongs to another user"):
        database.check_version()


def test_secrets_are_chosen_once(tmp_path):
    assert chosen_secrets(tmp_path) == chosen_secrets(tmp_path)


def test_database_whose_first_filling_was_cut_off_is_made_anew(services):
    query_owner = services.servers[0].url("offensive_owner")
    with psycopg.connect(query_owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE half_filled (id int)")
    mark = services.data / "demo.unfinished"
    assert services.begin_again_if(mark) is False
    mark.touch()
    assert services.begin_again_if(mark) is True
    assert query(services, "SELECT to_regclass('half_filled'), count(*) FROM pg_extension") == [(None, 4)]
    assert not mark.exists()
