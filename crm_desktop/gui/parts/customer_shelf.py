"""The list of customers as it stays beside the card on a wide window: names, towns and what is open.

It shows the list as it was left: the same view, filters, search and order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from crm_desktop.activity import touch
from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.customers import customer_list
from crm_desktop.customers.customer_list import CustomerRow
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts.segment_ready import WorkedOut
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import Column
from crm_desktop.gui.widgets.layouts import hairline, label, line_of, row, stack
from crm_desktop.gui.widgets.table_model import TableModel
from crm_desktop.gui.widgets.table_view import TableView

BESIDE_FROM = 1600
WIDTH = 344
_LIST = "list/customers"
# A view of one stage is called so, with the id of the stage.
STAGE_VIEW = "stage:"


class _Left:
    """How the list looked when a card was opened from it; empty at the start."""

    state: ClassVar[dict[str, Any]] = {}


def remember(state: dict[str, Any]) -> None:
    """Keep how the list looks now, since a card is opened from it."""
    _Left.state = dict(state)


def ids_for(order: str, filters: dict[str, Any], search: str, *, descending: bool) -> Sequence[int]:
    """The customers of a list that is narrowed by its view ("view"), "tag", "city", "stage", "segment", "touch" and "shelf"."""
    view = str(filters.get("shelf") or filters.get("view") or "all")
    stage = filters.get("stage")
    if view.startswith(STAGE_VIEW):
        view, stage = "all", int(view.removeprefix(STAGE_VIEW))
    narrowed = customer_list.Filters(
        tags=(filters["tag"],) if filters.get("tag") else (),
        city=str(filters.get("city") or ""),
        stage=stage,
        source=filters.get("source"),
        among=_among(filters),
    )
    return customer_list.ids(
        view, search=search, order=order, descending=descending, filters=narrowed, limit=filters.get("limit")
    )


def is_ready(filters: dict[str, Any], worked: WorkedOut) -> bool:
    """Whether the segment that narrows the list can be asked at once; if not, the work on it begins."""
    if not filters.get("segment"):
        return True
    from crm_desktop.insight import segments

    return worked.ready(segments.get(int(filters["segment"])).conditions)


def _among(filters: dict[str, Any]) -> tuple[str, list[Any]] | None:
    """The customers of a segment, those that were not heard from for too long, or both at once."""
    found = [_members(int(filters["segment"]))] if filters.get("segment") else []
    found += [touch.members()] if filters.get("touch") else []
    if not found:
        return None
    return " INTERSECT ".join(f"SELECT * FROM ({sql})" for sql, _values in found), [v for _sql, vs in found for v in vs]


def _members(segment_id: int) -> tuple[str, list[Any]]:
    """The customers of a segment as a statement; its module asks every part for its fields, so it is loaded here."""
    from crm_desktop.insight import segments

    return segments.compiled(segments.get(segment_id).conditions)


class CustomerShelf(QFrame):
    """See the module. `chosen` names the customer whose card is wanted."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("canvas")
        self.setFixedWidth(WIDTH)
        self._count = label("", "body", "text2")
        self._worked = WorkedOut(self._again)
        columns = [
            Column("name", _("Customer"), "avatar", detail="city", kind_of="kind", stretch=True),
            Column("open_minor", _("Open"), "money", width=92, tone=lambda found: "red" if found.overdue else ""),
        ]
        self.model = TableModel(self, columns, self)
        self.table = TableView(_("Customers"), row_height=theme.row_height("row_avatar"))
        self.table.show_model(self.model)
        self.table.horizontalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(0, self.table.horizontalHeader().ResizeMode.Stretch)
        self.table.horizontalHeader().resizeSection(1, theme.px(92))
        self.table.chosen.connect(self._row_chosen)
        head = row(label(_("Customers"), "title"), self._count, "stretch", gap=8, margins=(16, 16, 12, 10))
        line_of(self, stack(head, self.table, gap=0), hairline(vertical=True), gap=0)
        self._shown = 0

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        """The customers to show, in order; those that are shown stay while a segment's figures are worked out anew."""
        if not is_ready(filters, self._worked):
            return list(self.model.ids)
        return ids_for(order, filters, search, descending=descending)

    def rows(self, ids: list[int]) -> Sequence[CustomerRow]:
        """The rows of these customers."""
        return customer_list.rows(ids)

    def show_customer(self, customer_id: int) -> None:
        """Show the list with this customer chosen."""
        state = _Left.state or dict(preferences.get(_LIST) or {})
        self.model.order, self.model.descending = str(state.get("order") or "name"), bool(state.get("descending"))
        self.model.filters = dict(state.get("filters") or {}) | {"view": state.get("view") or "all"}
        self.model.search = str(state.get("search") or "")
        self._shown = customer_id
        self._again()

    def _again(self) -> None:
        failures.guarded(self.model.refresh)
        self.table.select_id(self._shown)
        self._count.setText(formats.count(len(self.model.ids)))

    def _row_chosen(self, customer_id: int) -> None:
        if customer_id and customer_id != self._shown:
            self._shown = customer_id
            self.chosen.emit(customer_id)
