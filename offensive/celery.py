"""The Celery application: the broker is only the bell, the work is a row in the database."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")

app = Celery("offensive")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_privileged_role(**_signal):
    """A worker, like the web server, does not start as a role that row security does not bind."""
    from offensive.tenancy import roles  # noqa: PLC0415  (this module is imported before the apps are loaded)

    if problems := roles.privileges_of_session():
        # Celery logs an exception of a signal and goes on; an exit it lets through.
        raise SystemExit(" ".join(problems))
