"""Collect the texts of code and templates into locale/de/LC_MESSAGES/django.po. English is the source language."""

import subprocess
import sys

from dev.state import ROOT

CATALOGUE = "locale/de/LC_MESSAGES/django.po"
# Where texts for users are; tests and tools speak English to developers.
PLACES = ("offensive", "companies", "workshops", "analyses", "templates", "static/js", "locale")


def collect(folder):
    """Bring the catalogue below ``folder`` up to date. Exit code of makemessages; needs gettext."""
    ignored = [f"--ignore={name}" for name in ("node_modules/*", ".venv/*", ".tools/*", "var/*", "tests/*", "dev/*")]
    command = ["makemessages", "--locale=de", "--no-obsolete", "--no-wrap", "--add-location=file", *ignored]
    return subprocess.run([sys.executable, "-m", "django", *command], cwd=folder, check=False).returncode


if __name__ == "__main__":
    (ROOT / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    sys.exit(collect(ROOT))
