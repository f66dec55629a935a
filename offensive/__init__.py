"""The portal's Django project; importing it binds the Celery application."""

from offensive.celery import app as celery_app

__all__ = ["celery_app"]
