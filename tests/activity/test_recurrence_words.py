"""Repetitions as people write them, in English and German."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from crm_desktop.activity import recurrence, recurrence_words
from crm_desktop.core.errors import ValidationError
from tests.activity.test_recurrence import rules


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("every last Friday", "every 1 month last fr"),
        ("jeden letzten Freitag", "every 1 month last fr"),
        ("Jeden letzten Freitag im Monat um 9 Uhr", "every 1 month last fr at 09:00"),
        ("every first Monday of the month", "every 1 month 1st mo"),
        ("every second Tuesday of every second month", "every 2 month 2nd tu"),
        ("every other Friday", "every 2 week fr"),
        ("every 2 weeks on Monday and Thursday", "every 2 week mo th"),
        ("alle zwei Wochen am Montag und Donnerstag", "every 2 week mo th"),
        ("jede zweite Woche freitags", "every 2 week fr"),
        ("Mon, Wed, Fri", "every 1 week mo we fr"),
        ("every weekday", "every 1 week mo tu we th fr"),
        ("werktags um 8:30", "every 1 week mo tu we th fr at 08:30"),
        ("every working day", "every 1 week mo tu we th fr"),
        ("last working day of the month", "every 1 month last mo tu we th fr"),
        ("daily", "every 1 day"),
        ("every 10 days", "every 10 day"),
        ("every third day", "every 3 day"),
        ("jeden dritten Tag", "every 3 day"),
        ("14-täglich", "every 14 day"),
        ("every day at 5 pm", "every 1 day at 17:00"),
        ("fortnightly", "every 2 week"),
        ("monthly", "every 1 month"),
        ("monatlich am 31.", "every 1 month day 31"),
        ("on the 31st of every month", "every 1 month day 31"),
        ("every month on day 15", "every 1 month day 15"),
        ("jeden 15. des Monats", "every 1 month day 15"),
        ("first day of the month", "every 1 month day 1"),
        ("am letzten Tag des Monats", "every 1 month day 31"),
        ("at the end of the month", "every 1 month day 31"),
        ("zum Monatsende", "every 1 month day 31"),
        ("quarterly", "every 3 month"),
        ("jedes Quartal", "every 3 month"),
        ("every six months", "every 6 month"),
        ("halbjährlich", "every 6 month"),
        ("every year", "every 1 year"),
        ("every 2 years", "every 2 year"),
        ("every year on 24 December", "every 1 year 12-24"),
        ("jedes Jahr am 24. Dezember", "every 1 year 12-24"),
        ("jährlich am 24.12.", "every 1 year 12-24"),
        ("every December 24", "every 1 year 12-24"),
        ("last Sunday in March", "every 1 year last su in 3"),
        ("every 1 month last fr at 09:00", "every 1 month last fr at 09:00"),
    ],
)
def test_words_are_understood(words, text):
    rule, counted_from = recurrence_words.read(words)
    assert recurrence.text_of(rule) == text
    assert counted_from == "due"


@pytest.mark.parametrize(
    "words",
    [
        "every 3 months after done",
        "alle 3 Monate nach Erledigung",
        "alle drei Monate, nachdem erledigt",
        "quarterly after it is done",
    ],
)
def test_from_when_it_was_done(words):
    rule, counted_from = recurrence_words.read(words)
    assert (recurrence.text_of(rule), counted_from) == ("every 3 month", "done")


@pytest.mark.parametrize("words", ["", "  ", "never", "nie"])
def test_no_repetition(words):
    assert recurrence_words.read(words) == (None, "due")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("every blue moon", "“blue” was not understood."),
        ("every", "“every” does not say how often."),
        ("every 0 days", "There is no such repetition."),
        ("every 5000 days", "Up to 999 days"),
        ("every last Friday after done", "Counted from when it is done"),
        ("every day at 29:00", "There is no such time of day."),
        ("every sixth Friday", "There is no such repetition."),
        ("on the 45th", "There is no such repetition."),
    ],
)
def test_what_is_not_understood_is_said_with_an_example(words, said):
    with pytest.raises(ValidationError) as problem:
        recurrence_words.read(words)
    assert problem.value.fields["repeats"].startswith(said)
    assert "every last Friday" in problem.value.fields["repeats"]


@settings(max_examples=300, deadline=None)
@given(rules())
def test_what_is_said_of_a_rule_is_understood_again(rule):
    said = recurrence_words.words(rule)
    assert recurrence_words.read(said) == (rule, "due")


def test_after_done_is_said():
    rule, counted_from = recurrence_words.read("every 3 months after done")
    assert recurrence_words.words(rule, counted_from) == "every 3 months after done"
