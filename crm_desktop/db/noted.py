"""Changes of rows whose table writes no journal, noted with the step that made them, so that undo takes them back too.

Settings have a key in words, so the journal cannot tell their rows by a number; those that the owner chose are noted by a
number made of the key.

Recipients of a campaign are written some thousand times while it goes out; that has no way back and is not journaled. What
they answered is a deed of the owner: it goes with the consent that it withdrew. Only the columns that the deed changed are
noted, and undo puts back only those that still say what the deed wrote: what was sent meanwhile stays sent.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from typing import Any

from crm_desktop.db import connection as db

# Tables of this kind, with the columns that tell whose row it is.
TABLES = {"campaign_recipient": ("customer_id", "campaign_id"), "setting": ()}


def put_setting(key: str, value: str | None) -> None:
    """Keep a choice of the owner's, or forget it (None), and note it with the open step."""
    before = db.value("SELECT value FROM setting WHERE key = ?", [key])
    if value is None:
        db.execute("DELETE FROM setting WHERE key = ?", [key])
    else:
        db.execute("INSERT OR REPLACE INTO setting VALUES(?, ?)", [key, value])
    if value != before and db.current_step() is not None:
        _note("setting", zlib.crc32(key.encode()), {"key": key, "kept": before}, {"key": key, "kept": value})


def update(table: str, row_id: int, values: dict[str, Any]) -> None:
    """Change columns of a row, as `connection.update` does, and note them with the open step."""
    names = [*TABLES[table], *values]
    row = db.one(f"SELECT {', '.join(names)} FROM {table} WHERE id = ?", [row_id])
    db.update(table, row_id, values)
    if row is not None and db.current_step() is not None:
        before = dict(zip(names, row, strict=True))
        _note(table, row_id, before, before | values)


def _note(table: str, row_id: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    db.execute(
        "INSERT INTO journal_change(step_id, table_name, row_id, operation, before, after) VALUES(?, ?, ?, 'u', ?, ?)",
        [db.current_step(), table, row_id, json.dumps(before), json.dumps(after)],
    )


def reverse(step_id: int, table: str, row_ids: Collection[int]) -> None:
    """Put back what a step changed in these rows, inside the step that takes it back; what changed since stays."""
    rows = db.query(
        "SELECT row_id, before, after FROM journal_change WHERE step_id = ? AND table_name = ? "
        "AND row_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
        [step_id, table, json.dumps(list(row_ids))],
    )
    for row_id, before, after in rows:
        old, new = json.loads(before), json.loads(after)
        if table == "setting":
            if db.value("SELECT value FROM setting WHERE key = ?", [new["key"]]) == new["kept"]:
                put_setting(new["key"], old["kept"])
            continue
        now = next(iter(db.records(f"SELECT * FROM {table} WHERE id = ?", [row_id])), None)
        if now is not None:
            back = {name: old[name] for name in old if old[name] != new[name] and now[name] == new[name]}
            if back.get("state") == "waiting" and _is_over(now["campaign_id"]):
                back = {name: value for name, value in back.items() if name not in ("state", "reason")}
            if back:
                update(table, row_id, back)


def _is_over(campaign_id: int) -> bool:
    """Whether nobody who waits in a campaign would get it any more."""
    return db.value("SELECT state FROM campaign WHERE id = ?", [campaign_id]) not in ("running", "paused")
