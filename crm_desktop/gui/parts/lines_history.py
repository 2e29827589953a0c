"""Undo and redo of the lines of one draft while it is written: whole states of the rows, as many as anyone steps back.

A state is a tuple of frozen rows, so keeping it costs next to nothing. What is typed into one cell is one step. Rows
without content do not count as a change. The journal of the data file keeps the saved drafts; this is what happens
between two keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from crm_desktop.gui.parts.line_sheet import Row

_MOST = 200
State = tuple[Row, ...]


class LinesHistory:
    """See the module."""

    def __init__(self) -> None:
        self._past: list[State] = []
        self._future: list[State] = []
        self._now: State = ()
        self._cell: tuple[int, int] | None = None

    def start(self, rows: Sequence[Row]) -> None:
        """Begin with these rows; nothing can be undone yet."""
        self._past, self._future, self._now, self._cell = [], [], _full(rows), None

    def note(self, rows: Sequence[Row], cell: tuple[int, int] | None = None) -> None:
        """Remember the rows after a change; `cell` is the cell in which one is typing."""
        state = _full(rows)
        if state == self._now:
            return
        if cell is not None and cell == self._cell and self._past and self._past[-1] == state:
            self._past.pop()  # typed and taken back
        elif cell is None or cell != self._cell:
            self._past = [*self._past[-_MOST:], self._now]
        self._future, self._now, self._cell = [], state, cell

    def undo(self) -> State | None:
        """The rows before the last change; None if there is none."""
        return self._go(self._past, self._future)

    def redo(self) -> State | None:
        """The rows after the change that was undone last; None if there is none."""
        return self._go(self._future, self._past)

    def _go(self, source: list[State], other: list[State]) -> State | None:
        if not source:
            return None
        other.append(self._now)
        self._now, self._cell = source.pop(), None
        return self._now

    def leave_cell(self) -> None:
        """What is typed from now on is another step, also in the same cell."""
        self._cell = None


def _full(rows: Sequence[Row]) -> State:
    return tuple(row for row in rows if not row.is_empty)
