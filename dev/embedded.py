"""PostgreSQL and Redis without set-up: started from wheels when nothing is said about a database.

``ensure()`` fills the environment variables that offensive/settings.py reads. Every process that called it counts as
a user of the services; the last one to leave stops them. So a management command beside a running portal joins it, and
alone it leaves nothing behind.
"""

import atexit
import os

from dev.database_server import DatabaseServer
from dev.queue_server import QueueServer
from dev.state import SetupError, Users, chosen_secrets, data_dir, one_at_a_time

__all__ = ["Embedded", "SetupError", "ensure"]


class Embedded:
    """The services of one data directory, as used by this process."""

    def __init__(self, data, *, durable=True):
        self.data, self.pid = data, os.getpid()
        self.servers = [DatabaseServer(data, durable=durable)]
        if not {"REDIS_URL", "REDIS_URL_FILE"} & set(os.environ):
            self.servers.append(QueueServer(data))
        self.users = None

    def start(self):
        """Start what does not run yet. Raises SetupError with a sentence."""
        with one_at_a_time(self.data):
            self.users = Users(self.data)
            for server in self.servers:
                server.ensure()

    def repair(self):
        """Start again what has ended in the meantime."""
        if all(server.is_running() for server in self.servers):
            return
        with one_at_a_time(self.data):
            for server in self.servers:
                server.ensure()

    def begin_again_if(self, mark):
        """Replace the database when ``mark`` says that its first filling was cut off. True when it was."""
        if not mark.exists():
            return False
        self.servers[0].recreate()
        mark.unlink()
        return True

    def leave(self):
        """Stop the services unless another process uses them. Harmless when called twice or from a forked child."""
        if self.users is None or self.pid != os.getpid():
            return
        with one_at_a_time(self.data):
            if self.users.is_last():
                for server in filter(lambda each: each.is_running(), reversed(self.servers)):
                    server.stop()
            self.users.file.close()
            self.users = None

    def environment(self):
        """What offensive/settings.py reads."""
        database, *queue = self.servers
        return {
            "DATABASE_URL": database.url("offensive_app"),
            "OWNER_DATABASE_URL": database.url("offensive_owner"),
            "RETENTION_DATABASE_URL": database.url("offensive_retention"),
            **({"REDIS_URL": queue[0].url()} if queue else {}),
            "STORAGE_URL": (self.data / "storage").as_uri(),
            "SECRET_KEY": chosen_secrets(self.data)["secret_key"],
            "LOCAL": "1",
        }


def ensure(*, durable=None):
    """Start the embedded services unless DATABASE_URL (or its _FILE) is set, and describe them in ``os.environ``.

    ``durable=False`` (or EMBEDDED_DURABLE=0) switches fsync off, for data directories of tests. Returns the services,
    or None when the environment names a database already. Raises SetupError with a sentence for the user.
    """
    if {"DATABASE_URL", "DATABASE_URL_FILE"} & set(os.environ):
        return None
    if durable is None:
        durable = os.environ.get("EMBEDDED_DURABLE", "1") != "0"
    embedded = Embedded(data_dir(), durable=durable)
    atexit.register(embedded.leave)
    embedded.start()
    for name, value in embedded.environment().items():
        os.environ.setdefault(name, value)
    return embedded
