"""Customers: the list with search as you type, and the pane with what one wants to know before ringing up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu, QWidget

from crm_desktop.company import profile
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.core.progress import Progress
from crm_desktop.customers import customer_list, lifecycle, tags
from crm_desktop.customers.customer_list import CustomerRow
from crm_desktop.gui import jobs
from crm_desktop.gui.parts import customer_shelf, segment_ready, stage_tones
from crm_desktop.gui.parts.segment_ready import WorkedOut
from crm_desktop.gui.widgets import formats, list_export, said
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import EMPTY, Cell, status
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, Sum, View

# Stages that have a view of their own; all others are a filter.
_SHOWN_STAGES = ("lead", "regular", "at_risk")


class CustomersPage(ListPage):
    """The list of customers."""

    key = "customers"
    quick_limit = 60
    tables = (
        "customer", "contact_channel", "customer_tag", "tag", "document", "payment", "timeline_entry", "lifecycle_stage",
        "segment",
    )  # fmt: skip

    def spec(self) -> ListSpec:
        self._currency = profile.load().currency
        self._bulk_menu: QMenu | None = None
        self._worked, self._segment = WorkedOut(self._ask), None
        self._stages = {stage.id: stage for stage in lifecycle.stages()}
        return ListSpec(
            title=_("Customers"),
            columns=_columns(self._currency, self._stage_cell),
            order="name",
            row="row_avatar",
            views=[
                View("all", _("All")),
                View("organisations", _("Companies")),
                View("persons", _("People")),
                View("overdue", _("Overdue"), late=True),
                *(
                    View(f"{customer_shelf.STAGE_VIEW}{stage.id}", stage.label)
                    for stage in self._stages.values()
                    if stage.code in _SHOWN_STAGES
                ),
            ],
            filters=[
                Filter("segment", _("Segment"), "list-filter", _segments),
                Filter("stage", _("Stage"), "flag", _stage_choices),
                Filter("source", _("Source"), "megaphone", _sources),
                Filter("tag", _("Tag"), "tag", lambda: [(name, name) for name, _n in tags.all_tags()]),
                Filter("touch", _("Contact"), "heart-handshake", lambda: [("quiet", _("Not heard from for too long"))]),
                Filter("shelf", _("Kept"), "archive", lambda: [("archived", _("Archived customers"))]),
                Filter("city", _("Town"), "map-pin", lambda: [(city, city) for city in customer_list.cities()]),
            ],
            search_hint=_("Find a customer"),
            empty=Empty(
                "users",
                _("No customers yet"),
                _("Bring yours from Excel or add the first one."),
                Act(_("Import spreadsheet"), self._import, "file-spreadsheet"),
                Act(_("Add customer"), self.new),
            ),
            acts=[
                Act(_("Merge…"), self._merge, "users", tip=_("Make one of the two selected customers")),
                Act(
                    _("For all…"),
                    self._open_bulk,
                    "list-checks",
                    tip=_("Stage, tags and more for all selected customers"),
                ),
                Act(
                    _("Edit in Excel"),
                    self._edit_in_excel,
                    "file-pen",
                    tip=_("Save these customers as a workbook; Import reads it back and shows what was changed"),
                ),
                Act(
                    _("Import"), self._import, "file-spreadsheet", tip=_("Import customers from a spreadsheet (Ctrl+I)")
                ),
            ],
            new=Act(_("New"), self.new, "plus", tip=_("New customer (Ctrl+N)")),
        )

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        if not customer_shelf.is_ready(filters, self._worked):
            # What was shown stays when only its figures are worked out anew.
            return list(self.model.ids) if filters.get("segment") == self._segment else []
        self._segment = filters.get("segment")
        return customer_shelf.ids_for(order, filters, search, descending=descending)

    def _tell_nothing(self) -> None:
        super()._tell_nothing()
        if self._worked.waits and not self.model.ids:
            self.empty.tell(segment_ready.not_yet())

    def rows(self, ids: list[int]) -> Sequence[CustomerRow]:
        return customer_list.rows(ids)

    def counts(self) -> dict[str, int]:
        found, stages = customer_list.counts(), lifecycle.counts()
        found |= {f"{customer_shelf.STAGE_VIEW}{stage}": number for stage, number in stages.items()}
        return {view.key: found.get(view.key, 0) for view in self.made.views}

    def _stage_cell(self, row: CustomerRow) -> Cell:
        stage = self._stages.get(row.stage_id or 0)
        if stage is None:
            return EMPTY
        tone = stage_tones.tone_of(stage)
        return status(
            stage.label, tone if stage.code in lifecycle.FADING else "grey", pill=stage.code in lifecycle.FADING
        )

    def refresh(self) -> None:
        self._stages = {stage.id: stage for stage in lifecycle.stages()}
        super().refresh()

    def count_text(self, number: int) -> str:
        return ngettext("{n} customer", "{n} customers", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        total = customer_list.open_sum(ids)
        return [Sum(_("Open in this list"), formats.money_text(total, self._currency))] if total else []

    def export(self) -> None:
        list_export.save_list(self, [(_("Address cards for phones and mail programs"), ".vcf", _write_cards)])

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        from crm_desktop.gui.parts.customer_pane import CustomerPane

        return CustomerPane(self._currency, self)

    def open_id(self, row_id: int) -> None:
        customer_shelf.remember(self.state())
        self.open_record.emit("customer", row_id)

    def edit_id(self, row_id: int) -> None:
        self.go.emit("customer_form", {"id": row_id})

    def new(self) -> None:
        self.open_record.emit("customer", 0)

    def _merge(self) -> None:
        self.go.emit("duplicates", {"pair": self.table.selected_ids()})

    def tell_sums(self) -> None:
        """Two selected customers can be merged, two or more changed together; the buttons show then."""
        super().tell_sums()
        number = len(self.table.selected_ids())
        merge, bulk = self._acts.findChildren(Button)[:2]
        if (merge.isHidden(), bulk.isHidden()) != (number != 2, number < 2):
            merge.setVisible(number == 2)
            bulk.setVisible(number > 1)
            self._acts.updateGeometry()
            QTimer.singleShot(0, self._acts, self._acts.fit)

    def _open_bulk(self) -> None:
        """Show what can be done with all selected customers."""
        from crm_desktop.gui.parts.customer_bulk import CustomerBulk

        if self._bulk_menu is None:
            self._bulk_menu = QMenu(self)
        self.bulk = CustomerBulk(self.table.selected_ids, self.toast.emit)
        self.bulk.fill(self._bulk_menu)
        button = self._acts.findChildren(Button)[1]
        self._bulk_menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _build(self) -> None:
        super()._build()
        for button in self._acts.findChildren(Button)[:2]:
            button.hide()

    def _import(self) -> None:
        self.go.emit("import", {})

    def _edit_in_excel(self) -> None:
        """Write the selected customers, or all that are shown, as a workbook that is read back as a difference."""
        from crm_desktop.gui.widgets import dialogs

        kinds = [(_("Excel workbook"), ".xlsx")]
        name = _("Customers to edit") + ".xlsx"
        path = dialogs.choose_save_file(_("Save customers for editing"), name, kinds, "export")
        if path is None:
            return
        selected = self.table.selected_ids()
        ids = selected if len(selected) > 1 else list(self.model.ids)
        words = _("Saved {file}. Edit it, then bring it back by Import.").format(file=path.name)
        jobs.run(
            partial(_write_book, path, ids),
            done=lambda _number: self.toast.emit(words, False),
            title=_("Writing {file}").format(file=path.name),
        )

    def delete_ids(self, ids: list[int]) -> None:
        from crm_desktop.customers import customers

        name = customers.get(ids[0]).name
        customers.delete(ids)
        self.toast.emit(said.moved_to_bin(name, len(ids)), True)

    def key_pressed(self, key: str, row_id: int) -> None:
        if key == "e":
            self.edit_id(row_id)
        elif key == "n":
            self.go.emit("customer", {"id": row_id, "write": True})


def _write_cards(path: Path, ids: list[int], progress: Progress) -> int:
    from crm_desktop.exchange import card_export

    return card_export.write(path, ids, progress)


def _write_book(path: Path, ids: list[int], progress: Progress) -> int:
    from crm_desktop.exchange import edited_book

    return edited_book.write(path, ids, progress)


def _segments() -> list[tuple[int, str]]:
    from crm_desktop.insight import segments  # asks every part for its fields: loaded with the filter

    return [(segment.id, segment.name) for segment in segments.all_segments()]


def _stage_choices() -> list[tuple[int, str]]:
    return [*((stage.id, stage.label) for stage in lifecycle.stages()), (0, _("No stage"))]


def _sources() -> list[tuple[int, str]]:
    from crm_desktop.sales import sources

    return [(source.id, source.name) for source in sources.all_sources()]


def _columns(currency: str, stage: Callable[[CustomerRow], Cell]) -> list[Column]:
    return [
        Column("name", _("Customer"), "avatar", width=300, detail="city", kind_of="kind", stretch=True),
        Column("number", _("Number"), "muted", width=84),
        Column("email", _("E-mail"), "muted", width=190, sortable=False, shown=False),
        Column("phone", _("Phone"), "muted", width=140, sortable=False, shown=False),
        Column("city", _("Town"), "muted", width=130, shown=False),
        Column("stage_id", _("Stage"), "status", width=104, sortable=False, cell=stage),
        Column("tags", _("Tags"), "muted", width=150, sortable=False, shown=False),
        Column("last_contact", _("Last contact"), "near", width=104, newest_first=True),
        Column(
            "open_minor",
            _("Open {currency}").format(currency=currency),
            "money",
            width=112,
            order="open",
            tone=lambda row: "red" if row.overdue else "",
            newest_first=True,
        ),
    ]
