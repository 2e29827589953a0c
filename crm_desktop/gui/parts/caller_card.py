"""The card of a caller, over the upper right of the window: who it is, what is open, what was promised, how to treat them.

It stays while one works on the page behind it. It takes a number that is typed or pasted, from the clipboard, from Ctrl+K,
or from a tel: link; several customers with the number are a choice, none begins a new contact. "Log the call" starts a
clock; what is typed then is understood as a quick line and written with its minutes.
"""

from __future__ import annotations

import math
import time
from functools import partial
from typing import Any, Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from crm_desktop.activity import quick_notes
from crm_desktop.core import dates
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import caller
from crm_desktop.customers.caller import Holder
from crm_desktop.gui import failures, icons, theme
from crm_desktop.gui.parts import caller_words, timeline_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.avatar import Avatar
from crm_desktop.gui.widgets.buttons import Button, IconButton
from crm_desktop.gui.widgets.cards import Facts, Item, ItemRow, Note
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.inputs import TextInput
from crm_desktop.gui.widgets.layouts import clear, column, hairline, label, line_of, row, stack
from crm_desktop.insight import caller_facts

_WIDTH, _AWAY = 424, 16
_TICK_MS = 1000
_PAUSE_MS, _ENOUGH = 500, 7


class Opener(Protocol):
    """What the card needs of the window around it."""

    def centralWidget(self) -> QWidget:
        """Over what the card lies."""

    def show_page(self, key: str, args: dict[str, Any] | None = None) -> None:
        """Enter a page."""

    def open_record(self, kind: str, record_id: int) -> None:
        """Show a record."""

    def tell(self, text: str, undoable: bool = False) -> None:  # noqa: FBT002
        """Show a toast."""


