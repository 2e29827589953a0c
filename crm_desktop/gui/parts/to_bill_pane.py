"""The pane of what waits of one customer: each entry with a tick, what can be done with it, and the one act, Bill this."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QMenu, QVBoxLayout, QWidget

from crm_desktop.billing import to_bill
from crm_desktop.billing.recurring import Due
from crm_desktop.billing.to_bill import Account, Entry
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import pgettext
from crm_desktop.gui.icons import icon
from crm_desktop.gui.parts import to_bill_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.cards import key_hints
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, row, scroll, stack


class Deeds(Protocol):
    """What the pane asks of its page."""

    def bill(self, customer_id: int, chosen: list[str] | None) -> None:
        """Make the draft and open it."""

    def set_aside(self, entry: Entry) -> None:
        """Let an entry not be billed."""

    def remove(self, entry: Entry) -> None:
        """Move a service to the bin."""

    def edit_entry(self, entry: Entry) -> None:
        """Open the service or the schedule."""

    def open_customer(self, customer_id: int) -> None:
        """Open the customer's card."""


class _Line(QWidget):
    """One entry: tick, words, amount, menu."""

    def __init__(self, entry: Entry, deeds: Deeds, ticked: bool, told: Callable[[], object]) -> None:
        super().__init__()
        self.entry, self._deeds = entry, deeds
        self.tick = QCheckBox()
        self.tick.setChecked(ticked)
        self.tick.setAccessibleName(_("Bill {name}").format(name=entry.title))
        self.tick.toggled.connect(told)
        detail = to_bill_words.detail(entry)
        amount = label(formats.money_text(entry.net_minor, entry.currency), "b")
        words = stack(ElidedLabel(entry.title, "m"), ElidedLabel(detail, "small", "text2"), gap=1)
        self.setToolTip("\n".join(part for part in (entry.title, detail, entry.detail) if part))
        self.more = menu_button("ellipsis", _("More about {name}").format(name=entry.title), self._menu())
        box = row(self.tick, words, amount, self.more, gap=8)
        box.setStretch(1, 1)
        box.setAlignment(amount, Qt.AlignmentFlag.AlignVCenter)
        column(self, box, margins=(0, 5, 0, 5))

    def _menu(self) -> QMenu:
        menu, entry = QMenu(self), self.entry
        if isinstance(entry.record, Due):
            menu.addAction(icon("pencil"), _("Open the schedule"), partial(self._deeds.edit_entry, entry))
            menu.addAction(icon("x"), _("Skip this period"), partial(self._deeds.set_aside, entry))
        else:
            menu.addAction(icon("pencil"), _("Edit"), partial(self._deeds.edit_entry, entry))
            menu.addAction(icon("x"), _("Do not bill it"), partial(self._deeds.set_aside, entry))
            menu.addAction(icon("trash"), _("Move to the bin"), partial(self._deeds.remove, entry))
        return menu


class ToBillPane(QFrame):
    """See the module."""

    def __init__(self, deeds: Deeds) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._deeds = deeds
        self._account: Account | None = None
        # What the owner unticked stays so while the list is read again.
        self._unticked: set[str] = set()
        self._avatar = Avatar(side=36)
        self._name, self._line = ElidedLabel("", "b"), label("", "small", "text2")
        self._card = Button(pgettext("verb", "Open"), "ghost", on=self._open)
        self.bill_button = Button(
            _("Bill this"), "primary", "receipt-text", on=self.bill, tip=_("Bill this (Ctrl+Enter)")
        )
        self.all_button = Button(_("Tick all"), "link", on=self._tick_all)
        self.lines: list[_Line] = []
        self._box: QVBoxLayout = stack(gap=0)
        head = row(self._avatar, stack(self._name, self._line, gap=2), self._card, gap=12)
        head.setStretch(1, 1)
        self._hint = label("", "small", "text2", wrap=True)
        content = QWidget()
        column(
            content, head, 12, row(self.bill_button, "stretch"), 6, self._hint, 10, hairline(), 6,
            row(label(_("What waits"), "b"), "stretch", self.all_button), 2, self._box, "stretch",
            margins=(20, 16, 20, 8),
        )  # fmt: skip
        foot = QWidget()
        hints = key_hints(("Ctrl Enter", _("Bill this")), ("Ctrl N", _("Note work")))
        column(foot, hints, margins=(20, 0, 20, 14))
        column(self, scroll(content), foot)

    def show_row(self, account: Account) -> None:
        """Show what waits of a customer; everything is ticked at first."""
        if self._account is None or self._account.id != account.id:
            self._unticked = set()
        self._account = account
        self._avatar.show_name(account.customer, "company")
        self._name.setText(account.customer)
        self._line.setText(_("since {day}").format(day=formats.day(account.oldest)))
        clear(self._box)
        self.lines = []
        for entry in account.entries:
            line = _Line(entry, self._deeds, entry.key not in self._unticked, self._ticked)
            self._box.addWidget(line)
            self.lines.append(line)
        self._tell()

    def chosen(self) -> list[str]:
        """The keys of what is ticked."""
        return [line.entry.key for line in self.lines if line.tick.isChecked()]

    def _ticked(self) -> None:
        self._unticked = {line.entry.key for line in self.lines if not line.tick.isChecked()}
        self._tell()

    def _tick_all(self) -> None:
        wanted = bool(self._unticked)
        for line in self.lines:
            line.tick.setChecked(wanted)

    def _tell(self) -> None:
        ticked = [line.entry for line in self.lines if line.tick.isChecked()]
        amount = to_bill_words.sums(to_bill.sums(ticked))
        self.bill_button.setText(_("Bill {amount}").format(amount=amount) if ticked else _("Bill this"))
        self.bill_button.setAccessibleName(self.bill_button.text())
        self.bill_button.updateGeometry()
        self.bill_button.setEnabled(bool(ticked))
        self.all_button.setText(_("Tick all") if self._unticked else _("Tick none"))
        words = _("A draft is made; nothing is sent. Amounts are without tax.")
        self._hint.setText(words if ticked else _("Tick what shall be billed."))

    def bill(self) -> None:
        """Make a draft of what is ticked."""
        if self._account is not None and self.chosen():
            self._deeds.bill(self._account.id, self.chosen())

    def _open(self) -> None:
        if self._account is not None:
            self._deeds.open_customer(self._account.id)
