"""Views of a list that the owner named: filter, search, order and columns as they were, one click away.

The chips stand in the filter row beside the filters that are on; what has no room is in the menu behind them. A right
click (or the menu key) renames, replaces or deletes one. They are remembered on this computer, per list.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from crm_desktop.core import preferences, text
from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui.icons import icon
from crm_desktop.gui.widgets.buttons import Button, IconButton

State = dict[str, Any]
_WIDEST, _GAP, _LONGEST = 170, 4, 40


class _Chip(Button):
    """One named view; its name ends in an ellipsis where it is long."""

    def __init__(self, name: str, on: Callable[[], object], menu: Callable[[QPoint], object]) -> None:
        super().__init__(name if len(name) <= 22 else name[:21] + "…", "segment", on=on, tip=name, name=name)
        self.setCheckable(True)
        self.setMaximumWidth(_WIDEST)
        self._menu = menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._menu(event.globalPos())


class SavedViews(QWidget):
    """The chips of one list. `state()` says what is shown now, `show_state(state)` shows it again."""

    def __init__(
        self, key: str, state: Callable[[], State], show_state: Callable[[State], object], said: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.setAccessibleName(_("Views of your own"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._key, self._state, self._show_state, self._said = f"views/{key}", state, show_state, said
        self.views: dict[str, State] = _read(self._key)
        self.chips: dict[str, _Chip] = {}
        self.more = IconButton("ellipsis", _("More views"), on=self._open_more)
        self.more.setParent(self)
        self.save = IconButton("save", _("Keep this as a view"), on=self.keep)
        self._build()

    def _build(self) -> None:
        for chip in self.chips.values():
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for name in self.views:
            chip = _Chip(name, partial(self.choose, name), partial(self._menu_at, name))
            chip.setParent(self)
            self.chips[name] = chip
        self.setVisible(bool(self.views))
        self.updateGeometry()
        self._place()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Show the list as it was kept under a name."""
        self._show_state(dict(self.views[name]))
        self.tell_state()

    def tell_state(self) -> None:
        """Mark the chip of what is shown now, if it is one of them."""
        now = _essence(self._state())
        for name, chip in self.chips.items():
            chip.setChecked(_essence(self.views[name]) == now)

    def keep(self) -> None:
        """Ask for a name and keep what is shown under it; an existing one is replaced."""
        from crm_desktop.gui.widgets import dialogs

        fields = self._name_field()
        found = dialogs.fill_in(
            _("Keep this as a view"),
            fields,
            {},
            act=_("Keep view"),
            check=lambda values: _checked(values["name"]),
            text=_("Filters, search, order and columns are kept under a name of yours."),
        )
        if found is not None:
            self._put(text.tidy(found["name"]), self._state())

    def _name_field(self) -> list[Any]:
        from crm_desktop.gui.widgets.form import Field

        return [Field("name", _("Name of the view"), needed=True, max_length=_LONGEST)]

    def _put(self, name: str, state: State) -> None:
        self.views[name] = state
        self._write()
        self.tell_state()
        self._said(_("View “{name}” kept").format(name=name))

    def rename(self, name: str) -> None:
        """Ask for another name."""
        from crm_desktop.gui.widgets import dialogs

        def check(values: dict[str, Any]) -> None:
            _checked(values["name"], [known for known in self.views if known != name])

        found = dialogs.fill_in(
            _("Rename “{name}”").format(name=name), self._name_field(), {"name": name}, act=_("Rename"), check=check
        )
        if found is not None:
            new = text.tidy(found["name"])
            self.views = {(new if known == name else known): state for known, state in self.views.items()}
            self._write()
            self.tell_state()

    def delete(self, name: str) -> None:
        """Forget a view; the list stays as it is."""
        self.views.pop(name, None)
        self._write()
        self._said(_("View “{name}” deleted").format(name=name))

    def _write(self) -> None:
        preferences.put(self._key, self.views or None)
        self._build()

    # ---- menus -------------------------------------------------------------------------------------------------------

    def _menu_at(self, name: str, place: QPoint) -> None:
        self.menu_of(name).popup(place)

    def menu_of(self, name: str) -> QMenu:
        """What can be done with a view."""
        menu = QMenu(self)
        menu.addAction(icon("pencil"), _("Rename"), partial(self.rename, name))
        menu.addAction(icon("save"), _("Replace by what is shown now"), self._replacing(name))
        menu.addAction(icon("trash"), _("Delete this view"), partial(self.delete, name))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _replacing(self, name: str) -> Callable[[], None]:
        return lambda: self._put(name, self._state())

    def _open_more(self) -> None:
        menu = QMenu(self)
        for name, chip in self.chips.items():
            if chip.isHidden():
                menu.addAction(name.replace("&", "&&"), partial(self.choose, name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    # ---- size --------------------------------------------------------------------------------------------------------

    def _width(self, chip: Button) -> int:
        return min(chip.sizeHint().width(), _WIDEST)

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(chip) + _GAP for chip in self.chips.values()), 32)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.more.sizeHint().width() if self.chips else 0, 32)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Show as many chips as have room, in reading direction; the others are in the menu."""
        room, x, left_out = self.width(), 0, False
        all_fit = self.sizeHint().width() <= room
        limit = room if all_fit else room - self.more.sizeHint().width()
        for chip in self.chips.values():
            wide = self._width(chip)
            left_out = left_out or x + wide > limit
            chip.setVisible(not left_out)
            if not left_out:
                self._put_at(chip, x, wide)
                x += wide + _GAP
        self.more.setVisible(left_out)
        self._put_at(self.more, x, self.more.sizeHint().width())

    def _put_at(self, button: Button, x: int, wide: int) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        button.setGeometry(self.width() - x - wide if mirrored else x, 0, wide, 32)


def _read(key: str) -> dict[str, State]:
    found = preferences.get(key)
    return {str(name): dict(state) for name, state in found.items()} if isinstance(found, dict) else {}


def _essence(state: State) -> tuple[Any, ...]:
    """What makes two states the same view: widths of columns do not."""
    filters = {name: _plain(value) for name, value in (state.get("filters") or {}).items()}
    parts = (state.get("view"), state.get("search") or "", state.get("order"), bool(state.get("descending")))
    return (*parts, filters, sorted(state.get("hidden") or []))


def _plain(value: Any) -> Any:
    """A value as it comes back from the settings file."""
    return list(value) if isinstance(value, tuple) else value


def _checked(name: str, taken: list[str] | None = None) -> None:
    tidy = text.tidy(name)
    if not tidy:
        raise ValidationError({"name": _("Give the view a name.")})
    if tidy in (taken or []):
        raise ValidationError({"name": _("There is a view of this name already.")})
