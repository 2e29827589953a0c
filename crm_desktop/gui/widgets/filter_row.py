"""The row below a list's header: search, chips of the filters that are on, "+ Filter", count and column choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QAction, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import icons
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.layouts import clear, label, line_of
from crm_desktop.gui.widgets.search_input import SearchInput


@dataclass(frozen=True)
class Filter:
    """Something a list can be narrowed by; `choices()` gives (value, text) when the menu opens."""

    key: str
    label: str
    icon: str
    choices: Callable[[], Sequence[tuple[Any, str]]]


class Chip(Button):
    """A filter that is on: its words and a cross; a click opens the values, the cross takes it off."""

    def __init__(self, text: str, icon: str, on: Callable[[], object], off: Callable[[], object]) -> None:
        super().__init__(text, "chip", icon)
        self._open, self._off = on, off
        self.clicked.connect(self._clicked)
        self._at_cross = False
        self.setToolTip(_("Click to change, click the cross or press Delete to take it off"))

    def sizeHint(self) -> QSize:
        found = super().sizeHint()
        return QSize(found.width() + 16, found.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        x = self.width() - 19 if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else 7
        painter.drawPixmap(
            QPointF(x, (self.height() - 12) / 2), icons.pixmap("x", "text3", 12, self.devicePixelRatioF())
        )
        painter.end()

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        painter.translate(-8, 0)
        super()._paint_content(painter, ink)
        painter.resetTransform()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._at_cross = event.position().x() > self.width() - 24
        super().mousePressEvent(event)

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._off()
        else:
            self._at_cross = False
            super().keyPressEvent(event)

    def _clicked(self) -> None:
        (self._off if self._at_cross else self._open)()


class FilterRow(QWidget):
    """See the module; `values()` is {key: value} of the filters that are on."""

    def __init__(
        self, filters: Sequence[Filter], hint: str, on: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._filters = {f.key: f for f in filters}
        self._values: dict[str, tuple[Any, str]] = {}
        self._on = on
        self.search = SearchInput(hint)
        self.search.setFixedWidth(220)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self._more = Button(_("Filter"), "ghost", "plus", on=self._pick)
        if not filters:
            self._more.hide()
        self._count = label("", "body", "text2")
        self.columns = IconButton("columns-3", _("Choose columns"))
        self.setFixedHeight(40)
        self._views, self._save = QHBoxLayout(), QHBoxLayout()
        line_of(
            self,
            self.search,
            self._views,
            self._chips,
            self._more,
            "stretch",
            self._count,
            self._save,
            self.columns,
            gap=8,
            margins=(24, 0, 16, 8),
        )

    def values(self) -> dict[str, Any]:
        """The filters that are on."""
        return {key: value for key, (value, _text) in self._values.items()}

    def show_values(self, values: dict[str, Any]) -> None:
        """Switch these filters on and the others off, without telling anybody."""
        self._values = {}
        for key, value in values.items():
            if key in self._filters:
                texts = dict(self._filters[key].choices())
                self._values[key] = (value, str(texts.get(value, value)))
        self._show()

    def add_views(self, views: QWidget, save: QWidget) -> None:
        """Give the owner's named views their place beside the chips, and the button that keeps one at the right."""
        self._views.addWidget(views)
        self._save.addWidget(save)

    def show_all(self, values: dict[str, Any], search: str) -> None:
        """Show these filters and this search, without telling anybody."""
        self.clear()
        self.search.blockSignals(True)
        self.search.setText(search)
        self.search.blockSignals(False)
        self.show_values({key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})

    def clear(self) -> None:
        """Switch all off and empty the search, without telling anybody."""
        self._values = {}
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._show()

    def tell_count(self, number: int, total: int) -> None:
        """Say how many of all are shown; nothing while all are."""
        words = _("{n} of {all}").format(n=formats.count(number), all=formats.count(total)) if number != total else ""
        self._count.setText(words)

    def _show(self) -> None:
        clear(self._chips)
        for key, (_value, text) in self._values.items():
            found = self._filters[key]
            words = _("{name}: {value}").format(name=found.label, value=text)
            chip = Chip(words, found.icon, lambda key=key: self._values_of(key), lambda key=key: self._take_off(key))
            self._chips.addWidget(chip)

    def _take_off(self, key: str) -> None:
        self._values.pop(key, None)
        self._show()
        self._on()

    def _pick(self) -> None:
        menu = QMenu(self)
        for found in self._filters.values():
            part = menu.addMenu(icons.icon(found.icon), found.label)
            self._offer(part, found)
        self._open(menu)

    def _values_of(self, key: str) -> None:
        menu = QMenu(self)
        self._offer(menu, self._filters[key])
        self._open(menu)

    def _offer(self, menu: QMenu, found: Filter) -> None:
        choices = found.choices()
        for value, text in choices:
            act = menu.addAction(str(text).replace("&", "&&"))
            act.setData((found.key, value, str(text)))
        if not choices:
            menu.addAction(_("Nothing to choose yet")).setEnabled(False)

    def _open(self, menu: QMenu) -> None:
        menu.triggered.connect(self._chosen)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _chosen(self, act: QAction) -> None:
        self.switch_on(*act.data())

    def switch_on(self, key: str, value: Any, text: str) -> None:
        """Narrow the list by a value."""
        self._values[key] = (value, text)
        self._show()
        self._on()
