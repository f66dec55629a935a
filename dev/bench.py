"""The benchmarks: each page beside its floor in the same run, as a ratio. Writes ``var/bench.json``.

    make bench            # 10,000 companies
    BENCH_COMPANIES=1000 make bench

The floor is a bare Django view with two queries (``dev/floor.py``: session and person) under the same server, asked in
turn with the page, so that whatever else the machine does hits both.
"""

import contextlib
import http.client
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(os.environ.get("BENCH_RESULTS", ROOT / "var" / "bench.json"))
COMPANIES = int(os.environ.get("BENCH_COMPANIES", "10000"))
os.environ["DATA_DIR"] = str(ROOT / "var" / f"bench-{COMPANIES}")
os.environ["STATIC_ROOT"] = str(ROOT / "var" / f"bench-{COMPANIES}" / "static")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")

from dev import embedded  # noqa: E402  (the variables above come first)

embedded.ensure()

import django  # noqa: E402
import redis  # noqa: E402

django.setup()

from django.core.cache import cache  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402

from offensive.accounts.models import User  # noqa: E402
from offensive.tenancy.models import Programme  # noqa: E402
from tests.running import free_port, wait_for  # noqa: E402

# As many again before: enough that every thread of the server has its connection and its prepared statements.
ROUNDS = 60
# For pages that gather everything anew: often enough that one connection keeps the plans that suit all parameters. The
# bound is no promise; what is far above it has a plan that joins row by row.
ROUNDS_ANEW, BOUND_ANEW = 12, 150


def manage(*arguments):
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], check=True)


def prepare():
    """The demonstration at full size, made once and kept."""
    manage("migrate", "--verbosity=0")
    manage("collectstatic", "--noinput", "--verbosity=0")
    if not Programme.objects.exists():
        manage("demo", "--companies", str(COMPANIES), "--seed", "1")


@contextlib.contextmanager
def serving(application, *, workers=2, threads=4, **environment):
    """The production server with ``application``; yields its port."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "gunicorn"), application, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, f"--workers={workers}", f"--threads={threads}", "--worker-class=gthread", "--log-level=warning"],
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port
    finally:
        server.terminate()
        server.wait(15)


def signed_in(email):
    """A client with a session of ``email``."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(email=email))
    return client


def queries_of(client, path, *, anew):
    """How many statements the page needs, session and person and scope included, transaction control not.

    ``anew``: with nothing remembered.
    """
    client.get(path)
    if anew:
        cache.clear()
    connection.force_debug_cursor = True
    reset_queries()
    assert client.get(path).status_code == 200, path
    statements = [query["sql"] for query in connection.queries]
    connection.force_debug_cursor = False
    return sum(1 for sql in statements if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")))


def once(link, path, cookie):
    """Milliseconds of one request over a kept connection."""
    begun = time.perf_counter()
    link.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "de"})
    answer = link.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    return (time.perf_counter() - begun) * 1000


def measure(name, client, path, *, bound, page_port, floor_port, rounds=ROUNDS, before=None):
    """Page and floor in turn; medians and their ratio. ``before`` is called before each visit of the page.

    Returns the row of the page.
    """
    before, anew = before or (lambda: None), bool(before)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    page, floor = (http.client.HTTPConnection("127.0.0.1", port) for port in (page_port, floor_port))
    for _warm_up in range(rounds):
        before(), once(page, path, cookie), once(floor, "/", cookie)
    times = [(before(), once(page, path, cookie), once(floor, "/", cookie))[1:] for _round in range(rounds)]
    median, floor_median = (statistics.median(column) for column in zip(*times, strict=True))
    return result(name, median, floor_median, bound, queries_of(client, path, anew=anew))


def result(name, median, floor, bound, queries):
    row = {
        "name": name,
        "companies": COMPANIES,
        "median_ms": round(median, 2),
        "floor_ms": round(floor, 2),
        "ratio": round(median / floor, 2),
        "bound": bound,
        "queries": queries,
    }
    print(
        f"{name:42} {row['median_ms']:8.2f} ms / floor {row['floor_ms']:6.2f} = {row['ratio']:5.2f} (≤ {bound})"
        f"  {queries if queries is not None else '–'} queries"
    )
    return row


