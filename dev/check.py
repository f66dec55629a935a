"""make check: everything that can be said about the code without running the tests."""

import os
import secrets
import subprocess
import sys
import time

from dev import embedded
from dev.state import ROOT, SetupError

# `check --deploy` looks at the settings as production has them.
PRODUCTION = {
    "LOCAL": "0",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
    "EMAIL_URL": "smtp://mail.example.org:587",
}
MANAGE = (sys.executable, "manage.py")
CHECKS = {
    "ruff": ((sys.executable, "-m", "ruff", "check", "."), {}),
    "format": ((sys.executable, "-m", "ruff", "format", "--check", "."), {}),
    "import order": ((".venv/bin/lint-imports", "--no-cache"), {}),
    "templates": ((".venv/bin/djlint", "--lint", "--quiet", "templates"), {}),
    "migrations": ((*MANAGE, "makemigrations", "--check", "--dry-run"), {}),
    "translations": ((sys.executable, "-m", "dev.check_translations"), {}),
    "deployment": ((*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
}


def passes(name, command, environment):
    """Run one check, show what it says only when it fails."""
    began = time.monotonic()
    answer = subprocess.run(
        command,
        cwd=ROOT,
        check=False,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if answer.returncode:
        print(answer.stdout.rstrip())
    print(f"{'ok  ' if answer.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    return answer.returncode == 0


def main():
    """All checks, even after a failed one; exit code 1 when any failed."""
    try:
        embedded.ensure()
    except SetupError as error:
        sys.exit(str(error))
    results = [passes(name, *check) for name, check in CHECKS.items()]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
