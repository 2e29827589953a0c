"""Repetition against a walk day by day over 20 years, which knows nothing of the program's way to count."""

from __future__ import annotations

from calendar import isleap
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_desktop.activity import recurrence
from crm_desktop.activity.recurrence import Rule

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ANCHORS = st.dates(date(1996, 1, 1), date(2104, 12, 31))


def _length(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else LENGTHS[month - 1]


def _place_of(day: date, weekdays: tuple[int, ...]) -> tuple[int, int]:
    """Which of the fitting days of its month a day is, counted from the front and from the end, by walking."""
    before, after, other = 0, 0, day
    while other.month == day.month:
        before += other.weekday() in weekdays
        other -= timedelta(days=1)
    other = day
    while other.month == day.month:
        after += other.weekday() in weekdays
        other += timedelta(days=1)
    return before, after


def _falls_on(rule: Rule, anchor: date, day: date, weeks: int) -> bool:
    """Whether a rule falls on a day; `weeks` are the Mondays that the walk has met since the anchor."""
    if rule.unit == "day":
        return (day - anchor).days % rule.every == 0
    if rule.unit == "week":
        return weeks % rule.every == 0 and day.weekday() in (rule.weekdays or (anchor.weekday(),))
    if rule.unit == "month":
        if ((day.year - anchor.year) * 12 + day.month - anchor.month) % rule.every:
            return False
    elif (day.year - anchor.year) % rule.every or day.month != (rule.month or anchor.month):
        return False
    if rule.nth:
        front, back = _place_of(day, rule.weekdays)
        return day.weekday() in rule.weekdays and (front == rule.nth or (rule.nth == -1 and back == 1))
    wanted = rule.day or anchor.day
    return day.day == wanted or (day.day < wanted and day.day == _length(day.year, day.month))


def _walk(rule: Rule, anchor: date, years: int = 20) -> list[date]:
    found, day, weeks = [], anchor, 0
    end = anchor + timedelta(days=366 * years)
    while day < end:
        if _falls_on(rule, anchor, day, weeks):
            found.append(day)
        day += timedelta(days=1)
        weeks += day.weekday() == 0
    return found


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule that there is."""
    unit = draw(st.sampled_from(("day", "week", "month", "year")))
    every = draw(st.integers(1, 9))
    weekdays = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
    at = draw(st.none() | st.just(time(9, 30)))
    if unit == "week":
        return Rule(unit, every, draw(st.sampled_from(((), weekdays))), at=at)
    month = draw(st.integers(0, 12)) if unit == "year" else 0
    if unit in ("month", "year") and draw(st.booleans()):
        return Rule(unit, every, weekdays, draw(st.sampled_from((1, 2, 3, 4, 5, -1))), month=month, at=at)
    day = draw(st.integers(0, 31)) if unit in ("month", "year") else 0
    return Rule(unit, every, day=day, month=month, at=at)


@settings(max_examples=120, deadline=None)
@given(rules(), ANCHORS)
def test_twenty_years_agree_with_a_walk_day_by_day(rule, anchor):
    walked = _walk(rule, anchor)
    found = []
    for day in recurrence.occurrences(rule, anchor):
        if day >= anchor + timedelta(days=366 * 20):
            break
        found.append(day)
    assert found == walked


@settings(max_examples=150, deadline=None)
@given(rules(), ANCHORS, st.integers(0, 4000))
def test_the_next_day_is_the_same_from_wherever_one_looks(rule, anchor, days):
    after = anchor + timedelta(days=days)
    wanted = next((day for day in recurrence.occurrences(rule, anchor) if day > after), None)
    assert recurrence.next_after(rule, anchor, after) == wanted


@given(rules())
def test_the_stored_text_is_read_back(rule):
    assert recurrence.rule_from(recurrence.text_of(rule)) == rule


@pytest.mark.parametrize(
    ("text", "anchor", "days"),
    [
        ("every 1 month day 31", "2027-01-31", "2027-01-31 2027-02-28 2027-03-31 2027-04-30"),
        ("every 1 year", "2028-02-29", "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29"),
        ("every 1 month last fr", "2026-11-22", "2026-11-27 2026-12-25 2027-01-29 2027-02-26"),
        ("every 3 month", "2026-11-30", "2026-11-30 2027-02-28 2027-05-30"),
        ("every 1 week mo tu we th fr", "2026-11-27", "2026-11-27 2026-11-30 2026-12-01"),
        ("every 1 month 5th fr", "2026-11-01", "2027-01-29 2027-04-30"),
        ("every 1 month last mo tu we th fr", "2027-01-01", "2027-01-29 2027-02-26"),
        ("every 1 year last su in 3", "2026-01-01", "2026-03-29 2027-03-28"),
    ],
)
def test_known_days(text, anchor, days):
    wanted = [date.fromisoformat(day) for day in days.split()]
    rule = recurrence.rule_from(text)
    assert recurrence.upcoming(rule, date.fromisoformat(anchor), len(wanted)) == wanted
    assert recurrence.text_of(rule) == text


@pytest.mark.parametrize("text", ["", "every", "every x day", "every 0 day", "every 1 month xx", "every 1 day mo"])
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(ValueError):
        recurrence.rule_from(text)


def test_what_was_missed_is_not_made_up_for_and_nothing_drifts():
    rule, anchor = recurrence.rule_from("every 1 week mo"), date(2026, 11, 2)
    late = recurrence.follow_up(rule, "due", anchor, date(2026, 11, 2), date(2026, 11, 24))
    assert late == (date(2026, 11, 30), anchor)
    early = recurrence.follow_up(rule, "due", anchor, date(2026, 11, 9), date(2026, 11, 5))
    assert early == (date(2026, 11, 16), anchor)


def test_after_done_counts_from_the_day_it_was_done():
    rule = recurrence.rule_from("every 3 month")
    found = recurrence.follow_up(rule, "done", date(2026, 1, 15), date(2026, 4, 15), date(2026, 11, 30))
    assert found == (date(2027, 2, 28), date(2026, 11, 30))


def test_the_end_of_the_calendar_is_an_end():
    rule = recurrence.rule_from("every 1 year")
    assert recurrence.next_after(rule, date(2190, 5, 1), date(2199, 6, 1)) is None
