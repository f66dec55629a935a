#!/usr/bin/env python3
"""Django's command line, with an embedded PostgreSQL and Redis when no DATABASE_URL is given."""

import importlib.util
import os
import sys


def start_embedded_services():
    """Only on a developer's machine: the production image carries no ``dev`` package and sets DATABASE_URL."""
    if {"DATABASE_URL", "DATABASE_URL_FILE"} & set(os.environ) or importlib.util.find_spec("dev") is None:
        return
    from dev import embedded  # noqa: PLC0415 - not there in production

    try:
        embedded.ensure()
    except embedded.SetupError as error:
        sys.exit(f"{error}")


def main():
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - a sentence when it is missing
    except ModuleNotFoundError:
        sys.exit("Django is not installed here: use .venv/bin/python manage.py, made by `make run` or `make install`.")
    start_embedded_services()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
