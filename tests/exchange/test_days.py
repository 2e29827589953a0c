"""Days as people write them, and what a whole column says about their order."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crm_desktop.core import dates
from crm_desktop.exchange.days import DayOrder, parse_day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("03.04.1975", date(1975, 4, 3)),
        ("3.4.1975", date(1975, 4, 3)),
        ("1975-06-07", date(1975, 6, 7)),
        ("2022-12-22 00:00:00.000", date(2022, 12, 22)),
        ("13/01/1980", date(1980, 1, 13)),
        ("10/20/2019", date(2019, 10, 20)),
        ("29.02.2000", date(2000, 2, 29)),
        ("7. März 1988", date(1988, 3, 7)),
        ("28 January 2021", date(2021, 1, 28)),
        ("Jan 28 2021", date(2021, 1, 28)),
        ("12 de marzo de 2020", date(2020, 3, 12)),
        ("20240131", date(2024, 1, 31)),
        ("27464", date(1975, 3, 11)),
    ],
)
def test_a_day_is_read_as_it_is_meant(written, day):
    assert parse_day(written) == day


@pytest.mark.parametrize("written", ["31.02.1990", "00.00.0000", "01.01.0026", "1.5.", "morgen", "", "12", "1" * 90])
def test_what_is_no_day_is_not_guessed(written):
    assert parse_day(written) is None


def test_days_of_a_spreadsheet_stay_and_numbers_count_from_1900_or_1904():
    assert parse_day(datetime(2026, 3, 4, 9)) == date(2026, 3, 4)  # noqa: DTZ001  (cells have no time zone)
    assert parse_day(27464) == date(1975, 3, 11)
    assert parse_day(26002, since_1904=True) == date(1975, 3, 11)


def test_a_birthday_with_two_digits_is_never_in_the_future():
    with dates.freeze(date(2026, 11, 22)):
        assert parse_day("04.05.30", past=True) == date(1930, 5, 4)
        assert parse_day("04.05.30") == date(2030, 5, 4)


def test_the_order_is_proved_by_one_value_of_the_column():
    assert DayOrder.of(["03/04/2025", "31/12/2025"]).order == "dmy"
    assert DayOrder.of(["03/04/2025", "12/31/2025"]).order == "mdy"
    assert not DayOrder.of(["03/04/2025", "12/31/2025"]).asks


def test_an_order_that_nothing_proves_is_asked():
    order = DayOrder.of(["03/04/2025", "05/06/2025"], default="mdy")
    assert (order.order, order.asks, order.doubtful, order.example) == ("mdy", True, 2, "03/04/2025")


def test_dots_are_never_in_doubt():
    assert not DayOrder.of(["03.04.2025"]).asks


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("--05-14", date(1604, 5, 14)), ("--0514", date(1604, 5, 14)), ("1604-05-14", date(1604, 5, 14)),
        ("14.05.", date(1604, 5, 14)), ("29. 2.", date(1604, 2, 29)), ("--13-14", None), ("31.02.", None),
    ],
)  # fmt: skip
def test_only_a_birthday_may_have_no_year(written, day):
    assert parse_day(written, past=True) == day
    assert parse_day(written) is None
