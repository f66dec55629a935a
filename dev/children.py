"""The processes of a running portal: started, watched, restarted, and never left behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

import psutil

from dev.state import ROOT, read_json, write_private

COLOURS = {"web": "32", "worker": "36", "scheduler": "35", "prepare": "33", "portal": "1"}
QUICK_END = 3  # seconds; a child that ends earlier than this, three times running, will not work at all
OURS = ("gunicorn", "celery", "dev.prepare")


def show(name, line):
    """One prefixed line; coloured when a person looks on. A closed terminal is no reason to stop."""
    prefix = f"{name:<9} |"
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        prefix = f"\033[{COLOURS.get(name, '0')}m{prefix}\033[0m"
    with contextlib.suppress(OSError):
        print(prefix, line.rstrip(), flush=True)


class Child:
    """One process in a session of its own, so that it ends with all it started and only when we say so."""

    def __init__(self, name, command):
        self.name, self.command = name, [str(word) for word in command]
        self.process, self.started_at, self.failures = None, 0, 0

    def start(self):
        """Start it and show what it says."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self.relay, args=(self.process.stdout,), daemon=True).start()

    def relay(self, output):
        for line in output:
            show(self.name, line)

    def ended(self):
        """True when it ran and does no longer."""
        return self.process is not None and self.process.poll() is not None

    def revive(self):
        """Start it again; False when it keeps ending at once."""
        quick = time.monotonic() - self.started_at < QUICK_END
        self.failures = self.failures + 1 if quick else 0
        self.kill()
        if self.failures >= 3:
            return False
        show("portal", f"{self.name} ended (exit code {self.process.returncode}), starting it again")
        self.start()
        return True

    def signal(self, number):
        """Tell the process itself."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill(self):
        """End whatever is left of its session."""
        if self.process:
            end_session(self.process.pid)
            self.process.wait()

    def record(self):
        """What a later run needs to recognise it."""
        return {"pid": self.process.pid, "created": psutil.Process(self.process.pid).create_time()}


def stop_all(children, *, patience):
    """Ask all at once, wait at most ``patience`` seconds, then end what is left."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not all(child.process is None or child.ended() for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill()


def end_session(leader):
    """Kill every process of the session that ``leader`` opened."""
    for process in members(leader):
        with contextlib.suppress(psutil.Error):
            process.kill()


def members(leader):
    """The living processes of a session."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def write_records(path, children):
    """Note the running children for a later run, should this one be killed."""
    records = {}
    for child in children:
        with contextlib.suppress(psutil.Error):
            records[child.name] = child.record()
    write_private(path, json.dumps(records))


def end_left_overs(path):
    """End what a killed run left behind. Number, age and command must fit: numbers are used again."""
    ended = []
    for name, record in read_json(path, {}).items():
        for process in members(record["pid"]):
            with contextlib.suppress(psutil.Error):
                is_leader_of_old = process.pid != record["pid"] or abs(process.create_time() - record["created"]) < 1
                if is_leader_of_old and any(word in " ".join(process.cmdline()) for word in OURS):
                    process.kill()
                    ended.append(name)
    path.unlink(missing_ok=True)
    return sorted(set(ended))
