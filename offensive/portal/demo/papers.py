"""Papers of the demonstration's companies beside the evidence of support; all share a few stored files."""

from datetime import timedelta

from offensive.documents.models import Document, Withdrawal
from offensive.portal.demo.programme import KNOWN_UNTIL, at_noon, document

# (kind, name, every so-manyth company, its place among them)
KINDS = [
    ("photo", "Werkstück.jpg", 4, 1),
    ("size_proof", "Jahresabschluss.pdf", 6, 2),
    ("canvas", "Kompetenzlandkarte.pdf", 10, 3),
    ("deminimis", "De-minimis-Erklärung.pdf", 20, 4),
]
NEW_VERSION_EVERY, WITHDRAWN_EVERY = 3, 9


def write_papers(frame, drafts):
    """What enrolled companies have filed: photos, accounts, canvases; some in a second version, a few by mistake."""
    enrolled = [draft for draft in drafts if draft["history"].enrolled_on]
    filed = [paper for draft in enrolled for paper in _papers(frame, draft)]
    newer = [_next_version(paper) for paper in filed[::NEW_VERSION_EVERY]]
    Document.objects.bulk_create([*filed, *newer], batch_size=5000)
    Withdrawal.objects.bulk_create(_withdrawal(paper) for paper in newer[::WITHDRAWN_EVERY])


def _papers(frame, draft):
    person, day = frame.advisor(draft["partner"]), draft["history"].enrolled_on + timedelta(days=21)
    for kind, name, every, place in KINDS:
        if draft["number"] % every == place:
            on = min(day, KNOWN_UNTIL)
            yield document(frame, kind=kind, name=name, person_id=person.pk, company=draft["organisation"].pk, on=on)


def _next_version(paper):
    known = ("programme_id", "company_id", "kind", "name", "content_type", "size", "sha256", "uploaded_by_id", "series")
    at = min(paper.uploaded_at + timedelta(days=60), at_noon(KNOWN_UNTIL))
    return Document(
        **{name: getattr(paper, name) for name in known},
        number=2,
        replaces=paper,
        dated_on=at.date(),
        uploaded_at=at,
    )


def _withdrawal(paper):
    return Withdrawal(
        programme_id=paper.programme_id,
        company_id=paper.company_id,
        document=paper,
        reason="Versehentlich abgelegt",
        withdrawn_by_id=paper.uploaded_by_id,
        withdrawn_at=paper.uploaded_at + timedelta(days=1),
    )
