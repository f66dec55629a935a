"""Compile the translations (.po to .mo) that changed, without the gettext programs."""

import polib

from dev.state import ROOT


def compile_changed():
    """Write every .mo that is missing or older than its .po."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            part = target.with_suffix(".part")
            polib.pofile(str(source)).save_as_mofile(str(part))
            part.replace(target)


if __name__ == "__main__":
    compile_changed()
