"""Customers that may be the same: pairs with score and reasons, laid side by side, merged or called different."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crm_desktop.core import text
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import customer_list, customers, duplicates, likeness, merging
from crm_desktop.customers.customer_list import CustomerRow
from crm_desktop.customers.duplicates import Pair
from crm_desktop.gui import failures, jobs
from crm_desktop.gui.parts.merge_pane import MergePane, PairRow
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, View


class DuplicatesPage(ListPage):
    """Enter merges the pair as chosen in the pane, N calls it different; the next one is selected then."""

    key = "duplicates"
    tables: ClassVar = ("customer", "contact_channel", "setting", "document")

    def spec(self) -> ListSpec:
        self._pairs: list[Pair] = []
        self._asked: Pair | None = None
        self._numbers: dict[tuple[int, int], int] = {}
        self._by_id: dict[int, Pair] = {}
        self._state: object = None
        self._job: jobs.Job | None = None
        self._last_apart: Pair | None = None
        return ListSpec(
            title=_("Duplicates"),
            columns=[
                Column("name", _("Customer"), "avatar", width=170, detail="city", kind_of="kind", sortable=False, stretch=True),
                Column("other", _("Looks like"), "text", width=150, sortable=False),
                Column("score", _("Alike"), "number", width=76, cell=_score_cell, newest_first=True),
                Column("reasons", _("Why"), "muted", width=180, sortable=False),
            ],
            order="score",
            descending=True,
            pane_width=520,
            views=[View("open", _("To decide")), View("apart", _("Not the same"))],
            search_hint=_("Find a customer"),
            empty=Empty(
                "users",
                _("No customer is there twice"),
                _("Customers that look the same show here, with the reasons."),
                secondary=Act(_("Look again"), self.look_again),
            ),
            acts=[Act(_("Look again"), self.look_again, "repeat", tip=_("Compare all customers again"))],
        )  # fmt: skip

    # ---- looking -----------------------------------------------------------------------------------------------------

    def activate(
        self, view: str = "", search: str = "", select: int = 0, *, pair: Sequence[int] = (), **filters: Any
    ) -> None:
        """Enter the page; `pair` names two customers that shall be merged whatever they look like."""
        self._asked = duplicates.pair_of(pair[0], pair[1]) if len(pair) == 2 else None
        if self._asked is not None:
            self._filters.search.clear()
            view, select = "open", self._number(self._asked)
        super().activate(view, search, select, **filters)
        if self._state != duplicates.state():
            self.look_again()

    def look_again(self) -> None:
        """Compare all customers, in the worker; what was found before stays until then."""
        if self._job is not None and self._job.running:
            return
        self._state = duplicates.state()
        self._job = jobs.run(duplicates.find_all, done=self._found, failed=self._failed, title=_("Comparing customers"))

    def _found(self, pairs: list[Pair]) -> None:
        self._pairs = pairs
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self._state = None
        failures.show(error)

    def _number(self, pair: Pair) -> int:
        found = self._numbers.setdefault((pair.first, pair.second), len(self._numbers) + 1)
        self._by_id[found] = pair
        return found

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        pairs = self._shown(str(filters.get("view") or "open"))
        if search:
            words = text.fold(search).split()
            names = self._rows_of(pairs)
            pairs = [pair for pair in pairs if _fits(pair, names, words)]
        pairs = sorted(pairs, key=lambda pair: pair.score, reverse=descending)
        if self._asked in pairs:
            pairs = [self._asked, *(pair for pair in pairs if pair != self._asked)]
        return [self._number(pair) for pair in pairs]

    def _shown(self, view: str) -> list[Pair]:
        if view == "apart":
            return duplicates.apart_pairs()
        asked = [self._asked] if self._asked is not None else []
        known = {(pair.first, pair.second) for pair in asked}
        found = [*asked, *(pair for pair in self._pairs if (pair.first, pair.second) not in known)]
        return duplicates.still_there(found)

    def rows(self, ids: list[int]) -> Sequence[PairRow]:
        pairs = {row_id: self._by_id[row_id] for row_id in ids if row_id in self._by_id}
        known = self._rows_of(list(pairs.values()))
        apart = self._view == "apart"
        return [
            _row(row_id, pair, known, apart=apart)
            for row_id, pair in pairs.items()
            if pair.first in known and pair.second in known
        ]

    @staticmethod
    def _rows_of(pairs: list[Pair]) -> dict[int, CustomerRow]:
        wanted = list(dict.fromkeys(i for pair in pairs for i in (pair.first, pair.second)))
        return {found.id: found for found in customer_list.rows(wanted)}

    def counts(self) -> dict[str, int]:
        return {view: len(self._shown(view)) for view in ("open", "apart")}

    def count_text(self, number: int) -> str:
        return ngettext("{n} pair", "{n} pairs", number).format(n=formats.count(number))

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        return MergePane(self._merge, self._keep_apart, lambda found: self.open_record.emit("customer", found))

    def _current(self) -> Pair | None:
        return self._by_id.get(self.table.current_id())

    def open_id(self, row_id: int) -> None:
        """Enter: merge as the pane says; without a pane as usual."""
        pair = self._by_id[row_id]
        if self.pane is not None and self.pane.shown is not None and self.pane.shown.pair == pair:
            self.pane.merge()
        else:
            self._merge(pair.first, pair.second, {})

    def primary(self) -> None:
        if self.table.current_id():
            self.open_id(self.table.current_id())

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "n":
            self._keep_apart(self._by_id[row_id])

    def _merge(self, keep_id: int, lose_id: int, choices: dict[str, str]) -> None:
        names = customers.get(lose_id).name, customers.get(keep_id).name
        if failures.guarded(lambda: merging.merge(keep_id, lose_id, choices)):
            self._asked = self._last_apart = None
            self._to_list()
            self.toast.emit(_("{other} merged into {name}").format(other=names[0], name=names[1]), True)

    def _to_list(self) -> None:
        """The next pair stands in the pane: its buttons must not be pressed before somebody looked at it."""
        self._middle.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep_apart(self, pair: Pair) -> None:
        apart = self._view != "apart"
        if failures.guarded(lambda: duplicates.keep_apart(pair.first, pair.second, apart=apart)):
            self._last_apart = pair if apart else None
            if not apart and pair not in self._pairs:
                self._pairs.append(pair)
            self._to_list()
            words = _("They stay two. Ctrl+Z takes it back.") if apart else _("The pair is asked about again")
            self.toast.emit(words, False)

    def undo_here(self) -> bool:
        pair, self._last_apart = self._last_apart, None
        if pair is None:
            return False
        return failures.guarded(lambda: duplicates.keep_apart(pair.first, pair.second, apart=False))

    def can(self, command: str) -> bool:
        return command == "primary" or super().can(command)


def _row(row_id: int, pair: Pair, known: dict[int, CustomerRow], *, apart: bool) -> PairRow:
    first, second = known[pair.first], known[pair.second]
    reasons = ", ".join(likeness.reason_words(pair.reasons)) or _("Chosen by you")
    kind = "person" if first.kind == "person" else "organisation"
    return PairRow(row_id, pair, first.name, second.name, kind, first.city, pair.score, reasons, apart)


def _fits(pair: Pair, known: dict[int, CustomerRow], words: list[str]) -> bool:
    said = text.fold(" ".join(f"{known[i].name} {known[i].city}" for i in (pair.first, pair.second) if i in known))
    return all(word in said for word in words)


def _score_cell(row: PairRow) -> Cell:
    return Cell(formats.count(row.score), "green" if row.score >= 90 else "amber", strong=True)
