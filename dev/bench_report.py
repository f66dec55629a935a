"""One report on 500 enterprises, measured in a process of its own; prints one line of JSON."""

import json
import os
import resource
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ["DATA_DIR"] = str(ROOT / "var" / "bench-report")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")
# Its own database: the demonstration with as many companies as make about 500 enterprises that count.
for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "RETENTION_DATABASE_URL", "REDIS_URL", "STORAGE_URL"):
    os.environ.pop(name, None)
COMPANIES = 560

from dev import embedded  # noqa: E402

embedded.ensure()

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.utils import timezone  # noqa: E402

from offensive.accounts.models import User  # noqa: E402
from offensive.reports.gathering import gather  # noqa: E402
from offensive.reports.pdf import render_pdf  # noqa: E402
from offensive.reports.services import next_number  # noqa: E402
from offensive.tenancy.models import Period, Programme  # noqa: E402
from offensive.tenancy.scope import membership_scope  # noqa: E402


def main():
    call_command("migrate", verbosity=0)
    if not Programme.objects.exists():
        with open(os.devnull, "w") as nowhere:
            call_command("demo", companies=COMPANIES, seed=1, stdout=nowhere)
    person = User.objects.get(email="koordination@gws.example")
    with membership_scope(person.pk, "io", "gws"):
        period = Period.objects.select_related("programme").get(key="2026-2")
        connection.force_debug_cursor = True
        reset_queries()
        begun = time.perf_counter()
        gathered = gather(period, number=next_number(period), built_at=timezone.now())
        gathered_at = time.perf_counter()
        queries = len(connection.queries)
    pdf = render_pdf(gathered.content, annex_limit=1000)
    ended = time.perf_counter()
    figures = {
        "enterprises": len(gathered.content.enterprises),
        "gather_ms": (gathered_at - begun) * 1000,
        "whole_ms": (ended - begun) * 1000,
        "pdf_bytes": len(pdf),
        "queries": queries,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
