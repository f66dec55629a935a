"""Health checks of the containers: ``python -m deploy.health web|worker|scheduler``; exit code 0 means well."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

BEAT_IS_STUCK_AFTER = 600  # seconds; beat writes its schedule every three minutes


def web():
    """The process answers. The host is named as the outside names it, or Django would refuse it."""
    port = os.environ.get("BIND", ":8000").rsplit(":", 1)[1]
    host = os.environ["ALLOWED_HOSTS"].split(",")[0]
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - always http
        return answer.status == 200


def worker():
    """The worker of this container answers over the broker."""
    name = os.environ.get("WORKER_NAME", f"celery@{socket.gethostname()}")
    command = ["celery", "--quiet", "-A", "offensive", "inspect", "ping", "--destination", name, "--timeout", "8"]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0


def scheduler():
    """The schedule file is being written."""
    path = Path(os.environ.get("SCHEDULE", "/tmp/schedule"))  # noqa: S108 - the container's own
    # Which ending the file gets is the choice of Python's dbm.
    written = [each.stat().st_mtime for each in path.parent.glob(f"{path.name}*")]
    return bool(written) and time.time() - max(written) < BEAT_IS_STUCK_AFTER


CHECKS = {"web": web, "worker": worker, "scheduler": scheduler}

if __name__ == "__main__":
    try:
        healthy = CHECKS[sys.argv[1]]()
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    sys.exit(0 if healthy else 1)
