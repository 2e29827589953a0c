"""The table of a list: painted rows, a heading that aligns like its column, a fading last row, keys that act.

Signals: `opened(id)` for Enter and double click, `chosen(id)` when the current row changes (0 = none), and
`selection_changed()`. Space is left to the page (`pane_key`). The selection survives a refresh by id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QTableView,
    QToolTip,
    QWidget,
)

from crm_desktop.gui import icons, theme
from crm_desktop.gui.widgets.cells import Cell, Column
from crm_desktop.gui.widgets.initials import paint_avatar
from crm_desktop.gui.widgets.mirror import mirrored
from crm_desktop.gui.widgets.pill import paint_dot, paint_pill
from crm_desktop.gui.widgets.table_model import CELL_ROLE, ROW_ROLE, TableModel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

FIRST_PAD, PAD = 24, 8
_INKS = {"muted": "text2", "grey": "text2"}

# No cell is so wide; a text of megabytes would take minutes to be measured.
_LONGEST = 2000


class Delegate(QStyledItemDelegate):
    """Paints every cell from its `Cell`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        painter = mirrored(painter, option.rect, option.direction)
        view = option.widget
        # Not by the option's state: its flags bring in all of QStyle, which nothing else here needs at the start.
        selected = isinstance(view, QAbstractItemView) and view.selectionModel().isSelected(index)
        hover = isinstance(view, TableView) and view.hover_row == index.row()
        active = view is None or view.hasFocus() or view.isActiveWindow()
        if selected:
            painter.fillRect(option.rect, theme.color("sel" if active else "selInactive"))
        elif hover:
            painter.fillRect(option.rect, theme.color("hover"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        cell: Cell = index.data(CELL_ROLE)
        column: Column = index.model().columns[index.column()]
        first = isinstance(view, TableView) and view.is_first(index.column())
        left, right = (view.first_pad if first else PAD, PAD) if isinstance(view, TableView) else (PAD, PAD)
        room = QRectF(option.rect.adjusted(left, 0, -right, 0))
        self._content(painter, room, cell, column, selected=selected)

    def _content(self, painter: QPainter, room: QRectF, cell: Cell, column: Column, *, selected: bool) -> None:
        if cell.pill:
            paint_pill(painter, room, cell.text, cell.tone, selected=selected)
            return
        if cell.avatar:
            paint_avatar(painter, QRectF(room.left(), room.center().y() - 12.5, 26, 26), cell.text, cell.avatar)
            room = room.adjusted(36, 0, 0, 0)
        if cell.dot:
            paint_dot(painter, QPointF(room.left() + 4, room.center().y() + 0.5), cell.tone)
            room = room.adjusted(14, 0, 0, 0)
        if cell.share >= 0:
            self._bar(painter, room, cell)
        self._words(painter, room, cell, right=column.align_right)

    def _bar(self, painter: QPainter, room: QRectF, cell: Cell) -> None:
        track = QRectF(room.left(), room.center().y() - 2, 36, 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(track, 2.5, 2.5)
        track.setWidth(max(5.0, 36 * cell.share / 100))
        painter.setBrush(theme.color(f"{cell.tone}Solid" if cell.tone in ("red", "amber", "green") else "accent"))
        painter.drawRoundedRect(track, 2.5, 2.5)

    def _words(self, painter: QPainter, room: QRectF, cell: Cell, *, right: bool) -> None:
        ink = "text2" if cell.dot else "text" if cell.share >= 0 else _INKS.get(cell.tone, cell.tone) or "text"
        font = theme.font("m" if cell.strong else "body")
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(cell.text[:_LONGEST], Qt.TextElideMode.ElideRight, int(room.width()))
        painter.setFont(font)
        painter.setPen(theme.color("text" if ink == "strong" else ink if ink != "blue" else "accentText"))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        if cell.detail and not right:
            used = metrics.horizontalAdvance(shown) + 10
            rest = room.adjusted(used, 0, 0, 0)
            if rest.width() > 24:
                small = theme.font("small")
                painter.setFont(small)
                painter.setPen(theme.color("text2"))
                words = QFontMetrics(small).elidedText(cell.detail, Qt.TextElideMode.ElideRight, int(rest.width()))
                painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter), words)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Any) -> bool:
        """Show the whole text where it does not fit."""
        if event.type() == QEvent.Type.ToolTip and index.isValid():
            cell: Cell = index.data(CELL_ROLE)
            whole = f"{cell.text}  {cell.detail}".strip()
            needed = QFontMetrics(theme.font("m")).horizontalAdvance(whole) + 60
            QToolTip.showText(event.globalPos(), whole if needed > option.rect.width() else "", view)
            return True
        return super().helpEvent(event, view, option, index)


