"""Figures of the first page of lead and partners: few aggregate queries, whatever the number of companies."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from companies.models import Company, Merge
from offensive.enablement.journeys import ALL_DONE, LEFT, PAUSED, stage_words
from offensive.enablement.models import Enrolment, Stage
from offensive.tenancy.models import Organisation


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: ``share`` is 0 to 100 of the longest bar."""

    label: str
    value: str
    share: str
    url: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Companies of the programme as the consortium shares them, and the asker's own numbers."""

    by_stage: tuple[Bar, ...]
    by_partner: tuple[Bar, ...]
    by_district: tuple[Bar, ...]
    participating: int
    own: int
    own_participating: int


def shared_progress(programme_id, *, organisation_id, list_url):
    """Companies per stage, partner and district, each enterprise once. Four queries."""
    stages = _stage_counts(programme_id)
    rows = _company_counts(programme_id)
    partners, districts, own = Counter(), Counter(), Counter()
    for row in rows:
        partners[row["caring_partner"]] += row["participating"]
        districts[row["district"]] += row["participating"]
        own[row["caring_partner"]] += row["known"]
    return Progress(
        by_stage=stages_as_bars(stages, list_url),
        by_partner=_partner_bars(programme_id, partners, list_url),
        by_district=_district_bars(districts, list_url),
        participating=partners.total(),
        own=own[organisation_id],
        own_participating=partners[organisation_id],
    )


def _absorbed():
    return Merge.objects.standing().values("absorbed_id")


def _company_counts(programme_id):
    companies = Company.objects.of(programme_id).exclude(pk__in=_absorbed()).order_by()
    return companies.values("caring_partner", "district").annotate(
        known=Count("pk"), participating=Count("participating_on")
    )


def _stage_counts(programme_id):
    """[(value, label, number)] of the stages in the order of the current process, then those who are in none.

    Companies on an older version of the process are counted with the stage of the same key; a stage that only older
    versions have comes after the others. Counting without a join leaves the many rows to one scan.
    """
    stages = list(Stage.objects.of(programme_id).exclude(process__published_at=None).select_related("process"))
    key_of, outside = {stage.pk: stage.key for stage in stages}, stage_words()
    numbers = Counter()
    for stage_id, paused, left, number in _enrolled(programme_id):
        numbers[LEFT if left else PAUSED if paused else key_of.get(stage_id, ALL_DONE)] += number
    known = {stage.key: stage for stage in sorted(stages, key=lambda stage: stage.process.version)}
    ordered = sorted(known.values(), key=lambda stage: (not stage.process.is_current, stage.position))
    shown = [(stage.key, stage.name, numbers[stage.key]) for stage in ordered]
    named = [row for row, stage in zip(shown, ordered, strict=True) if stage.process.is_current or row[2]]
    rest = [(value, label, numbers[value]) for value, label in outside.items() if value == ALL_DONE or numbers[value]]
    return [*named, *rest]


def _enrolled(programme_id):
    """(stage, pauses, has left, number of companies)"""
    enrolments = Enrolment.objects.of(programme_id).exclude(company__in=_absorbed()).order_by()
    flags = {"paused": Q(paused_on__isnull=False), "left": Q(left_on__isnull=False)}
    return enrolments.annotate(**flags).values_list("stage_id", "paused", "left").annotate(Count("pk"))


def stages_as_bars(counts, list_url):
    """Bars of companies per stage, each leading to those companies."""
    return bars((label, number, f"{list_url}?stage={value}") for value, label, number in counts)


def _partner_bars(programme_id, numbers, list_url):
    consortium = Organisation.objects.of(programme_id).consortium().order_by("name")
    named = [(str(partner), numbers[partner.pk], f"{list_url}?partner={partner.slug}") for partner in consortium]
    if numbers[None]:
        named.append((_("Without a partner"), numbers[None], ""))
    return bars(named)


def _district_bars(numbers, list_url):
    named = [
        (district or _("District unknown"), number, f"{list_url}?district={district}" if district else "")
        for district, number in sorted(numbers.items(), key=lambda pair: (not pair[0], pair[0]))
        if number
    ]
    return bars(named)


def bars(named):
    """Bars from (label, number, url)."""
    named = list(named)
    longest = max((number for _label, number, _url in named), default=0) or 1
    return tuple(
        Bar(label, number_format(number, force_grouping=True), f"{number * 100 / longest:.1f}", url)
        for label, number, url in named
    )
