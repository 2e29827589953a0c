"""Where a deal lies on the board: its stage and its place in it, and the note of every change of stage.

Places are numbers with gaps, so that a move writes one row; where a gap is used up, the stage is numbered anew.
"""

from __future__ import annotations

from crm_desktop.core import dates
from crm_desktop.db import connection as db

_GAP = 1024
_OPEN = "state = 'open' AND deleted_at IS NULL"


def last(stage_id: int) -> int:
    """A place behind all others of a stage."""
    found = db.value(f"SELECT max(position) FROM opportunity WHERE stage_id = ? AND {_OPEN}", [stage_id])
    return _GAP if found is None else int(found) + _GAP


def note(opportunity_id: int, from_stage_id: int | None, to_stage_id: int | None, state: str, at: str) -> None:
    """Keep a move with the value of that day for the figures; inside the transaction that made it."""
    db.execute(
        "INSERT INTO opportunity_move(opportunity_id, from_stage_id, to_stage_id, state, value_minor, moved_at) "
        "SELECT id, ?, ?, ?, value_minor, ? FROM opportunity WHERE id = ?",
        [from_stage_id, to_stage_id, state, at, opportunity_id],
    )


def put(opportunity_id: int, stage_id: int, *, before: int | None = None, after: int | None = None) -> bool:
    """Put a deal into a stage: before or after another deal of it, at its end without either.

    Inside a transaction. Gives whether the stage changed, which is then kept as a move.
    """
    old_stage, state = db.one("SELECT stage_id, state FROM opportunity WHERE id = ?", [opportunity_id])
    now = dates.instant_text(dates.now())
    changes: dict[str, object] = {"position": _place(opportunity_id, stage_id, before, after)}
    if old_stage != stage_id:
        changes |= {"stage_id": stage_id, "moved_at": now, "touched_at": now}
        note(opportunity_id, old_stage, stage_id, state, now)
    db.update("opportunity", opportunity_id, changes | {"updated_at": dates.stamp()})
    return bool(old_stage != stage_id)


def _place(moving: int, stage_id: int, before: int | None, after: int | None) -> int:
    found = _between(moving, stage_id, before, after)
    if found is not None:
        return found
    _number_anew(stage_id)
    return _between(moving, stage_id, before, after) or _GAP


def _between(moving: int, stage_id: int, before: int | None, after: int | None) -> int | None:
    """The place between the two that it shall lie between; None where nothing is free."""
    order = db.query(
        f"SELECT id, position FROM opportunity WHERE stage_id = ? AND id <> ? AND {_OPEN} ORDER BY position, id",
        [stage_id, moving],
    )
    ids = [own_id for own_id, _position in order]
    index = len(ids)
    if before in ids:
        index = ids.index(before)
    elif after in ids:
        index = ids.index(after) + 1
    low = order[index - 1][1] if index else None
    high = order[index][1] if index < len(order) else None
    if high is None:
        return _GAP if low is None else int(low) + _GAP
    if low is None:
        return int(high) - _GAP
    middle = (int(low) + int(high)) // 2
    return middle if low < middle < high else None


def _number_anew(stage_id: int) -> None:
    order = db.query(f"SELECT id FROM opportunity WHERE stage_id = ? AND {_OPEN} ORDER BY position, id", [stage_id])
    for place, (own_id,) in enumerate(order, 1):
        db.update("opportunity", own_id, {"position": place * _GAP})