def _set_known_viewport(area: QAbstractItemView) -> None:
    """Give it a viewport made here. What kind Qt's own is, PySide looks for among all kinds of widgets, at the start."""
    viewport = QWidget()
    viewport.setMouseTracking(True)
    area.setViewport(viewport)


class Header(QHeaderView):
    """Headings that align like their column; the sorted one is bold with an arrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        _set_known_viewport(self)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setFixedHeight(max(32, theme.px(12) + 18))
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(48)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.sorted_section, self.descending = -1, False

    def show_sorted(self, section: int, *, descending: bool) -> None:
        """Mark the sorted column."""
        self.sorted_section, self.descending = section, descending
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        column: Column | None = self.model().headerData(section, Qt.Orientation.Horizontal, ROW_ROLE)
        painter = mirrored(painter, rect, self.layoutDirection())
        painter.fillRect(rect, theme.color("canvas"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if column is None:
            return
        is_sorted = section == self.sorted_section
        view = self.parentWidget()
        first = isinstance(view, TableView) and view.is_first(section)
        room = rect.adjusted(view.first_pad if first else PAD, 0, -PAD, 0)
        font = theme.font("smallb" if is_sorted else "smallm")
        arrow = 16 if is_sorted else 0
        words = QFontMetrics(font).elidedText(column.heading, Qt.TextElideMode.ElideRight, room.width() - arrow)
        width = QFontMetrics(font).horizontalAdvance(words)
        left = room.right() - width - arrow + 1 if column.align_right else room.left()
        if column.align_right and is_sorted:
            left = room.right() - width + 1
        painter.setFont(font)
        painter.setPen(theme.color("text" if is_sorted else "text2"))
        painter.drawText(QRect(left, rect.top(), width + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, words)
        if is_sorted:
            picture = icons.pixmap(
                "arrow-down" if self.descending else "arrow-up", "text2", 12, self.devicePixelRatioF()
            )
            x = left - 15 if column.align_right else left + width + 5
            painter.drawPixmap(QPointF(x, rect.center().y() - 5.5), picture)


class _Fade(QWidget):
    """Lets the last visible row fade while there is more below."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shade = QLinearGradient(0, 0, 0, self.height())
        end = theme.color("canvas")
        start = QColor(end)
        start.setAlpha(0)
        shade.setColorAt(0, start)
        shade.setColorAt(1, end)
        painter.fillRect(self.rect(), shade)
        painter.end()


