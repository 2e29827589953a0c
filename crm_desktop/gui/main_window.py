"""The window: sidebar, pages, menus, palette, toasts, undo across pages, and what happens when files are dropped.

`MainWindow()` shows the open data file; where none is open or set up, the first-run page alone. `app.py` makes it once.
Pages are registered in `page_table`, commands in `commands`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QWidget

from crm_desktop import APP_NAME
from crm_desktop.company import profile
from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import areas, commands, failures, jobs, qt_words, theme
from crm_desktop.gui.collecting import Collector
from crm_desktop.gui.commands import Command
from crm_desktop.gui.companies import Companies
from crm_desktop.gui.icons import icon
from crm_desktop.gui.menu_keys import MenuKeys
from crm_desktop.gui.navigation import Pages
from crm_desktop.gui.section_tabs import SectionTabs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.layouts import column, line_of
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.sidebar import Entry, Sidebar
from crm_desktop.gui.widgets.strip import Strip
from crm_desktop.gui.window_jobs import JobBar
from crm_desktop.safety import company_files, undo

if TYPE_CHECKING:
    from crm_desktop.gui.parts.timer_bar import TimerBar
    from crm_desktop.gui.tray import Tray
    from crm_desktop.gui.widgets.palette import Hit, Palette
    from crm_desktop.gui.widgets.toast import Toast
    from crm_desktop.safety.backup import Backup

_log = logging.getLogger(__name__)
# The list is painted first; counts and the state of the backup follow.
_STATE_AFTER_MS = 250
_RAIL_BELOW, _EDITOR_RAIL_BELOW = 1100, 1360
_TITLE_BAR = 40
_IMPORTABLE = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".vcf", ".ldif", ".ics")


class MainWindow(QMainWindow):
    """See the module. `data_changed(tables)` comes after each commit, from any thread."""

    data_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setWindowTitle(APP_NAME)
        formats.use_locale(str(preferences.get("formats") or ""))
        self.pages = Pages()
        self.sidebar = Sidebar(self._entries())
        self.sample = Strip()
        self.jobs = JobBar()
        self.companies = Companies(self)
        self._palette: Palette | None = None
        self.tray: Tray | None = None
        self.collector = Collector(self)
        self._actions: list[tuple[Command, QAction]] = []
        self._bare = False
        self._menu_keys = MenuKeys(self)
        self._state_later = QTimer(self)
        self._state_later.setSingleShot(True)
        self._state_later.timeout.connect(self._tell_state)
        self._build()
        self.build_menus()
        self._connect()
        self._restore_size()

    # ---- building ----------------------------------------------------------------------------------------------------

    def _entries(self) -> list[Entry]:
        found = [e for e in self.pages.entries.values() if e.group]
        return [Entry(e.key, e.icon, e.text, e.group, f"Ctrl+{i}" if i < 10 else "") for i, e in enumerate(found, 1)]

    def _build(self) -> None:
        middle = QWidget()
        middle.setObjectName("canvas")
        right = QWidget()
        right.setObjectName("canvas")
        self.setCentralWidget(middle)  # first, and then what it holds: so each part is styled once
        line_of(middle, self.sidebar, right, gap=0)
        self._column = column(right, self.sample, SectionTabs(self.pages), self.pages, self.jobs)

    def _connect(self) -> None:
        self.sidebar.chosen.connect(self.show_page)
        self.sidebar.search.connect(self.show_palette)
        self.sidebar.company.connect(self.companies.menu)
        self.sidebar.backup.connect(partial(self.show_page, "backup"))
        self.pages.made.connect(self._page_made)
        self.pages.shown.connect(self._page_shown)
        self.data_changed.connect(self._changed, Qt.ConnectionType.QueuedConnection)
        self._stop_listening = undo.on_change(self.data_changed.emit)

    def build_menus(self) -> None:
        """Make the menu bar; also after the language changed."""
        bar = self.menuBar()
        bar.clear()
        for _command, action in self._actions:
            self.removeAction(action)
        self._actions = []
        for title, found in commands.menus():
            menu = bar.addMenu(title)
            for command in found or self._sections():
                self._add_command(menu, command)
            menu.aboutToShow.connect(self.tell_commands)
        bar.setNativeMenuBar(True)
        bar.setVisible(bool(preferences.get("menu_bar", False)))

    def _sections(self) -> list[Command]:
        return [
            Command(e.label.replace("&", "&&"), (e.key_hint,) if e.key_hint else (), "show_page", "", e.icon, e.key)
            for e in self._entries()
        ]

    def _add_command(self, menu: QMenu, command: Command) -> None:
        if not command.text:
            menu.addSeparator()
            return
        action = menu.addAction(icon(command.icon) if command.icon else QAction().icon(), command.text)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        roles = {
            "quit": QAction.MenuRole.QuitRole,
            "about": QAction.MenuRole.AboutRole,
            "preferences": QAction.MenuRole.PreferencesRole,
        }
        action.setMenuRole(roles.get(command.role, QAction.MenuRole.NoRole))
        action.triggered.connect(partial(self._run, command))
        self.addAction(action)
        self._actions.append((command, action))

    def _run(self, command: Command, _checked: bool = False) -> None:  # noqa: FBT002
        self._menu_keys.forget()
        if not commands.is_offered(command, self.pages.page(), bare=self._bare):
            return
        target: Any = self.pages.page() if command.page else self
        act = getattr(target, command.page or command.window)
        failures.guarded(partial(act, command.argument) if command.argument else act)

    def tell_commands(self) -> None:
        """Grey what the page does not offer, and name what Undo takes back."""
        page = self.pages.page()
        for command, action in self._actions:
            action.setEnabled(commands.is_offered(command, page, bare=self._bare))
            if command.window in ("undo", "redo"):
                title = (
                    (undo.undo_title() if command.window == "undo" else undo.redo_title())
                    if company_files.is_open()
                    else ""
                )
                words = _("&Undo: {step}") if command.window == "undo" else _("&Redo: {step}")
                action.setText(words.format(step=title.replace("&", "&&")) if title else command.text)
        for action in self.menuBar().actions():
            action.setVisible(True)

    # ---- pages -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Show the first page: Today, or the first run where no company is set up."""
        if (company_files.is_open() and company_files.is_set_up()) or not self.pages.go("first_run"):
            self.show_company()

    def show_company(self) -> None:
        """Show the data file that was just opened, from its first page."""
        self.pages.restart()
        self._tell_company()
        wanted = (str(preferences.get("start_page") or ""), next((e.key for e in self._entries()), ""))
        any(map(self.pages.go, wanted))
        self._state_later.start(_STATE_AFTER_MS)
        QTimer.singleShot(_STATE_AFTER_MS, self.companies.name_unsure_mails)

    def show_page(self, key: str, args: dict[str, Any] | None = None) -> None:
        """Enter a page."""
        failures.guarded(lambda: self.pages.go(key, args))

    def open_record(self, kind: str, record_id: int) -> None:
        """Show a record, or the form of a new one with id 0."""
        failures.guarded(lambda: self.pages.open_record(kind, record_id))

    def new_record(self, kind: str) -> None:
        """Show the form of a new record."""
        self.open_record(kind, 0)

    def go_back(self) -> None:
        """Go to the page before."""
        self.pages.back(1)

    def go_forward(self) -> None:
        """Go to the page that was left by Back."""
        self.pages.back(-1)

    def _page_made(self, page: Page) -> None:
        page.open_record.connect(self.open_record)
        page.go.connect(self.show_page)
        page.back.connect(self._leave_page)
        page.toast.connect(self.tell)
        page.changed.connect(self._tell_title)
        if page.key == "first_run":
            self.companies.wire(page)
        elif page.key == "settings":
            page.language_changed.connect(self.use_language, Qt.ConnectionType.QueuedConnection)
            page.menu_bar_changed.connect(self.toggle_menu_bar)

    def _leave_page(self) -> None:
        if not self.pages.back(1) and not self.pages.can_go(1):
            entry = self.pages.entries[self.pages.key()]
            self.show_page(entry.parent or next(e.key for e in self._entries()))

    def _page_shown(self, key: str) -> None:
        entry = self.pages.entries[key]
        self.sidebar.set_current(entry.parent or key)
        self._bare = entry.bare
        self.sidebar.setVisible(not entry.bare)
        self._tell_title()
        self._fit_sidebar()
        self.tell_commands()

    def _tell_title(self) -> None:
        page = self.pages.page()
        name = self.sidebar.company_item.text()
        parts = [page.title() if page else "", name, APP_NAME]
        self.setWindowTitle(" · ".join(dict.fromkeys(p for p in parts if p)))

    def _fit_sidebar(self) -> None:
        page = self.pages.page()
        editor = page is not None and page.rail and self.width() < _EDITOR_RAIL_BELOW
        self.sidebar.set_rail(rail=editor or self.width() < _RAIL_BELOW)

    # ---- state -------------------------------------------------------------------------------------------------------

    def _tell_state(self) -> None:
        """Say whose books are open, what waits in the sections, and how the backup stands."""
        if not company_files.is_open() or not company_files.is_set_up():
            return
        self._tell_company()
        self._tell_counts()
        self.timer.refresh()
        if self.tray is None:
            from crm_desktop.gui.tray import Tray

            self.tray = Tray(self)

    def _tell_company(self) -> None:
        found = profile.load()
        self.sidebar.tell_company(found.name or company_files.path().stem)
        if found.is_sample:
            self.sample.tell(
                _("Sample data: nothing here is yours."),
                kind="warn",
                act=_("Start for real"),
                on=partial(self.show_page, "first_run"),
            )
        else:
            self.sample.tell("")
        self._tell_title()

    def _tell_counts(self) -> None:
        from crm_desktop.gui import counts

        counts.tell(self.sidebar, set(self.pages.entries))

    def _changed(self, tables: frozenset[str]) -> None:
        if not company_files.is_open():  # closed meanwhile: the news of the last change comes after it
            return
        failures.guarded(lambda: self.pages.tell_changed(tables))
        self._state_later.start(50)

    @cached_property
    def toast(self) -> Toast:
        """The line at the bottom that says what was done; made when there is something to say."""
        from crm_desktop.gui.widgets.toast import Toast

        return Toast(self.centralWidget())

    def tell(self, text: str, undoable: bool = False) -> None:  # noqa: FBT002
        """Show a toast, with Undo for what can be taken back."""
        self.toast.tell_undoable(text, self.undo) if undoable else self.toast.tell(text)

    def undo(self) -> None:
        """Take back the last deed, on whichever page it was done."""
        if not self.pages.on_page("undo_here"):
            self._take_back(undo.undo_last, _("Undone: {step}"), _("There is nothing to undo."), "undo-2")

    def redo(self) -> None:
        """Bring back what was undone last."""
        if not self.pages.on_page("redo_here"):
            self._take_back(undo.redo_last, _("Done again: {step}"), _("There is nothing to redo."), "redo-2")

    def _take_back(self, act: Callable[[], undo.Undone | None], words: str, nothing: str, picture: str) -> None:
        page = self.pages.page()
        if page is not None and page.can("save_now"):
            page.save_now()
        done: list[undo.Undone | None] = []
        if failures.guarded(lambda: done.append(act())):
            self.toast.tell(words.format(step=undo.told(done[0])) if done[0] else nothing, icon=picture)

    # ---- the stopwatch -----------------------------------------------------------------------------------------------

    @cached_property
    def timer(self) -> TimerBar:
        """The stopwatch above the jobs; made when the list was painted, or when it is started."""
        from crm_desktop.gui.parts.timer_bar import TimerBar

        made = TimerBar(self.tell)
        self._column.insertWidget(self._column.indexOf(self.jobs), made)
        return made

    def start_timer(self, customer_id: int | None = None) -> None:
        """Start the stopwatch, for a customer or for one that is said at the end."""
        self.timer.start(customer_id)

    def stop_timer(self) -> None:
        """Stop it, and note the time."""
        self.timer.stop()

    # ---- commands ----------------------------------------------------------------------------------------------------

    def show_palette(self) -> None:
        """Open the palette."""
        if self._bare:
            return
        if self._palette is None:
            from crm_desktop.gui import finder
            from crm_desktop.gui.widgets.palette import Palette

            self._palette = Palette(self.centralWidget(), finder.find, self._command_hits, self._do_hit)
        self._palette.open()

    def _command_hits(self) -> Sequence[Hit]:
        from crm_desktop.gui.widgets.palette import Hit

        self.tell_commands()
        found = []
        for command, action in self._actions:
            if action.isEnabled() and command.window != "show_palette":
                text = command.text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")
                group = _("Go to") if command.window == "show_page" else _("Do")
                key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
                found.append(
                    Hit(group, text, icon=command.icon or "corner-down-left", act=partial(self._run, command), key=key)
                )
        return sorted([*found, *self.findChild(SectionTabs).hits(found)], key=lambda hit: hit.group != _("Do"))

    def _do_hit(self, hit: Hit) -> None:
        if hit.act is not None:
            hit.act()
        elif hit.kind == "timer":
            self.timer.start(hit.id)
        else:
            self.open_record(hit.kind, hit.id)

    def import_file(self, path: str = "") -> None:
        """Start the import, with a file that was dropped; before there is a company the first page asks for the file."""
        self.pages.on_page("bring") if self._bare else self.show_page("import", {"path": path} if path else {})

    def back_up(self) -> None:
        """Make a backup now."""
        path = company_files.path()
        jobs.run(partial(_back_up, path), done=self._backed_up, title=_("Backing up"))

    def _backed_up(self, _made: Backup) -> None:
        self._tell_counts()
        self.toast.tell(_("Backed up and tested"), icon="shield-check")

    def open_log_folder(self) -> None:
        """Show the folder with the log files."""
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        preferences.log_folder().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(preferences.log_folder())))

    def use_theme(self, mode: str) -> None:
        """Show light, dark, or what the system shows."""
        preferences.put("theme", mode)
        theme.apply(QApplication.instance(), mode)

    def use_language(self) -> None:
        """Show everything in the language that was just chosen with `i18n.use_language`."""
        self.use_words()
        self.pages.reenter()
        self._tell_state()
        QTimer.singleShot(0, self.collector, self.collector.clear)

    def use_words(self) -> None:
        """Show menus, sidebar and palette in the language that was just chosen; the page is left as it is."""
        qt_words.speak()
        formats.use_locale(str(preferences.get("formats") or ""))
        self._palette = None
        self.build_menus()
        self.sidebar.show_entries(self._entries())
        self._fit_sidebar()

    def toggle_menu_bar(self) -> None:
        """Show the menu bar always, or only with Alt and F10."""
        shown = not bool(preferences.get("menu_bar", False))
        preferences.put("menu_bar", shown)
        self.menuBar().setVisible(shown)

    def next_area(self) -> None:
        """Move the focus to the next area."""
        areas.move(self.sidebar, self.pages.page(), 1)

    def previous_area(self) -> None:
        """Move the focus to the area before."""
        areas.move(self.sidebar, self.pages.page(), -1)

    def quit(self) -> None:
        """End the program, also where closing the window would leave the icon beside the clock."""
        self.tray.quit() if self.tray is not None else self.close()

    def open_company(self) -> None:
        """Let the user pick another data file."""
        self.companies.open()

    def new_company(self) -> None:
        """Start another company."""
        self.companies.new()

    # ---- Qt ----------------------------------------------------------------------------------------------------------

    def _restore_size(self) -> None:
        self.setMinimumSize(880, 560)
        room = self.screen().availableGeometry().size() - QSize(0, _TITLE_BAR)
        self.resize(QSize(1280, 800).boundedTo(room))
        kept = preferences.get("window")
        if isinstance(kept, str):
            self.restoreGeometry(QByteArray.fromBase64(kept.encode()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sidebar()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.toLocalFile().lower().endswith(_IMPORTABLE) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.toLocalFile().lower().endswith(_IMPORTABLE):
                event.acceptProposedAction()
                QTimer.singleShot(0, self, partial(self.import_file, url.toLocalFile()))
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.pages.can_go(1):
            entry = self.pages.entries.get(self.pages.key())
            if entry is not None and not entry.group:
                self._leave_page()
                return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.windowHandle().installEventFilter(self._menu_keys)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what was typed, end the running job, back up, remember the size."""
        page = self.pages.page()
        if page is not None and not page.leave():
            event.ignore()
            return
        jobs.stop()
        self._stop_listening()
        preferences.put("window", bytes(self.saveGeometry().toBase64().data()).decode())
        if company_files.is_open():
            failures.guarded(company_files.close_data_file)
        super().closeEvent(event)


def _back_up(path: Path, progress: Any) -> Backup:
    from crm_desktop.safety import backup

    return backup.make(path, progress=progress)
