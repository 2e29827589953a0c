"""One model for all lists: the ids in order are read once, the rows in pages of 64 when they are first painted.

A source is any object with

    ids(order: str, descending: bool, filters: dict, search: str) -> list[int]
    rows(ids: list[int]) -> list          rows with an attribute `id`; ones that are gone may be missing

`refresh()` compares the new ids with the old ones: few changes become row insertions and removals, which keeps selection
and scroll position; many become a reset, after which the view selects the same ids again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crm_desktop.gui.widgets.cells import EMPTY, Cell, Column, cell_of

PAGE = 64
_PAGES_KEPT = 256
_MOST_RUNS = 40
ROW_ROLE = Qt.ItemDataRole.UserRole
CELL_ROLE = Qt.ItemDataRole.UserRole + 1
_NOWHERE = QModelIndex()


class Source(Protocol):
    """Where a list gets its rows from."""

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        """The ids that the list shows, in order."""

    def rows(self, ids: list[int]) -> Sequence[Any]:
        """The rows of these ids."""


class TableModel(QAbstractTableModel):
    """Rows of a source in declared columns; see the module."""

    def __init__(self, source: Source, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self.columns = list(columns)
        self.order, self.descending = "", False
        self.filters: dict[str, Any] = {}
        self.search = ""
        self._ids: list[int] = []
        self._pages: OrderedDict[int, dict[int, Any]] = OrderedDict()

    # ---- what is shown -----------------------------------------------------------------------------------------------

    @property
    def ids(self) -> list[int]:
        """The ids in the order shown."""
        return self._ids

    def ask(self, **changes: Any) -> None:
        """Show another order, descending, filters or search, and read again."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.refresh()

    def refresh(self) -> None:
        """Read the ids again and tell the views the difference."""
        new = list(self.source.ids(self.order, self.descending, self.filters, self.search))
        self._pages.clear()
        if new == self._ids:
            if new:
                self.dataChanged.emit(self.index(0, 0), self.index(len(new) - 1, len(self.columns) - 1))
            return
        runs = _difference(self._ids, new)
        if runs is None:
            self.beginResetModel()
            self._ids = new
            self.endResetModel()
            return
        self._apply(runs, new)

    def _apply(self, runs: tuple[list[tuple[int, int]], list[tuple[int, int]]], new: list[int]) -> None:
        removed, added = runs
        for first, last in reversed(removed):
            self.beginRemoveRows(_NOWHERE, first, last)
            del self._ids[first : last + 1]
            self.endRemoveRows()
        for first, last in added:
            self.beginInsertRows(_NOWHERE, first, last)
            self._ids[first:first] = new[first : last + 1]
            self.endInsertRows()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    def row_at(self, index: int) -> Any:
        """The row shown at a place, or None if it is gone."""
        if not 0 <= index < len(self._ids):
            return None
        number = index // PAGE
        page = self._pages.get(number)
        if page is None:
            wanted = self._ids[number * PAGE : (number + 1) * PAGE]
            page = {row.id: row for row in self.source.rows(wanted)}
            self._pages[number] = page
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        return page.get(self._ids[index])

    def place_of(self, row_id: int) -> int:
        """Where an id is shown, -1 if it is not."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return -1

    # ---- Qt ----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def cell(self, row: int, column: int) -> Cell:
        """What is painted in a cell."""
        found = self.row_at(row)
        return EMPTY if found is None else cell_of(self.columns[column], found)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CELL_ROLE:
            return self.cell(index.row(), index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.cell(index.row(), index.column()).text
        if role == ROW_ROLE:
            return self.row_at(index.row())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight if self.columns[index.column()].align_right else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return self.columns[section].heading
            if role == ROW_ROLE:
                return self.columns[section]
        return None


def _runs(places: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place == found[-1][1] + 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def _difference(old: list[int], new: list[int]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]] | None:
    """Runs to remove from `old` and runs to add that make `new`; None where a reset is simpler."""
    if not old or not new:
        return None
    before, after = set(old), set(new)
    if len(before) != len(old) or len(after) != len(new):
        return None
    removed = _runs([i for i, found in enumerate(old) if found not in after])
    added = _runs([i for i, found in enumerate(new) if found not in before])
    if len(removed) + len(added) > _MOST_RUNS:
        return None
    if [i for i in old if i in after] != [i for i in new if i in before]:
        return None
    return removed, added
