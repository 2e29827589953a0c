"""Days and instants. A day is a `date`; an instant is an aware `datetime` in UTC.

Nobody else asks the clock, so that tests can stop it with `freeze`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)
# Stands for the year of a birthday that nobody knows, as in address cards; a leap year, so that it has a 29 February.
NO_YEAR = 1604


class _Clock:
    frozen: datetime | None = None


def now() -> datetime:
    """This instant, aware, in UTC, without microseconds."""
    return (_Clock.frozen or datetime.now(UTC)).replace(microsecond=0)


def today() -> date:
    """This day where the computer stands."""
    return (_Clock.frozen or datetime.now(UTC)).astimezone().date()


@contextmanager
def freeze(instant: datetime | date) -> Iterator[None]:
    """Stop the clock; a day means its noon where the computer stands. For tests and for the sample company."""
    before = _Clock.frozen
    if not isinstance(instant, datetime):
        instant = datetime(instant.year, instant.month, instant.day, 12).astimezone(UTC)
    _Clock.frozen = instant
    try:
        yield
    finally:
        _Clock.frozen = before


def instant_text(instant: datetime) -> str:
    """How an instant is stored: `2026-11-24T09:12:00Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp() -> str:
    """This instant with microseconds, for `updated_at`: `2026-11-24T09:12:00.000417Z`.

    Two edits within a second must differ, or the second one would not notice the first.
    """
    return (_Clock.frozen or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_from(text: str) -> datetime:
    """Read a stored instant or a `stamp`, to the second."""
    # Not strptime: a history reads hundreds of them each time it is shown.
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)


def is_plausible(day: date) -> bool:
    """Whether a day can stand on a document or a contract: from 1900 to 2199."""
    return EARLIEST <= day <= LATEST


def add_months(day: date, months: int) -> date:
    """The same day of the month, or the month's last: 31 January + 1 is 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_days(day: date, days: int) -> date:
    """The day this many days later (or earlier)."""
    return day + timedelta(days=days)


def end_of_month(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_instant_days(instant: datetime, days: int) -> datetime:
    """The instant this many days later (or earlier)."""
    return instant + timedelta(days=days)


def add_instant_seconds(instant: datetime, seconds: int) -> datetime:
    """The instant this many seconds later (or earlier)."""
    return instant + timedelta(seconds=seconds)
