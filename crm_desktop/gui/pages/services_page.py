"""All work noted: what waits, what is on a draft or billed and with which number, and what is not to be billed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import to_bill_words
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, ListPage, ListSpec, Sum, View
from crm_desktop.sales import work_done
from crm_desktop.sales.work_done import WorkDone

_TONES = {"waiting": "amber", "draft": "blue", "billed": "green", "not_billed": "grey"}


class ServicesPage(ListPage):
    """The list of services."""

    key = "services"
    tables: ClassVar = ("service", "document", "customer")

    def spec(self) -> ListSpec:
        return ListSpec(
            title=_("Work noted"),
            columns=[
                Column("done_on", _("Day"), "date", width=theme.px(92), newest_first=True),
                Column("customer", _("Customer"), width=theme.px(180)),
                Column("name", _("What"), "strong", width=theme.px(240), stretch=True),
                Column("quantity", _("How much"), width=theme.px(120), sortable=False, right=True, cell=_quantity),
                Column("net", _("Without tax"), width=theme.px(110), sortable=False, right=True, cell=_net),
                Column("state", _("State"), "status", width=theme.px(150), cell=_state),
            ],
            order="done_on",
            descending=True,
            views=[
                View("all", _("All")),
                View("waiting", _("Waiting")),
                View("draft", _("On a draft")),
                View("billed", _("Billed")),
                View("not_billed", _("Not to be billed")),
            ],
            search_hint=_("Find work"),
            empty=Empty(
                "clock",
                _("No work noted yet"),
                _("Note hours and jobs as you do them; they wait until you bill them."),
                Act(_("Note work"), self.new, "plus"),
            ),
            acts=[
                Act(_("Take off the draft"), self.put_back, "undo-2", tip=_("Let the selected entries wait again")),
                Act(
                    _("Do not bill"),
                    self.set_aside,
                    "x",
                    tip=_("Do not bill the selected entries, or bill them after all"),
                ),
            ],
            new=Act(_("Note work"), self.new, "plus", tip=_("Note work (Ctrl+N)")),
        )

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "all")
        return work_done.ids(view, search=search, order=order, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[WorkDone]:
        return work_done.rows(ids)

    def counts(self) -> dict[str, int]:
        return {view: len(work_done.ids(view)) for view in work_done.VIEWS}

    def count_text(self, number: int) -> str:
        return to_bill_words.entries(number)

    def sums(self, ids: list[int]) -> list[Sum]:
        totals: dict[str, int] = {}
        for found in work_done.rows(ids):
            totals[found.currency] = totals.get(found.currency, 0) + found.net_minor
        return [Sum(_("Without tax"), formats.money_text(minor, currency)) for currency, minor in totals.items()]

    def open_id(self, row_id: int) -> None:
        found = work_done.get(row_id)
        if found.document_id is not None and found.state in ("draft", "billed"):
            self.open_record.emit("draft" if found.state == "draft" else "invoice", found.document_id)
        else:
            self.go.emit("service", {"id": row_id})

    def new(self) -> None:
        self.go.emit("service", {"id": 0})

    def set_aside(self) -> None:
        """Let the selected entries not be billed, or wait again where they were not."""
        found = work_done.rows(self.table.selected_ids())
        if not found:
            return
        aside = any(service.state != "not_billed" for service in found)
        if failures.guarded(partial(work_done.set_aside, [service.id for service in found], aside=aside)):
            words = _("Not to be billed: {name}") if aside else _("Waits to be billed: {name}")
            name = found[0].name if len(found) == 1 else to_bill_words.entries(len(found))
            self.toast.emit(words.format(name=name), True)

    def put_back(self) -> None:
        """Let the selected entries that are on a draft wait again."""
        on_drafts = [found.id for found in work_done.rows(self.table.selected_ids()) if found.state == "draft"]
        if not on_drafts:
            self.toast.emit(_("Choose entries that are on a draft."), False)
        elif failures.guarded(partial(work_done.put_back, on_drafts)):
            words = _("Waits to be billed: {name}")
            name = work_done.get(on_drafts[0]).name if len(on_drafts) == 1 else to_bill_words.entries(len(on_drafts))
            self.toast.emit(words.format(name=name), True)

    def delete_ids(self, ids: list[int]) -> None:
        name = work_done.get(ids[0]).name
        work_done.delete(ids)
        words = ngettext("{name} moved to the bin", "{n} entries moved to the bin", len(ids))
        self.toast.emit(words.format(name=name, n=len(ids)), True)


def _quantity(found: WorkDone) -> Cell:
    return Cell(to_bill_words.quantity(found.quantity, found.unit), "muted")


def _net(found: WorkDone) -> Cell:
    return Cell(formats.money_text(found.net_minor, found.currency))


def _state(found: WorkDone) -> Cell:
    words = _(work_done.STATES[found.state])
    if found.state == "billed" and found.number:
        words = found.number
    return status(words, _TONES[found.state])
