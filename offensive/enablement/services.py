"""The ledger: deliveries, their evidence, reversals, and the achievements they count as."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company
from companies.queries import enterprise_ids
from offensive.documents.models import DocumentKind
from offensive.documents.services import DocumentError, store
from offensive.enablement.follow_ups import noticed
from offensive.enablement.models import (
    Achievement,
    Delivery,
    DeliveryKind,
    Evidence,
    Presence,
    Remark,
    Verification,
)
from offensive.enablement.models.ledger import FUNDED_FROM, FUNDED_UNTIL
from offensive.enablement.queries import may_support, supported
from offensive.tenancy.remembering import changed

# What a scanner gives.
PAPERS = ("application/pdf", "image/jpeg", "image/png")


class DeliveryError(Exception):
    """A message for the person who records support."""


def record_achievement(company_id, kind, *, programme_id, source, on):
    """Note that a company has reached ``kind`` on ``on``; once per source. Whoever waits for a sign of it is told."""
    Achievement.objects.bulk_create(
        [Achievement(programme_id=programme_id, company_id=company_id, kind=kind, source=source, reached_on=on)],
        ignore_conflicts=True,
    )
    noticed(company_id, programme_id=programme_id)
    changed(programme_id)


@transaction.atomic
def record_delivery(company_id, *, acting, kind, on, minutes, title, source, serial=1, partner_id=None):
    """The delivery of (company, ``source``, ``serial``): a new row, or the one that is already there.

    ``kind`` is a delivery kind or its key; ``partner_id`` is the acting organisation unless named. It also counts as
    the achievement ``delivery:<kind>``. Raises ``DeliveryError`` for an unknown kind or a day to come.
    """
    kind = _known_kind(kind, acting)
    _check_day(on)
    Delivery.objects.bulk_create(
        [
            Delivery(
                programme_id=acting.programme_id,
                company_id=company_id,
                partner_id=partner_id or acting.organisation_id,
                kind=kind,
                on=on,
                minutes=minutes,
                title=title,
                source=source,
                serial=serial,
                recorded_by_id=acting.user_id,
            )
        ],
        ignore_conflicts=True,
    )
    delivery = Delivery.objects.with_names().get(company=company_id, source=source, serial=serial)
    _count_as_achievement(delivery)
    return delivery


def _check_day(on):
    if on > timezone.localdate():
        raise DeliveryError(_("Support is recorded once it has taken place: the date lies in the future."))
    if not FUNDED_FROM <= on <= FUNDED_UNTIL:
        raise DeliveryError(_("This date lies outside the funding period. Please check the year."))


def _known_kind(kind, acting):
    if isinstance(kind, DeliveryKind):
        return kind
    found = DeliveryKind.objects.of(acting.programme_id).current().filter(key=kind).first()
    if found is None:
        raise DeliveryError(_("The programme does not know this kind of support: %s") % kind)
    return found


def _count_as_achievement(delivery):
    record_achievement(
        delivery.company_id,
        f"delivery:{delivery.kind.key}",
        programme_id=delivery.programme_id,
        source=f"delivery:{delivery.pk}",
        on=delivery.on,
    )


def record_by_hand(company_id, *, acting, kind, on, minutes, title, form_key):
    """A delivery typed in; the form's key makes a double click one row."""
    must_support(company_id, acting, DeliveryError)
    source = f"form:{form_key}"
    return record_delivery(company_id, acting=acting, kind=kind, on=on, minutes=minutes, title=title, source=source)


@transaction.atomic
def record_for(companies, *, acting, people=(), papers=(), **values):
    """The same support given to each of ``companies``: all of it or, with a ``DeliveryError`` that says why, nothing.

    ``people`` are the contacts who were there, each at its own company; ``papers`` are filed for each. ``values`` are
    those of ``record_by_hand``; the same form sent twice changes nothing.
    """
    looked_after = supported([company.pk for company in companies], acting)
    if strangers := [str(company) for company in companies if company.pk not in looked_after]:
        raise DeliveryError(not_yours(strangers))
    # In one order, whoever asks: two forms at once wait for each other and never in a circle.
    return [_record_one(company, acting, people, papers, values) for company in sorted(companies, key=_key_of)]


def _key_of(row):
    return row.pk


def not_yours(names):
    """The sentence for companies that somebody else looks after."""
    return _("You do not look after these companies: %s. Please take them out; nothing has been recorded yet.") % (
        ", ".join(names)
    )


def _record_one(company, acting, people, papers, values):
    delivery = record_by_hand(company.pk, acting=acting, **values)
    records = enterprise_ids(company.pk)
    note_presence(delivery, [(str(each), each.function) for each in people if each.company_id in records])
    for paper in papers:
        add_paper(delivery, paper, acting=acting)
    return delivery


@transaction.atomic
def add_paper(delivery, upload, *, acting):
    """Keep ``upload`` and file it as evidence of ``delivery``; the same content again is the paper that is there.

    Raises ``DocumentError`` for what no scanner gives and ``DeliveryError`` for a delivery that was reversed.
    """
    # Two people with the same paper wait for each other: the ledger itself cannot be locked.
    list(Company.objects.select_for_update(of=["self"]).filter(pk=delivery.company_id))
    known = Evidence.objects.filter(delivery=delivery, document__sha256=_sha256(upload)).first()
    if known:
        return known
    paper = store_paper(upload, acting=acting, kind=DocumentKind.PROTOCOL, company_id=delivery.company_id)
    return file_evidence(delivery, paper, acting=acting)


