"""``manage.py set_up_programme --coordinator EMAIL``: the first programme of an installation and its first person."""

import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from offensive.accounts.models import User
from offensive.portal.setup import CONSORTIUM, NOTICE, PERIODS, TARGETS, add_member, set_up_programme
from offensive.tenancy.models import Programme
from offensive.tenancy.roles import Role


class Command(BaseCommand):
    help = "Create the programme with consortium, process, catalogue and indicators, and its first coordinator."

    def add_arguments(self, parser):
        parser.add_argument("--slug", default="io", help="how the programme's addresses begin (io)")
        parser.add_argument("--name", default="Industrieoffensive Märkische Region")
        parser.add_argument("--coordinator", required=True, help="the first person's e-mail address")

    def handle(self, *, slug, name, coordinator, **_options):
        if Programme.objects.filter(slug=slug).exists():
            raise CommandError(f"There is a programme {slug} already.")
        password = self._password(coordinator)
        with transaction.atomic():
            made = set_up_programme(
                slug=slug,
                name=name,
                region="Märkische Region",
                organisations=CONSORTIUM,
                periods=PERIODS,
                notice=NOTICE,
                targets=TARGETS,
            )
            person = User.objects.create_user(coordinator, password)
            lead = next(made.organisations[row[1]] for row in CONSORTIUM if row[0] == "lead")
            add_member(lead, person, Role.LEAD_COORDINATOR)
        self.stdout.write(f"{name} is set up; {coordinator} may sign in and invite the others.")

    def _password(self, coordinator):
        """Asked for at the terminal, or the first line of standard input."""
        typed = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
        try:
            validate_email(coordinator)
            validate_password(typed)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return typed
