"""Collects everything a progress report prints, in one scope, before the slow work begins.

The report speaks for the whole programme, so this needs the scope of the lead partner (or ``system``).
"""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, Q
from django.utils import timezone

from companies.models import Company, Merge, SizeAssessment
from companies.queries import survivors
from offensive.enablement.models import Enrolment, Stage, StageProgress
from offensive.indicators.definitions import RULE_VERSION
from offensive.indicators.models import Indicator, Target
from offensive.indicators.queries import by_size, count_all
from offensive.reports import content as printed
from offensive.reports.corrections import corrections
from offensive.reports.labels import AGREEMENT_RULE, EVENT_LABELS, NO_DISTRICT, REASON_SENTENCES
from offensive.reports.wording import METHOD, SIZE_LABELS, summary_sentences
from offensive.tenancy.models import GrantNotice, Organisation
from workshops.models import Attendance, Event

TITLE = "Fortschrittsbericht"
TOTAL = "RCO01"
UNKNOWN_SIZE = "unknown"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is printed, and per indicator code the ``Counting`` behind it, which the edition keeps as rows."""

    content: printed.ReportContent
    countings: dict


def gather(period, *, number, built_at):
    """The content of edition ``number`` of the report on ``period``, by what is known now; returns ``Gathered``."""
    countings = count_all(period.programme_id, until=period.ends_on)
    partners = _consortium(period.programme_id)
    total = countings.get(TOTAL)
    events, event_totals = _events(period, partners)
    content = printed.ReportContent(
        cover=printed.Cover(period.programme.name, TITLE, tuple(partner.name for partner in partners)),
        period=printed.Period(period.key, period.name, period.starts_on, period.ends_on),
        funding=_funding(partners),
        edition=printed.Edition(number, built_at, RULE_VERSION),
        summary=(),
        indicators=_indicators(period, countings),
        stages=_stages(period),
        sizes=_sizes(period),
        districts=_districts(period, total),
        partners=_credits(period, partners, total),
        events=events,
        event_totals=event_totals,
        method=(*METHOD, AGREEMENT_RULE),
        enterprises=_enterprises(countings, partners),
        not_counted=_not_counted(countings),
    )
    return Gathered(replace(content, summary=summary_sentences(content)), countings)


def _consortium(programme_id):
    """The consortium's organisations, the lead partner first."""
    return sorted(Organisation.objects.of(programme_id).consortium(), key=lambda each: (each.kind != "lead", each.name))


def _funding(partners):
    lead = partners[0]
    notice = GrantNotice.objects.filter(programme=lead.programme_id, recipient=lead).first()
    if notice is None:
        return printed.Funding(lead.name, "", "", "", "", "")
    return printed.Funding(
        grant_recipient=lead.name,
        file_number=notice.file_number,
        granting_authority=notice.authority,
        nrw_measure=notice.nrw_measure,
        specific_objective=notice.specific_objective,
        fund=notice.fund,
        notice_on=notice.granted_on,
        starts_on=notice.starts_on,
        ends_on=notice.ends_on,
    )


def _indicators(period, countings):
    targets, corrected = _targets(period), corrections(period)
    indicators = Indicator.objects.filter(programme=period.programme_id, is_active=True)
    return tuple(
        _figure(each, countings[each.code], period, targets.get(each.pk), corrected.get(each.code))
        for each in indicators
    )


def _targets(period):
    """{indicator: value} of the next day at which something is due, else of the last."""
    values = {}
    for target in Target.objects.filter(programme=period.programme_id).order_by("-due_on"):
        if target.due_on >= period.ends_on or target.indicator_id not in values:
            values[target.indicator_id] = target.value
    return values


def _figure(indicator, counting, period, target, correction):
    new = counting.new_since(period.starts_on)
    figure = printed.IndicatorFigure(
        code=indicator.code,
        name=indicator.name,
        unit=indicator.unit,
        definition=indicator.definition,
        target=target,
        period_value=Decimal(len(new)),
        cumulative_value=Decimal(len(counting.counted)),
        parts=_parts(by_size(new), by_size(counting.counted)) if indicator.by_size else (),
    )
    if correction is None:
        return figure
    return replace(
        figure,
        previous_reported=correction.reported,
        previous_corrected=correction.corrected,
        correction_note=correction.note,
    )


def _parts(new, cumulative):
    return tuple(
        printed.IndicatorPart(size, SIZE_LABELS[size], Decimal(new[size]), Decimal(cumulative[size]))
        for size in printed.SIZE_CLASSES
    )


def _absorbed(programme_id):
    return Merge.objects.standing().filter(programme=programme_id).values("absorbed")


def _stages(period):
    """From the days on which stages began and ended, so that a past period comes out the same later."""
    within = (period.starts_on, period.ends_on)
    moves = (
        StageProgress.objects.filter(programme=period.programme_id)
        .exclude(company__in=_absorbed(period.programme_id))
        .values_list("stage__key")
        .annotate(
            now=Count(
                "pk",
                filter=Q(started_on__lte=period.ends_on) & (Q(closed_on=None) | Q(closed_on__gt=period.ends_on)),
            ),
            # A stage that was reopened is begun and completed twice, by one enterprise.
            started=Count("company", filter=Q(started_on__range=within), distinct=True),
            completed=Count("company", filter=Q(completed_on__range=within), distinct=True),
        )
    )
    numbers = {key: rest for key, *rest in moves}
    stages = list(Stage.objects.of(period.programme_id).current())
    older = Stage.objects.of(period.programme_id).newest_of_each_key().exclude(key__in=[each.key for each in stages])
    # A stage that only older versions have is printed as long as somebody was in it.
    stages += [stage for stage in older if any(numbers.get(stage.key, ()))]
    return tuple(printed.StageRow(stage.position, stage.name, *numbers.get(stage.key, (0, 0, 0))) for stage in stages)


