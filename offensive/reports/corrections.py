"""What the previous report said and what the same day counts to now. The submitted report itself never changes."""

from dataclasses import dataclass
from decimal import Decimal

from companies.models import Company
from companies.queries import survivors
from offensive.indicators.queries import count_all
from offensive.reports.labels import REASON_SENTENCES
from offensive.reports.models import EditionEnterprise, EditionFigure, Submission

NAMED_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Correction:
    """Cumulative values of one indicator at the end of the previous report's period, and why they differ."""

    reported: Decimal
    corrected: Decimal
    note: str


def corrections(period):
    """{indicator code: Correction} against the last report submitted before ``period``; empty when there is none."""
    earlier = Submission.objects.filter(programme=period.programme_id, period__ends_on__lt=period.starts_on)
    previous = earlier.select_related("period").order_by("-period__ends_on").first()
    if previous is None:
        return {}
    reported = EditionFigure.objects.filter(edition=previous.edition_id, part="").values_list("code", "cumulative")
    countings = count_all(period.programme_id, until=previous.period.ends_on)
    merged = survivors(period.programme_id)
    return {
        code: _correction(value, countings[code], _listed(previous.edition_id, code), merged)
        for code, value in reported
        if code in countings
    }


def _listed(edition_id, code):
    """{company: name} as the submitted edition names them."""
    return dict(EditionEnterprise.objects.filter(edition=edition_id, code=code).values_list("company", "legal_name"))


def _correction(reported, counting, listed, merged):
    now = Decimal(len(counting.counted))
    note = _note(counting, listed, merged) if now != reported else ""
    return Correction(reported, now, note)


def _note(counting, listed, merged):
    gone = {pk: name for pk, name in listed.items() if pk not in counting.enterprise_ids}
    came_by_merge = {merged[pk] for pk in gone if pk in merged}
    came = [each for each in counting.counted if each.enterprise_id not in listed.keys() | came_by_merge]
    names = _names_of(merged[pk] for pk in gone if pk in merged)
    reasons = {row.enterprise_id: REASON_SENTENCES[row.reason] for row in counting.not_counted}
    sentences = [
        f"„{name}“ ist mit „{names[merged[pk]]}“ zusammengeführt"
        if pk in merged
        else f"„{name}“ zählt nicht mehr: {reasons.get(pk, 'keine Leistung mehr erfasst')}"
        for pk, name in gone.items()
    ]
    sentences += [f"„{each.legal_name}“ zählt nun mit: Angaben oder Nachweise nachgetragen" for each in came]
    return _shortened(sentences)


def _names_of(company_ids):
    return dict(Company.objects.filter(pk__in=list(company_ids)).values_list("pk", "legal_name"))


def _shortened(sentences):
    more = len(sentences) - NAMED_AT_MOST
    shown = sentences[:NAMED_AT_MOST] + ([f"und {more} weitere"] if more > 0 else [])
    return "; ".join(shown) + "." if shown else ""
