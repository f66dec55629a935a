"""Samples for auditors: enterprises of a submitted edition with their papers, for one person until one day."""

import random

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from offensive.reports.models import AuditSample, AuditSampleItem, EditionEnterprise
from offensive.reports.queries import evidence_of
from offensive.tenancy.models import AuditAccess, Membership
from offensive.tenancy.roles import Role


class SampleError(Exception):
    """A message for the person who draws."""


def auditors(programme_id):
    """Memberships of those who are auditors today."""
    active = Membership.objects.active().filter(programme=programme_id, role=Role.AUDITOR)
    return active.select_related("user").order_by("user__name")


def samples_of(programme_id):
    """Samples the asker may see, newest first."""
    known = AuditSample.objects.filter(programme=programme_id).select_related("edition__period", "auditor")
    return known.defer("edition__content").order_by("-drawn_at")


@transaction.atomic
def draw_sample(edition, *, acting, auditor, code, size, until, reason):
    """Draw ``size`` enterprises counted for ``code`` in ``edition`` at random; returns the ``AuditSample``.

    The seed is the edition's hash and the number of samples drawn of it, so that the choice can be repeated and
    nobody can try until it suits. Raises ``SampleError``: nothing counted, the day has passed.
    """
    if until < timezone.localdate():
        raise SampleError(_("The last day has passed. Please enter a later one."))
    rows = list(EditionEnterprise.objects.filter(edition=edition, code=code).order_by("company_id"))
    if not rows:
        raise SampleError(_("Nobody is counted for this indicator in this edition."))
    number = AuditSample.objects.filter(edition=edition).count() + 1
    seed = f"{edition.content_hash}:{number}"
    chosen = random.Random(seed).sample(rows, min(size, len(rows)))  # noqa: S311  (must be repeatable)
    sample = AuditSample.objects.create(
        programme_id=acting.programme_id,
        edition=edition,
        auditor=auditor,
        code=code,
        reason=reason,
        seed=seed,
        until=until,
        drawn_by_id=acting.user_id,
    )
    _open_papers(sample, chosen)
    return sample


def _open_papers(sample, chosen):
    papers = evidence_of([row.delivery for row in chosen])
    pairs = [
        (row, document)
        for row in chosen
        for document in [each.document for each in papers.get(row.delivery, ())] or [None]
    ]
    AuditSampleItem.objects.bulk_create(
        AuditSampleItem(programme_id=sample.programme_id, sample=sample, enterprise=row, document=document)
        for row, document in pairs
    )
    opened = {document.pk for _row, document in pairs if document}
    AuditAccess.objects.bulk_create(
        [
            AuditAccess(programme_id=sample.programme_id, user=sample.auditor, document=document, until=sample.until)
            for document in opened
        ],
        ignore_conflicts=True,
    )


def items_of(sample):
    """[(enterprise row, its papers)] in the order of the report; papers only as far as the asker may open them."""
    found = {}
    items = AuditSampleItem.objects.filter(sample=sample).select_related("enterprise__partner", "document")
    for item in items.order_by("enterprise_id", "pk"):
        found.setdefault(item.enterprise, []).extend([item.document] if item.document_id and item.document else [])
    return list(found.items())
