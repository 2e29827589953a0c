"""The bin: what was deleted waits here for 30 days, comes back with one key, or goes for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QFrame

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cards import Facts, key_hints
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.layouts import column, label, row
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec
from crm_desktop.safety import bin as the_bin

_SOON_DAYS = 3


@dataclass(frozen=True)
class _Row:
    """A record in the bin under an id of this list's own, since two kinds may have the same one."""

    id: int
    entry: the_bin.Deleted

    @property
    def name(self) -> str:
        """What it is called."""
        return self.entry.name

    @property
    def number(self) -> str:
        """Its number, empty if it has none."""
        return self.entry.number

    @property
    def label(self) -> str:
        """What it is."""
        return self.entry.label

    @property
    def deleted_at(self) -> datetime:
        """When it was deleted."""
        return self.entry.deleted_at


class BinPage(ListPage):
    """The list of what was deleted."""

    key = "bin"
    tables = tuple(the_bin.KINDS)

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Bin"),
            columns=[
                Column("name", _("Name"), "strong", width=260, stretch=True, sortable=False),
                Column("label", _("What it is"), "muted", width=120, sortable=False),
                Column("number", _("Number"), "muted", width=110, sortable=False),
                Column("deleted_at", _("Deleted"), "instant", width=112, sortable=False),
                Column("days", _("Goes for good"), "status", width=140, sortable=False, cell=_days_cell),
            ],
            order="",
            search_hint=_("Find in the bin"),
            empty=Empty("trash", _("The bin is empty"), _("What you delete waits here for 30 days.")),
            acts=[Act(_("Empty bin"), self.empty_bin, "trash", kind="danger")],
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        kinds = list(the_bin.KINDS)
        found = [_Row(e.id * len(kinds) + kinds.index(e.kind), e) for e in the_bin.content(search)]
        self._rows = {found_row.id: found_row for found_row in found}
        return list(self._rows)

    def rows(self, ids: list[int]) -> Sequence[_Row]:
        return [self._rows[i] for i in ids if i in self._rows]

    def count_text(self, number: int) -> str:
        return ngettext("{n} record", "{n} records", number).format(n=formats.count(number))

    def _read(self) -> None:
        super()._read()
        self._acts.setEnabled(the_bin.count() > 0)

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> BinPane:
        return BinPane(self)

    def open_id(self, row_id: int) -> None:
        self.bring_back(row_id)

    def bring_back(self, row_id: int) -> None:
        """Put a record back where it was."""
        entry = self._rows[row_id].entry
        if failures.guarded(lambda: the_bin.restore(entry.kind, entry.id)):
            self.toast.emit(_("{name} is back").format(name=entry.name), True)
            self.refresh()

    def delete_ids(self, ids: list[int]) -> None:
        found = [self._rows[i].entry for i in ids if i in self._rows]
        name = found[0].name
        question = ngettext("Delete {name} for good?", "Delete {n} records for good?", len(found))
        if dialogs.confirm(
            question.format(name=name, n=len(found)),
            _("It cannot be brought back, not even from the history."),
            _("Delete for good"),
            _("Keep"),
        ):
            for entry in found:
                the_bin.delete_for_good(entry.kind, entry.id)
            self.refresh()

    def empty_bin(self) -> None:
        """Remove everything, after asking."""
        number = the_bin.count()
        question = ngettext(
            "Delete the {n} record in the bin for good?", "Delete all {n} records in the bin for good?", number
        )
        if dialogs.confirm(
            question.format(n=formats.count(number)),
            _("They cannot be brought back, not even from the history."),
            _("Empty bin"),
            _("Keep them"),
        ):
            failures.guarded(self._empty)

    def _empty(self) -> None:
        removed = the_bin.empty()
        left = the_bin.count()
        words = ngettext("{n} record is gone", "{n} records are gone", removed).format(n=formats.count(removed))
        if left:
            words = _("{gone}; {n} stay, since other records need them").format(gone=words, n=formats.count(left))
        self.toast.emit(words, False)
        self.refresh()


def _days_cell(found: _Row) -> Cell:
    days = found.entry.days_left
    words = ngettext("in {n} day", "in {n} days", days).format(n=days) if days else _("today")
    return status(words, "amber", pill=True) if days <= _SOON_DAYS else status(words)


class BinPane(QFrame):
    """The pane: what it was, and the two ways it can go."""

    def __init__(self, page: BinPage) -> None:
        super().__init__()
        self.setProperty("k", "pane")
        self.setAccessibleName(_("Details"))
        self._page, self._row_id = page, 0
        self._name = label("", "b", wrap=True)
        self._facts = Facts()
        self._back = Button(_("Bring back"), "primary", "undo-2", on=self._bring_back)
        self._gone = Button(_("Delete for good"), "danger", on=self._delete)
        column(
            self,
            self._name,
            12,
            self._facts,
            16,
            row(self._back, self._gone, "stretch"),
            10,
            label(_("It comes back with everything that belongs to it."), "small", "text2", wrap=True),
            "stretch",
            key_hints(("Enter", _("Bring back")), (_("Del"), _("Delete for good"))),
            margins=(20, 18, 20, 14),
        )

    def _bring_back(self) -> None:
        self._page.bring_back(self._row_id)

    def _delete(self) -> None:
        failures.guarded(lambda: self._page.delete_ids([self._row_id]))

    def show_row(self, found: _Row) -> None:
        """Show a record."""
        self._row_id = found.id
        self._name.setText(found.name)
        day = formats.day_long(found.deleted_at.astimezone().date())
        self._facts.tell(
            [
                (_("What it is"), found.label),
                (_("Number"), found.number),
                (_("Deleted"), _("{day}, {time}").format(day=day, time=formats.clock(found.deleted_at))),
                (_("Goes for good"), _days_cell(found).text),
            ]
        )
