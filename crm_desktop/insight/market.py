"""Competitors and sources: what was won and lost against each and why; what a customer from each source costs and brings."""

from __future__ import annotations

from dataclasses import dataclass

from crm_desktop.db import connection as db
from crm_desktop.insight.customer_value import Known
from crm_desktop.sales import competitors, sources

_AGAINST = """
SELECT o.competitor_id, o.state, o.lost_reason, count(*), sum(CASE WHEN o.currency = (SELECT currency FROM company)
  THEN o.value_minor ELSE 0 END)
FROM opportunity o WHERE o.competitor_id IS NOT NULL AND o.deleted_at IS NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
_FROM = "SELECT c.source_id, c.id FROM customer c WHERE c.source_id IS NOT NULL AND c.deleted_at IS NULL AND c.archived_at IS NULL"
_DEALS = """
SELECT o.source_id, count(*), sum(o.state = 'won') FROM opportunity o
WHERE o.source_id IS NOT NULL AND o.deleted_at IS NULL GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Against:
    """One competitor: deals won, lost and open against them, what was lost, and the reasons with their numbers."""

    id: int
    name: str
    won: int
    lost: int
    open: int
    lost_minor: int
    reasons: tuple[tuple[str, int], ...]
    strengths: str
    weaknesses: str
    note: str


@dataclass(frozen=True, slots=True)
class From:
    """One source: customers from it that bought, what was spent on it and what they brought, in the company's currency."""

    id: int
    name: str
    cost_minor: int
    customers: int
    buying: int
    net_minor: int
    deals: int
    won: int

    @property
    def cost_each(self) -> int | None:
        """What a buying customer from it cost; None without one."""
        return round(self.cost_minor / self.buying) if self.buying else None

    @property
    def brings_each(self) -> int | None:
        """What a buying customer from it brought; None without one."""
        return round(self.net_minor / self.buying) if self.buying else None


def against() -> list[Against]:
    """All competitors, those to whom most was lost first."""
    rows = db.query(_AGAINST)
    found = []
    for one in competitors.all_competitors():
        own = [row for row in rows if row[0] == one.id]
        number = {state: sum(r[3] for r in own if r[1] == state) for state in ("won", "lost", "open")}
        reasons = tuple((r[2], r[3]) for r in own if r[1] == "lost" and r[2])
        lost = sum(r[4] for r in own if r[1] == "lost")
        found.append(
            Against(
                one.id, one.name, number["won"], number["lost"], number["open"], lost, reasons, one.strengths, one.weaknesses,
                one.note,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.lost_minor, -one.lost, one.name))


def by_source(known: Known) -> list[From]:
    """All sources, those that brought most first."""
    deals = {source: (number, won) for source, number, won in db.query(_DEALS)}
    people: dict[int, list[int]] = {}
    for source, customer in db.query(_FROM):
        people.setdefault(source, []).append(customer)
    found = []
    for source in sources.all_sources():
        own = people.get(source.id, [])
        bought = [known.customers[c].net_minor for c in own if c in known.customers]
        number, won = deals.get(source.id, (0, 0))
        found.append(From(source.id, source.name, source.cost_minor, len(own), len(bought), sum(bought), number, won))
    return sorted(found, key=lambda one: (-one.net_minor, one.name))
