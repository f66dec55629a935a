"""The whole portal as one foreground process: database, broker, web, worker, scheduler.

    PORT=8000 DATA_DIR=var make run

Ctrl-C or SIGTERM stops everything within five seconds.
"""

import ctypes
import fcntl
import itertools
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from dev import embedded
from dev.children import Child, end_left_overs, show, stop_all, write_records
from dev.state import SetupError, data_dir, port_is_free, read_json

PATIENCE = 2.5  # seconds for web and worker; PostgreSQL and Redis need up to two more
PR_SET_PDEATHSIG = 1
UNFINISHED = "demo.unfinished"  # made and removed by dev.prepare
EVERYWHERE = "0.0.0.0"  # noqa: S104 - HOST=0.0.0.0 is for those who say so


class StopRequestedError(Exception):
    """Somebody wants us to stop."""


class Portal:
    """One running portal."""

    def __init__(self, data, host, port):
        self.data, self.host, self.port = data, host, port
        self.address = os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
        self.records = data / "run.json"
        self.services, self.children = None, []

    def start(self):
        """Everything in order; each part waits for what it needs."""
        if left := end_left_overs(self.records):
            show("portal", f"ended what an earlier run left behind: {', '.join(left)}")
        check_port(self.host, self.port)
        self.services = embedded.ensure()
        require_environment()
        if self.services and self.services.begin_again_if(self.data / UNFINISHED):
            show("portal", "the first start was cut off while it made the demonstration programme: beginning again")
        self.prepare()
        self.children = [Child(name, command) for name, command in commands(self.data, self.host, self.port).items()]
        for child in self.children:
            child.start()
        write_records(self.records, self.children)

    def prepare(self):
        """Migrations, static files, reference data, demonstration programme."""
        child = Child("prepare", [sys.executable, "-u", "-m", "dev.prepare"])
        self.children = [child]
        child.start()
        write_records(self.records, self.children)
        while not child.ended():
            time.sleep(0.05)
            check_parent()
        if child.process.returncode:
            raise SetupError("The portal could not be prepared; the reason stands above.")

    def watch(self):
        """Show the address once it answers; bring back whatever ends; until somebody stops us.

        PostgreSQL and Redis are looked after every two seconds, the others at once.
        """
        announced = False
        for turn in itertools.count():
            time.sleep(0.2)
            check_parent()
            if self.services and turn % 10 == 0:
                self.services.repair()
            if not announced and answers(self.host, self.port):
                announced = True
                announce(self.address, self.data)
            self.revive()

    def revive(self):
        """Start ended processes again."""
        for child in filter(Child.ended, self.children):
            if not child.revive():
                raise SetupError(f"The {child.name} process ended at once three times; its last words stand above.")
            write_records(self.records, self.children)

    def stop(self):
        """Leave no process behind."""
        stop_all(self.children, patience=PATIENCE)
        if self.services:
            self.services.leave()
        self.records.unlink(missing_ok=True)


def commands(data, host, port):
    """What runs, by name."""
    # A developer's container often has no user but root, and need not be told so at each start.
    quiet = ["-W", "ignore:You're running the worker with superuser"]
    celery = [sys.executable, *quiet, "-m", "celery", "--quiet", "-A", "offensive"]
    gunicorn = [sys.executable, "-m", "gunicorn", "offensive.wsgi", f"--bind={host}:{port}"]
    return {
        "web": [
            *gunicorn,
            "--workers=2",
            "--threads=4",
            "--graceful-timeout=2",
            "--no-control-socket",
            "--log-level=warning",
        ],
        "worker": [*celery, "worker", "--loglevel=INFO", "--concurrency=2", "--without-gossip", "--without-mingle"],
        "scheduler": [*celery, "beat", "--loglevel=WARNING", f"--schedule={data / 'schedule'}", "--pidfile="],
    }


def chosen_port():
    """PORT from the environment, 8000 by default."""
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise SetupError(f"PORT is “{port}”, but a port is a number from 1 to 65535: PORT=8001 make run")
    return int(port)


def check_port(host, port):
    """Refuse a port that somebody else listens on."""
    if not port_is_free(port, host):
        raise SetupError(
            f"Port {port} is in use by another program. Stop it, or choose another port: PORT={port + 1} make run"
        )


def require_environment():
    """With a database of one's own, the other addresses must be named too."""
    missing = [name for name in ("REDIS_URL", "STORAGE_URL", "SECRET_KEY") if not os.environ.get(name)]
    missing = [name for name in missing if not os.environ.get(f"{name}_FILE")]
    if missing:
        raise SetupError(f"DATABASE_URL is set, so {', '.join(missing)} must be set as well (or unset DATABASE_URL).")


def only_one(data):
    """Hold the data directory for this run; the kernel lets go of it when we are killed."""
    lock = (data / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SetupError(
            f"The portal already runs with the data directory {data}. Stop it, or take another: DATA_DIR=var2 make run"
        ) from None
    return lock


def answers(host, port):
    """True once the web server has an answer, whatever it is."""
    try:
        here = "127.0.0.1" if host == EVERYWHERE else host
        urllib.request.urlopen(f"http://{here}:{port}/healthz", timeout=1).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def announce(address, data):
    """Where the portal is, and who may enter."""
    show("portal", "")
    show("portal", f"The portal is ready: {address}    (Ctrl-C stops it)")
    for account in read_json(data / "demo-accounts.json", []):
        place = account.get("company") or account.get("organisation") or ""
        second = f"   TOTP secret {account['totp_secret']}" if account.get("totp_secret") else ""
        show("portal", f"  {account['audience']:<11} {account['email']:<42} {account['password']:<18} {place}{second}")
    show("portal", "")


def stop_on_signals():
    """Ctrl-C, kill and a closed terminal all mean the same."""

    def stop(number, _frame):
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # a second Ctrl-C does not interrupt the clearing up
        raise StopRequestedError(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    if parent_is_make():
        # Were make killed, nobody could stop us with Ctrl-C any more.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def parent_is_make():
    """True under `make run`."""
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text().strip() == "make"
    except OSError:
        return False


def check_parent():
    """Stop when SIGINT went to make alone: make then waits for us without passing it on."""
    if parent_is_make() and signals_blocked(os.getppid()) & 1 << (signal.SIGINT - 1):
        raise StopRequestedError("make was interrupted")


def signals_blocked(pid):
    """The mask of signals a process has blocked; make blocks SIGINT only while it ends because of one."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")), 16)


def main():
    """Run until stopped; 0 after Ctrl-C, 1 with a sentence when something is in the way."""
    portal = None
    try:
        stop_on_signals()
        data = data_dir()
        lock = only_one(data)
        portal = Portal(data, os.environ.get("HOST", "127.0.0.1"), chosen_port())
        portal.start()
        portal.watch()
    except StopRequestedError:
        show("portal", "stopping")
    except SetupError as error:
        sys.exit(str(error))
    finally:
        if portal:
            portal.stop()
    lock.close()


if __name__ == "__main__":
    main()
