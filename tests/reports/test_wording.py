from datetime import UTC, datetime
from decimal import Decimal

import pytest

from offensive.reports.wording import moment, money, number, share, summary_sentences
from tests.reports.report_samples import report_content


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12345, "12.345"), (Decimal("1234.5"), "1.234,50"), (None, "–"), (Decimal("7.00"), "7")],
)
def test_number_is_german(value, text):
    assert number(value) == text


def test_money_is_german():
    assert money(Decimal("1234567.8")) == "1.234.567,80\N{NO-BREAK SPACE}€"


@pytest.mark.parametrize(
    ("value", "target", "text"),
    [(85, 150, "56,6 %"), (2999, 3000, "99,9 %"), (150, 150, "100 %"), (3, None, "–"), (3, 0, "–")],
)
def test_share_never_rounds_up_to_the_target(value, target, text):
    assert share(value, target) == text.replace(" ", "\N{NO-BREAK SPACE}")


def test_moment_is_told_by_the_clock_of_berlin():
    assert moment(datetime(2026, 7, 3, 22, 30, tzinfo=UTC)) == "04.07.2026, 00:30\N{NO-BREAK SPACE}Uhr"


def test_summary_states_the_figures_as_sentences():
    sentences = [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in summary_sentences(report_content())]

    assert sentences == [
        "Unterstützte Unternehmen (RCO01): 5 im Berichtszeitraum, 12 seit Beginn der Förderung. "
        "Das sind 8 % des Zielwerts von 150.",
        "Unternehmen mit nichtfinanzieller Unterstützung (RCO04): 5 im Berichtszeitraum, 12 seit Beginn der Förderung. "
        "Das sind 8 % des Zielwerts von 150.",
        "Am 30.06.2026 nahmen 12 Unternehmen am Befähigungsprozess teil; im Berichtszeitraum wurden 30 Stufen "
        "abgeschlossen.",
        "7 Veranstaltungen mit 119 Teilnahmen aus 19 verschiedenen Unternehmen im Berichtszeitraum.",
        "Gegenüber dem Vorbericht wurde ein Wert korrigiert; die Gründe stehen in Anlage 2.",
    ]


def test_summary_without_events_and_corrections_says_so():
    assert summary_sentences(report_content(held=0, corrected=False))[-1] == (
        "Im Berichtszeitraum fanden keine Veranstaltungen statt."
    )
