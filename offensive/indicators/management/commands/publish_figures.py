from django.core.management.base import BaseCommand, CommandError

from offensive.indicators.published import publish
from offensive.tenancy.models import Programme


class Command(BaseCommand):
    help = "Publish the figures of a programme as of today; does nothing when that was done today already."

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True, metavar="SLUG")

    def handle(self, *_args, programme, **_options):
        found = Programme.objects.filter(slug=programme).first()
        if found is None:
            raise CommandError(f"There is no programme “{programme}”.")
        self.stdout.write("published" if publish(found.pk) else "already published today")
