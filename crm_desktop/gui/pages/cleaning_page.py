"""Clean data: what is wrong in the records of customers, old beside new; what is selected is mended in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View
from crm_desktop.insight import cleaning
from crm_desktop.insight.cleaning import Finding


@dataclass(frozen=True)
class _Row:
    """A finding under an id of this list."""

    id: int
    finding: Finding
    customer: str
    field: str
    old: str
    new: str
    why: str


class CleaningPage(ListPage):
    """Enter mends the line, Ctrl+Enter all that is selected, N calls it right for good, O opens the customer."""

    key = "cleaning"
    tables: ClassVar = ("customer", "contact_person", "contact_channel", "customer_address", "setting")

    def spec(self) -> ListSpec:
        self._found: list[Finding] = []
        self._numbers: dict[str, int] = {}
        self._by_id: dict[int, Finding] = {}
        self._job: jobs.Job | None = None
        self._looked = False
        return ListSpec(
            title=_("Clean data"),
            columns=[
                Column("customer", _("Customer"), "strong", width=190, stretch=True, sortable=False),
                Column("field", _("Field"), "muted", width=120, sortable=False),
                Column("old", _("As it is"), "text", width=210, sortable=False),
                Column("new", _("As it was meant"), "text", width=210, sortable=False, cell=_new_cell),
                Column("why", _("Why"), "muted", width=240, sortable=False),
            ],
            order="",
            views=[View("all", _("All")), *(View(kind, _(words)) for kind, words in cleaning.KINDS.items())],
            search_hint=_("Find a customer"),
            empty=Empty(
                "eraser",
                _("Nothing to clean"),
                _("Capitals, broken letters, mistyped addresses and numbers show here, each with what was meant."),
                secondary=Act(_("Look again"), self.look),
            ),
            acts=[
                Act(_("Look again"), self.look, "repeat", tip=_("Look at all customers again")),
                Act(_("Duplicates"), self._duplicates, "users", tip=_("Customers that are there twice")),
                Act(_("It is right"), self._right, "check", tip=_("Never ask about the selected ones again")),
            ],
            new=Act(_("Mend"), self.primary, "eraser", tip=_("Mend the selected ones; Ctrl+A selects all")),
        )

    # ---- looking -----------------------------------------------------------------------------------------------------

    def activate(self, view: str = "", search: str = "", select: int = 0, **filters: Any) -> None:
        """Enter the page and look, once; later changes are looked at when asked for."""
        super().activate(view, search, select, **filters)
        if not self._looked:
            self.look()

    def look(self) -> None:
        """Look at all customers, beside the window; what was found before stays until then."""
        if self._job is not None and self._job.running:
            return
        self._looked = True
        self._job = jobs.run(cleaning.find, done=self._tell, title=_("Looking at the customers"))

    def _tell(self, found: list[Finding]) -> None:
        self._found = found
        self.refresh()

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view, words = str(filters.get("view") or "all"), text.fold(search).split()
        shown = [one for one in self._found if view in ("all", one.kind)]
        if words:
            shown = [one for one in shown if all(w in text.fold(f"{one.customer} {one.old} {one.new}") for w in words)]
        return [self._number(one) for one in shown]

    def _number(self, one: Finding) -> int:
        number = self._numbers.setdefault(one.key, len(self._numbers) + 1)
        self._by_id[number] = one
        return number

    def rows(self, ids: list[int]) -> Sequence[_Row]:
        return [_row(i, self._by_id[i]) for i in ids if i in self._by_id]

    def counts(self) -> dict[str, int]:
        counted = {"all": len(self._found)} | dict.fromkeys(cleaning.KINDS, 0)
        for one in self._found:
            counted[one.kind] += 1
        return counted

    def count_text(self, number: int) -> str:
        return ngettext("{n} entry", "{n} entries", number).format(n=formats.count(number))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def _chosen(self) -> list[Finding]:
        """What is selected."""
        return [self._by_id[i] for i in self.table.selected_ids() if i in self._by_id]

    def open_id(self, row_id: int) -> None:
        self._mend([self._by_id[row_id]])

    def primary(self) -> None:
        self._mend(self._chosen())

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "n":
            self._right()
        elif key == "o":
            self.open_record.emit("customer", self._by_id[row_id].customer_id)

    def _mend(self, chosen: list[Finding]) -> None:
        wanted = [one for one in chosen if one.new]
        if not wanted:
            if chosen:
                self.open_record.emit("customer", chosen[0].customer_id)
            return
        jobs.run(
            partial(cleaning.mend, wanted),
            done=partial(self._mended, wanted),
            failed=failures.show,
            title=ngettext("Cleaning {n} entry", "Cleaning {n} entries", len(wanted)).format(n=len(wanted)),
            writes=True,
        )

    def _mended(self, wanted: list[Finding], written: int) -> None:
        words = ngettext("{n} entry mended", "{n} entries mended", written).format(n=formats.count(written))
        self.toast.emit(words, True)
        self._take_away(wanted)
        self.look()

    def _right(self) -> None:
        chosen = self._chosen()
        if chosen and failures.guarded(partial(cleaning.ignore, chosen)):
            self._take_away(chosen)
            self.toast.emit(_("Not asked about again"), False)

    def _take_away(self, gone: list[Finding]) -> None:
        keys = {one.key for one in gone}
        self._found = [one for one in self._found if one.key not in keys]
        self.refresh()

    def _duplicates(self) -> None:
        self.go.emit("duplicates", {})

    def can(self, command: str) -> bool:
        return command == "primary" or super().can(command)


def _row(row_id: int, one: Finding) -> _Row:
    field, old, new = _(cleaning.FIELDS.get(one.field, one.field)), one.old, one.new
    if one.kind == "outdated":
        field, old = _("Customer"), _("Last heard of {day}").format(day=_day(one.old))
    return _Row(row_id, one, one.customer, field, old, new, one.why)


def _day(stored: str) -> str:
    return formats.day(date.fromisoformat(stored))


def _new_cell(row: _Row) -> Cell:
    return Cell(row.new, strong=True) if row.new else Cell(_("Look it up"), "text2")
