"""Build the demonstration: frame, companies in batches, submitted reports, accounts to try it with."""

import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import connections

from offensive.indicators.published import publish
from offensive.portal.demo.companies import write_companies
from offensive.portal.demo.coordination import write_coordination, write_silences
from offensive.portal.demo.detours import turns
from offensive.portal.demo.filters import write_filters
from offensive.portal.demo.handovers import write_handovers
from offensive.portal.demo.histories import make_history
from offensive.portal.demo.lists import write_lists
from offensive.portal.demo.papers import write_papers
from offensive.portal.demo.plans import IO, MUSTERLAND
from offensive.portal.demo.programme import KNOWN_UNTIL, build_frame, known_person
from offensive.portal.demo.support import write_support
from offensive.portal.demo.versions import write_second_version
from offensive.portal.setup import add_member
from offensive.reports.gathering import gather
from offensive.reports.pdf import render_pdf
from offensive.reports.services import approve, next_number, record_edition, submit
from offensive.tenancy.models import Period, Programme
from offensive.tenancy.remembering import changed
from offensive.tenancy.roles import AUDIENCE_OF_ROLE, Role
from offensive.tenancy.scope import membership_scope, system_scope

# Beside those that the stages ask for; together more than 20 for each company, enrolled or not.
EXTRA_DELIVERIES = (15, 23)
BATCH, FIRST_BATCH = 250, 60
# Companies of the second programme, whatever the size of the first.
NEIGHBOURS = 12
PASSWORD = "Musterfeder-2026-Volme"  # noqa: S105  (the demonstration runs on a developer's machine alone)


class DemoError(Exception):
    """A sentence for the person at the terminal."""


def build_demo(*, companies, seed, pdf, tell=lambda sentence: None):
    """Build programme ``io`` with ``companies`` companies, the same for the same ``seed``, and a small one beside it.

    Two periods of each are submitted through the code that real reports take; their files only with ``pdf``.
    Raises ``DemoError`` where it must not run.
    """
    _refuse_outside_development(IO.slug)
    frame, deliveries = _build(IO, companies, seed, pdf, tell)
    with _as(frame, IO.coordinator) as acting:
        write_lists(frame, acting)
        write_filters(acting)
        write_second_version(acting, frame.organisations["gws"])
    neighbour, _deliveries = _build(MUSTERLAND, NEIGHBOURS, seed, pdf, lambda sentence: None)
    accounts = [*_accounts(frame, numbers_from=1), *_accounts(neighbour, numbers_from=3)]
    path = settings.DATA_DIR / "demo-accounts.json"
    path.write_text(json.dumps(accounts, ensure_ascii=False, indent=2))
    os.chmod(path, 0o600)
    return {"companies": companies, "deliveries": deliveries, "accounts": str(path)}


def _build(plan, companies, seed, pdf, tell):
    """(frame, number of deliveries) of one programme."""
    frame = build_frame(plan, companies=companies, seed=seed, password=PASSWORD)
    frame.detours = turns()
    deliveries = _write_all(frame, companies, tell)
    _analyse()
    write_silences(frame)
    changed(frame.programme.pk)
    for period in _periods_to_submit(frame):
        _submit(frame, period, pdf=pdf)
        tell(f"{period.name}: submitted")
    publish(frame.programme.pk, on=KNOWN_UNTIL)
    return frame, deliveries


def _refuse_outside_development(slug):
    if not settings.LOCAL:
        raise DemoError("The demonstration has known passwords; it is built on a developer's machine alone.")
    if Programme.objects.filter(slug=slug).exists():
        raise DemoError(f"There is a programme {slug} already. The demonstration needs an empty database.")


def _write_all(frame, companies, tell):
    """Each batch is a transaction: the deferred checks of 200,000 rows in one would take minutes.

    After a small first one the database learns how large its tables are; until then its triggers read them whole for
    every row.
    """
    slugs, deliveries = set(frame.organisations), 0
    for numbers in _batches(companies):
        with system_scope(frame.programme.pk, "demo.build"):
            histories = [make_history(frame, extra=frame.chance.randint(*EXTRA_DELIVERIES)) for _number in numbers]
            drafts = write_companies(frame, numbers, histories, slugs)
            deliveries += write_support(frame, drafts)
            write_papers(frame, drafts)
            write_coordination(frame, drafts)
            if numbers.start == 0:
                write_handovers(frame, drafts)
        if numbers.start == 0:
            frame.known_drafts.extend(drafts)
            _analyse()
        tell(f"{numbers.stop} companies, {deliveries} deliveries")
    return deliveries


def _batches(companies):
    yield range(min(FIRST_BATCH, companies))
    for first in range(FIRST_BATCH, companies, BATCH):
        yield range(first, min(first + BATCH, companies))


def _analyse():
    """Fresh statistics, as the database's own housekeeping would gather them within minutes; the owner's right."""
    if "owner" in connections:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")


def _periods_to_submit(frame):
    """All periods but the last, which stays open."""
    with system_scope(frame.programme.pk, "demo.build"):
        return list(Period.objects.of(frame.programme.pk).order_by("starts_on"))[:-1]


def _submit(frame, period, *, pdf):
    """Build, approve and submit as the people of the lead would, a month after the period's end."""
    at = datetime.combine(period.ends_on + timedelta(days=45), time(9), tzinfo=UTC)
    with _as(frame, frame.plan.coordinator) as acting:
        gathered = gather(period, number=next_number(period), built_at=at)
        content = render_pdf(gathered.content, annex_limit=frame.programme.annex_limit) if pdf else b""
        edition = record_edition(period, gathered, content, user_id=acting.user_id)
    with _as(frame, frame.plan.approver) as acting:
        approve(edition, acting=acting, at=at + timedelta(days=2))
        submit(edition, acting=acting, at=at + timedelta(days=3))


@contextmanager
def _as(frame, email):
    """The scope of one of the demonstration's people."""
    slug = next(slug for address, _name, slug, _role in frame.plan.staff if address == email)
    with membership_scope(frame.people[email].pk, frame.programme.slug, slug) as opened:
        yield opened.acting


def _accounts(frame, *, numbers_from):
    staff = [_account(frame, email, role, slug) for email, _name, slug, role in frame.plan.staff]
    companies = [draft for draft in frame.known_drafts if draft["history"].enrolled_on]
    newest = max(companies, key=lambda draft: draft["history"].enrolled_on)
    furthest = max(companies, key=lambda draft: len(draft["history"].progress))
    return staff + [_company_account(frame, draft, n) for n, draft in enumerate([newest, furthest], start=numbers_from)]


def _company_account(frame, draft, number):
    email, organisation = f"firma{number}@unternehmen.example", draft["organisation"]
    person = known_person(email, draft["contact"], PASSWORD)
    add_member(organisation, person, Role.COMPANY_OWNER)
    return _account(frame, email, Role.COMPANY_OWNER, organisation.slug, company=draft["name"])


def _account(frame, email, role, slug, *, company=None):
    return {
        "email": email,
        "password": PASSWORD,
        "audience": AUDIENCE_OF_ROLE[role],
        "programme": frame.programme.slug,
        "organisation": slug,
        "company": company,
        "totp_secret": None,
    }
