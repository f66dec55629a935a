"""The portal's processes for tests: web server, worker and scheduler as in production."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.services import ROOT, url_with_database

BIN = Path(sys.executable).parent


class Portal:
    """A running portal on a database of its own. ``url``, ``site``, ``data``; processes by name in ``processes``."""

    def __init__(self, *, database, data, site, number):
        self.database, self.data, self.site = database, data, site
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # Each test process rings on a bell of its own: Redis has 16 numbered databases.
        self.environment = {
            **os.environ,
            "DATABASE_URL": url_with_database(os.environ["DATABASE_URL"], database),
            "REDIS_URL": f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{number + 1}",
            "STORAGE_URL": (data / "files").as_uri(),
            "DATA_DIR": str(data),
            "SITE_URL": self.url,
        }
        self.processes = {}

    def __enter__(self):
        self.start("web")
        self.start("worker")
        self.start("scheduler")
        try:
            wait_for(f"{self.url}/healthz", seconds=90)
        except TimeoutError:
            # What was started holds the database, and would keep the next portal from its own.
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.stop(name)

    def start(self, name):
        log = (self.data / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            self.command(name), cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def command(self, name):
        celery = [str(BIN / "celery"), "-A", "offensive"]
        bind = f"127.0.0.1:{self.port}"
        # Loaded once for both processes.
        web = ["--bind", bind, "--preload", "--workers", "2", "--threads", "4", "--worker-class", "gthread"]
        return {
            "web": [str(BIN / "gunicorn"), "offensive.wsgi", *web],
            "worker": [*celery, "worker", "--concurrency", "1", "--loglevel", "info"],
            "scheduler": [*celery, "beat", "--schedule", str(self.data / "beat")],
        }[name]

    def stop(self, name, how=signal.SIGTERM):
        process = self.processes.pop(name)
        if process.poll() is None:
            os.killpg(process.pid, how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)

    def log(self, name):
        return (self.data / f"{name}.log").read_text(errors="replace")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, *, seconds=30):
    """Until ``url`` answers 200; raises TimeoutError with the last answer."""
    deadline, last = time.monotonic() + seconds, ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310  (our own server)
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError) as error:
            last = str(error)
        time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer: {last}")
