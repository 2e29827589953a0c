"""A user's hands: real clicks and keys, counted, and a small business to work on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget

from crm_desktop.billing import drafts, invoices
from crm_desktop.billing.document import Document, DraftLine
from crm_desktop.company import profile
from crm_desktop.customers import customers
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import paper_preview
from crm_desktop.gui.widgets.suggest import SuggestInput
from crm_desktop.sales import catalogue

# What takes so long has failed; so long a machine with other work may take.
PATIENCE_MS = 30_000
NO_KEY = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class TooManyError(AssertionError):
    """More clicks or keys than the task may take."""


@dataclass
class Hands:
    """Clicks, and keys that are not text, are counted; going over the limit fails."""

    most_clicks: int = 0
    most_keys: int = 0
    clicks: int = 0
    keys: int = 0
    deeds: list[str] = field(default_factory=list)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click the middle of a widget that can be seen."""
        assert widget.isVisible(), f"{widget} cannot be seen"
        assert widget.isEnabled(), f"{widget} cannot be clicked"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NO_KEY, at or widget.rect().center())
        self.clicks += 1
        self._count(f"click {widget.accessibleName() or type(widget).__name__}")

    def click_cell(self, view: QAbstractItemView, row: int, column: int) -> None:
        """Click a cell of a table."""
        rect = view.visualRect(view.model().index(row, column))
        self.click(view.viewport(), rect.center())

    def click_hit(self, row: int = 0) -> None:
        """Click one of the hits below the field that has the focus."""
        shown = picker().hits()
        assert shown is not None, "Nothing is offered"
        self.click(shown.view.viewport(), shown.rect_of(row).center())

    def click_menu(self, words: str) -> None:
        """Click an entry of the menu that is open."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), "No menu is open"
        act = next(act for act in menu.actions() if act.text().replace("&", "") == words)
        self.click(menu, menu.actionGeometry(act).center())

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key that is not text."""
        QTest.keyClick(focused(), key, held)
        self.keys += 1
        self._count(f"key {held.value:x} {key.name}")

    def type(self, words: str) -> None:
        """Type text; it is not counted."""
        QTest.keyClicks(focused(), words)

    def _count(self, deed: str) -> None:
        self.deeds.append(deed)
        if self.clicks > self.most_clicks or self.keys > self.most_keys:
            raise TooManyError(f"{self.clicks} clicks, {self.keys} keys: {', '.join(self.deeds)}")


def focused() -> QWidget:
    """The widget that gets the keys."""
    found = QApplication.focusWidget()
    assert found is not None, "Nothing has the focus"
    return found


def picker() -> SuggestInput:
    """The field with type-ahead that has the focus."""
    found = focused()
    assert isinstance(found, SuggestInput), f"{found} offers nothing"
    return found


def show(window: QWidget) -> None:
    """Show a window and wait until it is the active one, as long as a busy machine takes for it."""
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window, PATIENCE_MS), f"{window} does not become active"


def wait_for_jobs() -> None:
    """Let the worker draw what it was given; a dialog that told of it is gone and the window active again.

    Both must hold for a while: a dialog that is just closing is still the active window, and none is one moment later.
    """
    shown, calm = QApplication.activeWindow(), 0
    for _step in range(PATIENCE_MS // 10):
        QTest.qWait(10)
        active = QApplication.activeWindow()
        calm = 0 if jobs.busy() or jobs.looking() or (shown is not None and active is None) else calm + 1
        if calm == 2:
            return
    raise AssertionError("The worker does not end" if jobs.busy() else "No window is active")


def has_focus(widget: QWidget) -> bool:
    """Whether keys go to a widget as soon as its window is active; which window that is, the platform decides."""
    return widget.window().focusWidget() is widget


def fill_company() -> None:
    """Make the company one that may issue invoices."""
    profile.save(
        {
            "name": "Salon Lindner",
            "street": "Hafenstr. 4",
            "postcode": "20457",
            "city": "Hamburg",
            "vat_id": "DE136695976",
            "iban": "DE89370400440532013000",
        }
    )


def add_customer(name: str = "Cafe Ostwind", **values: str) -> int:
    """A customer with an address."""
    address = {"street": "Kai 7", "postcode": "20459", "city": "Hamburg", "country": "DE"}
    return customers.save({"company": name, **address, **values})


def add_item(name: str = "Haircut", price: str = "40", rate_bp: int = 1900, **values: str) -> int:
    """An item of the catalogue."""
    kept = {"name": name, "kind": "service", "unit": "C62", "price": Decimal(price), "category": "S"}
    return catalogue.save(kept | {"rate_bp": rate_bp} | values)


def issue(customer_id: int, name: str = "Haircut", price: str = "100", **values: object) -> Document:
    """An issued invoice of one line at 19 %."""
    line = DraftLine(name=name, price=Decimal(price), rate=Decimal(19))
    draft = replace(drafts.begin(customer_id), lines=(line,), **values)
    return invoices.issue_draft(draft, paper_preview.render)
