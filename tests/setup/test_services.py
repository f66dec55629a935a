"""Each service of docker-compose.yml with its own command and secrets, natively, until the portal answers.

There may be no container engine at hand; what a container would add (the image, the network) is not shown here.
"""

import http.client
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import yaml

from deploy.make_secrets import make_secrets
from dev.database_server import DatabaseServer, binaries
from dev.queue_server import binary
from dev.state import known_port
from tests.setup.processes import ROOT, free_port, living, wait_for

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
HOST = "portal.example.org"


class Installation:
    """The compose file's services as native processes below one folder."""

    def __init__(self, folder):
        self.folder, self.secrets = folder, folder / "secrets"
        self.web_port, self.redis_port = free_port(), free_port()
        self.database = DatabaseServer(folder, durable=False)
        self.processes = {}

    def start_database(self):
        """What the image does at its first start: initdb, then our script as its superuser."""
        self.database.initialise()
        self.database.start()
        port = known_port(self.folder, "postgres")
        make_secrets(
            self.secrets,
            email_url="smtp://127.0.0.1:9",
            database=f"127.0.0.1:{port}",
            redis=f"127.0.0.1:{self.redis_port}",
        )
        environment = {
            "PATH": f"{binaries()}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGPASSWORD": self.database.secrets["superuser"],
            "SECRETS_DIR": str(self.secrets),
            "SUPERUSER_SQL": str(ROOT / "deploy" / "superuser.sql"),
        }
        subprocess.run([ROOT / "deploy" / "init-database.sh"], check=True, env=environment, timeout=60)

    def words(self, command):
        """A command of the compose file with the container's paths replaced by ours."""
        # /tmp first: our own folder may lie below it.
        places = {"/tmp/": f"{self.folder}/", "/run/secrets": self.secrets, " /data": f" {self.folder}", "$$": "$"}  # noqa: S108
        for there, here in places.items():
            command = [word.replace(there, str(here)) for word in command]
        return [word.replace("--appendonly", f"--port {self.redis_port} --appendonly") for word in command]

    def environment(self, name):
        """The environment of the service, and what the image adds."""
        given = SERVICES[name].get("environment", {})
        named = {key: str(value).replace("/run/secrets", str(self.secrets)) for key, value in given.items()}
        named |= {"ALLOWED_HOSTS": HOST, "SITE_URL": f"https://{HOST}"} if "ALLOWED_HOSTS" in named else {}
        path = f"{Path(sys.executable).parent}:{binary().parent}:{os.environ['PATH']}"
        image = {"DATA_DIR": self.folder / "var", "STORAGE_URL": f"file://{self.folder}/storage", "HOME": self.folder}
        ours = {"PATH": path, "BIND": f"127.0.0.1:{self.web_port}", "SCHEDULE": self.folder / "schedule"}
        return named | {key: str(value) for key, value in (image | ours).items()}

    def start(self, name):
        """Start a service; its words go to a file."""
        with (self.folder / f"{name}.log").open("w") as log:
            self.processes[name] = subprocess.Popen(
                self.words(SERVICES[name]["command"]), cwd=ROOT, env=self.environment(name), stdout=log, stderr=log
            )
        return self.processes[name]

    def healthy(self, name):
        """True when the service's own health check says so."""
        command = SERVICES[name]["healthcheck"]["test"][1:]
        return subprocess.run(command, cwd=ROOT, env=self.environment(name), check=False, timeout=30).returncode == 0

    def get(self, path):
        """Status of an address, asked as Caddy would ask it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def stop(self):
        """End everything that was started."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.database.stop()


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """All services up, in the order of the compose file."""
    installation = Installation(tmp_path_factory.mktemp("compose"))
    try:
        installation.start_database()
        installation.start("redis")
        assert installation.start("migrate").wait(timeout=120) == 0, (installation.folder / "migrate.log").read_text()
        for name in ("web", "worker", "scheduler"):
            installation.start(name)
        wait_for(lambda: installation.get("/healthz"), seconds=60)
        yield installation
    finally:
        installation.stop()


def test_no_embedded_service_was_started(installation):
    assert not (installation.folder / "var" / "postgres").exists()


def test_portal_answers(installation):
    assert installation.get("/healthz") == 200
    assert wait_for(lambda: installation.get("/readyz") == 200, seconds=60)


def test_health_checks_of_the_file_say_so(installation):
    assert installation.healthy("web")
    assert wait_for(lambda: installation.healthy("scheduler"))
    assert wait_for(lambda: installation.healthy("worker"), seconds=60)


def test_health_check_notices_a_stopped_web_server(installation):
    environment = installation.environment("web") | {"BIND": f"127.0.0.1:{free_port()}"}
    command = [sys.executable, "-m", "deploy.health", "web"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert answer.returncode == 1
    assert "Connection refused" in answer.stderr


def test_running_portal_is_signed_in_as_the_application_alone(installation):
    assert wait_for(lambda: installation.get("/readyz") == 200, seconds=60)
    with psycopg.connect((installation.secrets / "owner_database_url").read_text()) as connection:
        rows = connection.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'offensive' AND pid <> pg_backend_pid()"
            # PostgreSQL's own workers have no name.
            " AND usename IS NOT NULL"
        ).fetchall()
    assert rows == [("offensive_app",)]


def test_passwords_are_on_no_command_line(installation):
    passwords = [path.read_text() for path in installation.secrets.glob("*_password")]
    assert len(passwords) == 5
    assert [line for password in passwords for line in living(password)] == []
