"""Health pages against real services; what is away is named."""

import pytest


def answer(client, path):
    response = client.get(path)
    return response.status_code, response.json()


def test_healthz_says_that_the_process_runs(client, db):
    assert answer(client, "/healthz") == (200, {"status": "ok"})


def test_readyz_names_the_part_that_does_not_answer(client, db, settings, tmp_path):
    settings.STORAGE_DIR = tmp_path
    status, parts = answer(client, "/readyz")
    # No worker runs beside this test.
    assert status == 503
    assert parts == {
        "status": "unavailable",
        "database": "ok",
        "broker": "ok",
        "worker": "unavailable",
        "storage": "ok",
    }


def test_readyz_notices_a_storage_that_cannot_be_written(client, db, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.STORAGE_DIR = tmp_path / "file"
    assert answer(client, "/readyz")[1]["storage"] == "unavailable"


def test_readyz_notices_a_broker_that_is_away(client, db, settings, tmp_path):
    settings.STORAGE_DIR, settings.REDIS_URL = tmp_path, "redis://127.0.0.1:1/0"
    assert answer(client, "/readyz")[1]["broker"] == "unavailable"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_pages_change_nothing(client, db, path):
    assert client.post(path).status_code == 405
