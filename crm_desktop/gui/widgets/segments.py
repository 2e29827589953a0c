"""A row of views of which one is chosen; what has no room is in a menu at its end.

Names of views are never cut: first the counts go, then the last views move into the menu. The chosen one stays in sight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.widgets.buttons import Button

_GAP = 2


class Segments(QWidget):
    """See the module: "All 450", "Valued 64"."""

    def __init__(self, name: str, on: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._on = on
        self._buttons: dict[str, Button] = {}
        self._counts: dict[str, str] = {}
        self._late: dict[str, bool] = {}
        self._offered: set[str] = set()
        self.more = Button(_("More"), "segment", name=_("More views"), on=self._open_more, parent=self)
        self.more.set_key("chevron-down")
        self.more.hide()

    def add(self, key: str, text: str) -> None:
        """Append a view."""
        made = Button(text, "segment", parent=self)
        made.setCheckable(True)
        made.setAutoExclusive(True)
        made.setProperty("key", key)
        made.clicked.connect(partial(self._clicked, key))
        self._buttons[key] = made
        self._offered.add(key)
        if len(self._buttons) == 1:
            made.setChecked(True)
        self.setTabOrder(made, self.more)
        self.updateGeometry()
        self._place()

    def offer(self, keys: Iterable[str]) -> None:
        """Offer only some of the views; the others are not there."""
        wanted = set(keys) & set(self._buttons)
        if wanted != self._offered:
            self._offered = wanted
            self.updateGeometry()
            self._place()

    def _keys(self) -> list[str]:
        return [key for key in self._buttons if key in self._offered]

    def choose(self, key: str) -> None:
        """Mark a view as chosen without telling anybody."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)
            self._place()

    def current(self) -> str:
        """The key of the chosen view."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_count(self, key: str, count: str, *, late: bool = False) -> None:
        """Print a number beside a view."""
        shown = (self._counts.get(key, ""), self._late.get(key, False))
        if key in self._buttons and shown != (count, late):
            self._late[key] = late
            self._counts[key] = count
            self._buttons[key].set_count(count, late=late)
            self.updateGeometry()
            self._place()

    def folded(self) -> list[str]:
        """The keys of the views that have no room and are in the menu."""
        return [key for key in self._keys() if self._buttons[key].isHidden()]

    # ---- size --------------------------------------------------------------------------------------------------------

    def _total(self, keys: list[str], *, compact: bool) -> int:
        return sum(self._buttons[key].width_for(compact=compact) + _GAP for key in keys) - (_GAP if keys else 0)

    def sizeHint(self) -> QSize:
        return QSize(self._total(self._keys(), compact=False), 32)

    def minimumSizeHint(self) -> QSize:
        """The chosen view and the menu; all of a row that is shorter than that."""
        keys = self._keys()
        folded = self._total([self.current()] if self._buttons else [], compact=True) + _GAP + self._more_width()
        return QSize(min(self._total(keys, compact=True), folded), 32)

    def width_of_half(self) -> int:
        """How wide the row is when half of the views are in sight and the others in the menu."""
        keys = list(self._buttons)
        half = self._total(keys[: (len(keys) + 1) // 2], compact=True) + _GAP + self._more_width()
        return min(self._total(keys, compact=True), half)

    def _more_width(self) -> int:
        return self.more.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _fitting(self) -> list[str]:
        """The views that have room, in order; the chosen one is among them."""
        keys, room = self._keys(), self.width()
        if self._total(keys, compact=True) <= room:
            return keys
        room -= self._more_width() + _GAP
        found, chosen = list(keys), self.current()
        while len(found) > 1 and self._total(found, compact=True) > room:
            found.remove(next(key for key in reversed(found) if key != chosen))
        return found

    def _place(self) -> None:
        shown = self._fitting()
        compact = len(shown) < len(self._offered) or self._total(shown, compact=False) > self.width()
        x = 0
        for key, button in self._buttons.items():
            button.set_compact(compact=compact)
            button.setVisible(key in shown)
            if key in shown:
                x = self._put(button, x, button.width_for(compact=compact))
        self.more.setVisible(len(shown) < len(self._offered))
        self._put(self.more, x, self._more_width())

    def _put(self, button: Button, x: int, wide: int) -> int:
        wide = max(0, min(wide, self.width() - x))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        button.setGeometry(self.width() - x - wide if mirrored else x, 0, wide, self.height())
        return x + wide + _GAP

    # ---- choosing ----------------------------------------------------------------------------------------------------

    def _clicked(self, key: str, _checked: bool = False) -> None:  # noqa: FBT002
        self._on(key)

    def _open_more(self) -> None:
        self.menu_of_more().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def menu_of_more(self) -> QMenu:
        """The views that have no room, with their counts."""
        menu = QMenu(self)
        for key in self.folded():
            words = self._buttons[key].text()
            count = self._counts.get(key, "")
            menu.addAction(f"{words}\t{count}" if count else words, partial(self._choose_folded, key))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _choose_folded(self, key: str) -> None:
        self.choose(key)
        self._on(key)
