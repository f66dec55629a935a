"""Starting the portal's own programs from a test, and looking what is left of them."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
NAMED_BY_SETUP = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "RETENTION_DATABASE_URL",
    "REDIS_URL",
    "STORAGE_URL",
    "SECRET_KEY",
    "SITE_URL",
    "LOCAL",
    "DATA_DIR",
)


def fresh_environment(**values):
    """The environment as it was before anybody started embedded services, and ``values``."""
    kept = {name: value for name, value in os.environ.items() if name not in NAMED_BY_SETUP and "DJANGO" not in name}
    return (
        kept | {"PYTHONPATH": str(ROOT), "EMBEDDED_DURABLE": "0"} | {name: str(value) for name, value in values.items()}
    )


def python(*arguments, **environment):
    """Run our Python to its end; the finished process with its output."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=fresh_environment(**environment),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def start(*arguments, **environment):
    """Start our Python and come back at once; its output is a pipe."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=fresh_environment(**environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def living(word):
    """Command lines of the living processes that name ``word``, ourselves left out."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            line = " ".join(process.cmdline())
            if word in line and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                found.append(line)
    return found


def wait_for(condition, *, seconds=30):
    """The first true answer of ``condition``; a failure when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"nothing after {seconds} s")
