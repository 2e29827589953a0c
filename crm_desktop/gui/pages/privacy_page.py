"""Privacy: who is due to be erased, whose kept papers are past their date, and what was erased; one act for each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar

from crm_desktop.core import dates, text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts import privacy_acts
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.safety import due_erasures, erasure, keeping, wiping

_DUE, _DONE = "due", "done"


@dataclass(frozen=True)
class _Row:
    """A line of either view; `record_id` is a customer or the record of an erasing."""

    id: int
    kind: str
    record_id: int
    name: str
    number: str
    why: str
    since: date | None
    papers: int = 0
    is_open: bool = False


class PrivacyPage(ListPage):
    """Enter does what the line is about: erase the customer or the papers, or save the record of an erasing."""

    key = "privacy"
    tables: ClassVar = ("customer", "erasure", "setting", "document", "contract", "reminder", "timeline_entry")

    def spec(self) -> ListSpec:
        self._known: dict[int, _Row] = {}
        return ListSpec(
            title=_("Privacy"),
            columns=[
                Column("name", _("Customer"), "strong", width=220, stretch=True, sortable=False),
                Column("number", _("Number"), "muted", width=100, sortable=False),
                Column("why", _("Why"), "text", width=330, sortable=False),
                Column("since", _("Since"), "date", width=120, sortable=False),
                Column("state", _("State"), "status", width=150, sortable=False, cell=_state_cell),
            ],
            order="",
            views=[View(_DUE, _("Due to be erased")), View(_DONE, _("Erased"))],
            search_hint=_("Find a customer"),
            empty=Empty(
                "shield-check",
                _("Nothing is due to be erased"),
                _("Customers without business for years show here, and papers that need not be kept any longer."),
                secondary=Act(_("How long?"), self._settings),
            ),
            acts=[
                Act(_("How long?"), self._settings, "settings", tip=_("Years for which papers are kept")),
                Act(_("Record"), self._record, "file-text", tip=_("Save the record of an erasing as PDF")),
                Act(_("What is stored"), self._save, "file-down", tip=_("Save all that is stored on this customer")),
            ],
            new=Act(_("Erase for good"), self.primary, "trash", kind="danger"),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        found = self._done() if filters.get("view") == _DONE else self._due()
        words = text.fold(search).split()
        kept = [row for row in found if all(word in text.fold(f"{row.name} {row.number} {row.why}") for word in words)]
        self._known = {row.id: row for row in kept}
        return list(self._known)

    @staticmethod
    def _due() -> list[_Row]:
        years = keeping.settings().quiet_years
        quiet = ngettext("No business for more than {n} year", "No business for more than {n} years", years).format(
            n=years
        )
        return [
            _Row(place, line.kind, line.record_id, line.name or _("Erased"), line.number,
                 quiet if line.kind == due_erasures.QUIET else _papers_words(line.papers), line.since, line.papers)
            for place, line in enumerate(due_erasures.due(), start=1)
        ]  # fmt: skip

    @staticmethod
    def _done() -> list[_Row]:
        return [
            _Row(record.id, _DONE, record.id, _("Erased"), record.customer_number, _kept_words(record),
                 dates.instant_from(record.erased_at).date(), len(record.kept), not record.finished_at)
            for record in erasure.everything()
        ]  # fmt: skip

    def rows(self, ids: list[int]) -> Sequence[_Row]:
        return [self._known[i] for i in ids if i in self._known]

    def counts(self) -> dict[str, int]:
        return {_DUE: due_erasures.count(), _DONE: len(erasure.everything())}

    def count_text(self, number: int) -> str:
        return ngettext("{n} line", "{n} lines", number).format(n=formats.count(number))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def activate(
        self, view: str = "", search: str = "", select: int = 0, *, erase: int = 0, record: int = 0, **filters: Any
    ) -> None:
        """Enter the page; `erase` and `record` name a customer to erase, or whose record is to be saved, at once."""
        super().activate(view, search, select, **filters)
        if wiping.is_pending():
            jobs.run(wiping.wipe, failed=failures.show, title=_("Finishing an erasing"), writes=True)
        if erase:
            privacy_acts.erase(self, erase)
        elif record:
            privacy_acts.save_record(self, record)

    def _current(self) -> _Row | None:
        return self._known.get(self.table.current_id())

    def open_id(self, row_id: int) -> None:
        row = self._known[row_id]
        if row.kind == due_erasures.QUIET:
            privacy_acts.erase(self, row.record_id)
        elif row.kind == due_erasures.PAPERS:
            privacy_acts.erase_papers(self, row.record_id, row.number, row.papers)
        else:
            privacy_acts.save_certificate(self, row.record_id)

    def primary(self) -> None:
        row = self._current()
        if row is not None and row.kind != _DONE:
            failures.guarded(partial(self.open_id, self.table.current_id()))

    def _save(self) -> None:
        row = self._current()
        if row is not None and row.kind == due_erasures.QUIET:
            privacy_acts.save_record(self, row.record_id)

    def _record(self) -> None:
        row = self._current()
        if row is not None and row.kind == _DONE:
            privacy_acts.save_certificate(self, row.record_id)

    def _settings(self) -> None:
        self.go.emit("settings", {"section": "privacy"})

    def can(self, command: str) -> bool:
        return command == "primary" or super().can(command)


def _papers_words(number: int) -> str:
    return ngettext("{n} paper need not be kept any longer", "{n} papers need not be kept any longer", number).format(
        n=number
    )


def _kept_words(record: erasure.Erasure) -> str:
    if record.finished_at or record.kept_until is None:
        return _("Nothing is kept any more")
    number = len(record.kept)
    words = ngettext("{n} paper kept until {day}", "{n} papers kept until {day}", number)
    return words.format(n=number, day=formats.day(record.kept_until))


def _state_cell(row: _Row) -> Cell:
    if row.kind != _DONE:
        return status(_("Due"), "amber", pill=True)
    return status(_("Papers kept"), "text2") if row.is_open else status(_("All gone"), "green")
