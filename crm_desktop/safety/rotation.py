"""Which backups stay: the last ten, one per day for two weeks, one per month for a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from crm_desktop.core import dates


@dataclass(frozen=True)
class Rule:
    """The newest backup of each period stays, back to `since(today)`, and at most `limit` of them."""

    period: Callable[[datetime], object]
    since: Callable[[date], date]
    limit: int


RULES = (
    Rule(lambda made: made, lambda _today: date.min, 10),
    Rule(lambda made: made.astimezone().date(), lambda today: dates.add_days(today, -13), 14),
    Rule(
        lambda made: made.astimezone().strftime("%Y-%m"),
        lambda today: dates.add_months(today.replace(day=1), -11),
        12,
    ),
)


def kept(made: Iterable[datetime], today: date) -> set[datetime]:
    """The instants of the backups that stay; all others may go."""
    newest_first = sorted(set(made), reverse=True)
    found: set[datetime] = set()
    for rule in RULES:
        newest: dict[object, datetime] = {}
        for instant in newest_first:
            if instant.astimezone().date() >= rule.since(today):
                newest.setdefault(rule.period(instant), instant)
        found |= set(list(newest.values())[: rule.limit])
    return found
