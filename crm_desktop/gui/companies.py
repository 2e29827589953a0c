"""Whose books are shown: open, make, restore and switch company files, and the first start."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMenu

from crm_desktop.core import i18n, preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.icons import icon
from crm_desktop.gui.widgets.page import Page
from crm_desktop.safety import company_files

if TYPE_CHECKING:
    from crm_desktop.gui.main_window import MainWindow


class Companies(QObject):
    """The part of the window that changes which data file is open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before: Path | None = None
        self._job: jobs.Job | None = None
        jobs.worker().finished.connect(self._ended)

    def menu(self) -> None:
        """Show the companies opened last, and the ways to others."""
        menu = QMenu(self._window)
        now = company_files.path().resolve() if company_files.is_open() else None
        for path in company_files.recent():
            action = menu.addAction(icon("briefcase"), path.stem.replace("&", "&&"), partial(self.switch, path))
            action.setEnabled(path.resolve() != now)
            action.setToolTip(str(path))
        menu.addSeparator()
        menu.addAction(icon("folder-open"), _("Open company file…"), self.open)
        menu.addAction(icon("plus"), _("New company file…"), self.new)
        menu.aboutToHide.connect(menu.deleteLater)
        item = self._window.sidebar.company_item
        menu.popup(item.mapToGlobal(item.rect().bottomLeft()))

    def open(self) -> None:
        """Let the user pick another data file."""
        from crm_desktop.gui.widgets import dialogs

        kinds = [(_("Company files"), [f"*{company_files.SUFFIX}"]), (_("All files"), ["*"])]
        path = dialogs.choose_open_file(_("Open company file"), kinds, "company")
        if path is not None:
            self.switch(path)

    def switch(self, path: Path) -> None:
        """Close the open data file and open another; if that fails the old one stays open."""
        jobs.let_go()
        if failures.guarded(partial(company_files.open_data_file, path)):
            self._window.start()

    def new(self) -> None:
        """Start another company: the first page again."""
        self._window.show_page("first_run")

    def name_unsure_mails(self) -> None:
        """After a crash: say which mails were on their way, so that nobody takes them for sent or not sent."""
        from crm_desktop.insight import today  # gathers from every part: loaded after the first list is painted

        if not company_files.is_open() or not company_files.is_set_up() or not today.mails_on_their_way():
            return
        if jobs.busy():  # what is on its way now is no leftover of a crash
            return
        from crm_desktop.outreach import campaign_running, sending  # slow to import, and seldom needed

        number = sending.after_a_crash() + campaign_running.after_a_crash()
        if not number:
            return
        words = ngettext("{n} e-mail was perhaps sent when the program ended. Look into the outbox.",
                         "{n} e-mails were perhaps sent when the program ended. Look into the outbox.", number)  # fmt: skip
        self._window.tell(words.format(n=number))

    # ---- first start -------------------------------------------------------------------------------------------------

    def wire(self, page: Page) -> None:
        """Give the first page its four ways in."""
        found: Any = page
        found.on_fresh = partial(self._fresh, found)
        found.on_spreadsheet = partial(self._from_spreadsheet, found)
        found.on_restore = partial(self._restore, found)
        found.on_sample = partial(self._sample, found)
        found.language_changed.connect(self._language_changed)

    def _language_changed(self, language: str) -> None:
        i18n.use_language(language)
        self._window.use_words()

    def _make(self, page: Any) -> None:
        setup = page.setup()
        preferences.put("language", setup.language)
        company_files.new_data_file(setup.path, country=setup.country, language=setup.language, currency=setup.currency)

    def _fresh(self, page: Any) -> None:
        self._make(page)
        self._window.start()

    def _from_spreadsheet(self, page: Any, path: Path) -> None:
        self._make(page)
        self._window.start()
        self._window.import_file(str(path))

    def _restore(self, page: Any, source: Path) -> None:
        target = page.setup().path  # a new file: what else is there stays untouched
        target.parent.mkdir(parents=True, exist_ok=True)
        jobs.run(
            partial(_prepare_restore, source, target),
            done=partial(self._restored, source),
            title=_("Restoring {file}").format(file=source.name),
            writes=True,
        )

    def _restored(self, source: Path, prepared: Any) -> None:
        company_files.finish_restore(prepared)
        self._window.start()
        self._window.tell(_("Restored from {file}").format(file=source.name))

    def _sample(self, page: Any) -> None:
        setup = page.setup()
        path = setup.path.with_name(_("Sample company") + company_files.SUFFIX)
        if path.exists():
            self.switch(path)
            return
        self._before = company_files.path() if company_files.is_open() else None
        company_files.close_data_file()
        self._job = jobs.run(
            partial(_make_sample, path),
            done=self.switch,
            title=_("Setting up the sample company"),
            writes=True,
        )

    def _ended(self, job: jobs.Job) -> None:
        if job is self._job:
            self._job = None
            QTimer.singleShot(0, self, self._reopen)

    def _reopen(self) -> None:
        """After a sample that was cancelled or failed: what was open before is open again."""
        if not company_files.is_open() and self._before is not None:
            self.switch(self._before)


def _prepare_restore(source: Path, target: Path, progress: Progress) -> Any:
    return company_files.prepare_restore(source, target, progress)


def _make_sample(path: Path, progress: Progress) -> Path:
    from crm_desktop import sample
    from crm_desktop.documents import issuing

    path.parent.mkdir(parents=True, exist_ok=True)
    sample.create(path, issuing.print_out, progress)
    company_files.close_data_file(make_backup=False)
    return path