def _sha256(upload):
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


@transaction.atomic
def file_evidence(delivery, document, *, acting):
    """File ``document`` as evidence of ``delivery``; the same document twice is one row.

    Raises ``DeliveryError`` for a reversed delivery: it did not take place, so nothing can show that it did.
    """
    if delivery.reverses_id or Delivery.objects.filter(reverses=delivery).exists():
        raise DeliveryError(_("This delivery has been reversed."))
    Evidence.objects.bulk_create(
        [
            Evidence(
                programme_id=delivery.programme_id,
                company_id=delivery.company_id,
                delivery=delivery,
                document=document,
                filed_by_id=acting.user_id,
            )
        ],
        ignore_conflicts=True,
    )
    changed(delivery.programme_id)
    return Evidence.objects.get(delivery=delivery, document=document)


@transaction.atomic
def store_paper(upload, *, acting, kind, company_id=None):
    """Keep a scanned paper; raises ``DocumentError`` for what no scanner gives, such as a list or a text."""
    document = store(upload, acting=acting, kind=kind, company_id=company_id)
    if document.content_type not in PAPERS:
        raise DocumentError(_("Please choose a scan or photo of the signed paper: PDF, JPEG or PNG."))
    return document


@transaction.atomic
def note_presence(delivery, people):
    """Keep who was there: ``people`` are (name, function) pairs, erasable and so beside the ledger."""
    rows = [
        Presence(
            programme_id=delivery.programme_id,
            company_id=delivery.company_id,
            delivery=delivery,
            name=name,
            function=function,
        )
        for name, function in people
    ]
    Presence.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def verify_delivery(delivery, *, acting):
    """A second person has looked at ``delivery`` and its evidence; twice changes nothing.

    Raises ``DeliveryError`` as ``must_be_second`` does. The database keeps the same rule.
    """
    must_be_second(delivery, acting)
    changed(delivery.programme_id)
    Verification.objects.bulk_create(
        [
            Verification(
                programme_id=delivery.programme_id,
                company_id=delivery.company_id,
                delivery=delivery,
                verified_by_id=acting.user_id,
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def send_back(delivery, *, acting, text, key):
    """Say what the papers of ``delivery`` lack; it waits in the list of missing evidence until one more is filed.

    The same form sent twice is one row. Raises ``DeliveryError`` as ``must_be_second`` does, without a text, and once
    the delivery has been verified.
    """
    must_be_second(delivery, acting)
    if not text.strip():
        raise DeliveryError(_("Please say what is missing, so that it can be added."))
    if Verification.objects.filter(delivery=delivery).exists():
        raise DeliveryError(_("Somebody else has confirmed this support meanwhile."))
    remark = {"programme_id": delivery.programme_id, "company_id": delivery.company_id, "delivery": delivery}
    Remark.objects.bulk_create(
        [Remark(**remark, text=text.strip(), key=key, made_by_id=acting.user_id)], ignore_conflicts=True
    )
    changed(delivery.programme_id)


def must_be_second(delivery, acting):
    """Raise ``DeliveryError`` unless ``acting`` may judge the papers of ``delivery``: four eyes, one paper."""
    must_support(delivery.company_id, acting, DeliveryError)
    filers = set(Evidence.objects.filter(delivery=delivery).values_list("filed_by_id", flat=True))
    if delivery.recorded_by_id == acting.user_id:
        raise DeliveryError(_("Somebody else has to check what you have recorded yourself."))
    if not filers:
        raise DeliveryError(_("There is no evidence yet that could be checked."))
    if acting.user_id in filers:
        raise DeliveryError(_("Somebody else has to check papers that you have filed yourself."))
    if delivery.reverses_id or Delivery.objects.filter(reverses=delivery).exists():
        raise DeliveryError(_("This delivery has been reversed."))


@transaction.atomic
def reverse_delivery(delivery, *, acting, reason, form_key):
    """Take ``delivery`` back by a second row that names it and says why; it no longer counts for anything.

    The same form sent twice is one row; a second reversal is a ``DeliveryError``, and so is one of a reversal.
    """
    must_support(delivery.company_id, acting, DeliveryError)
    if delivery.reverses_id:
        raise DeliveryError(_("A reversal cannot be reversed. Please record the delivery again."))
    if not reason.strip():
        raise DeliveryError(_("Please say why the delivery is reversed."))
    source = f"form:{form_key}"
    Delivery.objects.bulk_create([_reversal(delivery, acting, reason.strip(), source)], ignore_conflicts=True)
    changed(delivery.programme_id)
    reversal = Delivery.objects.filter(reverses=delivery).first()
    if reversal is None or reversal.source != source:
        raise DeliveryError(_("This delivery has already been reversed."))
    return reversal


def _reversal(delivery, acting, reason, source):
    return Delivery(
        programme_id=delivery.programme_id,
        company_id=delivery.company_id,
        partner_id=delivery.partner_id,
        kind_id=delivery.kind_id,
        on=delivery.on,
        minutes=delivery.minutes,
        title=delivery.title,
        source=source,
        reverses=delivery,
        reason=reason,
        recorded_by_id=acting.user_id,
    )


def must_support(company_id, acting, error):
    """Raise ``error`` for whoever does not look after the company."""
    if not may_support(company_id, acting):
        raise error(_("Only the partner who looks after this company can do this."))
