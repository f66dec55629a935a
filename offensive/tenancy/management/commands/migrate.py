"""``migrate`` as the owner of the tables; the application's role could not, and must not."""

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate


class Command(Migrate):
    help = "Apply migrations, as the role of OWNER_DATABASE_URL."

    def handle(self, *args, **options):
        if options["database"] == "default" and "owner" in settings.DATABASES:
            options["database"] = "owner"
        super().handle(*args, **options)
