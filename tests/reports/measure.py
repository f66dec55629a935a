"""Render one report in a process of its own and print seconds and peak memory: python -m tests.reports.measure 500."""

import json
import sys
import time
from pathlib import Path

import django

django.setup()

from offensive.reports.pdf import render_pdf  # noqa: E402 - templates need the settings first
from tests.reports.report_samples import report_content  # noqa: E402

content = report_content(enterprises=int(sys.argv[1]), held=40)
started = time.perf_counter()
pdf = render_pdf(content)
seconds = round(time.perf_counter() - started, 2)
# Of this program alone: what getrusage says also counts the process that started it.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
megabytes = int(status["VmHWM"].split()[0]) // 1024
print(json.dumps({"enterprises": len(content.enterprises), "seconds": seconds, "mb": megabytes, "bytes": len(pdf)}))