class CallerCard(QFrame):
    """See the module; `open(number)` shows it."""

    def __init__(self, window: Opener) -> None:
        super().__init__(window.centralWidget())
        self._window = window
        self._holder: Holder | None = None
        self.customer_id = 0
        self._since = 0.0
        self.setProperty("k", "dialog")
        self.setAccessibleName(_("Who is calling"))
        self.setFixedWidth(_WIDTH)
        self._icon = QLabel()
        self.number = TextInput(_("Phone number"))
        self.number.setAccessibleName(_("Phone number"))
        self.number.returnPressed.connect(self._look_up)
        self.number.textEdited.connect(self._number_typed)
        self.close_button = IconButton("x", _("Close"), on=self.close_)
        head = QWidget()
        line_of(head, self._icon, self.number, self.close_button, gap=10, margins=(16, 10, 10, 10))
        self._body = QVBoxLayout()
        self._body.setContentsMargins(16, 12, 16, 14)
        self._body.setSpacing(10)
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column(self, head, hairline(), self._body)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_clock)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._look_up_typed)
        self.parentWidget().installEventFilter(self)
        theme.changed().connect(self._paint_icon)
        self._paint_icon()
        self.hide()

    # ---- opening -----------------------------------------------------------------------------------------------------

    def open(self, number: str = "") -> None:
        """Show who holds a number; without one, the one in the clipboard, else ask for it."""
        number = caller.from_link(number) or _copied()
        self.number.setText(number)
        self._stop_clock()
        self._look_up() if number else self._ask()
        self.show()
        self._place()
        self.raise_()
        if not number:
            self.number.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_customer(self, customer_id: int) -> None:
        """Show the card of a customer whose number nobody typed."""
        self.number.clear()
        self._stop_clock()
        self._show_customer(customer_id, None)
        self.show()
        self._place()
        self.raise_()

    def close_(self) -> None:
        """Take the card away."""
        self._stop_clock()
        self.hide()

    def _ask(self) -> None:
        clear(self._body)
        self.customer_id = 0
        self._body.addWidget(label(_("Type or paste the number that calls."), "body", "text2", wrap=True))
        self._fit()

    def _number_typed(self) -> None:
        self._stop_clock()
        self._pause.start()

    def _look_up_typed(self) -> None:
        """Look for a number that was typed or pasted without Enter; one may go on typing."""
        if sum(mark.isdigit() for mark in self.number.text()) >= _ENOUGH and self.number.hasFocus():
            self._look_up()
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_up(self) -> None:
        self._pause.stop()
        number = self.number.text().strip()
        if not number:
            self._ask()
            return
        found = caller.holders(number)
        if len(found) == 1:
            self._show_customer(found[0].customer_id, found[0])
        elif found:
            self._show_choice(found)
        else:
            self._show_stranger(number)

    # ---- what it shows -----------------------------------------------------------------------------------------------

    def _show_choice(self, found: list[Holder]) -> None:
        clear(self._body)
        self.customer_id = 0
        self._body.addWidget(label(_("More than one has this number. Who is it?"), "b", wrap=True))
        self.choices: list[ItemRow] = []
        for holder in found[:8]:
            name, detail = caller_words.choice(holder)
            made = ItemRow(
                Item(
                    name,
                    detail=detail,
                    avatar="organisation",
                    on=partial(self._show_customer, holder.customer_id, holder),
                )
            )
            self.choices.append(made)
            self._body.addWidget(made)
        self._fit()
        self.choices[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_stranger(self, number: str) -> None:
        clear(self._body)
        self.customer_id = 0
        shown = formats.isolate(caller.shown(number))
        self._body.addWidget(label(_("Nobody has the number {number} yet.").format(number=shown), "b", wrap=True))
        self._body.addWidget(label(_("A new contact begins with it filled in."), "body", "text2", wrap=True))
        self.new_button = Button(_("New contact"), "primary", "user-plus", on=partial(self._new_contact, number))
        self._body.addLayout(row(self.new_button, "stretch"))
        self._fit()
        self.new_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_customer(self, customer_id: int, holder: Holder | None) -> None:
        clear(self._body)
        self.customer_id, self._holder = customer_id, holder
        found = caller_facts.of(customer_id, dates.today())
        avatar = Avatar(side=40)
        avatar.show_name(found.name, found.kind)
        names = stack(
            ElidedLabel(found.name, "h"), ElidedLabel(caller_words.under_name(found, holder), "small", "text2"), gap=1
        )
        who = row(avatar, names, gap=12)
        who.setStretch(1, 1)
        self._body.addLayout(who)
        if found.served_by:
            note = Note(_("How they like to be served"))
            note.tell(found.served_by)
            self._body.addWidget(note)
        facts = Facts()
        facts.tell(caller_words.facts(found))
        self._body.addWidget(facts)
        self._body.addWidget(self._writing())
        self.acts = [
            Button(_("New case"), "secondary", "message-square-warning", on=self._new_case),
            Button(_("New invoice"), "secondary", "receipt-text", on=self._new_invoice),
            Button(_("Open card"), "secondary", "user", on=self._open_card),
        ]
        self._body.addLayout(row(*self.acts, "stretch", gap=8))
        self._fit()
        self.log_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _writing(self) -> QWidget:
        """The act that starts the clock, and the line that takes its place."""
        holder = QWidget()
        self.log_button = Button(_("Log the call"), "primary", "phone", on=self.log)
        self.clock = label("", "b")
        self.line = TextInput(_("What is it about?"))
        self.line.setAccessibleName(_("Write what happened"))
        self.line.returnPressed.connect(self._write)
        self.line.textChanged.connect(self._typed)
        self.write_button = Button(_("Write it down"), "primary", "check", on=self._write)
        self._said = ElidedLabel("", "small", "text2")
        self._log_row = QWidget()
        line_of(self._log_row, self.log_button, "stretch")
        self._line_row = QWidget()
        column(self._line_row, row(self.clock, self.line, gap=10), self._said, row(self.write_button, "stretch"), gap=6)
        self._line_row.hide()
        column(holder, self._log_row, self._line_row)
        return holder

    # ---- the call ----------------------------------------------------------------------------------------------------

    def log(self) -> None:
        """The call is on: the clock runs, the line waits."""
        self._since = time.monotonic()
        self._log_row.hide()
        self._line_row.show()
        self._clock.start()
        self._show_clock()
        self._fit()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def seconds(self) -> int:
        """How long the call has lasted."""
        return int(time.monotonic() - self._since) if self._since else 0

    def _show_clock(self) -> None:
        self.clock.setText(caller_words.clock(self.seconds()))

    def _stop_clock(self) -> None:
        self._clock.stop()
        self._since = 0.0

    def _typed(self, text: str) -> None:
        if text.strip():
            self._said.setText(timeline_words.understood(quick_notes.understand(self.customer_id, text, "call")))
        else:
            self._said.setText("")

    def _write(self) -> None:
        """Write the call with its minutes; without words, that there was one."""
        words = self.line.text().strip() or _("Call")
        who = self._holder.person if self._holder else ""
        person = self._holder.person_id if self._holder else None
        minutes = min(24 * 60, max(1, math.ceil(self.seconds() / 60)))
        write = partial(quick_notes.write, self.customer_id, words, "call", minutes=minutes, who=who, person_id=person)
        if failures.guarded(write):
            self._window.tell(_("Call written down"), True)
            self.close_()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _new_contact(self, number: str) -> None:
        self.close_()
        self._window.show_page("customer_form", {"id": 0, "phone": caller.shown(number)})

    def _new_case(self) -> None:
        self._window.open_record("new_case", self.customer_id)

    def _new_invoice(self) -> None:
        self._window.show_page("invoice", {"id": 0, "customer": self.customer_id})

    def _open_card(self) -> None:
        self._window.open_record("customer", self.customer_id)

    # ---- place -------------------------------------------------------------------------------------------------------

    def _paint_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap("phone", "accentText", 18, self.devicePixelRatioF()))

    def _fit(self) -> None:
        self.layout().activate()
        # Texts that wrap tell their height only once they were laid out.
        QTimer.singleShot(0, self, self._place)
        self._place()

    def _place(self) -> None:
        around = self.parentWidget().size()
        high = min(
            max(self.layout().totalHeightForWidth(_WIDTH), self.layout().totalSizeHint().height()),
            around.height() - 2 * _AWAY,
        )
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setGeometry(_AWAY if mirrored else around.width() - _WIDTH - _AWAY, _AWAY, _WIDTH, high)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_()
        else:
            super().keyPressEvent(event)


def _copied() -> str:
    """The number in the clipboard, if one is there."""
    text = QGuiApplication.clipboard().text().strip()
    return caller.from_link(text) if len(text) < 60 and caller.is_number(text) else ""


def of_window(window: QWidget | None = None) -> CallerCard | None:
    """The card of a window, made when it is first asked for; None where there is no window."""
    found = window or next(
        (w for w in QApplication.topLevelWidgets() if hasattr(w, "pages") and hasattr(w, "show_page")), None
    )
    if found is None:
        return None
    card = found.findChild(CallerCard)
    return card or CallerCard(cast("Opener", found))


def show(number: str = "", window: QWidget | None = None) -> None:
    """Show who holds a number."""
    card = of_window(window)
    if card is not None:
        failures.guarded(partial(card.open, number))
