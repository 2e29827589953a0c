"""The pages in the middle of the window: made when first shown, entered with arguments, left by Back and Forward."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import page_table
from crm_desktop.gui.changes import Changes
from crm_desktop.gui.page_table import PageEntry
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.page import Page

_LONGEST = 100
# The list in which a record of a kind without a page of its own is selected; offers have theirs as well.
_SECTIONS = {
    "invoice": "invoices",
    "contact": "customers",
    "product": "catalogue",
    "contract": "contracts",
}
# What is opened in another way than by a page of its own: the kind, and the method that does it.
_OWN_WAYS = {
    "complaint": "_note_complaint",
    "new_case": "_begin_case",
    "caller": "_show_caller",
    "maintain": "_maintain",
    "feedback": "_show_asked",
    "reminder": "_remind",
}


class Pages(QStackedWidget):
    """The stack of pages with the way back; `shown(key)` tells which page was entered."""

    shown = Signal(str)
    made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: dict[str, PageEntry] = page_table.built()
        self.pages: dict[str, Page] = {}
        self._way: list[tuple[str, dict[str, Any]]] = []
        self._at = -1
        self._changes = Changes(self.page, self)

    # ---- going -------------------------------------------------------------------------------------------------------

    def page(self) -> Page | None:
        """The page that is shown."""
        found = self.currentWidget()
        return found if isinstance(found, Page) else None

    def key(self) -> str:
        """The key of the page that is shown."""
        return self._way[self._at][0] if 0 <= self._at < len(self._way) else ""

    def go(self, key: str, args: dict[str, Any] | None = None) -> bool:
        """Enter a page; False where there is no such page or the shown one must not be left."""
        if key not in self.entries or not self._may_leave():
            return False
        del self._way[self._at + 1 :]
        if self._way and self._way[-1] == (key, args or {}):
            self._way.pop()
        self._way.append((key, args or {}))
        self._way = self._way[-_LONGEST:]
        self._at = len(self._way) - 1
        self._enter()
        return True

    def back(self, steps: int = 1) -> bool:
        """Go back (or forward with -1); False where there is nothing."""
        wanted = self._at - steps
        if not 0 <= wanted < len(self._way) or not self._may_leave():
            return False
        self._at = wanted
        self._enter()
        return True

    def can_go(self, steps: int) -> bool:
        """Whether `back(steps)` leads anywhere."""
        return 0 <= self._at - steps < len(self._way)

    def open_record(self, kind: str, record_id: int) -> bool:
        """Show a record, or the form for a new one where the id is 0; of a case also with the customer's id."""
        if kind in _OWN_WAYS:
            return bool(getattr(self, _OWN_WAYS[kind])(record_id))
        for entry in self.entries.values():
            if record_id and entry.record == kind:
                return self.go(entry.key, {"id": record_id})
            if not record_id and entry.new_record == kind:
                return self.go(entry.key, {"id": 0})
        from crm_desktop.billing.document import OFFERS

        if kind in OFFERS and not record_id:
            return self.go("invoice", {"id": 0, "kind": kind})
        section = "quotes" if kind in OFFERS else _SECTIONS.get(kind, "")
        return self.go(section, {"select": record_id}) if record_id else False

    def _note_complaint(self, _record_id: int) -> bool:
        """Ask what it is about without leaving the page that is shown."""
        from crm_desktop.gui.parts import case_register

        page = self.page()
        return page is not None and case_register.register(page.toast.emit, case_register.about(page)) is not None

    def _begin_case(self, customer_id: int) -> bool:
        return self.go("case", {"id": 0, "customer": customer_id})

    def _maintain(self, product_id: int) -> bool:
        """Open the maintenance case of a product whose service is due; a new one if there is none."""
        from crm_desktop.care import cases

        return self.go("case", {"id": cases.maintain(product_id)})

    def _show_asked(self, feedback_id: int) -> bool:
        """Show the customer who gave an answer."""
        from crm_desktop.care import feedback

        return self.open_record("customer", feedback.get(feedback_id).customer_id)

    def _show_caller(self, customer_id: int) -> bool:
        """The card of a caller over the page that is shown; of a number that is asked for where the id is 0."""
        from crm_desktop.gui.parts import caller_card

        card = caller_card.of_window(self.window())
        if card is not None:
            card.open_customer(customer_id) if customer_id else card.open()
        return card is not None

    def _remind(self, reminder_id: int) -> bool:
        """A reminder on its day in the calendar; a new one is asked for over the page, on a card about that customer."""
        from crm_desktop.gui.parts import reminder_form

        page = self.page()
        if reminder_id or page is None:
            return self.go("calendar", {"id": reminder_id})
        about = (page.place() or {}).get("id") if self.key() == "customer" else None
        day = reminder_form.ask(customer_id=about)
        if day is not None:
            page.toast.emit(_("Reminder for {day} added").format(day=formats.day_near(day)), True)
        return day is not None

    def on_page(self, act: str) -> bool:
        """Whether the shown page did what was asked: `undo_here`, `redo_here`, or `bring` on the first page."""
        page = self.page()
        return page is not None and bool(getattr(page, act)())

    def _may_leave(self) -> bool:
        page = self.page()
        if page is None:
            return True
        if not page.leave():
            return False
        place = page.place()
        if place is not None and 0 <= self._at < len(self._way):
            self._way[self._at] = (self._way[self._at][0], place)
        return True

    def _enter(self) -> None:
        key, args = self._way[self._at]
        page = self.pages.get(key)
        if page is None:
            page = page_table.make(self.entries[key], self)
            self.pages[key] = page
            self.addWidget(page)
            self.made.emit(page)
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()  # else Qt hands the focus to the first button of the new page
        self.setCurrentWidget(page)
        page.activate(**args)
        if not page.isAncestorOf(QApplication.focusWidget() or self):
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit(key)

    # ---- changes -----------------------------------------------------------------------------------------------------

    def tell_changed(self, tables: frozenset[str]) -> None:
        """Refresh the shown page if it shows one of the tables; others refresh when they are entered."""
        self._changes.tell(tables)

    def forget(self) -> None:
        """Throw all pages away: another company or another language is shown."""
        for page in self.pages.values():
            self.removeWidget(page)
            page.deleteLater()
        self.pages = {}

    def restart(self) -> None:
        """Forget the way as well."""
        self.forget()
        self._way, self._at = [], -1

    def reenter(self) -> None:
        """Make the shown page anew."""
        self.forget()
        if self._at >= 0:
            self._enter()
