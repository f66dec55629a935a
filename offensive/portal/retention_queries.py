"""When which papers of a programme are removed and why, and what has been removed so far."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import Coalesce, ExtractYear, TruncDate
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from offensive.documents.models import Document, DocumentKind, Expiry, LastPayment, LegalHold, RetentionRule
from offensive.documents.retention import clock_of, rule_in_words


@dataclass(frozen=True, slots=True)
class Span:
    """Papers of one kind that are kept equally long; ``until`` is None while the last payment is to come."""

    kind: str
    first_year: int
    last_year: int
    number: int
    until: date | None
    rule: str

    @property
    def years(self):
        """The years the papers are from."""
        return f"{self.first_year}–{self.last_year}" if self.first_year != self.last_year else str(self.first_year)

    @property
    def is_over(self):
        return self.until is not None and self.until < timezone.localdate()


def spans_of(programme_id):
    """``Span`` of all papers that are there, the first to go first. Two queries for the rules, one for the papers."""
    clock, spans = clock_of(programme_id), {}
    for kind, year, number in _papers_by_year(programme_id):
        last_day = date(year, 12, 31)
        until, rule = clock.kept_until(kind, last_day), clock.rule_of(kind, last_day)
        spans.setdefault((kind, until, rule), []).append((year, number))
    found = [_span(*key, papers) for key, papers in spans.items()]
    return sorted(found, key=lambda span: (span.until or date.max, span.kind))


def _papers_by_year(programme_id):
    day = Coalesce("dated_on", TruncDate("uploaded_at"))
    kept = Document.objects.of(programme_id).filter(expiry=None)
    counted = kept.annotate(year=ExtractYear(day)).values("kind", "year").annotate(number=Count("pk"))
    return counted.order_by("kind", "year").values_list("kind", "year", "number")


def _span(kind, until, rule, papers):
    years = [year for year, _number in papers]
    words = rule_in_words(rule) if rule else _("no rule is set for this kind")
    number = sum(number for _year, number in papers)
    return Span(capfirst(str(DocumentKind(kind).label)), min(years), max(years), number, until, words)


def payments_of(programme_id):
    """What was entered as the day of the last payment, the newest first: that one holds."""
    return list(LastPayment.objects.standing(programme_id).select_related("recorded_by")[:10])


def holds_of(programme_id):
    """What keeps papers beyond their time, the newest first."""
    standing = LegalHold.objects.standing().filter(programme=programme_id)
    return standing.select_related("document", "placed_by").order_by("-placed_at")


def rules_of(programme_id):
    """The rules in force today: (words, kinds it holds for)."""
    found = {}
    for rule in RetentionRule.objects.in_force(programme_id, on=timezone.localdate()):
        found.setdefault(rule_in_words(rule), []).append(capfirst(rule.get_kind_display()))
    everything = len(DocumentKind.values)
    return [(words, _("all kinds") if len(kinds) == everything else ", ".join(kinds)) for words, kinds in found.items()]


def removed_documents(programme_id):
    """The records of what was removed, the newest first."""
    return Expiry.objects.filter(programme=programme_id).select_related("document").order_by("-removed_at", "-pk")
