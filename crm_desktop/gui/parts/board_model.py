"""The cards of one column of the board: their ids in order, and the rows read when they are first painted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crm_desktop.gui.parts import deal_words
from crm_desktop.sales import opportunities
from crm_desktop.sales.opportunities import Opportunity

ROW_ROLE = Qt.ItemDataRole.UserRole
_PAGE = 12
_NOWHERE = QModelIndex()


class CardModel(QAbstractListModel):
    """See the module."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: list[int] = []
        self._rows: dict[int, Opportunity] = {}

    def tell(self, ids: list[int]) -> None:
        """Show these deals, read anew."""
        self._rows.clear()
        if ids == self.ids:
            if ids:
                self.dataChanged.emit(self.index(0), self.index(len(ids) - 1))
            return
        self.beginResetModel()
        self.ids = list(ids)
        self.endResetModel()

    def card(self, place: int) -> Opportunity | None:
        """The deal at a place; None where it is gone meanwhile."""
        if not 0 <= place < len(self.ids):
            return None
        wanted = self.ids[place]
        if wanted not in self._rows:
            first = place - place % _PAGE
            self._rows |= {found.id: found for found in opportunities.rows(self.ids[first : first + _PAGE])}
        return self._rows.get(wanted)

    def place_of(self, opportunity_id: int) -> int:
        """Where a deal lies, -1 if it does not."""
        return self.ids.index(opportunity_id) if opportunity_id in self.ids else -1

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        found = self.card(index.row())
        if found is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return found.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return deal_words.spoken(found)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{found.title}\n{found.customer}\n{deal_words.next_step(found)}"
        return found if role == ROW_ROLE else None
