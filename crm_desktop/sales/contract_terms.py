"""The notice engine: when a term ends, by when notice must be given, and what follows of it. Days only, no clock.

How a contract is read:

* A term ends on `end_on`. With `renewal_months` above 0 the next term follows by itself, again and again; with `OPEN_ENDED`
  the contract goes on without end; with 0 it ends there by itself.
* `notice_to` says to which days notice can be given: to the end of a term, of a calendar month, quarter, half-year or
  year, or to any day. Other days than the end of a term count from the first `end_on` on, which then is the shortest
  time; where the contract ends by itself they lie before it. Without `end_on` there is no term, and notice to the end of
  one means any day.
* A notice period counts back from the end. The last day of a month stays the last day of a month: for the end of June,
  three months' notice is given by 31 March. Weeks and days are counted.
* Who must tell the other side before a renewal does so between two days, counted back from the last day to cancel.

Source: §§ 187, 188 and 193 BGB for periods in months (a day off or a Sunday moves nothing here: who is early is in time).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from crm_desktop.core import dates

OPEN_ENDED = -1
NOTICE_TO = ("term", "month", "quarter", "half_year", "year", "any")
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
# Who renews each day for ever is no contract; this many ends are looked through at the most.
_MOST_ENDS = 5000


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a contract says about its time; names and meaning as in `contracts.Contract`."""

    start_on: date | None = None
    end_on: date | None = None
    renewal_months: int = 0
    notice_count: int = 0
    notice_unit: str = "month"
    notice_to: str = "term"
    inform_from_days: int = 0
    inform_to_days: int = 0


@dataclass(frozen=True)
class Window:
    """The days on which the other side is to be told, both included, before a last day to cancel."""

    first: date
    last: date
    cancel_on: date


def months_later(day: date, months: int) -> date:
    """Months later; the last day of a month stays the last day of a month."""
    moved = dates.add_months(day, months)
    return dates.end_of_month(moved) if day == dates.end_of_month(day) else moved


def notice_day(end: date, count: int, unit: str) -> date:
    """The last day on which notice can be given so that the contract ends on `end`."""
    if unit in ("day", "week"):
        return dates.add_days(end, -count * (7 if unit == "week" else 1))
    return months_later(end, -count * (12 if unit == "year" else 1))


def term_end(terms: Terms, on: date) -> date | None:
    """The end of the term that a day lies in (or before); None when there is none, or no longer one."""
    if terms.end_on is None or on <= terms.end_on or terms.renewal_months == 0:
        return terms.end_on
    if terms.renewal_months < 0:
        return None
    number = _terms_before(terms, on)
    while months_later(terms.end_on, number * terms.renewal_months) < on:
        number += 1
    return months_later(terms.end_on, number * terms.renewal_months)


