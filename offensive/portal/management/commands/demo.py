"""``manage.py demo --companies N --seed S [--pdf]``: a programme of any size, the same for the same seed."""

import time

from django.core.management.base import BaseCommand, CommandError

from offensive.portal.demo.services import DemoError, build_demo


class Command(BaseCommand):
    help = "Build the demonstration programme io: companies, events, deliveries, two submitted periods, one open."

    def add_arguments(self, parser):
        parser.add_argument("--companies", type=int, default=60, help="how many companies (60)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same programme (1)")
        parser.add_argument("--pdf", action="store_true", help="also write the PDFs of the submitted reports")

    def handle(self, *, companies, seed, pdf, **_options):
        if companies < 2:
            raise CommandError("The demonstration needs at least two companies.")
        begun = time.monotonic()
        try:
            made = build_demo(companies=companies, seed=seed, pdf=pdf, tell=self.stdout.write)
        except DemoError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{made['companies']} companies and {made['deliveries']} deliveries in {time.monotonic() - begun:.0f} s. "
            f"Accounts: {made['accounts']}"
        )
