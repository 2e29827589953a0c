"""Backups: make one now, see which there are and that they were checked, bring one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, key_hints
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.layouts import column, label, row
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec
from crm_desktop.safety import backup, company_files, restoring
from crm_desktop.safety.backup import Backup


@dataclass(frozen=True)
class _Row:
    """A backup in the list; the newest has id 1."""

    id: int
    found: Backup

    @property
    def made_at(self) -> datetime:
        """When it was made."""
        return self.found.made_at


class BackupPage(ListPage):
    """The list of backups."""

    key = "backup"

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Backup"),
            columns=[
                Column("made_at", _("Made"), "strong", width=210, stretch=True, sortable=False, cell=_made_cell),
                Column("content", _("What is in it"), "muted", width=280, sortable=False, cell=_content_cell),
                Column("size", _("Size"), "number", width=100, sortable=False, right=True, cell=_size_cell),
                Column("state", _("State"), "status", width=130, sortable=False, cell=_state_cell),
            ],
            order="",
            empty=Empty(
                "shield-check",
                _("No backup yet"),
                _("One is made by itself when you close the program after a change."),
                Act(_("Back up now"), self.new),
            ),
            acts=[
                Act(
                    _("Change folder"),
                    self.choose_folder,
                    "folder",
                    tip=_("Keep the backups on a stick or another disk"),
                ),
                Act(_("Restore from file"), self.restore_file, "archive-restore"),
            ],
            new=Act(_("Back up now"), self.new, "shield-check"),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        found = backup.all_backups(company_files.path())
        rows = [_Row(place, b) for place, b in enumerate(found, 1)]
        words = search.casefold().split()
        self._rows = {r.id: r for r in rows if all(w in _made_cell(r).text.casefold() for w in words)}
        return list(self._rows)

    def rows(self, ids: list[int]) -> Sequence[_Row]:
        return [self._rows[i] for i in ids if i in self._rows]

    def count_text(self, number: int) -> str:
        if not company_files.is_open():  # closed before the sums were told
            return ""
        folder = formats.isolate(str(backup.folder_of(company_files.path())))
        words = ngettext("{n} backup in {folder}", "{n} backups in {folder}", number)
        return words.format(n=formats.count(number), folder=folder)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> BackupPane:
        return BackupPane(self)

    def new(self) -> None:
        """Make a backup now."""
        work = partial(_make, company_files.path())
        jobs.run(work, done=self._made, title=_("Backing up"))

    def _made(self, made: Backup) -> None:
        self.refresh()
        self.toast.emit(_("Backed up and checked: {content}").format(content=_content(made.counts)), False)

    def open_id(self, row_id: int) -> None:
        self.ask_restore(self._rows[row_id].found)

    def choose_folder(self) -> None:
        """Let the user pick another folder."""
        folder = dialogs.choose_folder(_("Folder for backups"), "backup")
        if folder is not None:
            backup.choose_folder(company_files.path(), folder)
            self.refresh()

    def restore_file(self) -> None:
        """Restore a backup from anywhere."""
        kinds = [(_("Backups"), [f"*{backup.SUFFIX}", f"*{company_files.SUFFIX}"]), (_("All files"), ["*"])]
        path = dialogs.choose_open_file(_("Restore a backup"), kinds, "backup")
        if path is not None:
            failures.guarded(lambda: self.ask_restore(backup.verify(path)))

    def ask_restore(self, found: Backup) -> None:
        """Restore a backup, after saying what that means."""
        day, time = formats.day(found.made_at.astimezone().date()), formats.clock(found.made_at)
        content = _content(found.counts)
        text = _(
            "What was entered since then leaves the data file. The file as it is now stays beside it, with “before restore” in its name."
        )
        if content:
            text = _("It holds {content}. {more}").format(content=content, more=text)
        if not found.has_sum:
            text = _("{text} It has no checksum, so single changed bytes would not show.").format(text=text)
        question = _("Restore the backup of {day}, {time}?").format(day=day, time=time)
        if dialogs.confirm(question, text, _("Restore backup"), _("Keep my data as it is")):
            work = partial(_prepare, found, company_files.path())
            jobs.run(work, done=self._swap, title=_("Restoring the backup"), writes=True)

    def _swap(self, prepared: restoring.Prepared) -> None:
        jobs.let_go()
        done = company_files.finish_restore(prepared)
        name = formats.isolate(done.aside.name) if done.aside else ""
        self.toast.emit(_("Restored. What was there before is kept as {file}").format(file=name), False)
        self.refresh()

    def verify(self, found: Backup) -> None:
        """Check a backup page by page."""
        jobs.run(partial(_verify, found), done=self._verified, title=_("Checking the backup"))

    def _verified(self, found: Backup) -> None:
        self.refresh()
        words = _("The backup is whole: {content}")
        if not found.has_sum:
            words = _("The backup opens: {content}. It has no checksum, so single changed bytes would not show.")
        self.toast.emit(words.format(content=_content(found.counts)), False)


def _make(path: Any, progress: Any) -> Backup:
    return backup.make(path, progress=progress)


def _prepare(found: Backup, target: Any, progress: Any) -> restoring.Prepared:
    return company_files.prepare_restore(found.path, target, progress)


def _verify(found: Backup, _progress: Any) -> Backup:
    return backup.verify(found.path)


def _content(counts: dict[str, int]) -> str:
    """What is in a backup: "412 customers, 9 contracts, 152 documents"."""
    words = {
        "customers": ngettext("{n} customer", "{n} customers", counts.get("customers", 0)),
        "contracts": ngettext("{n} contract", "{n} contracts", counts.get("contracts", 0)),
        "documents": ngettext("{n} document", "{n} documents", counts.get("documents", 0)),
    }
    return ", ".join(words[kind].format(n=formats.count(n)) for kind, n in counts.items() if n and kind in words)


def _made_cell(found: _Row) -> Cell:
    here = found.made_at.astimezone()
    words = _("{day}, {time}").format(day=formats.day(here.date()), time=formats.clock(found.made_at))
    return Cell(words, strong=True)


def _content_cell(found: _Row) -> Cell:
    return Cell(_content(found.found.counts) or formats.DASH, "muted")


def _size_cell(found: _Row) -> Cell:
    return Cell(_size(found.found.size), "muted")


def _size(number: int) -> str:
    return _("{n} MB").format(n=formats.number(Decimal(number) / 1_000_000, 1))


def _state_cell(found: _Row) -> Cell:
    if found.found.verified:
        return status(_("Checked"), "green")
    return status(_("Not checked"), "amber", pill=True)


class BackupPane(QFrame):
    """The pane: what is in a backup, restore it, check it again."""

    def __init__(self, page: BackupPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page = page
        self._found: Backup | None = None
        self._title = label("", "b", wrap=True)
        self._facts = Facts()
        links = [
            Button(_("Check again"), "link", on=self._verify),
            Button(_("Show folder"), "link", on=self._show_folder),
        ]
        column(
            self,
            self._title,
            12,
            self._facts,
            16,
            row(Button(_("Restore…"), "secondary", "archive-restore", on=self._restore), "stretch"),
            10,
            row(*links, "stretch", gap=20),
            14,
            label(_rules(), "small", "text2", wrap=True),
            "stretch",
            key_hints(("Enter", _("Restore…"))),
            margins=(20, 18, 20, 14),
        )

    def _restore(self) -> None:
        if self._found is not None:
            self._page.ask_restore(self._found)

    def _verify(self) -> None:
        if self._found is not None:
            self._page.verify(self._found)

    def _show_folder(self) -> None:
        if self._found is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._found.path.parent)))

    def show_row(self, shown: _Row) -> None:
        """Show a backup."""
        found = self._found = shown.found
        self._title.setText(_made_cell(shown).text)
        self._facts.tell(
            [
                (_("State"), _state_cell(shown).text),
                (_("Customers"), _count(found, "customers")),
                (_("Contracts"), _count(found, "contracts")),
                (_("Documents"), _count(found, "documents")),
                (_("Size"), _size(found.size)),
                (_("File"), formats.isolate(found.path.name)),
            ]
        )


def _count(found: Backup, kind: str) -> str:
    return formats.count(found.counts[kind]) if kind in found.counts else ""


def _rules() -> str:
    return _(
        "A backup is made when you close the program after a change, and checked at once. The last ten stay, one for "
        "each of the last 14 days and one for each of the last 12 months."
    )
