"""The board of the pipeline: a column a stage, last what was won this month; cards move by mouse and by keyboard.

Arrows choose, Ctrl+Shift+Left and Right move the card between columns, Ctrl+Shift+Up and Down within its own, Enter opens.
The board only says what is wanted; the page does it and tells the board the new order.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import theme
from crm_desktop.gui.parts.board_column import CardList, ColumnView
from crm_desktop.gui.parts.board_drag import CardDrag
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.layouts import line_of
from crm_desktop.sales.opportunities import Opportunity
from crm_desktop.sales.opportunity_list import BoardColumn

_GAP, _NARROWEST, _WIDEST = 8, 196, 380


def name_of(found: BoardColumn) -> str:
    """What a column is called: its stage, or "Won in November"."""
    if found.stage is not None:
        return found.stage.name
    return _("Won in {month}").format(month=formats.locale().standaloneMonthName(dates.today().month))


class Board(QScrollArea):
    """See the module. `moved` says card, number of the goal's column, and the cards before and after which it shall lie."""

    opened = Signal(int)
    chosen = Signal(int)
    foot = Signal(int)
    letter = Signal(str, int)
    menu = Signal(int, QPoint)
    add_wanted = Signal(int)
    moved = Signal(int, int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setAccessibleName(_("Board of deals"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.columns: list[ColumnView] = []
        self._told: list[BoardColumn] = []
        self._holder = QWidget()
        self._holder.setObjectName("canvas")
        self._row = line_of(self._holder, gap=_GAP, margins=(18, 0, 14, 12))
        self._row.addStretch(1)
        self.setWidget(self._holder)
        self._drag = CardDrag(self, self._dropped)
        self._current, self._telling = 0, False

    # ---- showing -----------------------------------------------------------------------------------------------------

    def tell(self, columns: list[BoardColumn]) -> None:
        """Show these columns; the chosen card stays chosen, wherever it lies now."""
        had_focus = any(view.list.hasFocus() for view in self.columns)
        self._telling, self._told = True, columns
        self._make(len(columns))
        homely = self._homely()
        fullest = max([found.sums.get(homely, 0) for found in columns] or [0])
        for view, found in zip(self.columns, columns, strict=True):
            view.tell(name_of(found), found, found.sums.get(homely, 0) / fullest if fullest else 0.0)
        self._telling = False
        self._choose_again()
        if had_focus:
            self.take_focus()

    def _homely(self) -> str:
        """The currency by which columns are compared: that of most columns."""
        found = [currency for column in self._told for currency in column.sums]
        return max(set(found), key=found.count) if found else ""

    def _make(self, count: int) -> None:
        while len(self.columns) > count:
            gone = self.columns.pop()
            self._row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.columns) < count:
            made = ColumnView()
            made.setMinimumWidth(theme.px(_NARROWEST))
            made.setMaximumWidth(theme.px(_WIDEST))
            self._wire(made.list)
            made.add_wanted.connect(self.add_wanted)
            self._row.insertWidget(len(self.columns), made, 1000)
            self.columns.append(made)

    def _wire(self, cards: CardList) -> None:
        cards.opened.connect(self.opened)
        cards.foot.connect(self.foot)
        cards.menu.connect(self.menu)
        cards.letter.connect(self._letter)
        cards.go.connect(self._go)
        cards.move_key.connect(self._move_by_key)
        cards.selectionModel().currentChanged.connect(partial(self._current_changed, cards))
        cards.entered_by_focus.connect(partial(self._entered, cards))
        self._drag.watch(cards)

    # ---- choosing ----------------------------------------------------------------------------------------------------

    def current_id(self) -> int:
        """The id of the chosen card, 0 without one."""
        return self._current

    def current(self) -> Opportunity | None:
        """The chosen card."""
        column, place = self.place_of(self._current)
        return self.columns[column].list.cards.card(place) if column >= 0 else None

    def place_of(self, opportunity_id: int) -> tuple[int, int]:
        """Number of the column and place in it of a card, -1 and -1 where it is not shown."""
        for number, view in enumerate(self.columns):
            place = view.list.cards.place_of(opportunity_id)
            if place >= 0:
                return number, place
        return -1, -1

    def choose(self, opportunity_id: int) -> None:
        """Choose a card and bring it into sight."""
        column, place = self.place_of(opportunity_id)
        if column >= 0:
            self._choose_at(column, place)

    def _choose_at(self, column: int, place: int) -> None:
        cards = self.columns[column].list
        cards.choose(min(place, len(cards.cards.ids) - 1))
        self.ensureWidgetVisible(self.columns[column], 8, 0)

    def _choose_again(self) -> None:
        column, place = self.place_of(self._current)
        if column >= 0:
            self.columns[column].list.choose(place)
            return
        self._current = 0
        first = next((n for n, view in enumerate(self.columns) if view.list.cards.ids), -1)
        if first >= 0:
            self.columns[first].list.choose(0)

    def take_focus(self) -> None:
        """Give the keys to the column of the chosen card, or to "Add" of the first one."""
        column, _place = self.place_of(self._current)
        if column >= 0:
            self.columns[column].list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.columns:
            self.columns[0].add.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.take_focus()

    def _current_changed(self, cards: CardList, *_indexes: object) -> None:
        if self._telling or not cards.chosen():
            return
        self._current = cards.chosen()
        for view in self.columns:
            if view.list is not cards and view.list.currentIndex().isValid():
                view.list.selectionModel().clear()
        self.chosen.emit(self._current)

    def _entered(self, cards: CardList) -> None:
        """A column that the focus comes into has a chosen card."""
        if not cards.chosen() and cards.cards.ids and not self._telling:
            cards.choose(0)

    # ---- keys and mouse ----------------------------------------------------------------------------------------------

    def _letter(self, key: str) -> None:
        if self._current:
            self.letter.emit(key, self._current)

    def _across(self, name: str) -> int:
        forward = (name == "right") != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        return 1 if forward else -1

    def _go(self, name: str) -> None:
        """Choose the card beside, in the next column that has one."""
        column, place = self.place_of(self._current)
        step = self._across(name)
        column += step
        while 0 <= column < len(self.columns):
            if self.columns[column].list.cards.ids:
                self._choose_at(column, place)
                self.columns[column].list.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            column += step

    def _move_by_key(self, name: str) -> None:
        column, place = self.place_of(self._current)
        if column < 0:
            return
        if name in ("left", "right"):
            goal = column + self._across(name)
            if 0 <= goal < len(self.columns):
                first = next(iter(self.columns[goal].list.cards.ids), 0)
                self.moved.emit(self._current, goal, first, 0)
            return
        ids = self.columns[column].list.cards.ids
        if name == "up" and place > 0:
            self.moved.emit(self._current, column, ids[place - 1], 0)
        elif name == "down" and place < len(ids) - 1:
            self.moved.emit(self._current, column, 0, ids[place + 1])

    def _dropped(self, opportunity_id: int, column: int, place: int) -> None:
        ids = self.columns[column].list.cards.ids
        rest = [i for i in ids if i != opportunity_id]
        if opportunity_id in ids:
            here = ids.index(opportunity_id)
            place -= here < place
            if place == here:
                return
        before = rest[place] if place < len(rest) else 0
        after = rest[place - 1] if place and not before else 0
        self.moved.emit(opportunity_id, column, before, after)

    def column_at(self, x: int) -> int:
        """The number of the column below a place of the board, or the nearest one."""

        def distance(number: int) -> int:
            view = self.columns[number]
            left = view.mapTo(self, QPoint(0, 0)).x()
            return 0 if left <= x < left + view.width() else min(abs(x - left), abs(x - left - view.width()))

        return min(range(len(self.columns)), key=distance)