def _enrolled(period):
    enrolments = Enrolment.objects.of(period.programme_id).filter(enrolled_on__lte=period.ends_on)
    return enrolments.exclude(company__in=_absorbed(period.programme_id)).values("company")


def _sizes(period):
    """The last assessment up to the period's end, else the first there is; of one day the later, which corrects.

    A row without size only where needed.
    """
    sizes = dict.fromkeys(_enrolled(period).values_list("company", flat=True), UNKNOWN_SIZE)
    first_days = {}
    assessments = SizeAssessment.objects.filter(programme=period.programme_id).order_by("assessed_on", "pk")
    for company_id, assessed_on, size in assessments.values_list("company", "assessed_on", "size_class"):
        first_day = first_days.setdefault(company_id, assessed_on)
        if company_id in sizes and (assessed_on <= period.ends_on or assessed_on == first_day):
            sizes[company_id] = size
    numbers = Counter(sizes.values())
    codes = (*printed.SIZE_CLASSES, *([UNKNOWN_SIZE] if numbers[UNKNOWN_SIZE] else []))
    return tuple(printed.SizeRow(size, numbers[size]) for size in codes)


def _districts(period, total):
    companies = Company.objects.of(period.programme_id).filter(pk__in=_enrolled(period))
    enrolled = Counter(name or NO_DISTRICT for name in companies.values_list("district", flat=True))
    counted = Counter(each.district or NO_DISTRICT for each in total.counted) if total else Counter()
    return tuple(printed.DistrictRow(name, enrolled[name], counted[name]) for name in sorted(enrolled | counted))


def _credits(period, partners, total):
    if total is None:
        return ()
    new = Counter(each.partner_id for each in total.new_since(period.starts_on))
    cumulative = Counter(each.partner_id for each in total.counted)
    return tuple(printed.PartnerRow(str(each), new[each.pk], cumulative[each.pk]) for each in partners)


def _events(period, partners):
    """The period's events by local date, and their totals, in which an enterprise counts once over all events."""
    events = Event.objects.of(period.programme_id).filter(starts_at__date__range=(period.starts_on, period.ends_on))
    persons, enterprises = _attendance(period.programme_id, events)
    names = {partner.pk: str(partner) for partner in partners}
    rows = tuple(
        printed.EventRow(
            on=timezone.localdate(event.starts_at),
            title=event.title,
            kind=EVENT_LABELS[event.kind],
            place=event.place,
            partner=names[event.partner_id],
            attendances=persons[event.pk],
            distinct_enterprises=len(enterprises.get(event.pk, ())),
        )
        for event in events.order_by("starts_at", "pk")
    )
    return rows, printed.EventTotals(len(rows), sum(persons.values()), len(set().union(*enterprises.values())))


def _attendance(programme_id, events):
    """({event: persons}, {event: surviving enterprises})."""
    merged = survivors(programme_id)
    persons, enterprises = Counter(), {}
    groups = Attendance.objects.filter(programme=programme_id, event__in=events).values_list("event", "company")
    for event_id, company_id, present in groups.annotate(Count("pk")):
        persons[event_id] += present
        enterprises.setdefault(event_id, set()).add(merged.get(company_id, company_id))
    return persons, enterprises


def _enterprises(countings, partners):
    """Each enterprise counted for anything, with the earliest delivery it is counted with."""
    earliest, codes = {}, {}
    for code, counting in countings.items():
        for each in counting.counted:
            known = earliest.setdefault(each.enterprise_id, each)
            earliest[each.enterprise_id] = each if each.delivered_on < known.delivered_on else known
            codes.setdefault(each.enterprise_id, []).append(code)
    names = {partner.pk: str(partner) for partner in partners}
    ordered = sorted(earliest.values(), key=lambda each: (each.sort_name, each.enterprise_id))
    return tuple(
        _enterprise(number, each, names, tuple(codes[each.enterprise_id])) for number, each in enumerate(ordered, 1)
    )


def _enterprise(number, enterprise, names, codes):
    return printed.EnterpriseRow(
        number=number,
        company_id=str(enterprise.enterprise_id),
        legal_name=enterprise.legal_name,
        size_class=enterprise.size_class,
        town=enterprise.town,
        district=enterprise.district,
        first_delivery_on=enterprise.delivered_on,
        first_delivery_kind=enterprise.kind,
        first_delivery_title=enterprise.title,
        partner=names[enterprise.partner_id],
        evidence=enterprise.proof,
        counted_for=codes,
    )


def _not_counted(countings):
    """Who had received nothing by the period's end is no part of a report on it."""
    return tuple(
        printed.NotCountedRow(str(row.enterprise_id), row.legal_name, code, REASON_SENTENCES[row.reason])
        for code, counting in countings.items()
        for row in counting.not_counted
        if row.reason != "after_period"
    )
