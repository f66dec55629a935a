"""How long a paper is kept, computed and never stored: rules of the programme, last payment, holds.

Art. 82 Reg. (EU) 2021/1060: five years from 31 December of the year of the managing authority's last payment. Where
several rules meet, the longest time holds.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from offensive.documents.models import DocumentKind, LastPayment, LegalHold, RetentionRule, RetentionStart
from offensive.documents.models.retention import FUNDED_FROM
from offensive.tenancy.models import GrantNotice
from offensive.tenancy.remembering import changed

_DATA = Path(__file__).parent / "data" / "retention_rules.csv"


class RetentionError(Exception):
    """A message for the person who sets what concerns the time papers are kept."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What the time of all papers of a programme depends on: {kind: rules in force}, and the last payment if known."""

    rules: dict
    last_payment_on: date | None

    def kept_until(self, kind, paper_on):
        """The last day a paper of ``kind`` from the day ``paper_on`` is kept; None while the last payment is to come.

        A kind without a rule is kept too: None.
        """
        days = [self._end(rule, paper_on) for rule in self.rules.get(kind, ())]
        return None if None in days or not days else max(days)

    def rule_of(self, kind, paper_on):
        """The rule that decides ``kept_until``; None where the kind has none."""
        rules = self.rules.get(kind, ())
        return max(rules, key=lambda rule: self._end(rule, paper_on) or date.max, default=None)

    def _end(self, rule, paper_on):
        if rule.start == RetentionStart.LAST_PAYMENT:
            return self.last_payment_on and end_of_year(self.last_payment_on, rule.years)
        if rule.start == RetentionStart.YEAR_OF_PAPER:
            return end_of_year(paper_on, rule.years)
        return years_after(paper_on, rule.years)


def end_of_year(day, years):
    """31 December of the year that lies ``years`` after that of ``day``."""
    return date(day.year + years, 12, 31)


def years_after(day, years):
    """The same day ``years`` later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def clock_of(programme_id, *, on=None):
    """The ``Clock`` of a programme as of the day ``on`` (today): two queries, however many papers are asked about."""
    rules = {}
    for rule in RetentionRule.objects.in_force(programme_id, on=on or timezone.localdate()):
        rules.setdefault(rule.kind, []).append(rule)
    payment = LastPayment.objects.standing(programme_id).first()
    return Clock(rules, payment and payment.paid_on)


def day_of(document):
    """The day on the paper, or that on which it was filed."""
    return document.dated_on or timezone.localdate(document.uploaded_at)


def kept_until(document, *, clock=None):
    """The last day ``document`` is kept, None while it is not known."""
    clock = clock or clock_of(document.programme_id)
    return clock.kept_until(document.kind, day_of(document))


def kept_in_words(document):
    """How long ``document`` is kept, in one sentence, and why when it is held."""
    if hold := LegalHold.objects.standing().on_document(document).first():
        return _("until the hold is ended: %s") % hold.reason
    clock = clock_of(document.programme_id)
    if day := kept_until(document, clock=clock):
        return _("until %s") % date_format(day, "SHORT_DATE_FORMAT")
    years = max((rule.years for rule in clock.rules.get(document.kind, ()) if _waits(rule)), default=0)
    if not years:
        return _("without limit, because no rule is set for this kind of paper")
    words = ngettext(
        "until %(n)s year after the last payment, whose day is not known yet",
        "until %(n)s years after the last payment, whose day is not known yet",
        years,
    )
    return words % {"n": years}


def rule_in_words(rule):
    """How long and by which law."""
    words = ngettext(
        "%(n)s year from the %(start)s, %(basis)s", "%(n)s years from the %(start)s, %(basis)s", rule.years
    )
    return words % {"n": rule.years, "start": rule.get_start_display(), "basis": rule.legal_basis}


def _waits(rule):
    return rule.start == RetentionStart.LAST_PAYMENT


def give_rules(programme):
    """The rules a programme begins with; those that are there already stay."""
    RetentionRule.objects.bulk_create(
        [
            RetentionRule(
                programme=programme,
                kind=kind,
                key=rule["key"],
                years=int(rule["years"]),
                start=rule["start"],
                legal_basis=rule["legal_basis"],
                valid_from=rule["valid_from"],
            )
            for rule in _read()
            for kind in (DocumentKind.values if rule["kinds"] == "*" else rule["kinds"].split())
        ],
        ignore_conflicts=True,
    )


def _read():
    with _DATA.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def set_last_payment(paid_on, *, acting):
    """Note the day of the last payment, from which the time of all papers runs; None: it is not known after all.

    What is known already leaves no second row. Raises ``RetentionError`` for a day to come, or from before the project.
    """
    begun = GrantNotice.objects.filter(programme=acting.programme_id).aggregate(first=Min("starts_on"))["first"]
    if paid_on and paid_on < (begun or FUNDED_FROM):
        raise RetentionError(
            _("The project began on %s: the last payment cannot lie before it. Please check the year.")
            % date_format(begun or FUNDED_FROM, "SHORT_DATE_FORMAT")
        )
    if paid_on and paid_on > timezone.localdate():
        raise RetentionError(_("The last payment is entered once it has been made: the date lies in the future."))
    known = LastPayment.objects.standing(acting.programme_id).first()
    if (known and known.paid_on) == paid_on:
        return known
    changed(acting.programme_id)
    return LastPayment.objects.create(programme_id=acting.programme_id, paid_on=paid_on, recorded_by_id=acting.user_id)


def place_hold(*, acting, reason, document=None):
    """Keep ``document``, or every paper of the programme, until the hold is ended.

    Raises ``RetentionError`` where one stands already.
    """
    changed(acting.programme_id)
    try:
        with transaction.atomic():
            return LegalHold.objects.create(
                programme_id=acting.programme_id,
                company_id=document and document.company_id,
                document=document,
                reason=reason,
                placed_by_id=acting.user_id,
            )
    except IntegrityError as error:
        raise RetentionError(_("There is a hold on this already.")) from error


def end_hold(hold, *, acting):
    """The reason to keep it longer is gone; ending twice changes nothing."""
    standing = LegalHold.objects.standing().filter(pk=hold.pk, programme=acting.programme_id)
    changed(acting.programme_id)
    standing.update(ended_at=timezone.now(), ended_by=acting.user_id)
