"""The long proofs at full number, and what they showed: ``make prove`` writes ``var/proof.json``.

First the tests marked ``prove``, then what is measured on a demonstration made for the purpose. A proof that fails
does not stop the others; the exit status tells whether all held. Words as arguments run those alone whose name has one.
"""

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from dev.run import answers
from dev.screenshots import browser, chromium, one_of_each_audience, photograph, visiting
from dev.state import ROOT

RESULTS = ROOT / "var" / "proof.json"
OWN = ROOT / "var" / "prove"  # removed and made again
ADDRESSES = ("DATABASE_URL", "OWNER_DATABASE_URL", "RETENTION_DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEY")
DEMO_COMPANIES, DEMO_SECONDS = 10_000, 240
FIRST_VISIT_KB, LATER_PAGE_KB = 200, 30
LIGHTHOUSE = "lighthouse@12"
SCORES = {"performance": 0.9, "accessibility": 1.0, "best-practices": 0.9}


def environment(**values):
    """This process's, with embedded services of their own."""
    kept = {name: value for name, value in os.environ.items() if name not in ADDRESSES}
    return kept | {name: str(value) for name, value in values.items()}


def python(*arguments, **values):
    """Run our Python; its output. Raises CalledProcessError."""
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**values), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


# ------------------------------------------------------------------ the marked tests


def proofs_of_tests(words):
    """Run the marked tests; one row for each of them, with what it printed."""
    report = OWN / "tests.xml"
    chosen = ["-k", " or ".join(word.replace(" ", " and ") for word in words)] if words else []
    marked = ["-m", "pytest", "tests", "-m", "prove", "-q", f"--junitxml={report}", "-o", "junit_logging=system-out"]
    subprocess.run([sys.executable, *marked, *chosen], cwd=ROOT, check=False)
    return [test_row(case) for case in ElementTree.parse(report).iter("testcase")]  # noqa: S314 (our own file)


def test_row(case):
    """The row of one test."""
    failed = [child for child in case if child.tag in ("failure", "error")]
    skipped = case.find("skipped")
    outcome = "failed" if failed else "skipped" if skipped is not None else "held"
    name = f"{case.get('classname').removeprefix('tests.')}.{case.get('name')}"
    reason = failed[0].get("message", "") if failed else skipped.get("message", "") if skipped is not None else ""
    return row(name, outcome, float(case.get("time")), _words(case.findtext("system-out")), reason)


def _words(captured):
    lines = [line for line in (captured or "").splitlines() if line.strip() and not line.startswith("---")]
    return " · ".join(lines)[:2000]


def row(name, outcome, seconds, figures, reason=""):
    """One proof as it stands in the file."""
    entry = {"name": name, "outcome": outcome, "seconds": round(seconds, 1), "figures": figures}
    return entry | ({"reason": reason[:500]} if reason else {})


def measured(name, proof, *arguments):
    """Run ``proof``: it returns its figures or raises AssertionError (does not hold), NotHere (cannot be shown)."""
    begun = time.monotonic()
    try:
        outcome, figures, reason = "held", proof(*arguments), ""
    except NotHereError as error:
        outcome, figures, reason = "skipped", "", str(error)
    except Exception as error:  # a proof that breaks has not held, and the others still run
        outcome, figures, reason = "failed", "", f"{type(error).__name__}: {error}"
    result = row(name, outcome, time.monotonic() - begun, figures, reason)
    print(f"{result['outcome']:8}{result['seconds']:8.1f} s  {name}  {figures or reason}", flush=True)
    return result


class NotHereError(Exception):
    """What the proof needs is not on this machine; the message says what."""


# ------------------------------------------------------------------ the large demonstration


def large_demonstration():
    """10,000 companies and 200,000 deliveries in under four minutes on two cores."""
    data = OWN / "large"
    python("manage.py", "migrate", "--verbosity=0", DATA_DIR=data)
    begun = time.monotonic()
    words = python("manage.py", "demo", "--companies", str(DEMO_COMPANIES), "--seed", "1", DATA_DIR=data)
    seconds = time.monotonic() - begun
    shutil.rmtree(data)
    assert seconds < DEMO_SECONDS, f"{seconds:.0f} s"
    return words.strip().splitlines()[-1].partition(" Accounts:")[0]


# ------------------------------------------------------------------ a running demonstration


