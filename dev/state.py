"""The files of one data directory: ports and secrets chosen once, and who is using the services just now."""

import fcntl
import json
import os
import secrets
import socket
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do."""


def data_dir():
    """The absolute data directory (DATA_DIR, default ``var``), made if need be and passed on to child processes."""
    path = (ROOT / os.environ.get("DATA_DIR", "var")).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / ".writable").write_text("")
    except OSError as error:
        raise SetupError(
            f"The data directory {path} cannot be written ({error.strerror}). Set DATA_DIR to another one."
        ) from None
    (path / ".writable").unlink(missing_ok=True)
    os.environ["DATA_DIR"] = str(path)
    return path


def read_json(path, default):
    """The file's content; ``default`` when it is missing or was cut short by a killed run."""
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return default


def write_private(path, text):
    """Write a file that only its owner may read, in one step: a killed run leaves the old file or the new one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    os.replace(part, path)


def remember(path, **values):
    """Merge ``values`` into the JSON file and return all of it."""
    known = read_json(path, {}) | values
    write_private(path, json.dumps(known, indent=2) + "\n")
    return known


def chosen_secrets(data):
    """Random passwords and keys of this data directory, chosen at the first start."""
    path = data / "secrets.json"
    known = read_json(path, {})
    names = ("superuser", "offensive_owner", "offensive_app", "offensive_retention", "redis", "secret_key")
    missing = {name: secrets.token_urlsafe(32) for name in names if name not in known}
    return remember(path, **missing) if missing else known


def port_is_free(port, host="127.0.0.1"):
    """True when a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def chosen_port(data, service):
    """The port kept for ``service``; another one when somebody else has taken it in the meantime."""
    path = data / "ports.json"
    port = read_json(path, {}).get(service)
    if port and port_is_free(port):
        return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    remember(path, **{service: port})
    return port


def known_port(data, service):
    """The port ``service`` was last started on, or None."""
    return read_json(data / "ports.json", {}).get(service)


@contextmanager
def one_at_a_time(data):
    """Starting and stopping is done by one process at a time. The kernel drops the lock of a killed process."""
    with open(data / "embedded.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Users:
    """Counts the processes that use the services, without a counter: each holds a shared lock on one file.

    A killed process loses its lock by itself, so there is nothing stale to clean up.
    """

    def __init__(self, data):
        self.file = open(data / "embedded.users", "w")  # noqa: SIM115 - held open for as long as the process lives
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def is_last(self):
        """True when nobody else uses the services. Call under ``one_at_a_time``."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
