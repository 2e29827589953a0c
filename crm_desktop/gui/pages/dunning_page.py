"""Reminders for money: who is late, one letter each, made and given out together. Nothing is sent by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import theme
from crm_desktop.gui.parts import dunning_rows
from crm_desktop.gui.parts.ageing import Ageing
from crm_desktop.gui.parts.dunning_acts import DunningActs
from crm_desktop.gui.parts.dunning_pane import DunningPane, open_payer
from crm_desktop.gui.parts.dunning_rows import FIRST_LETTER, Book, DunningRow
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.list_page import Act, Empty, ListPage, ListSpec, Sum, View

_AGEING_FROM = 660


class DunningPage(ListPage):
    """Proposals and letters; the filled button makes what is shown, or prints it."""

    key = "dunning"
    tables: ClassVar = (
        "document", "payment", "allocation", "customer", "company", "dunning_level", "dunning_letter", "dunning_item",
        "interest_rate", "timeline_entry",
    )  # fmt: skip

    def spec(self) -> ListSpec:
        self.book = Book()
        self._deeds = DunningActs(self, self._go_on)
        return ListSpec(
            title=_("Late payers"),
            columns=dunning_rows.columns(),
            order="days_late",
            descending=True,
            pane_width=372,
            views=[
                View("waiting", _("To remind"), late=True),
                View("held", _("On hold")),
                View("unsent", _("To send")),
                View("sent", _("Given out")),
            ],
            search_hint=_("Find a customer or a number"),
            empty=Empty(
                "bell",
                _("Nobody has to be reminded"),
                _("Who pays late shows here with a prepared letter. Nothing is sent by itself."),
                secondary=Act(_("Levels and texts"), self._settings),
            ),
            acts=[
                Act(_("Save PDFs"), self._save, "download", tip=_("Save the letters into a folder")),
                Act(_("Mark as given out"), self._sent, "check", tip=_("Note that the letters were sent")),
                Act(_("Levels and texts"), self._settings, "settings", tip=_("Levels, texts, fees and interest")),
            ],
            new=Act(_("Make letters"), self.primary, "file-check", tip=_("Make the letters (Ctrl+Enter)")),
        )

    def _build(self) -> None:
        super()._build()
        self.ageing = Ageing()
        left = self._split.widget(0)
        left.layout().insertWidget(1, self.ageing)

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        rows = self.book.read(str(filters.get("view") or "waiting"), search)
        if order == "last_contact_on":
            rows = self.book.with_contacts([row.id for row in rows])
        return dunning_rows.sort(rows, order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[DunningRow]:
        return self.book.with_contacts(ids)

    def counts(self) -> dict[str, int]:
        return self.book.counts()

    def count_text(self, number: int) -> str:
        return dunning_rows.count_words(self._view, number)

    def sums(self, ids: list[int]) -> list[Sum]:
        totals: dict[str, int] = {}
        for found in self.book.rows(ids):
            totals[found.currency] = totals.get(found.currency, 0) + found.total_minor
        return [Sum(_("To pay"), formats.money_text(minor, money)) for money, minor in sorted(totals.items())]

    def make_pane(self) -> QWidget:
        return DunningPane(self, self._deeds)

    def open_id(self, row_id: int) -> None:
        for found in self.book.rows([row_id]):
            open_payer(self, found.customer_id)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def can(self, command: str) -> bool:
        return command in ("primary", "print_") or (command != "new" and super().can(command))

    def new(self) -> None:
        """Letters are made by the filled button alone, never by a key that makes records elsewhere."""

    def primary(self) -> None:
        if self._is_letters():
            self._deeds.print_all(self._letter_ids())
        else:
            self._deeds.make(self.book.choices(self._wanted()))

    def print_(self) -> None:
        self._deeds.print_all(self._letter_ids())

    def _is_letters(self) -> bool:
        return self._view in ("unsent", "sent")

    def _wanted(self) -> list[int]:
        """The selected rows if there are several, else all that are shown."""
        selected = self.table.selected_ids()
        return list(selected if len(selected) > 1 else self.model.ids)

    def _letter_ids(self) -> list[int]:
        return [row_id - FIRST_LETTER for row_id in self._wanted() if row_id >= FIRST_LETTER]

    def _save(self) -> None:
        self._deeds.save_all(self._letter_ids())

    def _sent(self) -> None:
        self._deeds.mark_sent(self._letter_ids())

    def _settings(self) -> None:
        self.go.emit("settings", {"section": "dunning"})

    def _go_on(self, view: str) -> None:
        if view:
            self.book.forget()
            self.activate(view=view)
        else:
            self.refresh()

    # ---- showing -----------------------------------------------------------------------------------------------------

    def _tell_nothing(self) -> None:
        super()._tell_nothing()
        self.ageing.refresh()
        self._place_ageing()
        self._tell_buttons()

    def _place_ageing(self) -> None:
        """Five figures need their room; in a narrow window the list is worth more."""
        room = self._split.widget(0).width() >= theme.px(_AGEING_FROM)
        self.ageing.setVisible(room and self.ageing.has_figures())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_ageing()

    def tell_sums(self) -> None:
        super().tell_sums()
        self._tell_buttons()

    def _tell_buttons(self) -> None:
        """Say on the buttons what they do with how many."""
        letters = self._is_letters()
        save, sent, levels = self._acts.findChildren(Button)
        save.setVisible(letters)
        sent.setVisible(self._view == "unsent")
        levels.setVisible(not letters)
        self._acts.updateGeometry()
        QTimer.singleShot(0, self._acts, self._acts.fit)
        if self.new_button is None:
            return
        number = len(self._letter_ids()) if letters else len(self.book.choices(self._wanted()))
        words = ngettext("Print {n} letter", "Print {n} letters", number) if letters else ""
        words = words or ngettext("Make {n} letter", "Make {n} letters", number)
        self.new_button.setText(words.format(n=formats.count(number)))
        self.new_button.setAccessibleName(self.new_button.text())
        self.new_button.setVisible(bool(number) and self._view != "held")
        self.new_button.set_icon("printer" if letters else "file-check")
        self.new_button.updateGeometry()
