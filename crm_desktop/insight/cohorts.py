"""Who comes back: customers by the quarter of their first order, and the share that ordered in each quarter after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates

# Shown are so many quarters of first orders, and as many after each.
MOST = 12


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers whose first order fell into the quarter that begins on a day.

    `returned[k]` is how many of them ordered k + 1 quarters later; the quarter that still runs is the last one.
    """

    begins: date
    customers: int
    returned: tuple[int, ...]

    @property
    def label(self) -> str:
        """As in "2025 Q3"."""
        return f"{self.begins.year} Q{(self.begins.month + 2) // 3}"


def quarter(day: date) -> int:
    """The number of the quarter of a day, counted through the years."""
    return day.year * 4 + (day.month - 1) // 3


def cohorts(all_days: Iterable[Sequence[int]]) -> list[Cohort]:
    """The cohorts, the oldest first, from the order days (ordinals) of each customer."""
    now = quarter(dates.today())
    size: dict[int, int] = {}
    back: dict[int, dict[int, int]] = {}
    for days in all_days:
        quarters = {quarter(date.fromordinal(day)) for day in days}
        first = min(quarters)
        size[first] = size.get(first, 0) + 1
        counts = back.setdefault(first, {})
        for later in quarters - {first}:
            counts[later - first] = counts.get(later - first, 0) + 1
    return [
        Cohort(
            date(first // 4, first % 4 * 3 + 1, 1),
            size[first],
            tuple(back[first].get(k, 0) for k in range(1, now - first + 1)),
        )
        for first in sorted(size)
    ]
