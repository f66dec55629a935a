"""``manage.py build_report``: the report of a period from the terminal, by the same work as the portal's button."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from offensive.accounts.models import User
from offensive.jobs.models import Job
from offensive.jobs.services import JobError, JobTaken, claim
from offensive.reports import queries, services, storage
from offensive.tenancy.models import Membership, Period, Programme
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope

WAIT_SECONDS = 1


class Command(BaseCommand):
    help = "Create an edition of the report of one period and write its PDF to a file."

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True, metavar="SLUG")
        parser.add_argument("--period", required=True, metavar="KEY")
        parser.add_argument("--out", required=True, metavar="FILE", type=Path)
        parser.add_argument("--as", dest="email", default="", metavar="EMAIL", help="build as this person of the lead")

    def handle(self, *, programme, period, out, email, **options):
        user_id, organisation = _membership(programme, email)
        with translation.override("de"), membership_scope(user_id, programme, organisation) as opened:
            job = self._ask(opened.acting, period)
        _work_on(job)
        with membership_scope(user_id, programme, organisation):
            edition = _edition_of(job)
            self._write(edition, out)
            self._print(edition, out)

    def _ask(self, acting, key):
        if acting is None:
            raise CommandError("This person has no membership of the lead partner that is in force.")
        known = {period.key: period for period in Period.objects.of(acting.programme_id)}
        if key not in known:
            raise CommandError(f"There is no period {key}. Known periods: {', '.join(sorted(known)) or 'none'}.")
        try:
            return services.ask_for_report(known[key], acting=acting)
        except JobError as error:
            raise CommandError(str(error)) from None

    def _write(self, edition, out):
        try:
            out.write_bytes(storage.path_of(edition.pdf_sha256).read_bytes())
        except OSError as error:
            raise CommandError(
                f"Edition {edition.number} is stored, but {out} cannot be written: {error.strerror}."
            ) from None

    def _print(self, edition, out):
        self.stdout.write(f"{out} ({edition.pdf_size} bytes), edition {edition.number} of {edition.period.key}")
        for figure in queries.figures(edition):
            self.stdout.write(
                f"{figure.code}: {figure.in_period:.0f} in the period, {figure.cumulative:.0f} cumulative"
            )
        self.stdout.write(f"SHA-256 {edition.pdf_sha256}")


def _membership(slug, email):
    """(user, organisation's slug) of the lead's first coordinator, or of the person named."""
    programme = Programme.objects.filter(slug=slug).first()
    if programme is None:
        raise CommandError(f"There is no programme {slug}.")
    with system_scope(programme.pk, "setup.reference"):
        members = Membership.objects.active().filter(programme=programme, organisation__kind="lead")
        wanted = members.filter(user__in=_people(email)) if email else members.filter(role=Role.LEAD_COORDINATOR)
        found = wanted.order_by("pk").values_list("user_id", "organisation__slug").first()
    if found is None:
        who = f"{email} is not" if email else "Nobody is yet"
        raise CommandError(f"{who} a member of the lead partner of {slug} who could have a report created.")
    return found


def _people(email):
    return User.objects.filter(email__iexact=email).values("pk")


def _work_on(job):
    """Do the work here, or wait for the worker that heard the bell first."""
    while True:
        try:
            services.build_edition(claim(job.programme_id, job.pk))
        except JobTaken:
            time.sleep(WAIT_SECONDS)
        state = _state_of(job)
        if state.has_failed:
            raise CommandError(state.problem)
        if state.is_finished:
            return


def _state_of(job):
    with system_scope(job.programme_id, "jobs.claim"):
        return Job.objects.of(job.programme_id).get(pk=job.pk)


def _edition_of(job):
    return queries.editions(job.programme_id).get(job=job.pk)
