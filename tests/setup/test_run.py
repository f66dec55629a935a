"""``make run``: one foreground process that leaves nothing behind."""

import fcntl
import http.client
import json
import signal
import socket
import subprocess
import time

import psutil
import pytest

from tests.setup.processes import ROOT, free_port, fresh_environment, living, python, wait_for


def make_run(data, port):
    """Start ``make run`` as a person at a terminal does."""
    return subprocess.Popen(
        ["make", "--silent", "run"],
        cwd=ROOT,
        env=fresh_environment(DATA_DIR=data, PORT=port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Whatever a shell starts in the background ignores Ctrl-C, and make with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def answers(port):
    """Status of /healthz, or None."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def ours(data, port):
    """What runs for this data directory or on this port."""
    return living(str(data)) + living(f":{port}")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """One data directory for the runs of this module: the second finds what the first left."""
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def portal(data):
    """``portal()`` starts the portal and waits for its first answer."""
    started = []

    def begin():
        port = free_port()
        started.append(process := make_run(data, port))
        wait_for(lambda: process.poll() is not None or answers(port), seconds=90)
        assert process.poll() is None, process.stdout.read()
        return process, port

    yield begin
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=10)


@pytest.mark.prove
def test_portal_survives_what_is_killed_and_leaves_nothing_behind(portal, data):
    """One long story instead of four, because each start takes its seconds."""
    process, port = portal()
    killed_worker_and_broker_come_back(data)
    runner_of(data).kill()
    process.communicate(timeout=10)
    assert answers(port) is not None  # what the killed run left behind

    began = time.monotonic()
    again, new_port = portal()
    assert time.monotonic() - began < 20  # 10 on a machine with nothing else to do
    assert answers(port) is None

    again.send_signal(signal.SIGINT)  # to make alone, which does not pass it on
    began = time.monotonic()
    output, _ = again.communicate(timeout=10)
    assert time.monotonic() - began < 5
    assert "ended what an earlier run left behind: scheduler, web, worker" in output
    assert "applying" not in output
    assert ours(data, new_port) == []


def killed_worker_and_broker_come_back(data):
    worker, broker_file = recorded(data)["worker"]["pid"], data / "redis" / "redis.pid"
    broker = broker_file.read_text()
    for pid in (worker, int(broker)):
        psutil.Process(pid).kill()
    wait_for(lambda: recorded(data)["worker"]["pid"] != worker)
    wait_for(lambda: broker_file.exists() and broker_file.read_text() not in ("", broker))


def recorded(data):
    """What the runner noted about its children; it replaces the file in one step."""
    return json.loads((data / "run.json").read_text())


def runner_of(data):
    """The process behind make: the parent of what it recorded."""
    return psutil.Process(recorded(data)["web"]["pid"]).parent()


def test_port_in_use_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = python("-m", "dev.run", DATA_DIR=tmp_path, PORT=port)
    assert answer.returncode == 1
    assert answer.stderr == (
        f"Port {port} is in use by another program. Stop it, or choose another port: PORT={port + 1} make run\n"
    )
    assert living(str(tmp_path)) == []


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_port_that_is_none_is_one_sentence(tmp_path, port):
    answer = python("-m", "dev.run", DATA_DIR=tmp_path, PORT=port)
    assert answer.returncode == 1
    assert answer.stderr == f"PORT is “{port}”, but a port is a number from 1 to 65535: PORT=8001 make run\n"


def test_two_runs_on_one_data_directory_are_refused(tmp_path):
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = python("-m", "dev.run", DATA_DIR=tmp_path, PORT=free_port())
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"The portal already runs with the data directory {tmp_path}.")


def test_own_database_needs_the_other_addresses_too(tmp_path):
    url = "postgresql://somebody@127.0.0.1:1/portal"
    answer = python("-m", "dev.run", DATA_DIR=tmp_path, PORT=free_port(), DATABASE_URL=url)
    assert answer.returncode == 1
    assert answer.stderr == (
        "DATABASE_URL is set, so REDIS_URL, STORAGE_URL, SECRET_KEY must be set as well (or unset DATABASE_URL).\n"
    )
