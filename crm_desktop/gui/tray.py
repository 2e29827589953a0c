"""The icon beside the clock: today's five, reminders at their time, and the program goes on when the window is closed.

Only where the desktop has such a place and the owner said yes; that is asked once, when the first reminder was written
by hand. One digest at the start; then at most one message in five minutes, none in the quiet hours, never a sound.
Without the icon, closing the window ends the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from crm_desktop import APP_NAME
from crm_desktop.activity import reminders
from crm_desktop.activity.reminders import Reminder
from crm_desktop.core import dates, preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.icons import icon
from crm_desktop.gui.tray_wishes import is_quiet, wanted
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.safety import company_files

if TYPE_CHECKING:
    from crm_desktop.gui.main_window import MainWindow

LOOK_MS, DIGEST_AFTER_MS = 30_000, 1500
PAUSE = timedelta(minutes=5)
_MOST = 5


@dataclass
class Bell:
    """Decides which reminders are told when; knows no window. `told` are those that were shown once."""

    told: set[tuple[int, str]] = field(default_factory=set)
    last: datetime | None = None

    def silence(self, waiting: Sequence[Reminder], now: datetime) -> None:
        """Take what is due already as told: the digest at the start named it."""
        self.told |= {_key(found) for found in waiting if _is_due(found, now)}

    def ring(self, waiting: Sequence[Reminder], now: datetime) -> list[Reminder]:
        """The reminders to tell now; they wait together while it is quiet or the last message is too fresh."""
        due = [found for found in waiting if _is_due(found, now) and _key(found) not in self.told]
        if not due or is_quiet(now) or (self.last is not None and now - self.last < PAUSE):
            return []
        self.told |= {_key(found) for found in due}
        self.last = now
        return due


def _key(found: Reminder) -> tuple[int, str]:
    """A reminder at its time: put off, it is another one."""
    return found.id, f"{found.due_on} {found.due_time}"


def _is_due(found: Reminder, now: datetime) -> bool:
    if found.due_on != now.date():
        return found.due_on < now.date()
    return found.due_time is None or found.due_time <= now.time()


class Tray(QObject):
    """See the module. Watches the window being closed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._icon, self._bell = window, None, Bell()
        self._icon: QSystemTrayIcon | None
        self._subject: tuple[str, int] | None = None
        self._quitting = self._asking = False
        self._menu = QMenu(window)
        self._menu.aboutToShow.connect(self._fill)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        window.installEventFilter(self)
        window.data_changed.connect(self._changed)
        if wanted():
            QTimer.singleShot(DIGEST_AFTER_MS, self, self.start)

    # ---- on and off --------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> bool:
        """Whether the icon is there, so that the program goes on without its window."""
        return self._icon is not None

    def start(self) -> None:
        """Show the icon where the desktop has a place for it, and tell what is due."""
        if self._icon is not None or not wanted() or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        self._icon = QSystemTrayIcon(icon("bell", "accent"), self)
        self._icon.setToolTip(APP_NAME)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self._open_subject)
        self._icon.show()
        QApplication.setQuitOnLastWindowClosed(False)
        self._timer.start()
        self._digest()

    def stop(self) -> None:
        """Take the icon away: closing the window ends the program again."""
        self._timer.stop()
        QApplication.setQuitOnLastWindowClosed(True)
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _changed(self, tables: frozenset[str]) -> None:
        """Ask once, when the first reminder was written by hand."""
        if "reminder" not in tables or wanted() is not None or self._asking or not company_files.is_open():
            return
        if reminders.has_by_hand() and QSystemTrayIcon.isSystemTrayAvailable():
            self._asking = True
            QTimer.singleShot(0, self, self._ask)

    def _ask(self) -> None:
        answer = dialogs.choose(
            _("Shall reminders also come when the window is closed?"),
            _("An icon beside the clock stays then. Messages make no sound and wait until the quiet hours are over."),
            [("no", _("Only in the window")), ("yes", _("Remind me"))],
        )
        self._asking = False
        if answer:
            preferences.put("tray", answer == "yes")
            self.start()

    # ---- telling -----------------------------------------------------------------------------------------------------

    def _waiting(self) -> list[Reminder]:
        return reminders.waiting(dates.today()) if company_files.is_open() else []

    def _digest(self) -> None:
        """One message at the start with what came due meanwhile."""
        found, now = self._waiting(), _now()
        self._bell.silence(found, now)
        due = [one for one in found if _is_due(one, now)]
        if not due or is_quiet(now):
            return
        self._bell.last = now
        late = sum(one.due_on < now.date() for one in due)
        words = ngettext("{n} reminder is due", "{n} reminders are due", len(due)).format(n=formats.count(len(due)))
        more = ngettext("{n} of them since earlier", "{n} of them since earlier", late).format(n=formats.count(late))
        self._tell(words, more if late else due[0].title, None)

    def _look(self) -> None:
        failures.guarded(self._ring)

    def _ring(self) -> None:
        due = self._bell.ring(self._waiting(), _now())
        if len(due) == 1:
            one = due[0]
            subject = ("customer", one.customer_id) if one.customer_id else None
            self._tell(one.title, one.customer or one.note, subject)
        elif due:
            words = ngettext("{n} reminder", "{n} reminders", len(due)).format(n=formats.count(len(due)))
            self._tell(words, "\n".join(one.title for one in due[:_MOST]), None)

    def _tell(self, title: str, text: str, subject: tuple[str, int] | None) -> None:
        self._subject = subject
        if self._icon is not None:
            self._icon.showMessage(title, text, icon("bell", "accent"), 10_000)

    # ---- menu --------------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Today's five, then what one may do."""
        self._menu.clear()
        from crm_desktop.insight import today  # gathers from every part: loaded when it is asked for

        tasks = today.tasks()[:_MOST] if company_files.is_open() and company_files.is_set_up() else []
        for task in tasks:
            self._add(task.title, "bell", partial(self._show, "today"))
        if not tasks:
            self._add(_("Nothing due"), "", None).setEnabled(False)
        self._menu.addSeparator()
        self._add(_("New reminder"), "plus", self._new)
        self._add(_("Open"), "", partial(self._show, ""))
        self._add(_("Quit"), "", self.quit)

    def _add(self, words: str, picture: str, act: object) -> QAction:
        found = self._menu.addAction(words.replace("&", "&&"))
        if picture:
            found.setIcon(icon(picture))
        if act is not None:
            found.triggered.connect(act)
        return found

    def _new(self, _checked: bool = False) -> None:  # noqa: FBT002
        self._show("today")
        page = self._window.pages.page()
        if page is not None:
            page.new()

    def _show(self, page: str, _checked: bool = False) -> None:  # noqa: FBT002
        """Bring the window forward, at a page."""
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        if page:
            self._window.show_page(page)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self._show("")

    def _open_subject(self) -> None:
        if self._subject is None:
            self._show("today")
            return
        self._show("")
        self._window.open_record(*self._subject)

    # ---- closing -----------------------------------------------------------------------------------------------------

    def quit(self, _checked: bool = False) -> None:  # noqa: FBT002
        """End the program, also while the icon is there."""
        self._quitting = True
        if self._window.close():
            self.stop()
            QApplication.quit()
        self._quitting = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Closing the window only hides it while the icon is there; what was typed is kept first."""
        if event.type() != QEvent.Type.Close or watched is not self._window or not self.shown or self._quitting:
            return False
        page = self._window.pages.page()
        if page is None or page.leave():
            self._window.hide()
        event.ignore()
        return True


def _now() -> datetime:
    """The time on the owner's clock, without a zone: reminders are for that."""
    return dates.now().astimezone().replace(tzinfo=None)
