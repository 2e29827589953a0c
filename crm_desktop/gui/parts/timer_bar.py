"""The stopwatch at the foot of the window: for whom, how long, and Pause and Stop; not there while none is on.

It is told of changes by `refresh`, so that a timer that was started in the terminal shows too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QWidget

from crm_desktop.core.errors import ValidationError
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customers
from crm_desktop.gui import failures, icons, theme
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button, menu_button
from crm_desktop.gui.widgets.elided import ElidedLabel
from crm_desktop.gui.widgets.layouts import label, line_of
from crm_desktop.safety import company_files
from crm_desktop.sales import timer, work_done


class TimerBar(QFrame):
    """See the module. `tell(text, undoable)` shows what happened."""

    def __init__(self, tell: Callable[[str, bool], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._say = tell
        self.setProperty("k", "foot")
        self.setAccessibleName(_("Timer"))
        self._icon = QLabel()
        self.clock = label("", "b")
        self._about = ElidedLabel("", "body", "text2")
        self.pause_button = Button("", "ghost", on=self.toggle)
        self.stop_button = Button("", "secondary", "check", on=self.stop)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more = menu_button("ellipsis", _("More about the timer"), self.menu)
        line_of(
            self, self._icon, self.clock, self._about, self.pause_button, self.stop_button, self.more,
            gap=10, margins=(24, 4, 16, 4),
        )  # fmt: skip
        self.layout().setStretch(2, 1)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_clock)
        theme.changed().connect(self._paint_icon)
        self.hide()

    # ---- showing -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the timer as it is now, or nothing."""
        found = timer.current() if company_files.is_open() else None
        self.setVisible(found is not None)
        self._tick.stop()
        if found is None:
            return
        if found.running:
            self._tick.start()
        about = " · ".join(part for part in (found.customer, found.name) if part)
        self._about.setText(about or _("You say for whom when you stop it."))
        for button, words in (
            (self.pause_button, _("Pause") if found.running else _("Go on")),
            (self.stop_button, _("Stop and note it")),
        ):
            button.setText(words)
            button.setAccessibleName(words)
        self._show_clock()
        self._paint_icon()

    def _show_clock(self) -> None:
        found = timer.current() if company_files.is_open() else None
        if found is None:
            return
        minutes, seconds = divmod(found.seconds, 60)
        self.clock.setText(formats.isolate(f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"))

    def _paint_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap("clock", "accentText", 16, self.devicePixelRatioF()))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def start(self, customer_id: int | None = None) -> None:
        """Start the timer, for a customer or for one that is said at the end."""
        if failures.guarded(partial(timer.start, customer_id)):
            name = customers.get(customer_id).name if customer_id else ""
            self._say(_("The timer is on for {name}").format(name=name) if name else _("The timer is on"), False)
        self.refresh()

    def toggle(self) -> None:
        """Pause, or go on."""
        found = timer.current()
        if found is not None:
            failures.guarded(timer.pause if found.running else timer.resume)
        self.refresh()

    def stop(self) -> None:
        """Stop, and note the time; asks for whom it was where nobody said."""
        made: list[int] = []
        if timer.current() is None:
            self._say(_("The timer is not on."), False)
            return
        try:
            failures.guarded(lambda: self._stop(made))
        finally:
            self.refresh()
        if made:
            service = work_done.get(made[0])
            words = _("{hours} hours noted for {name}")
            self._say(words.format(hours=formats.quantity(service.quantity), name=service.customer), True)

    def _stop(self, made: list[int]) -> None:
        try:
            made.append(timer.stop())
        except ValidationError:
            # The window starts without the fields that this question needs.
            from crm_desktop.gui.parts.customer_input import CustomerInput
            from crm_desktop.gui.parts.service_inputs import WhatInput
            from crm_desktop.gui.widgets.form import Field

            fields = [
                Field("customer_id", _("Customer"), "own", make=CustomerInput, needed=True),
                Field("name", _("What was done"), "own", make=WhatInput),
            ]

            def keep(values: dict[str, Any]) -> None:
                made.append(timer.stop(values))

            dialogs.fill_in(_("For whom was it?"), fields, {}, act=_("Note it"), check=keep)

    def _fill_menu(self) -> None:
        self.menu.clear()
        for minutes in timer.ROUNDINGS:
            words = ngettext("Round up to {n} minute", "Round up to {n} minutes", minutes).format(n=minutes)
            act = self.menu.addAction(words, partial(timer.set_rounding, minutes))
            act.setCheckable(True)
            act.setChecked(minutes == timer.rounding())
        self.menu.addSeparator()
        self.menu.addAction(_("Throw the time away…"), self.discard)

    def discard(self) -> None:
        """Throw the time away, after a question."""
        text = _("The time is not noted anywhere else.")
        if dialogs.confirm(_("Throw the time away?"), text, _("Throw away"), _("Keep it")):
            failures.guarded(timer.discard)
            self.refresh()
