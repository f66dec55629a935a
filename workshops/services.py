"""Events, who came, and the deliveries that follow from a signed attendance sheet."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.queries import survivors
from offensive.documents.models import DocumentKind
from offensive.enablement.models import Delivery
from offensive.enablement.services import file_evidence, note_presence, record_delivery, store_paper
from offensive.tenancy.scope import system_scope
from workshops.models import Attendance, Event, Sheet


class EventError(Exception):
    """A message for the person who works on an event."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing a sheet, or a later addition, brought: companies that came and deliveries that are new."""

    companies: int
    new_deliveries: int


@transaction.atomic
def create_event(*, acting, partner_id, **values):
    """A new event of ``partner_id``; ``values``: kind, title, starts_at, ends_at, place."""
    _check_partner(partner_id, acting)
    return Event.objects.create(
        programme_id=acting.programme_id, partner_id=partner_id, created_by_id=acting.user_id, **values
    )


@transaction.atomic
def change_event(event, *, acting, partner_id, **values):
    """Change an event that is not in the ledger yet; raises ``EventError`` once its sheet is filed."""
    event = _locked(event)
    _check_partner(partner_id, acting)
    if Sheet.objects.filter(event=event).exists():
        raise EventError(_("The attendance sheet is filed: the event stands in the ledger and can no longer change."))
    for name, value in {**values, "partner_id": partner_id}.items():
        setattr(event, name, value)
    event.save(update_fields=["partner", *values])
    return event


def _check_partner(partner_id, acting):
    if acting.audience != "lead" and partner_id != acting.organisation_id:
        raise EventError(_("You can only enter events of your own organisation."))


def _locked(event):
    """Filing, adding and removing wait for each other."""
    return Event.objects.select_for_update(of=["self"]).get(pk=event.pk)


@transaction.atomic
def add_attendances(event, company, people, *, acting):
    """Enter that ``people`` (pairs of name and function) of ``company`` were there; known ones stay as they are.

    With the signed sheet already filed, the company's delivery and evidence follow at once. Returns ``Filed``.
    """
    event = _locked(event)
    if not people:
        raise EventError(_("Please enter at least one person."))
    Attendance.objects.bulk_create(
        [
            Attendance(
                programme_id=event.programme_id,
                event=event,
                company_id=company.pk,
                person=name,
                function=function,
                entered_by_id=acting.user_id,
            )
            for name, function in people
        ],
        ignore_conflicts=True,
    )
    return _file_deliveries(event, acting=acting)


@transaction.atomic
def remove_attendance(attendance):
    """Take out a mistaken entry. Raises ``EventError`` once the sheet is filed, because a delivery came of it."""
    event = _locked(attendance.event)
    if Sheet.objects.filter(event=event).exists():
        raise EventError(_("The attendance sheet is filed. Reverse the delivery on the company's page instead."))
    attendance.delete()


@transaction.atomic
def file_sheet(event, upload, *, acting):
    """File the scanned attendance sheet; every company that came gets its one delivery with this evidence.

    The same sheet twice changes nothing. Returns ``Filed``; raises ``EventError`` (nobody entered, event to come)
    and ``DocumentError`` (file refused).
    """
    event = _locked(event)
    if event.starts_at > timezone.now():
        raise EventError(_("This event has not taken place yet."))
    if not Attendance.objects.filter(event=event).exists():
        raise EventError(_("Please enter first who came."))
    _keep_sheet(event, upload, acting)
    return _file_deliveries(event, acting=acting)


def _keep_sheet(event, upload, acting):
    with transaction.atomic():
        document = store_paper(upload, acting=acting, kind=DocumentKind.ATTENDANCE)
        if Sheet.objects.filter(event=event, document__sha256=document.sha256).exists():
            # This very sheet is there already: no second paper beside it.
            transaction.set_rollback(True)
        else:
            Sheet.objects.create(programme_id=event.programme_id, event=event, document=document)


def _file_deliveries(event, *, acting):
    """Bring the ledger up to the event's sheets; without a sheet nothing is in the ledger.

    Under ``system``: a partner's event is attended by companies that have released nothing to that partner, and
    each of them has had its support all the same. Only numbers come back.
    """
    documents = [sheet.document for sheet in Sheet.objects.filter(event=event).select_related("document")]
    companies = _people_by_company(event)
    if not documents:
        return Filed(len(companies), 0)
    with system_scope(event.programme_id, "workshops.file_deliveries"):
        before = _deliveries_of(event).count()
        for company_id, people in _by_enterprise(event, companies).items():
            _file_delivery(event, company_id, people, documents, acting)
        return Filed(len(companies), _deliveries_of(event).count() - before)


def _people_by_company(event):
    people = {}
    for row in Attendance.objects.filter(event=event).order_by("pk"):
        people.setdefault(row.company_id, []).append((row.person, row.function))
    return people


def _by_enterprise(event, companies):
    """{record: people}: records that are merged came together, and stand under one that has its delivery already."""
    merged = survivors(event.programme_id)
    filed = set(_deliveries_of(event).standing().values_list("company", flat=True))
    members, people = {}, {}
    for company_id, came in companies.items():
        enterprise = merged.get(company_id, company_id)
        members.setdefault(enterprise, []).append(company_id)
        people.setdefault(enterprise, []).extend(came)
    holders = {
        enterprise: next((each for each in (enterprise, *own) if each in filed), enterprise)
        for enterprise, own in members.items()
    }
    return {holders[enterprise]: list(dict.fromkeys(came)) for enterprise, came in people.items()}


def source_of(event):
    """How the ledger names the event."""
    return f"event:{event.pk}"


def _deliveries_of(event):
    return Delivery.objects.of_programme(event.programme_id).filter(source=source_of(event), reverses=None)


def _file_delivery(event, company_id, people, documents, acting):
    delivery = record_delivery(
        company_id,
        acting=acting,
        kind=event.kind,
        on=timezone.localdate(event.starts_at),
        minutes=event.minutes,
        title=event.title,
        source=source_of(event),
        partner_id=event.partner_id,
    )
    if Delivery.objects.filter(reverses=delivery).exists():
        return  # reversed by hand in the meantime: a later addition does not bring it back
    note_presence(delivery, people)
    for document in documents:
        file_evidence(delivery, document, acting=acting)
