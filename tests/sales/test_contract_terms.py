"""The notice engine, against a second computation that walks twenty years day by day and knows nothing of months."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_desktop.sales import contract_terms as engine
from crm_desktop.sales.contract_terms import OPEN_ENDED, Terms

DAY = timedelta(days=1)
FIRST, LAST = date(2019, 1, 1), date(2039, 12, 31)


# ---- the second computation ------------------------------------------------------------------------------------------


def is_last(day):
    return (day + DAY).day == 1


def months_between(early, late):
    return (late.year * 12 + late.month) - (early.year * 12 + early.month)


def same_place(anchor, day):
    """Whether a day stands in its month where another one stands in its own."""
    if is_last(anchor):
        return is_last(day)
    return day.day == anchor.day or (day.day < anchor.day and is_last(day))


def walk_back(end, months):
    day = end
    while not (months_between(day, end) == months and same_place(end, day)):
        day -= DAY
    return day


def notice_by_walk(end, terms):
    if terms.notice_unit in ("day", "week"):
        day = end
        for _step in range(terms.notice_count * (7 if terms.notice_unit == "week" else 1)):
            day -= DAY
        return day
    return walk_back(end, terms.notice_count * (12 if terms.notice_unit == "year" else 1))


def may_end(day, terms):
    """Whether notice can make the contract end on a day."""
    kind = "any" if terms.notice_to == "term" and terms.end_on is None else terms.notice_to
    if terms.start_on and day < terms.start_on:
        return False
    if kind == "term":
        return ends_a_term(day, terms)
    if terms.end_on and (day < terms.end_on if terms.renewal_months else day >= terms.end_on):
        return False
    every = {"month": range(1, 13), "quarter": (3, 6, 9, 12), "half_year": (6, 12), "year": (12,)}
    return kind == "any" or (is_last(day) and day.month in every[kind])


def ends_a_term(day, terms):
    if day == terms.end_on:
        return terms.renewal_months != 0
    if terms.renewal_months <= 0 or day < terms.end_on:
        return False
    return months_between(terms.end_on, day) % terms.renewal_months == 0 and same_place(terms.end_on, day)


def walk(since):
    day = since
    while day <= LAST:
        yield day
        day += DAY


def end_by_walk(terms, given_on):
    kind = "any" if terms.notice_to == "term" and terms.end_on is None else terms.notice_to
    for day in walk(given_on):
        after_first = kind == "term" and terms.renewal_months < 0 and day > terms.end_on
        if (may_end(day, terms) or after_first) and notice_by_walk(day, terms) >= given_on:
            return day
        if terms.end_on == day and terms.renewal_months == 0:
            return day
    return None


days = st.dates(date(2020, 1, 1), date(2024, 12, 31)) | st.sampled_from(
    [date(2020, 2, 29), date(2023, 2, 28), date(2024, 2, 29), date(2021, 8, 31), date(2022, 1, 30), date(2023, 12, 31)]
)


@st.composite
def contracts(draw, kinds=engine.NOTICE_TO):
    start = draw(days)
    end = draw(st.none() | st.integers(0, 900).map(lambda n: start + n * DAY) | st.just(date(2024, 2, 29)))
    unit = draw(st.sampled_from(["day", "week", "month", "year"]))
    most = {"day": 200, "week": 30, "month": 13, "year": 2}[unit]
    return Terms(
        start_on=min(start, end) if end else start,
        end_on=end,
        renewal_months=draw(st.sampled_from([OPEN_ENDED, 0, 1, 2, 3, 6, 12, 13, 24])),
        notice_count=draw(st.integers(0, most)),
        notice_unit=unit,
        notice_to=draw(st.sampled_from(kinds)),
    )


class TestAgainstTheWalk:
    @given(contracts(), st.integers(0, 3000))
    @example(Terms(start_on=date(2020, 3, 1), end_on=date(2024, 2, 29), renewal_months=12, notice_count=3), 0)
    @example(Terms(start_on=date(2020, 1, 1), notice_count=1, notice_to="any"), 394)
    @settings(max_examples=250, deadline=None)
    def test_the_end_of_a_notice_given_on_a_day(self, terms, after):
        given_on = terms.start_on + after * DAY
        assert engine.end_of_notice(terms, given_on) == end_by_walk(terms, given_on)

    @given(contracts([kind for kind in engine.NOTICE_TO if kind != "any"]), st.integers(0, 2500))
    @settings(max_examples=150, deadline=None)
    def test_the_last_days_to_cancel_within_two_years(self, terms, after):
        since = terms.start_on + after * DAY
        until = since + 730 * DAY
        if engine.kind_of(terms) == "any":
            return
        expected = [
            (notice, end)
            for end in walk(since)
            if end <= until + 1000 * DAY
            and may_end(end, terms)
            and since <= (notice := notice_by_walk(end, terms)) <= until
        ]
        assert engine.cancel_days(terms, since, until) == expected

    @given(contracts(["term"]), st.integers(0, 5000))
    @settings(max_examples=150, deadline=None)
    def test_the_end_of_the_term_and_the_next_renewal(self, terms, after):
        on = terms.start_on + after * DAY
        if terms.end_on is None or (terms.renewal_months <= 0 and on > terms.end_on):
            expected = terms.end_on if terms.renewal_months == 0 else None
        else:
            expected = next(
                day
                for day in walk(min(on, terms.end_on))
                if (day >= on and may_end(day, terms)) or day == terms.end_on >= on
            )
        assert engine.term_end(terms, on) == expected
        if terms.renewal_months > 0 and expected:
            assert engine.next_renewal(terms, on) == expected + DAY

    @given(st.dates(FIRST, LAST), st.integers(0, 40))
    @settings(max_examples=200, deadline=None)
    def test_months_back_are_those_that_one_walks(self, end, count):
        assert engine.notice_day(end, count, "month") == walk_back(end, count)


class TestByHand:
    def test_three_months_to_the_end_of_a_quarter(self):
        terms = Terms(start_on=date(2024, 5, 1), notice_count=3, notice_to="quarter")
        assert engine.next_cancel(terms, date(2026, 11, 22)) == (date(2026, 12, 31), date(2027, 3, 31))
        assert engine.end_of_notice(terms, date(2026, 12, 31)) == date(2027, 3, 31)
        assert engine.end_of_notice(terms, date(2027, 1, 1)) == date(2027, 6, 30)

    def test_a_leap_day_is_the_end_of_february_in_every_year(self):
        terms = Terms(start_on=date(2023, 3, 1), end_on=date(2024, 2, 29), renewal_months=12, notice_count=1)
        assert engine.term_end(terms, date(2024, 3, 1)) == date(2025, 2, 28)
        assert engine.term_end(terms, date(2027, 6, 1)) == date(2028, 2, 29)
        assert engine.next_cancel(terms, date(2027, 6, 1)) == (date(2028, 1, 31), date(2028, 2, 29))

    def test_after_the_first_term_without_end(self):
        terms = Terms(start_on=date(2025, 1, 1), end_on=date(2025, 12, 31), renewal_months=OPEN_ENDED,
                      notice_count=1, notice_to="any")  # fmt: skip
        assert engine.next_cancel(terms, date(2025, 6, 1)) == (date(2025, 11, 30), date(2025, 12, 31))
        assert engine.next_cancel(terms, date(2026, 1, 1)) is None
        assert engine.end_of_notice(terms, date(2025, 3, 3)) == date(2025, 12, 31)
        assert engine.end_of_notice(terms, date(2026, 1, 31)) == date(2026, 2, 28)

    def test_a_fixed_term_ends_by_itself_and_not_later(self):
        terms = Terms(start_on=date(2025, 1, 1), end_on=date(2026, 11, 15), notice_count=3, notice_to="quarter")
        assert engine.end_of_notice(terms, date(2026, 1, 10)) == date(2026, 6, 30)
        assert engine.end_of_notice(terms, date(2026, 7, 10)) == date(2026, 11, 15)
        assert engine.end_of_notice(terms, date(2026, 11, 16)) is None

    def test_the_days_to_tell_the_customer_lie_before_the_last_day_to_cancel(self):
        terms = Terms(start_on=date(2025, 1, 1), end_on=date(2025, 12, 31), renewal_months=12, notice_count=1,
                      inform_from_days=90, inform_to_days=30)  # fmt: skip
        found = engine.next_window(terms, date(2026, 6, 1))
        assert found == engine.Window(date(2026, 9, 1), date(2026, 10, 31), date(2026, 11, 30))
        assert engine.next_window(terms, date(2026, 11, 1)).first == date(2027, 9, 1)

    def test_a_century_of_monthly_renewals_is_found_at_once(self):
        terms = Terms(
            start_on=date(1930, 1, 1), end_on=date(1930, 1, 31), renewal_months=1, notice_count=2, notice_unit="week"
        )
        assert engine.next_cancel(terms, date(2026, 11, 22)) == (date(2026, 12, 17), date(2026, 12, 31))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "America/Sao_Paulo"])
def test_no_time_zone_moves_a_day(zone):
    """The same day everywhere, over the days on which clocks change, in a program of its own."""
    code = (
        "from datetime import date, timedelta\n"
        "from crm_desktop.sales.contract_terms import Terms, end_of_notice, next_cancel\n"
        "t = Terms(start_on=date(2020, 1, 1), end_on=date(2020, 12, 31), renewal_months=12, notice_count=3)\n"
        "q = Terms(start_on=date(2020, 1, 1), notice_count=6, notice_unit='week', notice_to='quarter')\n"
        "days = [date(2026, 1, 1) + timedelta(n) for n in range(0, 730, 5)]\n"
        "print([(str(next_cancel(t, d)), str(end_of_notice(q, d))) for d in days])\n"
    )

    def run(name):
        env = os.environ | {"TZ": name}
        return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True, text=True).stdout

    assert run(zone) == run("UTC")


def test_the_next_day_to_cancel_is_found_without_counting_through_forty_years(monkeypatch):
    asked = []
    plain = engine.notice_day
    monkeypatch.setattr(engine, "notice_day", lambda *a: asked.append(a) or plain(*a))
    terms = Terms(end_on=date(2026, 12, 31), renewal_months=1, notice_count=1, inform_from_days=40, inform_to_days=10)
    assert engine.next_cancel(terms, date(2026, 11, 24)) == (date(2026, 11, 30), date(2026, 12, 31))
    assert engine.next_window(terms, date(2026, 11, 24)).cancel_on == date(2026, 12, 31)
    assert len(asked) < 10
