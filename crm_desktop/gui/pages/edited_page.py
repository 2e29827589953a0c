"""A workbook of customers that was edited elsewhere: what it says otherwise, reviewed line by line, taken over in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.exchange import edited_book
from crm_desktop.exchange.edited_book import CHANGE, CONFLICT, GONE, NEW, Difference, Review, Taken
from crm_desktop.exchange.edited_columns import column_words
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import dialogs, formats
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.gui.widgets.strip import Strip
from crm_desktop.safety import backup, company_files


@dataclass(frozen=True)
class _Row:
    """A difference under an id of this list."""

    id: int
    difference: Difference
    customer: str
    column: str
    was: str
    now: str
    wanted: str


class EditedPage(ListPage):
    """Ctrl+Enter takes over changes and new rows; conflicts and missing rows only when they are selected and asked for."""

    key = "edited"
    tables: ClassVar = ("customer",)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = Strip()
        left: Any = self._split.widget(0)
        left.layout().insertWidget(2, self.strip)

    def spec(self) -> ListSpec:
        self._review: Review | None = None
        self._path: Path | None = None
        self._job: jobs.Job | None = None
        return ListSpec(
            title=_("Edited workbook"),
            columns=[
                Column("kind", _("What"), "status", width=176, sortable=False, cell=_kind_cell),
                Column("customer", _("Customer"), "strong", width=180, stretch=True, sortable=False),
                Column("column", _("Field"), "muted", width=130, sortable=False),
                Column("was", _("As it was written"), "muted", width=170, sortable=False),
                Column("now", _("Here now"), "text", width=170, sortable=False),
                Column("wanted", _("In the file"), "strong", width=200, sortable=False),
            ],
            order="",
            views=[
                View("all", _("All")), View(CHANGE, _("Changes")), View(NEW, _("New")), View(CONFLICT, _("Conflicts"), late=True),
                View(GONE, _("Missing in the file"), late=True),
            ],
            search_hint=_("Find a customer"),
            empty=Empty(
                "check",
                _("Nothing is different"),
                _("The file says the same as your customers."),
                secondary=Act(_("Choose another file"), self._other),
            ),
            acts=[
                Act(_("Take over the selected"), self._take_selected, "check",
                    tip=_("Also conflicts and missing rows; you are asked before customers go to the bin")),
                Act(_("Choose another file"), self._other, "file-spreadsheet"),
            ],
            new=Act(_("Take over all changes"), self.primary, "check", tip=_("Changes and new rows (Ctrl+Enter)")),
        )  # fmt: skip

    # ---- reading -----------------------------------------------------------------------------------------------------

    def activate(self, view: str = "", search: str = "", select: int = 0, *, path: str = "", **filters: Any) -> None:
        """Enter the page; `path` is the workbook to compare."""
        if path:
            self._path, self._review = Path(path), None
            self.strip.tell("")
            self._compare()
        super().activate(view, search, select, **filters)

    def _compare(self) -> None:
        path = self._path
        if path is not None:
            title = _("Reading {file}").format(file=path.name)
            self._job = jobs.run(partial(_compare, path), done=self._tell, failed=failures.show, title=title)

    def _tell(self, review: Review) -> None:
        self._review = review
        words = _("Not everything in the file was read") if review.notes else ""
        self.strip.tell(words, " ".join(review.notes), kind="warn")
        self.refresh()

    def _all(self) -> list[Difference]:
        return self._review.differences if self._review is not None else []

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view, words = str(filters.get("view") or "all"), text.fold(search).split()
        return [
            place
            for place, one in enumerate(self._all(), start=1)
            if view in ("all", one.kind) and all(word in text.fold(f"{one.customer} {one.wanted}") for word in words)
        ]

    def rows(self, ids: list[int]) -> Sequence[_Row]:
        found = self._all()
        return [_row(i, found[i - 1]) for i in ids if 0 < i <= len(found)]

    def counts(self) -> dict[str, int]:
        found = self._all()
        kinds = [one.kind for one in found]
        return {"all": len(found)} | {kind: kinds.count(kind) for kind in (CHANGE, NEW, CONFLICT, GONE)}

    def count_text(self, number: int) -> str:
        words = ngettext("{n} difference", "{n} differences", number).format(n=formats.count(number))
        if self._review is None or not self._review.same:
            return words
        same = ngettext("{n} customer is the same", "{n} customers are the same", self._review.same)
        return f"{words} · {same.format(n=formats.count(self._review.same))}"

    # ---- acts --------------------------------------------------------------------------------------------------------

    def open_id(self, row_id: int) -> None:
        found = self._all()[row_id - 1]
        if found.customer_id:
            self.open_record.emit("customer", found.customer_id)

    def primary(self) -> None:
        if self._review is not None:
            self._take(edited_book.safe(self._review))

    def _take_selected(self) -> None:
        found = self._all()
        chosen = [found[i - 1] for i in self.table.selected_ids()]
        gone = [one for one in chosen if one.kind == GONE and not one.problem]
        if gone:
            question = ngettext(
                "Move {name} to the bin?", "Move {n} customers that are missing in the file to the bin?", len(gone)
            )
            if not dialogs.confirm(
                question.format(name=gone[0].customer, n=len(gone)),
                _("A row that was left out may mean nothing at all. What goes to the bin stays there for 30 days."),
                _("Move to the bin"),
                _("Keep"),
            ):
                return
        self._take(chosen)

    def _take(self, chosen: list[Difference]) -> None:
        if not chosen or self._path is None or (self._job is not None and self._job.running):
            return
        title = _("Taking over {file}").format(file=self._path.name)
        work = partial(_take_over, self._path.name, chosen)
        self._job = jobs.run(work, done=self._taken, failed=failures.show, title=title, writes=True)

    def _taken(self, done: Taken) -> None:
        words = _("{changed} changed, {added} added, {deleted} in the bin").format(
            changed=formats.count(done.changed), added=formats.count(done.added), deleted=formats.count(done.deleted)
        )
        self.toast.emit(words, True)
        if done.problems:
            dialogs.message(_("Some of it was left as it is"), "\n".join(done.problems[:12]))
        self._compare()

    def _other(self) -> None:
        self.go.emit("import", {})

    def can(self, command: str) -> bool:
        return command == "primary" or super().can(command)


def _compare(path: Path, progress: Progress) -> Review:
    return edited_book.compare(path, progress)


def _take_over(name: str, chosen: list[Difference], progress: Progress) -> Taken:
    backup.make(company_files.path(), progress=progress)
    return edited_book.take_over(name, chosen, progress)


def _row(row_id: int, one: Difference) -> _Row:
    column = column_words(one.column) if one.column else ""
    wanted = one.problem or one.wanted
    if one.kind == NEW and not one.problem:
        wanted = " · ".join(one.values.values())
    return _Row(row_id, one, one.customer, column, one.was, one.now, wanted)


def _kind_cell(row: _Row) -> Cell:
    one = row.difference
    if one.problem and one.kind != GONE:
        return status(_("Cannot be kept"), "red", pill=True)
    words, tone = {
        CHANGE: (_("Change"), "text2"), NEW: (_("New"), "green"), CONFLICT: (_("Changed here too"), "amber"),
        GONE: (_("Missing in the file"), "amber"),
    }[one.kind]  # fmt: skip
    return status(words, tone, pill=one.kind in (CONFLICT, GONE))
