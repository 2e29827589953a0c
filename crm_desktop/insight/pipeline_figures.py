"""Figures of the pipeline: what is expected per month, how deals get through the stages, where they come from, why lost.

* Forecast: open deals by the month of their expected day; plain is their value, weighted is value × probability, summed
  exactly and rounded once, half up. Days that went by count as late, deals without a day stand apart.
* Conversion of a stage: of the deals that ever lay in it and left it, the share that went further along or was won.
* Conversion of a source: of the deals that were closed, the share that was won.

Currencies are never added: each line is of one currency, or counts deals only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.sales import pipeline_stages

_LIVE = "o.deleted_at IS NULL"


@dataclass(frozen=True)
class Month:
    """What is expected in a month in one currency; `first` is its first day, None for deals without a day.

    `late` are open deals whose expected day went by.
    """

    first: date | None
    late: bool
    currency: str
    deals: int
    plain_minor: int
    weighted_minor: int


@dataclass(frozen=True)
class StageFigures:
    """How deals get through a stage: `entered` it ever, `on` went further or were won from it, `lost` were lost in it."""

    stage_id: int
    name: str
    entered: int
    on: int
    lost: int
    days: float | None

    @property
    def conversion_bp(self) -> int | None:
        """The share that went on of those that left, in hundredths of a percent; None while none has left."""
        left = self.on + self.lost
        return (self.on * 20000 + left) // (2 * left) if left else None


@dataclass(frozen=True)
class SourceFigures:
    """What came of a source; `won_minor` per currency. `source_id` is None for deals without one."""

    source_id: int | None
    name: str
    cost_minor: int
    deals: int
    won: int
    lost: int
    won_minor: dict[str, int]

    @property
    def conversion_bp(self) -> int | None:
        """The share that was won of those that are closed, in hundredths of a percent; None while none is."""
        closed = self.won + self.lost
        return (self.won * 20000 + closed) // (2 * closed) if closed else None


def forecast() -> list[Month]:
    """What is expected, month by month and currency by currency: late ones first, those without a day last."""
    today = dates.today().isoformat()
    rows = db.query(
        "SELECT CASE WHEN o.expected_on < ?1 THEN '0' ELSE substr(o.expected_on, 1, 7) END AS month, o.currency, count(*), "
        "sum(o.value_minor), sum(o.value_minor * coalesce(o.probability_bp, g.probability_bp)) FROM opportunity o "
        "JOIN pipeline_stage g ON g.id = o.stage_id JOIN customer c ON c.id = o.customer_id AND c.deleted_at IS NULL "
        f"WHERE o.state = 'open' AND {_LIVE} GROUP BY 1, 2 ORDER BY month IS NULL, month, o.currency",
        [today],
    )
    return [
        Month(
            date.fromisoformat(f"{month}-01") if month and month != "0" else None,
            month == "0", currency, deals, plain, (weighted + 5000) // 10000,
        )
        for month, currency, deals, plain, weighted in rows
    ]  # fmt: skip


def by_stage(since: date | None = None) -> list[StageFigures]:
    """Each stage in the order of the board, over the moves since a day (of all time)."""
    first = since.isoformat() if since else ""
    rows = db.query(
        "SELECT m.opportunity_id, m.from_stage_id, m.to_stage_id, m.state, m.moved_at FROM opportunity_move m "
        f"JOIN opportunity o ON o.id = m.opportunity_id WHERE {_LIVE} AND m.moved_at >= ? ORDER BY m.opportunity_id, m.id",
        [first],
    )
    stages = pipeline_stages.all_stages()
    order = {stage.id: place for place, stage in enumerate(stages)}
    entered: dict[int, set[int]] = {stage.id: set() for stage in stages}
    on: dict[int, set[int]] = {stage.id: set() for stage in stages}
    lost: dict[int, set[int]] = {stage.id: set() for stage in stages}
    spent: dict[int, list[float]] = {stage.id: [] for stage in stages}
    last: tuple[int, int, str] | None = None  # the deal, the stage in which it lies, since when
    for deal, old, new, state, at in rows:
        if last is not None and last[0] == deal and last[1] in spent:
            spent[last[1]].append((dates.instant_from(at) - dates.instant_from(last[2])).total_seconds() / 86400)
        last = (deal, new, at) if state == "open" else None
        if new in entered:
            entered[new].add(deal)
        if state == "won" and old in on:
            on[old].add(deal)
        elif state == "lost" and old in lost:
            lost[old].add(deal)
        elif old in order and new in order and order[new] > order[old]:
            on[old].add(deal)
    return [
        StageFigures(s.id, s.name, len(entered[s.id]), len(on[s.id]), len(lost[s.id] - on[s.id]), _mean(spent[s.id]))
        for s in stages
    ]


def _mean(days: list[float]) -> float | None:
    return sum(days) / len(days) if days else None


def by_source(since: date | None = None) -> list[SourceFigures]:
    """Each source with deals that began since a day (of all time), the one with most won deals first."""
    first = since.isoformat() if since else ""
    rows = db.query(
        "SELECT s.id, coalesce(s.name, ''), coalesce(s.cost_minor, 0), o.currency, count(*), sum(o.state = 'won'), "
        "sum(o.state = 'lost'), sum(CASE o.state WHEN 'won' THEN o.value_minor ELSE 0 END) FROM opportunity o "
        f"LEFT JOIN source s ON s.id = o.source_id WHERE {_LIVE} AND o.created_at >= ? GROUP BY s.id, o.currency",
        [first],
    )
    found: dict[int | None, SourceFigures] = {}
    for source_id, name, cost, currency, deals, won, lost, won_minor in rows:
        before = found.get(source_id) or SourceFigures(source_id, name, cost, 0, 0, 0, {})
        money = before.won_minor | ({currency: won_minor} if won_minor else {})
        found[source_id] = SourceFigures(
            source_id, name, cost, before.deals + deals, before.won + won, before.lost + lost, money
        )
    return sorted(found.values(), key=lambda s: (-s.won, -s.deals, s.name))


def lost_reasons(since: date | None = None) -> list[tuple[str, str, int]]:
    """Reason, competitor and number of lost deals closed since a day (of all time), the most frequent first."""
    return db.query(
        "SELECT o.lost_reason, coalesce(x.name, ''), count(*) FROM opportunity o LEFT JOIN competitor x "
        f"ON x.id = o.competitor_id WHERE o.state = 'lost' AND {_LIVE} AND o.closed_on >= ? "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        [since.isoformat() if since else ""],
    )
