"""Open items: what was still to be paid on a day, by how long it is late.

Payments and credits after the day do not count, so that a report for the end of a year is the same whenever it is made.
Amounts are minor units of the document's own currency; credit that a customer still has is negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_desktop.core import dates
from crm_desktop.db import connection as db

# Age groups, the only ones of the program: from how many days late; the first is not due yet.
AGES = (0, 1, 31, 61, 91)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One document with something open. `days_late` is 0 while it is not late; `age` is the place in `AGES`."""

    document_id: int
    kind: str
    number: str
    issued_on: date
    due_on: date | None
    customer_id: int | None
    customer_number: str
    customer: str
    currency: str
    total_minor: int
    open_minor: int
    days_late: int

    @property
    def age(self) -> int:
        """Which age group it belongs to."""
        return age_of(self.days_late)

    @property
    def settled_minor(self) -> int:
        """What was paid or credited so far."""
        return self.total_minor - self.open_minor


def age_of(days_late: int) -> int:
    """The place in `AGES` of what is so many days late."""
    return max(place for place, start in enumerate(AGES) if days_late >= start)


_SQL = """
WITH item AS (
  SELECT d.id, d.kind, d.number, d.issue_on, d.due_on, d.customer_id, d.currency, d.buyer,
    CASE WHEN d.kind = 'credit_note' THEN -d.due_minor ELSE d.due_minor END AS total_minor,
    CASE WHEN d.kind = 'credit_note'
      THEN coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.credit_note_id = d.id AND a.made_on <= :day), 0)
      ELSE 0 END
    - coalesce((SELECT sum(a.amount_minor) FROM allocation a WHERE a.document_id = d.id AND a.made_on <= :day), 0)
      AS settled_minor
  FROM document d WHERE d.state = 'issued' AND d.kind IN ('invoice', 'credit_note', 'receipt')
    AND d.deleted_at IS NULL AND d.issue_on <= :day)
SELECT i.id, i.kind, i.number, i.issue_on, i.due_on, i.customer_id, coalesce(c.number, ''),
  coalesce(json_extract(i.buyer, '$.name'), c.name, ''), i.currency, i.total_minor, i.total_minor + i.settled_minor
FROM item i LEFT JOIN customer c ON c.id = i.customer_id
WHERE i.total_minor + i.settled_minor <> 0 ORDER BY i.due_on, i.id
"""


def items(day: date | None = None) -> list[OpenItem]:
    """What was open at the end of a day (today, if none is given); the longest due first."""
    until = day or dates.today()
    return [_item(row, until) for row in db.query(_SQL, {"day": until.isoformat()})]


def _item(row: tuple[Any, ...], until: date) -> OpenItem:
    document_id, kind, number, issued, due, customer_id, customer_number, name, currency, total, still = row
    due_on = date.fromisoformat(due) if due else None
    late = (until - due_on).days if due_on and still > 0 else 0
    return OpenItem(
        document_id,
        kind,
        number,
        date.fromisoformat(issued),
        due_on,
        customer_id,
        customer_number,
        name,
        currency,
        total,
        still,
        max(late, 0),
    )


@dataclass(frozen=True, slots=True)
class Age:
    """What is open in one age group of `AGES`: `first` and `last` day late, None for no end; credits reduce the first."""

    first: int
    last: int | None
    open_minor: int
    documents: int


def by_age(day: date | None = None) -> dict[str, list[Age]]:
    """What was open at the end of a day by age, for each currency; the same groups as in the report."""
    found: dict[str, list[list[int]]] = {}
    for money, late, minor, number in _open_today() if day is None else _open_on(day):
        group = found.setdefault(money, [[0, 0] for _start in AGES])[age_of(late)]
        group[0] += minor
        group[1] += number
    return {money: _groups(groups) for money, groups in sorted(found.items())}


def _open_on(day: date) -> Iterator[tuple[str, int, int, int]]:
    return ((item.currency, item.days_late, item.open_minor, 1) for item in items(day))


def _open_today() -> Iterator[tuple[str, int, int, int]]:
    """Currency, days late, amount and number of what is open now, from the balances that are kept: quick for many documents."""
    today, only = dates.today(), _only_currency()
    # Where all papers are in one currency, none of them has to be looked up.
    money, joined = ("?1", "") if only else ("d.currency", "JOIN document d ON d.id = b.id")
    rows = db.query(
        f"SELECT {money}, b.due_on, b.open_minor > 0 AS owed, sum(b.open_minor), count(*) FROM document_balance b {joined} "
        "WHERE b.open_minor <> 0 AND ?1 IS NOT NULL GROUP BY b.due_on, owed, 1",
        [only],
    )
    for currency, due, owed, minor, number in rows:
        late = (today - date.fromisoformat(due)).days if due and owed else 0
        yield currency, max(late, 0), minor, number


def _only_currency() -> str:
    """The currency that all issued papers are in; "" where there are several or none."""
    first = db.value("SELECT substr(sales, 3, 3) FROM day_figures LIMIT 1")
    alone = """{"___":[%]}"""
    if not first or db.one("SELECT 1 FROM day_figures WHERE sales NOT LIKE ? OR sales LIKE ? LIMIT 1",
                           [alone.replace("___", first), '%"___":%"___":%']):  # fmt: skip
        return ""
    return str(first)


def none_open() -> list[Age]:
    """The age groups where nothing is open."""
    return _groups([[0, 0] for _start in AGES])


def _groups(groups: list[list[int]]) -> list[Age]:
    lasts = [*(start - 1 for start in AGES[1:]), None]
    return [Age(first, last, *group) for first, last, group in zip(AGES, lasts, groups, strict=True)]
