"""Pictures of each audience's first page, from a running demonstration, for the README and for those who look.

    PORT=8000 make run                          # in one terminal
    .venv/bin/python -m dev.screenshots         # in another: writes docs/*.png

DATA_DIR and PORT as for ``make run``; a folder as argument takes another place than ``docs``.
"""

import io
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from dev.state import ROOT

WIDTH, HEIGHT = 1280, 1000
MOST_BYTES = 120_000
# Where an audience has several accounts: whose first page shows most.
PREFERRED = ("beratung@sihk.example",)
# The README shows these five; the proof all.
README = ("company", "lead", "partner", "funder", "visitor")
PROGRAMS = ("chromium", "google-chrome", "google-chrome-stable")


def chromium():
    """The browser that the set-up has found, or the one of the system."""
    found = ROOT / ".tools" / "chromium"
    return os.environ.get("CHROMIUM") or (found.read_text().strip() if found.exists() else f"/usr/bin/{PROGRAMS[0]}")


@contextmanager
def browser():
    """Chromium without a window and without errands of its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


def one_of_each_audience(data):
    """A demonstration account of each audience, of those that sign in with their password alone."""
    accounts = json.loads((Path(data) / "demo-accounts.json").read_text())
    usable = [account for account in accounts if not account.get("totp_secret")]
    found = {}
    for account in sorted(usable, key=lambda account: account["email"] not in PREFERRED):
        found.setdefault(account["audience"], account)
    return found


@contextmanager
def visiting(chromium, url, account=None, *, width=WIDTH):
    """A page in German; signed in when there is an account."""
    context = chromium.new_context(
        viewport={"width": width, "height": HEIGHT}, locale="de-DE", reduced_motion="reduce", color_scheme="light"
    )
    page = context.new_page()
    if account:
        page.goto(f"{url}/accounts/login/")
        page.fill("input[name=login]", account["email"])
        page.fill("input[name=password]", account["password"])
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{account['programme']}/**")
    # Once more, as whoever has just signed in is greeted on the first page.
    page.goto(page.url if account else url)
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def small(png):
    """The same picture with a palette, as pngquant would make it, in less than 120 kB."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        target = io.BytesIO()
        picture.quantize(colours, kmeans=2, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        if target.tell() < MOST_BYTES:
            break
    return target.getvalue()


def photograph(url, data, folder, *, only=None, width=WIDTH):
    """Write ``<audience>.png`` for every audience into ``folder``; returns the sizes in bytes by audience."""
    folder.mkdir(parents=True, exist_ok=True)
    visitors = {"visitor": None, **one_of_each_audience(data)}
    sizes = {}
    with browser() as started:
        for audience, account in visitors.items():
            if only is None or audience in only:
                with visiting(started, url, account, width=width) as page:
                    picture = small(page.screenshot())
                (folder / f"{audience}.png").write_bytes(picture)
                sizes[audience] = len(picture)
    return sizes


def main():
    """The README's five."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    data = ROOT / os.environ.get("DATA_DIR", "var")
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    for audience, size in photograph(url, data, folder, only=README).items():
        print(f"{folder / audience}.png: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
