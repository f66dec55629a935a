"""docker-compose.yml: valid by the specification, and without a way in that nobody chose."""

import importlib.resources
import json
import re

import pytest
import yaml
from jsonschema.validators import validator_for

from deploy.make_secrets import make_secrets
from dev.database_server import INITDB
from tests.setup.processes import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
PORTAL = ("web", "worker", "scheduler", "migrate")


def specification():
    """The JSON schema of the Compose specification, as check-jsonschema carries it."""
    folder = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    return json.loads((folder / "compose-spec.json").read_text())


def test_file_is_valid_by_the_compose_specification():
    schema = specification()
    assert [error.message for error in validator_for(schema)(schema).iter_errors(COMPOSE)] == []


def test_schema_would_notice_a_mistake():
    schema = specification()
    wrong = COMPOSE | {"services": SERVICES | {"web": SERVICES["web"] | {"comand": "x"}}}
    assert not validator_for(schema)(schema).is_valid(wrong)


def test_services_are_the_ones_of_the_design():
    assert set(SERVICES) == {"caddy", "web", "worker", "scheduler", "migrate", "retention", "database", "redis"}


def test_every_secret_is_a_file_that_does_not_come_with_the_code():
    assert {name: list(value) for name, value in COMPOSE["secrets"].items()} == {
        name: ["file"] for name in COMPOSE["secrets"]
    }
    assert all(value["file"] == f"./secrets/{name}" for name, value in COMPOSE["secrets"].items())
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_no_variable_has_a_default():
    assert re.findall(r"\$\{\w+:?-[^}]*\}", TEXT) == []


@pytest.mark.parametrize("name", SERVICES)
def test_no_environment_holds_a_secret(name):
    environment = SERVICES[name].get("environment", {})
    secret = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL|REDIS_URL|EMAIL_URL")
    assert [key for key in environment if secret.search(key) and not key.endswith("_FILE")] == []


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_used_are_declared_and_given(name):
    service = SERVICES[name]
    named = re.findall(r"/run/secrets/(\w+)", json.dumps([service.get("environment"), service.get("command")]))
    assert set(named) <= set(service.get("secrets", []))
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])


def test_application_knows_neither_owner_nor_superuser():
    for name in ("web", "worker", "scheduler"):
        assert set(SERVICES[name]["secrets"]) == {"secret_key", "database_url", "redis_url", "email_url"}
    assert set(SERVICES["migrate"]["secrets"]) - set(SERVICES["web"]["secrets"]) == {"owner_database_url"}
    assert set(SERVICES["retention"]["secrets"]) ^ set(SERVICES["web"]["secrets"]) == {
        "database_url",
        "retention_database_url",
    }
    assert "POSTGRES_USER" not in SERVICES["database"]["environment"]
    assert "POSTGRES_HOST_AUTH_METHOD" not in SERVICES["database"]["environment"]


def test_only_caddy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert [SERVICES[name]["networks"] for name in ("database", "redis", "migrate", "retention")] == [["back"]] * 4
    assert SERVICES["caddy"]["networks"] == ["front"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_watched_restarted_and_read_only(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert ("test" in service["healthcheck"]) is (name not in ("migrate", "retention"))
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_database_sorts_as_the_embedded_one():
    given = SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert set(given) == set(INITDB) - {"--no-instructions"}


def test_image_runs_as_a_user_without_rights():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER portal"]
    assert not any(re.search(r"^\s*(ENV|ARG).*(PASSWORD|SECRET|DATABASE_URL)", line) for line in lines)


def test_mounted_files_exist():
    mounted = re.findall(r"- (\./\S+?):", TEXT)
    assert len(mounted) == 3
    assert all((ROOT / path).exists() for path in mounted)


def test_secrets_are_random_and_made_once(tmp_path):
    folder = tmp_path / "secrets"
    make_secrets(folder, email_url="smtp://mail.example.org:25")
    first = {path.name: path.read_text() for path in folder.iterdir()}
    make_secrets(folder, email_url="smtp://other.example.org:25")
    assert {path.name: path.read_text() for path in folder.iterdir()} == first
    assert set(COMPOSE["secrets"]) - set(first) == set()
    assert folder.stat().st_mode & 0o777 == 0o700
    make_secrets(tmp_path / "others", email_url="smtp://mail.example.org:25")
    others = {path.name: path.read_text() for path in (tmp_path / "others").iterdir()}
    assert {name for name in first if first[name] == others[name]} == {"email_url"}
