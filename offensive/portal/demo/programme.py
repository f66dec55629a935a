"""The demonstration programme's frame: programme, people who can sign in, calendar of events."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from offensive.accounts.models import User
from offensive.documents import files
from offensive.documents.models import Document
from offensive.enablement.models import DeliveryKind, Stage
from offensive.portal.demo import names
from offensive.portal.demo.paper import sample_papers
from offensive.portal.demo.plans import Plan
from offensive.portal.setup import PERIODS, add_member, set_up_programme
from offensive.tenancy.scope import system_scope
from workshops.models import Event, Sheet

EVENT_PLACES = {"io": ["Iserlohn", "Lüdenscheid", "Hagen", "Hattingen", "Altena"]}
BEGINS_ON, KNOWN_UNTIL = date(2025, 1, 8), date(2026, 11, 20)


@dataclass
class Frame:
    """What every batch of companies needs: ids only, so that nothing is asked twice."""

    plan: Plan
    programme: object
    chance: random.Random
    organisations: dict
    people: dict = field(default_factory=dict)
    stages: list = field(default_factory=list)
    kinds: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    sheets: dict = field(default_factory=dict)
    papers: dict = field(default_factory=dict)
    # Which way out of the order comes next; see demo/detours.py.
    detours: object = None
    # Drafts of the first companies, among which the accounts to try are chosen.
    known_drafts: list = field(default_factory=list)

    @property
    def partners(self):
        return [self.organisations[slug] for slug in self.plan.partners]

    def advisor(self, partner):
        """The person of ``partner`` who writes."""
        return self.people[next(email for email, _name, slug, _role in self.plan.staff if slug == partner.slug)]


def build_frame(plan, *, companies, seed, password):
    """Programme, people and events; returns the ``Frame`` that companies are hung into."""
    targets = {code: (round(companies * 0.8), plan.notice["ends_on"]) for code in ("RCO01", "RCO04")}
    made = set_up_programme(
        slug=plan.slug,
        name=plan.name,
        region=plan.region,
        organisations=plan.organisations,
        periods=PERIODS,
        notice=plan.notice,
        targets=targets,
        stages=plan.stages,
        second_factor_required=False,
    )
    frame = Frame(plan, made.programme, random.Random(seed), dict(made.organisations))  # noqa: S311  (not a secret)
    _add_people(frame, password)
    frame.papers = _keep_sample_papers()
    with system_scope(made.programme.pk, "demo.build"):
        frame.stages = list(Stage.objects.of(made.programme.pk).prefetch_related("requirement_set"))
        frame.kinds = {kind.key: kind for kind in DeliveryKind.objects.filter(programme=made.programme)}
        _add_events(frame, count=max(24, companies // 8))
    return frame


def _add_people(frame, password):
    for email, name, slug, role in frame.plan.staff:
        person = known_person(email, name, password)
        frame.people[email] = person
        add_member(frame.organisations[slug], person, role)


def known_person(email, name, password):
    """The person with this address, as if it had been confirmed."""
    person = User.objects.filter(email=email).first()
    person = person or User.objects.create(email=email, name=name, password=_hashed(password))
    EmailAddress.objects.get_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    return person


@cache
def _hashed(password):
    """Once: a hash is made to be slow, and all accounts of the demonstration have the same known password."""
    return make_password(password)


def _keep_sample_papers():
    """{kind: (SHA-256, size, content type)} of the stored sheets that all demonstration documents share."""
    return {kind: (files.write([content]), len(content), of) for kind, (content, of) in sample_papers().items()}


def document(frame, *, kind, name, person_id, company=None, on):
    """An unsaved document from the day ``on``, filed on that day, that shares a sample sheet."""
    sha256, size, content_type = frame.papers.get(kind, frame.papers["protocol"])
    return Document(
        programme_id=frame.programme.pk,
        company_id=company,
        kind=kind,
        name=name,
        dated_on=on,
        content_type=content_type,
        size=size,
        sha256=sha256,
        uploaded_by_id=person_id,
        uploaded_at=at_noon(on),
    )


def at_noon(day):
    return datetime.combine(day, time(11), tzinfo=UTC)


def _add_events(frame, *, count):
    # The first ones are held once there are companies to come.
    first = BEGINS_ON + timedelta(days=90)
    days = (KNOWN_UNTIL - first).days
    dates = [first + timedelta(days=round(days * number / count)) for number in range(count)]
    events = Event.objects.bulk_create(_event(frame, number, on) for number, on in enumerate(dates))
    papers = [_sheet_paper(frame, event) for event in events if frame.chance.random() < 0.93]
    Document.objects.bulk_create(paper for _event, paper in papers)
    Sheet.objects.bulk_create(
        Sheet(programme_id=frame.programme.pk, event=event, document=paper) for event, paper in papers
    )
    coming = (KNOWN_UNTIL + timedelta(days=days) for days in (13, 20, 34, 55, 76))
    Event.objects.bulk_create(_event(frame, number, on) for number, on in enumerate(coming))
    frame.events, frame.sheets = events, {event.pk: paper for event, paper in papers}


def _event(frame, number, on):
    kind = "excursion" if number % 5 == 4 else "workshop"
    partner = frame.partners[number % len(frame.partners)]
    begins = datetime.combine(on, time(8 if kind == "excursion" else 13), tzinfo=UTC)
    return Event(
        programme_id=frame.programme.pk,
        partner=partner,
        kind=kind,
        title=frame.chance.choice(names.EVENT_TITLES[kind]),
        starts_at=begins,
        ends_at=begins + timedelta(hours=9 if kind == "excursion" else 3),
        place=frame.chance.choice(EVENT_PLACES.get(frame.plan.slug) or [town.name for town in frame.plan.towns]),
        created_by=frame.advisor(partner),
        created_at=at_noon(on - timedelta(days=30)),
    )


def _sheet_paper(frame, event):
    on = event.starts_at.date()
    name = f"Teilnahmeliste {on:%d.%m.%Y}.pdf"
    person = frame.advisor(event.partner)
    return event, document(frame, kind="attendance", name=name, person_id=person.pk, on=on + timedelta(days=1))
