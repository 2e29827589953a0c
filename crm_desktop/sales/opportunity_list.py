"""Which deals the board and the lists show: filtered, in order, counted and summed per currency, all in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crm_desktop.core import dates, text
from crm_desktop.db import connection as db
from crm_desktop.sales import pipeline_stages
from crm_desktop.sales.opportunities import JOINS, Opportunity, rows
from crm_desktop.sales.pipeline_stages import Stage

VIEWS = ("list", "won", "lost")
_STATES = {"board": "open", "list": "open", "won": "won", "lost": "lost"}
_LIVE = "o.deleted_at IS NULL AND c.deleted_at IS NULL"
_ORDERS = {
    "title": "fold(o.title)",
    "customer": "fold(c.name)",
    "stage": "g.position",
    "value": "o.value_minor",
    "probability": "coalesce(o.probability_bp, g.probability_bp)",
    "weighted": "o.value_minor * coalesce(o.probability_bp, g.probability_bp)",
    "expected": "o.expected_on IS NULL, o.expected_on",
    "next": "o.next_on IS NULL, o.next_on",
    "source": "fold(coalesce(s.name, ''))",
    "score": "o.budget + o.authority + o.need + o.timing",
    "closed": "o.closed_on",
    "reason": "fold(o.lost_reason)",
    "competitor": "fold(coalesce(x.name, ''))",
    "created": "o.created_at",
    "board": "g.position, o.position",
}


@dataclass(frozen=True)
class BoardColumn:
    """One column of the board: its deals from top to bottom, and what they come to per currency, in minor units.

    `stage` is None for what was won this month.
    """

    stage: Stage | None
    ids: list[int] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)


def narrowing(search: str = "", filters: dict[str, Any] | None = None) -> tuple[str, list[Any]]:
    """The condition in SQL for what was typed and chosen (`source`, `tag`, `stage`), over `JOINS`, with its values."""
    where, params = "", []
    for word in text.fold(search).split():
        where += " AND fold(o.title || ' ' || c.name || ' ' || o.next_step) LIKE ?"
        params.append(f"%{word}%")
    chosen = filters or {}
    if chosen.get("source"):
        where += " AND o.source_id = ?"
        params.append(chosen["source"])
    if chosen.get("stage"):
        where += " AND o.stage_id = ?"
        params.append(chosen["stage"])
    if chosen.get("tag"):
        where += (
            " AND EXISTS (SELECT 1 FROM customer_tag k JOIN tag t ON t.id = k.tag_id "
            "WHERE k.customer_id = o.customer_id AND t.name = ?)"
        )
        params.append(chosen["tag"])
    return where, params


def board(search: str = "", filters: dict[str, Any] | None = None) -> list[BoardColumn]:
    """The columns of the board in order, and last what was won this month."""
    columns = {stage.id: BoardColumn(stage) for stage in pipeline_stages.all_stages()}
    won = BoardColumn(None)
    where, params = narrowing(search, filters)
    base = f"SELECT o.id, o.stage_id, o.value_minor, o.currency FROM {JOINS} WHERE {_LIVE}"
    for row in db.query(f"{base} AND o.state = 'open'{where} ORDER BY o.stage_id, o.position, o.id", params):
        _put(columns[row[1]], row)
    first = dates.today().replace(day=1).isoformat()
    newest = f"{base} AND o.state = 'won' AND o.closed_on >= ?{where} ORDER BY o.closed_on DESC, o.id DESC"
    for row in db.query(newest, [first, *params]):
        _put(won, row)
    return [*columns.values(), won]


def _put(column: BoardColumn, row: tuple[int, int, int, str]) -> None:
    column.ids.append(row[0])
    if row[2]:
        column.sums[row[3]] = column.sums.get(row[3], 0) + row[2]


def ids(
    view: str = "list",
    *,
    search: str = "",
    order: str = "board",
    descending: bool = False,
    filters: dict[str, Any] | None = None,
) -> list[int]:
    """The ids of the deals in a view ("list" is the open ones, "all" every one), in order."""
    where, params = narrowing(search, filters)
    state = f" AND o.state = '{_STATES[view]}'" if view in _STATES else ""
    direction = "DESC" if descending else "ASC"
    sql = f"SELECT o.id FROM {JOINS} WHERE {_LIVE}{state}{where} ORDER BY {_ORDERS[order]} {direction}, o.id"
    return [row[0] for row in db.query(sql, params)]


def counts(search: str = "", filters: dict[str, Any] | None = None) -> dict[str, int]:
    """The number of deals in each view."""
    where, params = narrowing(search, filters)
    found = dict(db.query(f"SELECT o.state, count(*) FROM {JOINS} WHERE {_LIVE}{where} GROUP BY o.state", params))
    return {view: found.get(_STATES[view], 0) for view in VIEWS}


def any_at_all() -> bool:
    """Whether there is a deal, open or closed."""
    return db.one(f"SELECT 1 FROM {JOINS} WHERE {_LIVE} LIMIT 1") is not None


def sums(wanted: Iterable[int]) -> dict[str, tuple[int, int]]:
    """Currency → value and value times probability of these deals, in minor units; currencies are never added."""
    listed = ",".join(map(str, wanted))
    return {
        currency: (plain, (weighted + 5000) // 10000)
        for currency, plain, weighted in db.query(
            "SELECT o.currency, sum(o.value_minor), sum(o.value_minor * CASE o.state WHEN 'won' THEN 10000 WHEN 'lost' "
            f"THEN 0 ELSE coalesce(o.probability_bp, g.probability_bp) END) FROM {JOINS} WHERE o.id IN ({listed}) "
            "GROUP BY o.currency ORDER BY o.currency"
        )
    }


def find(words: str, limit: int = 4) -> list[Opportunity]:
    """Deals that contain these words, open ones first."""
    where, params = narrowing(words)
    found = db.query(
        f"SELECT o.id FROM {JOINS} WHERE {_LIVE}{where} ORDER BY o.state <> 'open', o.touched_at DESC LIMIT ?",
        [*params, limit],
    )
    return rows([i for (i,) in found])