def pages():
    """(name, who, path, bound). Whatever has more than 5 is no promise, but shall not grow unnoticed."""
    accounts = json.loads((Path(os.environ["DATA_DIR"]) / "demo-accounts.json").read_text())
    company = next(row["organisation"] for row in accounts if row["company"])
    lead, partner = "koordination@gws.example", "beratung@sihk.example"
    listing = "/io/gws/companies/"
    return [
        ("company list", lead, listing, 5),
        ("company list, filter", lead, f"{listing}?stage=workshops&size=small", 5),
        ("company list, sort", lead, f"{listing}?sort=town", 5),
        ("company list, search", lead, f"{listing}?q=federn", 5),
        ("company list, search of one", lead, f"{listing}?q=musterkamp+gesenk", 5),
        ("company list, page 200", lead, f"{listing}?page=200", 5),
        ("company list, last page", lead, f"{listing}?page=400", 5),
        ("company list of a partner", partner, "/io/sihk/companies/", 5),
        ("company page", lead, f"/io/gws/companies/{company}/", 5),
        ("journey page of the company", "firma1@unternehmen.example", f"/io/{company}/", 5),
        ("journey page, earlier support", lead, f"/io/gws/companies/{company}/?shown=80", 6),
        ("support tab", lead, f"/io/gws/companies/{company}/support/", 5),
        ("gap list", lead, "/io/gws/support/evidence/", 5),
        ("gap list of a partner", partner, "/io/sihk/support/evidence/", 5),
        ("verification queue", lead, "/io/gws/support/verification/", 5),
        ("partner dashboard", partner, "/io/sihk/", 5),
        ("lead dashboard", lead, "/io/gws/", 5),
        ("board", lead, "/io/gws/board/", 5),
        ("board, overdue, page 20 of a column", lead, "/io/gws/board/?overdue=on&page-workshops=20", 5),
        ("documents tab", lead, f"/io/gws/companies/{company}/documents/", 5),
        ("papers of the consortium", lead, "/io/gws/documents/", 5),
        ("papers of the consortium, last page", lead, "/io/gws/documents/?page=50", 5),
        ("white spots", lead, "/io/gws/white-spots/", 5),
        ("search, a common word", lead, "/io/gws/search/?q=muster", 5),
        ("search of one", lead, "/io/gws/search/?q=musterkamp+gesenk+protokoll", 5),
        ("search, misspelled", lead, "/io/gws/search/?q=mustrkamp+gesnk", 5),
        ("search, last page of the documents", lead, "/io/gws/search/?q=protokoll&kind=documents&page=4", 5),
        ("search of a partner", partner, "/io/sihk/search/?q=musterkamp+gesenk", 5),
        ("municipality map", lead, "/io/gws/companies/map/", 5),
        ("team's load", lead, "/io/gws/team/", 5),
        ("tasks", lead, "/io/gws/tasks/?whose=all", 5),
    ]


def measure_pages():
    with serving("offensive.wsgi") as page_port, serving("dev.floor") as floor_port:
        return [
            measure(name, signed_in(email), path, bound=bound, page_port=page_port, floor_port=floor_port)
            for name, email, path, bound in pages()
        ]


# The pages that gather most of what is remembered.
GATHERING = ("company list", "partner dashboard", "lead dashboard", "gap list", "verification queue", "board")
GATHERING += ("white spots", "municipality map")


def measure_anew():
    """Pages after a change in the programme, which makes everybody forget: by one process with one connection."""
    forget = redis.from_url(os.environ["REDIS_URL"]).flushdb
    chosen = [page for page in pages() if page[0] in GATHERING]
    one = {"workers": 1, "threads": 1}
    with serving("offensive.wsgi", **one) as page_port, serving("dev.floor", **one) as floor_port:
        kept = {"page_port": page_port, "floor_port": floor_port, "rounds": ROUNDS_ANEW, "before": forget}
        return [
            measure(f"{name}, after a change", signed_in(email), path, bound=BOUND_ANEW, **kept)
            for name, email, path, _bound in chosen
        ]


def measure_isolation():
    """What guard, scope and policies cost a request, in milliseconds: the same view with and without them."""
    path, cookie = "/io/gws/", f"sessionid={signed_in('koordination@gws.example').cookies['sessionid'].value}"
    with serving("dev.guarded") as with_port, serving("dev.guarded", UNGUARDED="1") as without_port:
        guarded, bare = (http.client.HTTPConnection("127.0.0.1", port) for port in (with_port, without_port))
        for _warm_up in range(ROUNDS):
            once(guarded, path, cookie), once(bare, path, cookie)
        times = [(once(guarded, path, cookie), once(bare, path, cookie)) for _round in range(4 * ROUNDS)]
    median, without = (statistics.median(column) for column in zip(*times, strict=True))
    cost = round(median - without, 2)
    print(f"guard, scope and policies                  {median:8.2f} ms – {without:.2f} ms = {cost} ms (≤ 1.5)")
    return {
        "name": "guard, scope and policies: ms",
        "companies": COMPANIES,
        "median_ms": round(median, 2),
        "floor_ms": round(without, 2),
        "ratio": cost,
        "bound": 1.5,
        "queries": 1,
    }


def measure_report():
    """The report on 500 enterprises in a process of its own: share of gathering, peak of memory."""
    done = subprocess.run(
        [sys.executable, "-m", "dev.bench_report"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    return [
        result(
            "report of 500: gathering of the whole", figures["gather_ms"], figures["whole_ms"], 0.15, figures["queries"]
        ),
        {
            "name": "report of 500: peak memory MB",
            "companies": figures["enterprises"],
            "median_ms": None,
            "floor_ms": None,
            "ratio": figures["peak_mb"],
            "bound": 400,
            "queries": None,
        },
    ]


def main():
    prepare()
    rows = [*measure_pages(), *measure_anew(), measure_isolation(), *measure_report()]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=2))
    print(f"{RESULTS} written; peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    late = [row["name"] for row in rows if row["ratio"] > row["bound"]]
    if late:
        sys.exit(f"Above their bound: {', '.join(late)}")


if __name__ == "__main__":
    main()
