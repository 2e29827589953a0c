"""Counters of the number series that a step raised: undo lowers them again, redo raises them.

Numbers that came with an import are gone when it is taken back. As long as none was given since, the series then goes on
where it stood, so that no gap stays to be explained. Steps note in `import_run` how far they raised what.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from crm_desktop.db import connection as db

# Series, period, the counter before and after a step.
Raised = tuple[str, str, int, int]
# Where the records of a series stand; all others are documents.
_TABLES = {
    "customer": "customer", "contract": "contract", "item": "item", "case": "support_case", "dunning_letter": "dunning_letter",
}  # fmt: skip
_LEFT_OUT = "number_left_out.{kind}.{period}."


def standing() -> dict[tuple[str, str], int]:
    """Series and period → the counter that was given last."""
    return {(kind, period): last for kind, period, last in db.query("SELECT kind, period, last FROM number_counter")}


def raised_since(before: dict[tuple[str, str], int]) -> list[Raised]:
    """What was raised since, to be noted with a step."""
    now = standing()
    return [(*key, before.get(key, 0), last) for key, last in sorted(now.items()) if last != before.get(key, 0)]


def follow(step_id: int, left: Collection[tuple[str, int]]) -> None:
    """Set the counters as they were before a step that is taken back, or after it when its undo is taken back.

    A series stays where it is if a record of its kind is `left`, or a number was given since.
    """
    kind, undone = db.one("SELECT kind, undo_of FROM journal_step WHERE id = ?", [step_id])
    is_redo = kind == "undo"
    found = db.value("SELECT result FROM import_run WHERE step_id = ?", [undone if is_redo else step_id])
    if found is None:
        return
    stay = {table for table, _row_id in left}
    for series, period, before, after in json.loads(found).get("counters", ()):
        last = standing().get((series, period), 0)
        if is_redo and last < after:
            _set(series, period, after)
            _note(series, period, last + 1, after)
        elif not is_redo and last == after and _TABLES.get(series, "document") not in stay:
            _set(series, period, before)
            _forget(series, period, before)


def _set(series: str, period: str, last: int) -> None:
    if last:
        values: list[Any] = [series, period, last]
        db.execute(
            "INSERT INTO number_counter VALUES(?1, ?2, ?3) ON CONFLICT(kind, period) DO UPDATE SET last = ?3", values
        )
    else:
        db.execute("DELETE FROM number_counter WHERE kind = ? AND period = ?", [series, period])


def _note(series: str, period: str, first: int, last: int) -> None:
    """Note that these numbers are not lost, as `company.numbering` does where numbers come from elsewhere."""
    key = f"{_LEFT_OUT.format(kind=series, period=period)}{first}"
    db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [key, str(last)])


def _forget(series: str, period: str, last: int) -> None:
    """Forget what was noted about the numbers after this one."""
    head = _LEFT_OUT.format(kind=series, period=period)
    db.execute(
        "DELETE FROM setting WHERE substr(key, 1, ?1) = ?2 AND CAST(substr(key, ?1 + 1) AS INTEGER) > ?3",
        [len(head), head, last],
    )
