"""``manage.py expire_documents [--every-day]``: remove documents whose time is over, as the retention role."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from offensive.documents.expiry import ExpiryError, expire_documents

DAY_SECONDS = 24 * 60 * 60


class Command(BaseCommand):
    help = "Remove documents whose time is over. DATABASE_URL must be that of the database role offensive_retention."

    def add_arguments(self, parser):
        parser.add_argument("--every-day", action="store_true", help="do not end, and do it again every day")

    def handle(self, *, every_day, **_options):
        failed = self._expire()
        while every_day:
            connection.close()
            time.sleep(DAY_SECONDS)
            failed = self._expire()
        if failed:
            raise CommandError(f"{failed} documents could not be removed; the log says why.")

    def _expire(self):
        try:
            removed = expire_documents()
        except ExpiryError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{removed.documents} documents have expired, {removed.files} files were removed.")
        return removed.failed