@contextmanager
def demonstration():
    """The portal as ``make run`` starts it, on an empty data directory; yields its address."""
    data, port = OWN / "run", free_port()
    with (OWN / "run.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dev.run"],
            cwd=ROOT,
            env=environment(DATA_DIR=data, PORT=port),
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_ready(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(process, port, *, seconds=180):
    """Until the portal answers; RuntimeError with its last words when it does not."""
    deadline = time.monotonic() + seconds
    while not answers("127.0.0.1", port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The portal did not start: {(OWN / 'run.log').read_text()[-1000:]}")
        time.sleep(0.2)


def weights(url):
    """Bytes over the wire of the first visit, signed out and signed in, and of later pages; nothing from elsewhere."""
    account = one_of_each_audience(OWN / "run")["lead"]
    figures = {}
    with browser() as started:
        for name, who, later in (("visitor", None, "/imprint/"), ("lead", account, "/io/gws/companies/")):
            with visiting(started, url, who) as signed_in:
                first = loaded(
                    started, url, url + (f"/{who['programme']}/{who['organisation']}/" if who else "/"), signed_in
                )
                figures |= {name: first[0], f"{name}, later page": loaded_again(first[1], url, url + later)}
    assert max(figures["visitor"], figures["lead"]) <= FIRST_VISIT_KB, figures
    assert max(kilobytes for name, kilobytes in figures.items() if "later" in name) <= LATER_PAGE_KB, figures
    return ", ".join(f"{name} {kilobytes:.0f} kB" for name, kilobytes in figures.items())


def loaded(started, url, address, signed_in):
    """(kB of ``address`` with an empty cache and the session of ``signed_in``, the page)."""
    context = started.new_context(storage_state=signed_in.context.storage_state(), locale="de-DE")
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return kilobytes_of(page, url, address), page


def loaded_again(page, url, address):
    """KB of another page by one who has been here before."""
    kilobytes = kilobytes_of(page, url, address)
    assert page.complaints == [], page.complaints
    page.context.close()
    return kilobytes


def kilobytes_of(page, url, address):
    """What the network saw, headers included; HTML counts as compressed, which Caddy does in production."""
    link, seen, hosts = page.context.new_cdp_session(page), [], set()
    link.send("Network.enable")
    link.on("Network.loadingFinished", lambda event: seen.append(event["encodedDataLength"]))
    link.on("Network.requestWillBeSent", lambda event: hosts.add(urlsplit(event["request"]["url"]).netloc))
    answer = page.goto(address, wait_until="networkidle")
    link.detach()
    html = b"" if "content-encoding" in answer.headers else answer.body()
    assert hosts - {""} == {urlsplit(url).netloc}, hosts
    return (sum(seen) - len(html) + len(gzip.compress(html, 5))) / 1000


def pictures(url):
    """Every audience's first page, 1280 and 360 px wide, into ``var/prove/pictures``."""
    sizes = photograph(url, OWN / "run", OWN / "pictures")
    photograph(url, OWN / "run", OWN / "pictures" / "360", width=360)
    return ", ".join(f"{audience} {size // 1000} kB" for audience, size in sizes.items())


def lighthouse(url):
    """Google's own measure of the public first page, in Debian's Chromium."""
    report = OWN / "lighthouse.json"
    program = install_lighthouse()
    only = f"--only-categories={','.join(SCORES)}"
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-background-networking"
    command = [tool("node"), program, url, "--quiet", "--output=json", f"--output-path={report}", only, flags]
    subprocess.run(command, cwd=OWN, env=os.environ | {"CHROME_PATH": chromium()}, check=True, timeout=180)
    categories = json.loads(report.read_text())["categories"]
    scores = {name: categories[name]["score"] for name in SCORES}
    assert all(scores[name] >= SCORES[name] for name in SCORES), scores
    return ", ".join(f"{name} {score * 100:.0f}" for name, score in scores.items())


def install_lighthouse():
    """Path of the program; NotHere when the registry does not give it in two minutes."""
    folder = ROOT / "var" / "lighthouse"
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if program.exists():
        return str(program)
    folder.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"]
    try:
        subprocess.run([tool("npm"), "install", "--prefix", folder, *quiet, LIGHTHOUSE], check=True, timeout=120)
    except (subprocess.SubprocessError, OSError) as error:
        raise NotHereError(f"Lighthouse could not be installed from the npm registry: {error}") from error
    return str(program)


def tool(name):
    """A program beside our Python."""
    return str(Path(sys.executable).parent / name)


PROOFS_OF_DEMONSTRATION = {"first visit": weights, "pictures": pictures, "lighthouse": lighthouse}


# ------------------------------------------------------------------ all of it


def commit():
    """The commit that was proven, marked when files differed from it."""
    git = ["git", "-C", str(ROOT)]
    name = subprocess.run([*git, "rev-parse", "HEAD"], check=False, capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain"], check=False, capture_output=True, text=True).stdout
    return f"{name} and uncommitted changes" if changed.strip() else name


def all_proofs(words):
    """Rows of all proofs whose name has one of ``words``; of all when there are none."""

    def wanted(name):
        return not words or any(word in name for word in words)

    rows = proofs_of_tests(words)
    if wanted("large demonstration"):
        rows.append(measured("large demonstration", large_demonstration))
    chosen = {name: proof for name, proof in PROOFS_OF_DEMONSTRATION.items() if wanted(name)}
    if chosen:
        with demonstration() as url:
            rows += [measured(name, proof, url) for name, proof in chosen.items()]
    return rows


def main():
    """Write what held and what did not."""
    begun = datetime.now(UTC)
    shutil.rmtree(OWN, ignore_errors=True)
    OWN.mkdir(parents=True)
    rows = all_proofs(sys.argv[1:])
    proof = {"commit": commit(), "at": begun.isoformat(timespec="seconds"), "cores": os.cpu_count(), "proofs": rows}
    RESULTS.write_text(json.dumps(proof, ensure_ascii=False, indent=2) + "\n")
    failed = [each["name"] for each in rows if each["outcome"] == "failed"]
    print(f"{RESULTS}: {len(rows)} proofs, {len(failed)} failed")
    sys.exit(f"Did not hold: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