def _terms_before(terms: Terms, on: date) -> int:
    """A number of renewals whose end surely lies before a day, so that nobody counts a century term by term."""
    if terms.end_on is None or on <= terms.end_on:
        return 0
    months = (on.year - terms.end_on.year) * 12 + on.month - terms.end_on.month - 1
    return max(0, months // terms.renewal_months - 1)


def next_renewal(terms: Terms, on: date) -> date | None:
    """The first day of the next term, if the contract renews by itself."""
    end = term_end(terms, on)
    return dates.add_days(end, 1) if end is not None and terms.renewal_months > 0 else None


def kind_of(terms: Terms) -> str:
    """To which days notice counts, as `notice_to`; without a term, the end of one means any day."""
    return "any" if terms.notice_to == "term" and terms.end_on is None else terms.notice_to


def ends(terms: Terms, since: date) -> Iterator[date]:
    """The days from `since` on to which notice can be given, in order; not for "any"."""
    kind, first = kind_of(terms), since
    if kind == "term":
        yield from _ends_of_terms(terms, since)
        return
    fixed = terms.renewal_months == 0 and terms.end_on is not None
    if terms.end_on is not None and not fixed:
        first = max(since, terms.end_on)
    if terms.start_on is not None:
        first = max(first, terms.start_on)
    end = _end_of_period(first, _MONTHS[kind])
    while end <= dates.LATEST and not (fixed and terms.end_on is not None and end >= terms.end_on):
        yield end
        end = dates.end_of_month(dates.add_months(end, _MONTHS[kind]))


def _ends_of_terms(terms: Terms, since: date) -> Iterator[date]:
    if terms.end_on is None:
        return
    if terms.renewal_months <= 0:
        if terms.end_on >= since and terms.renewal_months < 0:
            yield terms.end_on
        return
    number = _terms_before(terms, since)
    while (end := months_later(terms.end_on, number * terms.renewal_months)) <= dates.LATEST:
        if end >= since:
            yield end
        number += 1


def _end_of_period(day: date, months: int) -> date:
    """The end of the calendar period of so many months that a day lies in."""
    last = (day.month - 1) // months * months + months
    return dates.end_of_month(day.replace(month=last, day=1))


def end_of_notice(terms: Terms, given_on: date) -> date | None:
    """The end that notice given on a day leads to; None when it comes too late to change anything.

    A contract that ends by itself has its own end when no notice can end it before.
    """
    if terms.renewal_months == 0 and terms.end_on is not None and given_on > terms.end_on:
        return None
    if kind_of(terms) == "any":
        end = _any_end(terms, given_on)
        return end if terms.renewal_months or terms.end_on is None else min(end, terms.end_on)
    for end in islice(ends(terms, given_on), _MOST_ENDS):
        if notice_day(end, terms.notice_count, terms.notice_unit) >= given_on:
            return end
    if terms.renewal_months < 0 and terms.end_on is not None:
        # It went on without end, and only the first term had one.
        return _any_end(terms, given_on)
    return terms.end_on if terms.renewal_months == 0 else None


def _any_end(terms: Terms, given_on: date) -> date:
    """The first day that lies a whole notice period after a day, not before the shortest time is over."""
    count, unit = terms.notice_count, terms.notice_unit
    if unit in ("day", "week"):
        end = dates.add_days(given_on, count * (7 if unit == "week" else 1))
    else:
        end = dates.add_days(dates.add_months(given_on, count * (12 if unit == "year" else 1)), -4)
        while notice_day(end, count, unit) < given_on:
            end = dates.add_days(end, 1)
    shortest = terms.end_on if terms.renewal_months and terms.end_on else terms.start_on
    return max(end, shortest) if shortest else end


def cancel_days(terms: Terms, since: date, until: date) -> list[tuple[date, date]]:
    """The last days to give notice from a day to a day, each with the end that it leads to.

    To any day there is no last day, but for the end of the shortest time.
    """
    return list(_cancels(terms, since, until))


def _cancels(terms: Terms, since: date, until: date) -> Iterator[tuple[date, date]]:
    """`cancel_days`, one after the other: who wants the next one does not count through forty years."""
    if kind_of(terms) == "any":
        own = iter([terms.end_on] if terms.end_on and terms.renewal_months else [])
    else:
        own = islice(ends(terms, since), _MOST_ENDS)
    for end in own:
        last = notice_day(end, terms.notice_count, terms.notice_unit)
        if last > until:
            return
        if last >= since:
            yield last, end


def next_cancel(terms: Terms, on: date) -> tuple[date, date] | None:
    """The next last day to give notice, today included, and the end that it leads to."""
    return next(_cancels(terms, on, on.replace(year=min(on.year + 45, dates.LATEST.year), day=1)), None)


def windows(terms: Terms, since: date, until: date) -> list[Window]:
    """When the other side is to be told before each tacit renewal that falls into these days."""
    return list(_windows(terms, since, until))


def _windows(terms: Terms, since: date, until: date) -> Iterator[Window]:
    """`windows`, one after the other."""
    if not terms.inform_from_days or terms.renewal_months <= 0:
        return
    latest = dates.add_days(until, terms.inform_from_days)
    for last, _end in _cancels(terms, since, latest):
        window = Window(
            dates.add_days(last, -terms.inform_from_days), dates.add_days(last, -terms.inform_to_days), last
        )
        if window.last >= since and window.first <= until:
            yield window


def next_window(terms: Terms, on: date) -> Window | None:
    """The next days, or those of now, on which the other side is to be told."""
    return next(_windows(terms, on, on.replace(year=min(on.year + 25, dates.LATEST.year), day=1)), None)
