"""The lines of an invoice as a table: the model over a `LineSheet`, and the delegate that paints and edits its cells.

Every cell is edited in place by a one-line field; item, unit and tax offer what fits while one types.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crm_desktop.billing.document import ALTERNATIVE, COMMENT, HEADING, ITEM, OPTIONAL, SUBTOTAL, DraftLine
from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons, theme
from crm_desktop.gui.parts import line_roles
from crm_desktop.gui.parts.line_paste import Pasted
from crm_desktop.gui.parts.line_sheet import COLUMNS, LineSheet, Row, Tax, tax_text
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.inputs import TextInput
from crm_desktop.gui.widgets.pill import paint_pill, pill_width
from crm_desktop.gui.widgets.suggest import SuggestInput, Suggestion
from crm_desktop.sales import catalogue

HANDLE, NAME, QTY, UNIT, PRICE, DISCOUNT, RATE, AMOUNT = range(8)
_RIGHT = (QTY, PRICE, DISCOUNT, RATE, AMOUNT)
_NOWHERE = QModelIndex()
_CENTER = Qt.AlignmentFlag.AlignVCenter
_ELIDE = Qt.TextElideMode.ElideRight
PAD = 8
# Role of a line → font and colour of its name.
_NAME_FONTS = {
    HEADING: ("b", "text"),
    SUBTOTAL: ("b", "text"),
    COMMENT: ("body", "text2"),
    OPTIONAL: ("body", "text2"),
    ALTERNATIVE: ("body", "text2"),
}


def key_of(section: int) -> str:
    """The name of a column in the sheet; empty for those that are not typed."""
    return COLUMNS[section - 1] if NAME <= section <= RATE else ""


class LinesModel(QAbstractTableModel):
    """Rows of a `LineSheet`; `changed` is sent after each change by the user."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sheet = LineSheet()
        self.amounts: dict[int, str] = {}
        self.marks: dict[tuple[int, str], tuple[str, str]] = {}
        self.headings: dict[int, str] = {}

    def show_sheet(self, sheet: LineSheet) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.sheet = sheet
        self.amounts, self.marks = {}, {}
        self.endResetModel()

    def tell(self, amounts: dict[int, str], marks: dict[tuple[int, str], tuple[str, str]]) -> None:
        """Show the amounts of the rows, and (sentence, "bad" or "warn") beside cells."""
        self.amounts, self.marks = amounts, marks
        if self.sheet.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.sheet.rows) - 1, AMOUNT))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.sheet.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else AMOUNT + 1

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_typed = key_of(index.column()) and (index.column() == NAME or not self.sheet.rows[index.row()].is_text)
        return plain | Qt.ItemFlag.ItemIsEditable if is_typed else plain

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, name = index.row(), key_of(index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == NAME:
            return self._spoken(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row, index.column(), name)
        if role == Qt.ItemDataRole.EditRole:
            return self.sheet.typed(row, name) if name else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            sentence = self.marks.get((row, name), ("", ""))[0]
            return sentence or self._words(row, index.column(), name)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self.marks.get((row, name), ("", ""))[0]
        return None

    def _spoken(self, row: int) -> str:
        """The name of a line as it is read out: what is not summed says so."""
        words, kind = self._words(row, NAME, "name"), self.sheet.rows[row].line.role
        mark = line_roles.word(kind) or ("" if kind == ITEM else line_roles.hint(kind))
        return _("{mark}: {name}").format(mark=mark, name=words) if mark else words

    def _words(self, row: int, section: int, name: str) -> str:
        if section == HANDLE:
            return str(row + 1)
        found = self.sheet.rows[row]
        if section == AMOUNT:
            return self.amounts.get(row, "" if found.is_text else formats.DASH)
        if found.is_text and section != NAME:
            return ""
        if section == NAME and found.line.role == SUBTOTAL:
            return found.line.name or _("Subtotal")
        return self.sheet.shown(row, name) or ("" if section in (NAME, QTY, PRICE) else formats.DASH)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings.get(section, "")
        return None

    def setData(
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        name = key_of(index.column())
        if role != Qt.ItemDataRole.EditRole or not name or value == self.sheet.typed(index.row(), name):
            return False
        self.sheet.set_text(index.row(), name, str(value))
        self.changed.emit()
        return True

    def add(self, row: int | None = None) -> int:
        """Add an empty row."""
        place = self.rowCount() if row is None else row
        self.beginInsertRows(_NOWHERE, place, place)
        self.sheet.add(place)
        self.endInsertRows()
        return place

    def take(self, places: Collection[int]) -> None:
        """Remove rows."""
        self._change(lambda: self.sheet.remove(places))

    def move(self, places: Sequence[int], before: int) -> list[int]:
        """Move rows in front of another; gives their new places."""
        return self._change(lambda: self.sheet.move(places, before))

    def duplicate(self, places: Sequence[int]) -> list[int]:
        """Put copies of rows behind them; gives the places of the copies."""
        return self._change(lambda: self.sheet.duplicate(places))

    def paste(self, row: int, section: int, pasted: str) -> Pasted:
        """Fill rows from a spreadsheet; says what became of it."""
        return self._change(lambda: self.sheet.paste(row, key_of(section) or "name", pasted))

    def set_roles(self, places: Collection[int], role: str) -> None:
        """Make rows headings, optional positions and so on."""

        def turn() -> None:
            for place in places:
                self.sheet.set_role(place, role)

        self._change(turn)

    def tax_all(self, tax: Tax) -> None:
        """Tax every row, and those to come, in one way."""

        def turn() -> None:
            self.sheet.tax = tax
            for place, row in enumerate(self.sheet.rows):
                if not row.is_text:
                    self.sheet.set_tax(place, tax)

        self._change(turn)

    def insert_role(self, place: int, role: str) -> int:
        """Put in a row of a role; gives its place."""

        def put() -> int:
            self.sheet.add(place)
            self.sheet.set_role(place, role)
            return place

        return int(self._change(put))

    def insert_lines(self, place: int, lines: Sequence[DraftLine]) -> list[int]:
        """Put whole lines in; gives their places."""
        return list(self._change(lambda: self.sheet.insert(place, lines)))

    def put_back(self, rows: Sequence[Row]) -> None:
        """Show the rows as they were before a change."""
        self._change(lambda: self.sheet.put_back(rows))

    def _change(self, act: Callable[[], Any]) -> Any:
        """Do something to whole rows and tell it; gives what it gives."""
        self.beginResetModel()
        found = act()
        self.endResetModel()
        self.changed.emit()
        return found


class CellInput(TextInput):
    """A plain cell: what it holds is marked when it opens."""


def _unit_suggestions(typed: str) -> list[Suggestion]:
    folded = text.fold(typed)
    words = [(code, _(name)) for code, name in catalogue.UNITS.items()]
    return [Suggestion(code, name) for code, name in words if folded in text.fold(name)]


class LinesDelegate(QStyledItemDelegate):
    """Paints cells, makes their fields. `go(row, column, how)` is asked for after a key: "next", "back", "down"."""

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self._view = view
        self.items: Callable[[str], Sequence[Suggestion]] = lambda _typed: []
        self.taxes: Callable[[], Sequence[Tax]] = list
        self.picked_item: Callable[[int, Any], object] = lambda _row, _item: None
        self.go: Callable[[int, int, str], object] = lambda _row, _column, _how: None
        self._before: tuple[int, Any] = (0, None)

    # ---- editing -----------------------------------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Any) -> QWidget:
        section = index.column()
        made: TextInput
        row = index.model().sheet.rows[index.row()]
        if section == NAME and row.is_text:
            made = CellInput(line_roles.hint(row.line.role), parent)
        elif section == NAME:
            made = SuggestInput(self._items_for, _("Find a product, or write what was sold"), parent, free=True)
        elif section == UNIT:
            made = SuggestInput(_unit_suggestions, _("Unit"), parent, free=True)
        elif section == RATE:
            made = SuggestInput(self._tax_suggestions, _("Tax"), parent, free=True)
        else:
            made = CellInput("", parent)
        if section in _RIGHT:
            made.setAlignment(Qt.AlignmentFlag.AlignRight | _CENTER)
        made.setAccessibleName(str(index.model().headings.get(section, "")))
        made.setProperty("cell", (index.row(), section))
        if isinstance(made, SuggestInput):
            made.picked.connect(self._picked)
        made.textEdited.connect(self._typing)
        self._before = (index.row(), index.model().sheet.rows[index.row()])
        return made

    def _typing(self, typed: str) -> None:
        """Take over each key, so that sums and preview follow; Esc brings back what stood there."""
        editor = self.sender()
        if isinstance(editor, TextInput):
            row, section = editor.property("cell")
            model: LinesModel = self._view.model()
            if section in (NAME, QTY, PRICE, DISCOUNT):
                model.sheet.set_text(row, key_of(section), typed)
                model.changed.emit()

    def _restore(self) -> None:
        model: LinesModel = self._view.model()
        row, before = self._before
        if row < len(model.sheet.rows) and model.sheet.rows[row] != before:
            model.sheet.rows[row] = before
            model.changed.emit()

    def _items_for(self, typed: str) -> Sequence[Suggestion]:
        return self.items(typed) if typed else []

    def _tax_suggestions(self, typed: str) -> list[Suggestion]:
        folded = text.fold(typed).replace("%", "").strip()
        return [Suggestion(tax, tax_text(tax)) for tax in self.taxes() if folded in text.fold(tax_text(tax))]

    def _picked(self, value: Any) -> None:
        editor = self.sender()
        if not isinstance(editor, SuggestInput):
            return
        row, section = editor.property("cell")
        model: LinesModel = self._view.model()
        if section == NAME:
            self.picked_item(row, value)
        elif section == UNIT:
            model.sheet.set_text(row, "unit", str(value))
        else:
            model.sheet.set_tax(row, value)
        self.drop(editor)
        model.changed.emit()
        self.go(row, section, "next")

    def setEditorData(self, editor: QWidget, index: Any) -> None:
        if isinstance(editor, TextInput) and not editor.property("filled"):
            editor.setProperty("filled", True)
            editor.set_value(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Any) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Any) -> None:
        room = QRect(option.rect)
        editor.setGeometry(room.adjusted(1, 2, -1, -3))

    def drop(self, editor: QWidget) -> None:
        """Close a field without taking over what stands in it."""
        editor.setProperty("done", True)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Tab, Enter and Esc in a field: keep, go on, or leave it as it was."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(editor, TextInput):
            return self._view.handle_key(event) or self._key(editor, self._way(event))
        if event.type() == QEvent.Type.FocusOut and editor.property("done"):
            return False
        return super().eventFilter(editor, event)

    def _key(self, editor: TextInput, how: str) -> bool:
        """Act on a key of a field; False leaves it to the field."""
        if how == "cancel":
            if isinstance(editor, SuggestInput) and editor.hits():
                return False
            self._restore()
            self.drop(editor)
            self._view.setFocus()
        elif how == "enter" and isinstance(editor, SuggestInput) and editor.take_marked():
            return True
        elif how:
            self._keep(editor, how)
        return bool(how)

    @staticmethod
    def _way(event: QKeyEvent) -> str:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        keys = {Qt.Key.Key_Tab: "next", Qt.Key.Key_Backtab: "back", Qt.Key.Key_Escape: "cancel"}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return "enter" if plain else ""
        return keys.get(Qt.Key(event.key()), "")

    def _keep(self, editor: TextInput, how: str) -> None:
        row, section = editor.property("cell")
        self.commitData.emit(editor)
        self.drop(editor)
        self.go(row, section, "down" if how == "enter" and section != NAME else "next" if how == "enter" else how)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        model: LinesModel = index.model()
        section = index.column()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if selected:
            painter.fillRect(option.rect, theme.color("sel"))
        painter.setPen(theme.color("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        sentence, kind = model.marks.get((index.row(), key_of(section)), ("", ""))
        if sentence:
            self._mark(painter, option.rect, kind)
        if section == HANDLE:
            hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            self._handle(painter, option.rect, index.row(), selected=selected, hovered=hovered)
        elif section == NAME:
            self._name(painter, option.rect, model, index.row(), selected=selected)
        else:
            grey = model.sheet.rows[index.row()].line.role in line_roles.CHOICES
            self._cell(painter, option.rect, str(index.data() or ""), section, bad=kind == "bad", grey=grey)

    @staticmethod
    def _mark(painter: QPainter, rect: QRect, kind: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("redSolid" if kind == "bad" else "amberSolid"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 3, -2, -4), 5, 5)

    @staticmethod
    def _handle(painter: QPainter, rect: QRect, row: int, *, selected: bool, hovered: bool) -> None:
        """The number of the row, or the grip by which it is dragged."""
        if selected or hovered:
            ratio = painter.device().devicePixelRatioF()
            picture = icons.pixmap("grip-vertical", "text2", 14, ratio)
            painter.drawPixmap(rect.center().x() - 7, rect.center().y() - 7, picture)
            return
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text2"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, formats.number(row + 1))

    def _name(self, painter: QPainter, rect: QRect, model: LinesModel, row: int, *, selected: bool) -> None:
        line = model.sheet.rows[row].line
        room = rect.adjusted(PAD, 0, -PAD, 0)
        if mark := line_roles.word(line.role):
            room = self._role_mark(painter, room, mark, selected=selected)
        words = line.name or (_("Subtotal") if line.role == SUBTOTAL else "")
        upper = room.adjusted(0, 7, 0, -(room.height() // 2) + 2) if line.description and words else room
        role, ink = _NAME_FONTS.get(line.role, ("m", "text"))
        font = theme.font(role if words else "body")
        if line.role == COMMENT:
            font.setItalic(True)
        painter.setFont(font)
        painter.setPen(theme.color(ink if words else "text3"))
        words = words or line_roles.hint(line.role)
        painter.drawText(upper, _CENTER, QFontMetrics(font).elidedText(words, _ELIDE, room.width()))
        if line.description and line.name:
            self._description(painter, room, line.description)

    @staticmethod
    def _role_mark(painter: QPainter, room: QRect, mark: str, *, selected: bool) -> QRect:
        """The word at the right of a position that is not summed; gives the room that is left for its name."""
        wide = min(pill_width(mark), room.width() // 2)
        place = QRectF(room.right() - wide, room.top(), wide, room.height())
        paint_pill(painter, place, mark, "grey", selected=selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        return room.adjusted(0, 0, -wide - PAD, 0)

    @staticmethod
    def _description(painter: QPainter, room: QRect, words: str) -> None:
        small = theme.font("small")
        painter.setFont(small)
        painter.setPen(theme.color("text2"))
        shown = QFontMetrics(small).elidedText(words.replace("\n", " · "), _ELIDE, room.width())
        painter.drawText(room.adjusted(0, room.height() // 2 - 1, 0, -5), _CENTER, shown)

    @staticmethod
    def _cell(painter: QPainter, rect: QRect, words: str, section: int, *, bad: bool, grey: bool) -> None:
        quiet = grey or section in (UNIT, RATE) or words == formats.DASH
        font = theme.font("m" if section in (AMOUNT, DISCOUNT) else "body")
        painter.setFont(font)
        painter.setPen(theme.color("red" if bad else "text2" if quiet else "text"))
        room = rect.adjusted(PAD, 0, -PAD, 0)
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width() + 2)
        side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(side | _CENTER), shown)
