"""How long papers are kept: rules of the programme, the last payment, holds."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from offensive.documents.models import Document
from offensive.documents.retention import (
    RetentionError,
    clock_of,
    end_hold,
    kept_in_words,
    kept_until,
    place_hold,
    set_last_payment,
    years_after,
)
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope


@pytest.fixture
def acting(site):
    """The lead, in its own scope."""
    acting = site.acting[Role.LEAD_COORDINATOR]
    with membership_scope(acting.user_id, "io", "gws"):
        yield acting


def paper(site, kind="protocol", *, dated_on=date(2026, 5, 4)):
    return Document.objects.create(
        programme=site.programme,
        company_id=site.company.pk,
        kind=kind,
        name="x.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        dated_on=dated_on,
        uploaded_by=site.people[Role.LEAD_COORDINATOR],
    )


def test_five_years_from_the_end_of_the_year_of_the_last_payment(site, acting):
    """Art. 82 Reg. (EU) 2021/1060: paid on 12.03.2026, kept until 31.12.2031."""
    document = paper(site)
    assert kept_until(document) is None
    assert "5" in kept_in_words(document)

    set_last_payment(date(2026, 3, 12), acting=acting)

    assert kept_until(document) == date(2031, 12, 31)
    assert "31.12.2031" in kept_in_words(document)


def test_a_payment_corrected_later_holds_from_then_on(site, acting):
    document = paper(site)
    set_last_payment(date(2026, 3, 12), acting=acting)
    set_last_payment(None, acting=acting)
    assert kept_until(document) is None


def test_the_longest_of_several_rules_holds(site, acting):
    clock = clock_of(site.programme.pk)
    kinds = [kind for kind, rules in clock.rules.items() if len(rules) > 1]
    assert kinds
    set_last_payment(date(2026, 3, 12), acting=acting)
    clock = clock_of(site.programme.pk)
    for kind in kinds:
        ends = [clock._end(rule, date(2026, 5, 4)) for rule in clock.rules[kind]]
        assert clock.kept_until(kind, date(2026, 5, 4)) == max(ends)


def test_leap_day_has_an_end_as_well():
    assert years_after(date(2024, 2, 29), 10) == date(2034, 3, 1)


def test_payment_to_come_is_refused_with_a_sentence(site, acting):
    with pytest.raises(RetentionError):
        set_last_payment(timezone.localdate() + timedelta(days=1), acting=acting)


def test_hold_stands_above_every_rule_until_it_is_ended(site, acting):
    document = paper(site)
    set_last_payment(date(2026, 3, 12), acting=acting)
    hold = place_hold(acting=acting, reason="Verfahren 4711", document=document)
    assert "Verfahren 4711" in kept_in_words(document)
    with pytest.raises(RetentionError):
        place_hold(acting=acting, reason="noch einmal", document=document)

    end_hold(hold, acting=acting)
    end_hold(hold, acting=acting)

    assert "31.12.2031" in kept_in_words(document)


def test_only_the_lead_sets_the_day_of_the_last_payment(site):
    partner = site.acting[Role.PARTNER_ADVISOR]
    with (
        membership_scope(partner.user_id, "io", "sihk"),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        set_last_payment(date(2026, 3, 12), acting=partner)
