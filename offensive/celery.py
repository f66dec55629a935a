"""The Celery application: the broker is only the bell, the work is a row in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")

app = Celery("offensive")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