class TableView(QTableView):
    """See the module."""

    opened = Signal(int)
    chosen = Signal(int)
    selection_changed = Signal()
    pane_key = Signal()
    letter = Signal(str)

    def __init__(
        self, name: str, parent: QWidget | None = None, *, row_height: int = 36, first_pad: int = FIRST_PAD
    ) -> None:
        super().__init__(parent)
        _set_known_viewport(self)
        self.hover_row = -1
        self.first_pad = first_pad
        self._held: tuple[list[int], int, int] = ([], 0, 0)
        self.setAccessibleName(name)
        self.setHorizontalHeader(Header(self))
        self.setItemDelegate(Delegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(20)
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._fade = _Fade(self)
        self._fade.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.verticalScrollBar().valueChanged.connect(self._place_fade)
        self.verticalScrollBar().rangeChanged.connect(self._place_fade)
        self.doubleClicked.connect(self._double_clicked)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_model(self, model: TableModel) -> None:
        """Show a model; selection and scroll position survive its resets."""
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._hold)
        model.modelReset.connect(self._restore)
        self.selectionModel().selectionChanged.connect(self._selected)
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def table(self) -> TableModel:
        """The model."""
        model = self.model()
        if not isinstance(model, TableModel):
            raise TypeError("The table shows another kind of model")
        return model

    def is_first(self, section: int) -> bool:
        """Whether a column is the leftmost shown."""
        header = self.horizontalHeader()
        visual = header.visualIndex(section)
        return all(header.isSectionHidden(header.logicalIndex(v)) for v in range(visual))

    def selected_ids(self) -> list[int]:
        """Ids of the selected rows in the order shown."""
        if self.selectionModel() is None:
            return []
        ids = self.table().ids
        rows = sorted(
            place for part in self.selectionModel().selection() for place in range(part.top(), part.bottom() + 1)
        )
        return [ids[place] for place in rows if place < len(ids)]

    def current_id(self) -> int:
        """Id of the row with the focus, 0 if there is none."""
        index = self.currentIndex()
        return self.table().ids[index.row()] if index.isValid() and index.row() < len(self.table().ids) else 0

    def select_id(self, row_id: int) -> bool:
        """Make a row current and select it; False if it is not shown."""
        place = self.table().place_of(row_id)
        if place >= 0:
            self._select_row(place)
            self.scrollTo(self.table().index(place, 0))
        return place >= 0

    def select_first(self) -> None:
        """Select the current row, else the first, if none is selected."""
        if self.table().ids and not self.selectionModel().hasSelection():
            current = self.currentIndex()
            self._select_row(current.row() if current.isValid() else 0)

    def _select_row(self, place: int) -> None:
        """As `selectRow`, which would toggle while somebody holds Ctrl down."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.table().index(place, 0), flags)

    def _hold(self) -> None:
        self._held = (self.selected_ids()[:1000], self.current_id(), self.verticalScrollBar().value())

    def _restore(self) -> None:
        wanted, current, scroll = self._held
        ids = self.table().ids if wanted or current else []
        places = {row_id: place for place, row_id in enumerate(ids)}
        selection, model = QItemSelection(), self.table()
        last = model.columnCount() - 1
        for row_id in wanted:
            if (place := places.get(row_id)) is not None:
                selection.select(model.index(place, 0), model.index(place, last))
        if current in places:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(model.index(places[current], 0), flag)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.verticalScrollBar().setValue(scroll)
        if current not in places:
            self.chosen.emit(0)

    def _selected(self) -> None:
        self.selection_changed.emit()

    def _current_changed(self, current: QModelIndex) -> None:
        self.chosen.emit(self.table().ids[current.row()] if current.isValid() else 0)

    def _double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.table().ids[index.row()])

    # ---- Qt ----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.current_id():
            self.opened.emit(self.current_id())
        elif event.key() == Qt.Key.Key_Space and plain:
            self.pane_key.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            from crm_desktop.gui.widgets import list_copy

            list_copy.copy(self)
        elif plain and len(event.text()) == 1 and event.text().isalnum():
            self.letter.emit(event.text().lower())
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_F2):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if self.model() is not None:
            self.select_first()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.hover_row:
            self.hover_row = row
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_fade()

    def _place_fade(self) -> None:
        bar, area = self.verticalScrollBar(), self.viewport().geometry()
        self._fade.setGeometry(area.left(), area.bottom() - 27, area.width(), 28)
        self._fade.setVisible(bar.value() < bar.maximum())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        index = self.currentIndex()
        if self.hasFocus() and index.isValid():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("focus"), 2))
            top = self.rowViewportPosition(index.row())
            body = QRectF(2, top + 2, self.viewport().width() - 4, self.rowHeight(index.row()) - 5)
            painter.drawRoundedRect(body, 6, 6)
            painter.end()
