"""Figures of the first page of lead and partners: few aggregate queries, whatever the number of companies."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from companies.models import Company, Merge
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
    """[(stage, number)] of the current process in its order, ending with (None, number) for those who are through.

    Companies on an older version of the process are counted with the stage of the same key. Counting without a join
    leaves the many rows to one scan.
    """
    stages = list(Stage.objects.of(programme_id).select_related("process").order_by("position"))
    key_of = {stage.pk: stage.key for stage in stages}
    enrolments = Enrolment.objects.of(programme_id).exclude(company__in=_absorbed()).order_by()
    numbers = Counter()
    for stage_id, number in enrolments.values_list("stage_id").annotate(Count("pk")):
        numbers[key_of.get(stage_id)] += number
    current = [(stage, numbers[stage.key]) for stage in stages if stage.process.is_current]
    return [*current, (None, numbers[None])]


def stages_as_bars(counts, list_url):
    """Bars of companies per stage, each leading to those companies."""
    named = [
        (stage.name, number, f"{list_url}?stage={stage.key}")
        if stage
        else (_("All stages complete"), number, f"{list_url}?stage=done")
        for stage, number in counts
    ]
    return bars(named)


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
    longest = max((number for _label, number, _url in named), default=0) or 1
    return tuple(
        Bar(label, number_format(number, force_grouping=True), f"{number * 100 / longest:.1f}", url)
        for label, number, url in named
    )
