"""Fail when a text of code or templates has no German translation, or one that somebody should look at again."""

import shutil
import sys
import tempfile
from pathlib import Path

import polib

from dev.messages import CATALOGUE, PLACES, collect
from dev.state import ROOT


def main():
    """Collect the texts in a copy, so that the check changes nothing, and name each one that is not translated."""
    with tempfile.TemporaryDirectory() as folder:
        copy_sources(Path(folder))
        if collect(folder):
            sys.exit("The texts could not be collected; the reason stands above.")
        problems = list(incomplete(polib.pofile(str(Path(folder) / CATALOGUE))))
    if problems:
        sys.exit("\n".join([*problems, f"{len(problems)} texts without a good German translation in {CATALOGUE}."]))


def copy_sources(folder):
    """Everything that may carry a text."""
    for place in PLACES:
        if (ROOT / place).exists():
            shutil.copytree(
                ROOT / place, folder / place, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "vendor")
            )
    (folder / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)


def incomplete(catalogue):
    """One line for each missing or doubtful translation."""
    for entry in catalogue:
        place = entry.occurrences[0][0] if entry.occurrences else "?"
        if entry.fuzzy:
            yield f"{place}: doubtful (fuzzy): {entry.msgid!r}"
        elif not entry.translated():
            yield f"{place}: missing: {entry.msgid!r}"


if __name__ == "__main__":
    main()
