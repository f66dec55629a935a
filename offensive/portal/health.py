"""Whether the process is up, and whether what it stands on answers. Read by the container's health checks."""

from uuid import uuid4

import redis
from celery import current_app
from django.conf import settings
from django.db import connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from offensive.tenancy.guard import public_page

# Seconds that each part may take to answer.
PATIENCE = 2


@never_cache
@require_safe
@public_page("The process supervisor asks without an account; the answer says nothing but that it runs.")
def healthz(request):
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
@public_page("The load balancer asks without an account; the answer names parts of the installation and no data.")
def readyz(request):
    """Database, broker, worker and storage answer, each within two seconds; 503 when one does not."""
    answers = parts()
    is_ready = all(answers.values())
    body = {"status": "ok" if is_ready else "unavailable", **{name: _word(answer) for name, answer in answers.items()}}
    return JsonResponse(body, status=200 if is_ready else 503)


def parts():
    """{part: whether it answers}"""
    checks = {"database": _database, "broker": _broker, "worker": _worker, "storage": _storage}
    return {name: _answers(check) for name, check in checks.items()}


def _word(answer):
    return "ok" if answer else "unavailable"


def _answers(check):
    """A part that is away raises one of a dozen unrelated classes, and each means the same here."""
    try:
        return bool(check())
    except Exception:
        return False


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker():
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
    ) as client:
        return client.ping()


def _worker():
    return _broker() and current_app.control.ping(timeout=PATIENCE / 2, limit=1)


def _storage():
    settings.STORAGE_DIR.mkdir(parents=True, exist_ok=True)
    probe = settings.STORAGE_DIR / f".probe-{uuid4().hex}"
    probe.write_bytes(b"")
    probe.unlink()
    return True
