"""Undo for the window: the journal of the data file, as the faces need it.

Ctrl+Z takes back the last deed that still stands, Ctrl+Shift+Z brings it back; each step of the last 90 days can also be
taken back by itself, also after a restart.
"""

from __future__ import annotations

from collections.abc import Callable

from crm_desktop.core.errors import Conflict
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.db import connection as db
from crm_desktop.db import history
from crm_desktop.db.history import Step, Undone

__all__ = ["KEEP_DAYS", "Step", "Undone", "names_left", "on_change", "steps", "undo_last", "undo_step"]

KEEP_DAYS = history.KEEP_DAYS


def undo_last() -> Undone | None:
    """Take back the last deed; None when there is nothing to take back.

    Raises:
        Conflict: it cannot be undone (issuing), or was edited since.
    """
    step_id = history.next_undo()
    return None if step_id is None else undo_step(step_id)


def redo_last() -> Undone | None:
    """Bring back what was undone last; None when nothing was, or something else was done since.

    Raises:
        Conflict: what it changed was edited since.
    """
    step_id = history.next_redo()
    return None if step_id is None else history.undo(step_id)


def undo_step(step_id: int, *, leave_edited: bool = False) -> Undone:
    """Take back one step; with `leave_edited`, and of an import, rows that were edited since stay as they are.

    Raises:
        NotFound: the step is older than the history.
        Conflict: it is undone already, cannot be undone, or was edited since.
    """
    is_import = db.one("SELECT 1 FROM import_run WHERE step_id = ?", [step_id]) is not None
    return history.undo(step_id, leave_edited=leave_edited or is_import)


def names_left(done: Undone) -> list[str]:
    """The names of records that an undo had to leave because they were edited since or are in use."""
    from crm_desktop.safety import changed  # knows the words of every trade: loaded with the first undo

    records = ("customer", "contract", "item", "document", "opportunity", "reminder", "owned_product", "payment")
    names = (changed.name_of(table, row_id) for table, row_id in done.left if table in records)
    return list(dict.fromkeys(name for name in names if name))


def told(done: Undone) -> str:
    """What was undone, with the names of what had to stay."""
    names = names_left(done)
    if not names:
        return done.title
    sentence = ngettext(
        "{title}. {n} record stays, because it was edited since or is in use: {names}",
        "{title}. {n} records stay, because they were edited since or are in use: {names}",
        len(names),
    )
    return sentence.format(title=done.title, n=len(names), names=", ".join(names[:3]))


def undo_title() -> str:
    """The title of the step that Ctrl+Z takes back; empty when there is none."""
    return _title(history.next_undo())


def redo_title() -> str:
    """The title of the step that Ctrl+Shift+Z brings back; empty when there is none."""
    return _title(history.next_redo())


def _title(step_id: int | None) -> str:
    return "" if step_id is None else str(db.value("SELECT title FROM journal_step WHERE id = ?", [step_id]))


def steps(limit: int = 200, search: str = "") -> list[Step]:
    """The steps of the last 90 days, newest first."""
    return history.steps(limit, search)


def on_change(listener: Callable[[frozenset[str]], None]) -> Callable[[], None]:
    """Call `listener(names of the tables written)` after each change, in the thread that made it.

    Gives a function that takes the listener away again.
    """
    return db.on_commit(listener)


def require(done: Undone | None) -> Undone:
    """What an undo did, for a face that must say something when there was nothing to do.

    Raises:
        Conflict: there was nothing to undo.
    """
    if done is None:
        raise Conflict(_("There is nothing to undo."))
    return done
