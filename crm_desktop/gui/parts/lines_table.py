"""The grid of lines in the invoice editor: type, Tab on, paste from a spreadsheet.

Tab goes from field to field and adds a row behind the last one; Enter goes to the next row; Shift+Enter writes a
description below the name. Rows are chosen at their number, with Shift or Ctrl several of them; Ctrl+Delete removes
them, Ctrl+D duplicates them, Alt+Up, Alt+Down and dragging move them, and Ctrl+Z takes any of it back. The table is as
high as its rows: the page scrolls, not the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QMenu,
    QScrollArea,
    QTableView,
    QWidget,
)

from crm_desktop.billing.document import HEADING, QUOTE, SUBTOTAL, Draft, DraftLine
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts import entry, line_menu, line_roles, own_prices
from crm_desktop.gui.parts.line_sheet import COLUMNS, LineSheet, Tax, price_text
from crm_desktop.gui.parts.lines_bits import LineDescription, LinesHeader
from crm_desktop.gui.parts.lines_drag import RowDrag
from crm_desktop.gui.parts.lines_history import LinesHistory, State
from crm_desktop.gui.parts.lines_model import (
    AMOUNT,
    DISCOUNT,
    HANDLE,
    NAME,
    PRICE,
    QTY,
    RATE,
    UNIT,
    LinesDelegate,
    LinesModel,
)
from crm_desktop.gui.widgets.inputs import TextInput

_WIDTHS = {HANDLE: 36, QTY: 58, UNIT: 66, PRICE: 80, DISCOUNT: 58, RATE: 58, AMOUNT: 94}
_RIGHT = (QTY, PRICE, DISCOUNT, RATE, AMOUNT)


class LinesTable(QTableView):
    """See the module. `edited` is sent after each change, `said` with what became of a paste or an undo."""

    edited = Signal()
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self._lines = LinesModel(self)
        self._painter = LinesDelegate(self)
        self._painter.go = self.go
        self._painter.picked_item = self._item_picked
        self.setAccessibleName(_("Lines"))
        self.setModel(self._lines)
        self.setItemDelegate(self._painter)
        self._set_up()
        self._words: LineDescription | None = None
        self._history = LinesHistory()
        self.drag = RowDrag(self, HANDLE, self.chosen_rows, self.move_rows)
        self._lines.changed.connect(self._changed)
        self._lines.rowsInserted.connect(self._fit)
        self._lines.modelReset.connect(self._fit)
        self.clicked.connect(self._clicked)

    def _set_up(self) -> None:
        self.setHorizontalHeader(LinesHeader(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(20)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        theme.changed().connect(self._size)
        self._size()

    def _size(self) -> None:
        """Make columns and rows fit the size of the text."""
        header = self.horizontalHeader()
        header.setFixedHeight(max(32, theme.px(12) + 20))
        for section, width in _WIDTHS.items():
            header.resizeSection(section, theme.px(width))
        self._fit()

    # ---- what it shows -----------------------------------------------------------------------------------------------

    def load(self, draft: Draft, tax: Tax, taxes: Sequence[Tax]) -> None:
        """Show the lines of a draft; `tax` is that of new lines, `taxes` all that may be chosen."""
        self.close_editor()
        sheet = LineSheet(draft.lines, currency=draft.currency, tax=tax)
        if not sheet.rows:
            sheet.add()
        self.tell_draft(draft, taxes)
        sheet.reprice = own_prices.keep_step(draft)
        self._lines.show_sheet(sheet)
        self._history.start(sheet.rows)

    def tell_draft(self, draft: Draft, taxes: Sequence[Tax]) -> None:
        """Say which draft the lines belong to: its language, currency and price mode matter."""
        self._draft = draft
        self._painter.items = own_prices.suggestions(draft, price_text)
        self._painter.taxes = lambda: taxes
        amount = _("Net {currency}") if draft.price_mode == "net" else _("Gross {currency}")
        self._lines.headings = {
            NAME: _("Item"),
            QTY: _("Qty"),
            UNIT: _("Unit"),
            PRICE: _("Price"),
            DISCOUNT: _("Disc."),
            RATE: _("VAT"),
            AMOUNT: amount.format(currency=draft.currency),
        }
        self.horizontalHeader().viewport().update()

    def sheet(self) -> LineSheet:
        """The lines as they are typed."""
        return self._lines.sheet

    def lines(self) -> tuple[DraftLine, ...]:
        """The lines of the invoice."""
        return self._lines.sheet.lines()

    def tell(self, amounts: dict[int, str], marks: dict[tuple[int, str], tuple[str, str]]) -> None:
        """Show the amounts of rows and the problems beside cells."""
        self._lines.tell(amounts, marks)
        self._fit()

    def _fit(self) -> None:
        """Make the rows as high as their content, and the table as high as its rows."""
        plain, double = theme.row_height("row_edit"), theme.row_height("row_two_line")
        total = self.horizontalHeader().height()
        self._span()
        for row, found in enumerate(self._lines.sheet.rows):
            height = double if found.line.description and found.line.name else plain
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)
            total += height
        if self.height() != total:
            self.setFixedHeight(total)

    def _span(self) -> None:
        """Let headings, subtotals and comments go across the columns that they do not need."""
        self.clearSpans()
        for row, found in enumerate(self._lines.sheet.rows):
            if found.is_text:
                last = RATE if found.line.role == SUBTOTAL else AMOUNT
                self.setSpan(row, NAME, 1, last - NAME + 1)

    def _is_text(self, row: int) -> bool:
        return 0 <= row < len(self._lines.sheet.rows) and self._lines.sheet.rows[row].is_text

    # ---- going from cell to cell -------------------------------------------------------------------------------------

    def edit_cell(self, row: int, section: int = NAME) -> None:
        """Open the field of a cell; a line of text has but one."""
        index = self._lines.index(row, NAME if self._is_text(row) else section)
        if index.isValid():
            self._history.leave_cell()
            self._stand_on(index)
            self.edit(index)
            self._show_cell(index)

    def focus_field(self, row: int, name: str) -> None:
        """Open the field in which something is wrong; the name cell where the column is not known."""
        self.edit_cell(max(row, 0), COLUMNS.index(name) + 1 if name in COLUMNS else NAME)

    def _show_cell(self, index: QModelIndex) -> None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            corner = self.viewport().mapTo(area.widget(), self.visualRect(index).center())
            area.ensureVisible(corner.x(), corner.y(), 0, 60)

    def editor(self) -> TextInput | None:
        """The field that is open."""
        found = QApplication.focusWidget()
        return found if isinstance(found, TextInput) and found.parentWidget() is self.viewport() else None

    def close_editor(self) -> None:
        """Keep what stands in the open field and close it."""
        found = self.editor()
        if found is not None:
            self.commitData(found)
            self.closeEditor(found, LinesDelegate.EndEditHint.NoHint)
        if self._words is not None and not self._words.isHidden():
            self.setFocus()

    def go(self, row: int, section: int, how: str) -> None:
        """Go on from a cell: to the next or previous field, or to the next row; a new row follows the last one."""
        if how == "down":
            self._next_row(row)
        elif how == "next" and section < RATE and not self._is_text(row):
            self.edit_cell(row, section + 1)
        elif how == "next":
            self._after_row(row)
        elif section > NAME:
            self.edit_cell(row, section - 1)
        elif row > 0:
            self.edit_cell(row - 1, RATE)
        else:
            self.setFocus()
            self.focusPreviousChild()

    def _next_row(self, row: int) -> None:
        if row + 1 >= self._lines.rowCount() and not self._lines.sheet.rows[row].is_empty:
            self._lines.add()
        self.edit_cell(min(row + 1, self._lines.rowCount() - 1))

    def _after_row(self, row: int) -> None:
        """Tab behind the last field: a new row; from an empty last row it leaves the table."""
        is_last = row + 1 >= self._lines.rowCount()
        if is_last and self._lines.sheet.rows[row].is_empty:
            self.setFocus()
            self.focusNextChild()
        else:
            self._next_row(row)

    def start(self) -> None:
        """Open the first field that is still to be filled."""
        rows = self._lines.sheet.rows
        if not rows[-1].is_empty:
            self._lines.add()
        first = next((index for index, row in enumerate(rows) if row.is_empty), len(rows) - 1)
        self.edit_cell(first)

    def _clicked(self, index: QModelIndex) -> None:
        held = QGuiApplication.keyboardModifiers()
        if held & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            return  # several rows are being chosen
        if index.column() == HANDLE:
            self._menu_of(index.row()).popup(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))
        elif index.column() != AMOUNT:
            self.edit_cell(index.row(), index.column())

    # ---- what is typed -----------------------------------------------------------------------------------------------

    def _item_picked(self, row: int, item: Any) -> None:
        if self._draft is not None:
            sheet = self._lines.sheet
            sheet.put(row, own_prices.line(item, self._draft, sheet.rows[row].line))

    def _changed(self) -> None:
        open_field = self.editor()
        cell = open_field.property("cell") if open_field is not None else None
        self._history.note(self._lines.sheet.rows, tuple(cell) if cell else None)
        self._fit()
        self.viewport().update()
        self.edited.emit()

    # ---- whole rows --------------------------------------------------------------------------------------------------

    def chosen_rows(self) -> list[int]:
        """The rows that acts are for: those that are selected, else the current one."""
        found = sorted({index.row() for index in self.selectedIndexes()})
        current = self.currentIndex().row()
        return found or ([current] if current >= 0 else [])

    def choose_rows(self, rows: Sequence[int]) -> None:
        """Select rows, the first of them being the current one."""
        self.setFocus()
        last = self._lines.rowCount() - 1
        shown = [min(row, last) for row in rows] or [0]
        self._stand_on(self._lines.index(shown[0], NAME))
        select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in shown:
            self.selectionModel().select(self._lines.index(row, NAME), select)
        self._show_cell(self._lines.index(shown[0], NAME))

    def _stand_on(self, index: QModelIndex) -> None:
        """Make a cell the current one and its row the only one chosen, whichever keys are held."""
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, alone)

    def add_row(self) -> None:
        """Add a row and start typing there."""
        self.close_editor()
        self.start()

    def remove_rows(self) -> None:
        """Remove the chosen rows."""
        rows = self.chosen_rows()
        if not rows:
            return
        self._drop_editor()
        self._lines.take(rows)
        self.choose_rows([rows[0]])

    def duplicate_rows(self) -> None:
        """Put copies of the chosen rows behind them."""
        self.close_editor()
        rows = [row for row in self.chosen_rows() if not self._lines.sheet.rows[row].is_empty]
        if rows:
            self.choose_rows(self._lines.duplicate(rows))

    def move_rows(self, rows: Sequence[int], before: int) -> None:
        """Move rows in front of another."""
        self.close_editor()
        self.choose_rows(self._lines.move(rows, before))

    def move_by(self, step: int) -> None:
        """Move the chosen rows up or down by one."""
        self.close_editor()
        rows = self.chosen_rows()
        if rows and rows[0] + step >= 0 and rows[-1] + step < self._lines.rowCount():
            self.move_rows(rows, rows[0] - 1 if step < 0 else rows[-1] + 2)

    def make_role(self, role: str) -> None:
        """Make the chosen rows optional or alternatives, or put in a heading above them, a subtotal or comment below.

        An empty row becomes what is asked for; the same key again makes a plain line of it.
        """
        self.close_editor()
        rows = self.chosen_rows() or [len(self._lines.sheet.rows) - 1]
        first = self._lines.sheet.rows[rows[0]]
        if role in line_roles.CHOICES:
            rows = [row for row in rows if not self._is_text(row)]
            if rows:
                self._lines.set_roles(rows, line_roles.toggled(self._lines.sheet.rows[rows[0]].line.role, role))
                self.choose_rows(rows)
            return
        if len(rows) == 1 and (first.is_empty or first.is_text):
            self._lines.set_roles(rows, line_roles.toggled(first.line.role, role))
            self.edit_cell(rows[0])
            return
        place = self._lines.insert_role(rows[0] if role == HEADING else rows[-1] + 1, role)
        self.edit_cell(place)

    def insert_lines(self, lines: Sequence[DraftLine]) -> None:
        """Put lines of another document behind what is there, in one step that can be taken back."""
        self.close_editor()
        if lines:
            rows = self._lines.sheet.rows
            place = len(rows) - 1 if rows[-1].is_empty else len(rows)
            self.choose_rows(self._lines.insert_lines(place, lines))

    def tax_all(self, tax: Tax) -> None:
        """Tax every line, and those to come, in one way."""
        self.close_editor()
        self._lines.tax_all(tax)

    def role_acts(self) -> list[line_roles.RoleAct]:
        """What a line of this draft can be made."""
        return line_roles.acts(choices=self._draft is not None and self._draft.kind == QUOTE)

    def undo(self) -> bool:
        """Take back the last change of the lines; False if there is none."""
        return self._step(self._history.undo())

    def redo(self) -> bool:
        """Bring back what was undone last; False if there is nothing."""
        return self._step(self._history.redo())

    def _step(self, state: State | None) -> bool:
        if state is None:
            return False
        self._drop_editor()
        before = self._lines.sheet.rows
        self._lines.put_back(state)
        now = self._lines.sheet.rows
        pairs = enumerate(zip(before, now, strict=False))
        self.choose_rows([next((place for place, (one, other) in pairs if one != other), len(now) - 1)])
        return True

    def _drop_editor(self) -> None:
        """Close the open field without taking over what stands in it."""
        found = self.editor()
        if found is not None:
            self._painter.drop(found)
            self.setFocus()

    def describe(self) -> None:
        """Write a description below the name of the current row."""
        self.close_editor()
        row = max(self.currentIndex().row(), 0)
        if self._words is None:
            self._words = LineDescription(self.viewport())
            self._words.setAccessibleName(_("Description"))
            self._words.setPlaceholderText(_("Description; Tab is done"))
            self._words.kept.connect(self._described)
        cell = self.visualRect(self._lines.index(row, NAME))
        self._words.setProperty("row", row)
        self._words.setPlainText(self._lines.sheet.rows[row].line.description)
        top = min(cell.top() + 1, self.viewport().height() - 74)
        self._words.setGeometry(QRect(QPoint(cell.left(), max(0, top)), cell.size()))
        self._words.resize(cell.width(), 72)
        self._words.show()
        self._words.raise_()
        self._words.setFocus()

    def _described(self, words: str) -> None:
        if self._words is not None:
            row = int(self._words.property("row"))
            if row < len(self._lines.sheet.rows):
                self._lines.sheet.set_description(row, words)
                self._lines.changed.emit()

    def _paste(self) -> bool:
        pasted = QGuiApplication.clipboard().text()
        if not entry.is_table(pasted):
            return False
        index = self.currentIndex()
        self._drop_editor()
        before = self._lines.sheet.problems()
        found = self._lines.paste(max(index.row(), 0), index.column() if index.isValid() else NAME, pasted)
        self.choose_rows([max(index.row(), 0)])
        self.said.emit(found.in_words(len(self._lines.sheet.problems().keys() - before.keys())))
        return True

    # ---- Qt ----------------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.TabFocusReason:
            self.start()
        elif event.reason() == Qt.FocusReason.BacktabFocusReason:
            self.edit_cell(self._lines.rowCount() - 1, RATE)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Keys that act on rows, also while a field is open; True if it was one."""
        if event.matches(QKeySequence.StandardKey.Paste):
            return self._paste()
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            return self._undo_key(is_undo=event.matches(QKeySequence.StandardKey.Undo))
        held, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.key()
        if held == Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier:
            return self._role_key(key)
        if held == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Delete:
            self.remove_rows()
        elif held == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_D:
            self.duplicate_rows()
        elif held == Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_by(-1 if key == Qt.Key.Key_Up else 1)
        elif held == Qt.KeyboardModifier.ShiftModifier and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.describe()
        else:
            return False
        return True

    def _role_key(self, key: int) -> bool:
        found = next((act.role for act in self.role_acts() if act.key == key), "")
        if found:
            self.make_role(found)
        return bool(found)

    def _undo_key(self, *, is_undo: bool) -> bool:
        """Undo in an open field is for what is typed there, as long as there is any; then for the lines."""
        found = self.editor()
        if found is not None and (found.isUndoAvailable() if is_undo else found.isRedoAvailable()):
            return False
        return self.undo() if is_undo else self.redo()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if self.handle_key(event):
            return
        if event.key() == Qt.Key.Key_Delete and plain:
            self.remove_rows()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.edit_cell(max(self.currentIndex().row(), 0), max(self.currentIndex().column(), NAME))
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.rowAt(event.pos().y())
        if row >= 0:
            self._menu_of(row).popup(event.globalPos())

    def _menu_of(self, row: int) -> QMenu:
        if row not in self.chosen_rows():
            self._stand_on(self._lines.index(row, NAME))
        return line_menu.of_rows(self)
