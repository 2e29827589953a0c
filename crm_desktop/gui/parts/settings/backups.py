"""Settings, backup: where copies go, how many stay, the last one, and one more now."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from crm_desktop.core.errors import Problem
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import jobs
from crm_desktop.gui.parts.settings.section import SettingsSection
from crm_desktop.gui.parts.settings.take_all_card import TakeAllCard
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts
from crm_desktop.gui.widgets.layouts import column, frame, label, row
from crm_desktop.safety import backup, company_files


class BackupSection(SettingsSection):
    """See the module."""

    key = "backup"

    def build(self) -> None:
        self.facts = Facts()
        self.make = Button(_("Back up now"), "secondary", "shield-check", on=self._make)
        self.all = Button(_("All backups, restore"), "secondary", "archive-restore",
                          on=partial(self.page.go.emit, "backup", {}))  # fmt: skip
        self.change = Button(_("Change folder"), "secondary", "folder", on=self._choose)
        self.usual = Button(_("Beside the data file again"), "ghost", on=partial(self._use, None))
        note = label(
            _("A backup is made by itself when you close the program after a change, and checked by opening it. "
              "The last ten stay, then one per day for two weeks and one per month for a year."),
            "body", "text2", wrap=True,
        )  # fmt: skip
        column(
            self,
            frame("card", label(_("Backup"), "h"), note, self.facts, row(self.make, self.all, "stretch"), gap=12,
                  margins=(20, 14, 20, 16)),
            frame("card", label(_("Folder"), "h"),
                  label(_("A stick, another disk or a network folder is safer than this computer alone."), "body", "text2",
                        wrap=True),
                  row(self.change, self.usual, "stretch"), gap=12, margins=(20, 14, 20, 16)),
            TakeAllCard(self.page),
            gap=12,
        )  # fmt: skip

    def refresh(self) -> None:
        path = company_files.path()
        folder = backup.folder_of(path)
        try:
            found = backup.all_backups(path)
        except (OSError, Problem):
            found = []
        last = _("none yet")
        if found:
            when = formats.when(found[0].made_at)
            last = _("{when}, tested").format(when=when) if found[0].verified else when
        number = ngettext("{n} backup", "{n} backups", len(found)).format(n=formats.count(len(found)))
        self.facts.tell(
            [
                (_("Data file"), formats.isolate(str(path))),
                (_("Backups in"), formats.isolate(str(folder))),
                (_("Last one"), last),
                (_("Kept"), number),
            ]
        )
        self.usual.setVisible(folder != path.resolve().parent / "Backups")

    def _make(self) -> None:
        self.make.setEnabled(False)
        jobs.run(
            partial(_back_up, company_files.path()), done=self._made, failed=self._failed, title=_("Backing up")
        )  # fmt: skip

    def _made(self, _made: Any) -> None:
        self.make.setEnabled(True)
        self.page.toast.emit(_("Backed up and tested"), False)
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        from crm_desktop.gui import failures

        self.make.setEnabled(True)
        failures.show(error)

    def _choose(self) -> None:
        folder = dialogs.choose_folder(_("Folder for backups"), "backup")
        if folder is not None:
            self._use(folder)

    def _use(self, folder: Path | None) -> None:
        if self.kept(partial(backup.choose_folder, company_files.path(), folder)):
            self.refresh()


def _back_up(path: Path, progress: Any) -> backup.Backup:
    return backup.make(path, progress=progress)
