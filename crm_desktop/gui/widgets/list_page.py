"""One list page for all nouns: header with views, filter row, table, footer, and a pane at the right.

A page declares what it shows and says where the rows come from:

    class ContractsPage(ListPage):
        key = "contracts"
        tables = ("contract", "customer")

        def spec(self):
            return ListSpec(
                title=_("Contracts"),
                columns=[Column("title", _("Contract"), "strong", width=240, stretch=True), …],
                order="end_on",
                views=[View("all", _("All")), View("ending", _("Ending"), late=True)],
                filters=[Filter("party", _("Party"), "users", parties)],      # parties() -> [(value, text), …]
                search_hint=_("Find a contract"),
                empty=Empty("file-pen", _("No contracts yet"), …),
                acts=[Act(_("Import"), self._import, "file-spreadsheet")],
                new=Act(_("New"), self.new, "plus"),                          # the one filled button
            )

        # the source; `view` is in filters["view"], chips in filters[key]
        def ids(self, order, descending, filters, search): ...
        def rows(self, ids): ...
        def counts(self): return {"all": 12, "ending": 1}
        def count_text(self, n): return ngettext("{n} contract", "{n} contracts", n).format(n=formats.count(n))
        def sums(self, ids): return [Sum(_("Per year"), formats.money_text(…))]
        def make_pane(self): return ContractPane()       # a QWidget with show_row(row)
        def open_id(self, id): self.open_record.emit("contract", id)
        def delete_ids(self, ids): contracts.delete(ids); self.toast.emit(_("… moved to the bin"), True)

View, order, columns and pane are remembered under the page's key, and so are the views that the owner named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QSplitter, QStackedWidget, QWidget

from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.gui import failures, theme, tokens
from crm_desktop.gui.widgets import column_menu, formats, list_export
from crm_desktop.gui.widgets.buttons import Button
from crm_desktop.gui.widgets.cells import Column
from crm_desktop.gui.widgets.empty import Act, Empty, EmptyState
from crm_desktop.gui.widgets.filter_row import Filter, FilterRow
from crm_desktop.gui.widgets.layouts import clear, column, label, line_of
from crm_desktop.gui.widgets.list_header import ListHeader
from crm_desktop.gui.widgets.list_spec import ListSpec, Sum, View, nothing_there
from crm_desktop.gui.widgets.page import Page
from crm_desktop.gui.widgets.saved_views import SavedViews
from crm_desktop.gui.widgets.segments import Segments
from crm_desktop.gui.widgets.table_model import TableModel
from crm_desktop.gui.widgets.table_view import Header, TableView

# The list is painted before its sums are told and its pane is filled; the rest of a long search follows the last key.
_SUMS_AFTER_MS, _PANE_AFTER_MS, _ALL_AFTER_MS = 40, 60, 160
_PANE_FROM = 960
__all__ = ["Act", "Column", "Empty", "Filter", "ListPage", "ListSpec", "Sum", "View"]


class ListPage(Page):
    """A page that is a list; see the module.

    A long list may set `quick_limit`: while typing, `ids` is asked with `filters["limit"]` first, and for all of them
    when no key follows.
    """

    quick_limit = 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.made = self.spec()
        self._memory: dict[str, Any] = dict(preferences.get(f"list/{self.key}") or {})
        self._view = ""
        self.model = TableModel(self, self.made.columns, self)
        self.model.order = str(self._memory.get("order") or self.made.order)
        self.model.descending = bool(self._memory.get("descending", self.made.descending))
        self.table = TableView(self.made.title, row_height=theme.row_height(self.made.row))
        self.empty = EmptyState()
        self._middle = QStackedWidget()
        self._middle.addWidget(self.table)
        self._middle.addWidget(self.empty)
        self.pane: Any = None
        self._holder: QFrame | None = None
        self._pane_wanted = bool(self._memory.get("pane", True))
        self._build()
        self._set_up_table()
        self._show_chosen = self._timer(self._fill_pane)
        self._tell_later = self._timer(self.tell_sums)
        self._ask_all = self._timer(self._ask, _ALL_AFTER_MS)
        self._counts: dict[str, int] = {}
        self._shown_sums: list[Sum] | None = None
        self._keep_later = self._timer(self._keep, 400)

    def _timer(self, act: Callable[[], object], wait_ms: int = 0) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(wait_ms)
        made.timeout.connect(act)
        return made

    # ---- for pages ---------------------------------------------------------------------------------------------------

    def spec(self) -> ListSpec:
        """What the list shows."""
        raise NotImplementedError

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        """The ids to show, in order."""
        raise NotImplementedError

    def rows(self, ids: list[int]) -> Sequence[Any]:
        """The rows of these ids."""
        raise NotImplementedError

    def counts(self) -> dict[str, int]:
        """How many records each view has."""
        return {}

    def count_text(self, number: int) -> str:
        """The number of records shown, in words: "146 customers"."""
        return str(number)

    def sums(self, ids: list[int]) -> list[Sum]:
        """Sums of what is shown, for the right end of the footer."""
        return []

    def make_pane(self) -> QWidget | None:
        """The pane, a widget with `show_row(row)`; it is made when it is first shown."""
        return None

    def open_id(self, row_id: int) -> None:
        """Open a record."""

    def delete_ids(self, ids: list[int]) -> None:
        """Move records to the bin."""

    def edit_id(self, row_id: int) -> None:
        """Edit a record; it opens if nothing else is said."""
        self.open_id(row_id)

    def key_pressed(self, key: str, row_id: int) -> None:
        """A letter was pressed while the list has the focus."""

    # ---- building ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        left = self._set_up_split()
        self._filters = FilterRow(
            self.made.filters, self.made.search_hint or _("Filter this list"), self._filters_changed
        )
        self._filters.search.searched.connect(self._search)
        self._filters.columns.clicked.connect(self._choose_columns)
        self.saved = SavedViews(self.key, self.state, self.show_state, lambda words: self.toast.emit(words, False))
        self._filters.add_views(self.saved, self.saved.save)
        self._footer = QFrame()
        self._footer.setProperty("k", "foot")
        self._footer.setFixedHeight(tokens.size("footer"))
        self._count = label("", "small", "text2")
        self._sums = QHBoxLayout()
        line_of(self._footer, self._count, "stretch", self._sums, gap=16, margins=(24, 0, 20, 0))
        column(left, self._header(), self._filters, self._middle, self._footer)

    def _set_up_split(self) -> QWidget:
        """The list at the left of the pane, empty: filled where it stands, its parts are styled once."""
        left = QWidget(objectName="canvas", minimumWidth=420)
        self._split = QSplitter(Qt.Orientation.Horizontal, handleWidth=1, childrenCollapsible=False)
        column(self, self._split)
        self._split.addWidget(left)
        self._split.setStretchFactor(0, 1)
        self._split.splitterMoved.connect(self._remember)
        return left

    def _header(self) -> QWidget:
        holder = ListHeader(tokens.size("page_header"))
        self._title = label(self.made.title, "title")
        self.views = Segments(_("Views"), self._view_chosen)
        for view in self.made.views:
            self.views.add(view.key, view.label)
        box = line_of(holder, self._title, 12, self.views, "stretch", gap=8, margins=(24, 0, 16, 0))
        self._acts = holder.add_acts(self.made.acts)
        self.new_button: Button | None = None
        if (act := self.made.new) is not None:
            self.new_button = Button(act.text, "primary", act.icon, on=act.on, tip=act.tip)
            box.addWidget(self.new_button)
        return holder

    def _set_up_table(self) -> None:
        self.table.show_model(self.model)
        header = self.table.horizontalHeader()
        for index, made in enumerate(self.made.columns):
            if made.stretch:
                header.setSectionResizeMode(index, QHeaderView.ResizeMode.Stretch)
        self._show_columns(self._memory.get("widths") or {}, self._memory.get("hidden"))
        self._show_order()
        header.sectionClicked.connect(self._sort)
        header.sectionResized.connect(self._remember)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        self.table.opened.connect(self.open_id)
        self.table.chosen.connect(self._row_chosen)
        self.table.selection_changed.connect(self._selection_changed)
        self.table.pane_key.connect(self.toggle_pane)
        self.table.letter.connect(self._letter)

    def _show_columns(self, widths: dict[str, int], hidden: Sequence[str] | None) -> None:
        header = self.table.horizontalHeader()
        for index, made in enumerate(self.made.columns):
            header.resizeSection(index, int(widths.get(made.key, made.width)))
            header.setSectionHidden(index, made.key in hidden if hidden is not None else not made.shown)

    # ---- what happens ------------------------------------------------------------------------------------------------

    def title(self) -> str:
        return self.made.title

    def activate(self, view: str = "", search: str = "", select: int = 0, **filters: Any) -> None:
        """Enter the list, optionally with a view, a search, filters (`city="Hamburg"`) or a selected record."""
        keys = [v.key for v in self.made.views]
        wanted = view or self._view or str(self._memory.get("view") or "")
        self._view = wanted if wanted in keys else (keys[0] if keys else "")
        self.views.choose(self._view)
        if search:
            self._filters.search.setText(search)
        if filters:
            self._filters.show_values(filters)
        self._counts = {}
        self._ask()
        if select:
            self.table.select_id(select)
        self._middle.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self, limit: int = 0) -> None:
        """Read the list as search and filters say; with a limit only so many, which is enough while typing."""
        self._ask_all.stop()
        self.model.filters = self._filters.values() | {"view": self._view} | ({"limit": limit} if limit else {})
        self.model.search = self._filters.search.text().strip()
        self._read()
        if limit and len(self.model.ids) >= limit:
            self._ask_all.start()

    def refresh(self) -> None:
        self._counts = {}
        self._read()

    def _read(self) -> None:
        failures.guarded(self.model.refresh)
        self._shown_sums = None
        self._place_pane()
        if self.model.ids:
            self.table.select_first()
        self._tell_nothing()
        self._tell_later.start(_SUMS_AFTER_MS)
        self._show_chosen.start(_PANE_AFTER_MS) if "limit" in self.model.filters else self._fill_pane()

    def _view_chosen(self, key: str) -> None:
        self._view = key
        self._filters_changed()

    def _filters_changed(self) -> None:
        self._remember()
        self._ask()

    def _search(self, _text: str) -> None:
        self._ask(self.quick_limit)

    def clear_filters(self) -> None:
        """Show everything again: no search, no chips, the first view."""
        self._filters.clear()
        self._view = self.made.views[0].key if self.made.views else ""
        self.views.choose(self._view)
        self._remember()
        self._ask()

    def _sort(self, section: int) -> None:
        made = self.made.columns[section]
        if not made.sortable:
            return
        same = self.model.order == made.sort_key
        self.model.descending = not self.model.descending if same else made.newest_first
        self.model.order = made.sort_key
        self._show_order()
        self._remember()
        self._ask()

    def _show_order(self) -> None:
        keys = [c.sort_key for c in self.made.columns]
        section = keys.index(self.model.order) if self.model.order in keys else -1
        if isinstance(header := self.table.horizontalHeader(), Header):
            header.show_sorted(section, descending=self.model.descending)

    def _narrowed(self) -> bool:
        return bool(self.model.search or self._filters.values())

    def _tell_nothing(self) -> None:
        """Show the empty state where there is nothing to show."""
        nothing = not self.model.ids
        if nothing:
            counts, narrowed = self._all_counts(), self._narrowed()
            self.empty.tell(nothing_there(self.made, self._view, counts, self.clear_filters, narrowed=narrowed))
        if self.new_button is not None:  # one filled button: in an empty list the way in is the first one
            self.new_button.set_kind("secondary" if nothing and not self._narrowed() else "primary")
        had_focus = (self.table if nothing else self.empty).hasFocus()
        self._middle.setCurrentWidget(self.empty if nothing else self.table)
        if had_focus:
            self._middle.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)
        self._footer.setVisible(not nothing)

    def _all_counts(self) -> dict[str, int]:
        self._counts = self._counts or self.counts()
        return self._counts

    def tell_sums(self) -> None:
        """Say how many are shown and what they sum up to; done after the list was painted."""
        self._tell_later.stop()
        number = len(self.model.ids)
        late = {v.key for v in self.made.views if v.late}
        for key, value in self._all_counts().items():
            self.views.set_count(key, formats.count(value) if value else "", late=key in late)
        total = self._all_counts().get(self._view) or next(iter(self._all_counts().values()), number)
        partly = self._ask_all.isActive()
        self._filters.tell_count(number, total if self._narrowed() and not partly else number)
        selected = self.table.selected_ids()
        if len(selected) > 1:
            words = _("{n} of {all} selected")
            self._count.setText(words.format(n=formats.count(len(selected)), all=self.count_text(number)))
            self._show_sums(self.sums(selected))
            return
        self._count.setText("" if partly else self.count_text(number))
        if self._shown_sums is None and not partly:
            self._shown_sums = self.sums(self.model.ids) if number else []
        self._show_sums([] if partly else self._shown_sums or [])

    def _show_sums(self, sums: Sequence[Sum]) -> None:
        clear(self._sums)
        for found in sums:
            self._sums.addWidget(label(found.label, "small", "text2"))
            self._sums.addWidget(label(found.text, "b", found.tone))

    def _selection_changed(self) -> None:
        self._tell_later.start(20)

    # ---- pane --------------------------------------------------------------------------------------------------------

    def _place_pane(self) -> None:
        has_pane = type(self).make_pane is not ListPage.make_pane
        room = has_pane and self.window().width() >= _PANE_FROM
        wanted = self._pane_wanted and room and bool(self.model.ids)
        if wanted and self._holder is None:
            self._holder = QFrame()
            self._holder.setProperty("k", "pane")
            self._holder.setMinimumWidth(300)
            column(self._holder)
            self._split.addWidget(self._holder)
            self._split.setStretchFactor(1, 0)
            width = int(self._memory.get("pane_width") or self.made.pane_width)
            self._split.setSizes([max(420, self.width() - width), width])
            QTimer.singleShot(0 if self.isVisible() else _PANE_AFTER_MS, self, self._make_pane)
        if self._holder is not None:
            self._holder.setVisible(wanted)

    def _make_pane(self) -> None:
        """Fill the place of the pane, after the list was painted."""
        if self.pane is None and self._holder is not None:
            self.pane = self.make_pane()
            if self.pane is not None:
                self._holder.layout().addWidget(self.pane)
                self.pane.show()  # a layout shows its widgets only later, and a hidden pane is not filled
                self._fill_pane()

    def _row_chosen(self, _row_id: int) -> None:
        self._show_chosen.start(30)

    def _fill_pane(self) -> None:
        if self.pane is None or not self.pane.isVisible():
            return
        row = self.model.row_at(self.model.place_of(self.table.current_id())) if self.table.current_id() else None
        if row is not None:
            failures.guarded(lambda: self.pane.show_row(row))

    def toggle_pane(self) -> None:
        self._pane_wanted = not self._pane_wanted
        self._place_pane()
        self._fill_pane()
        self._remember()

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():  # left, not minimized: the file may be closed when the sums are due
            self._tell_later.stop()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_chosen.start(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.model.ids:
            self._place_pane()

    # ---- commands ----------------------------------------------------------------------------------------------------

    def new(self) -> None:
        if self.made.new is not None and type(self).new is ListPage.new:
            self.made.new.on()

    def find(self) -> None:
        self._filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filters.search.selectAll()

    def edit(self) -> None:
        if self.table.current_id():
            self.edit_id(self.table.current_id())

    def delete(self) -> None:
        ids = self.table.selected_ids()
        if ids:
            failures.guarded(lambda: self.delete_ids(ids))

    def can(self, command: str) -> bool:
        if command == "delete":
            return type(self).delete_ids is not ListPage.delete_ids
        if command == "new":
            return self.made.new is not None or type(self).new is not ListPage.new
        if command == "toggle_pane":
            return type(self).make_pane is not ListPage.make_pane
        return super().can(command)

    def export(self) -> None:
        list_export.save_list(self)

    def _letter(self, key: str) -> None:
        if self.table.current_id():
            self.key_pressed(key, self.table.current_id())

    def areas(self) -> list[QWidget]:
        found: list[QWidget] = [self._filters.search, self.table]
        return [*found, self.pane] if self.pane is not None and self.pane.isVisible() else found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._filters.search.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self.table.select_first()
            return
        super().keyPressEvent(event)

    # ---- memory ------------------------------------------------------------------------------------------------------

    def _choose_columns(self) -> None:
        column_menu.open_menu(self, self._filters.columns)

    def show_column(self, index: int, *, shown: bool) -> None:
        """Show or hide a column."""
        self.table.horizontalHeader().setSectionHidden(index, not shown)
        self._remember()

    def _remember(self) -> None:
        if hasattr(self, "_keep_later"):
            self._keep_later.start()

    def state(self) -> dict[str, Any]:
        """What is shown now: view, filters, search, order and columns."""
        header = self.table.horizontalHeader()
        columns = list(enumerate(self.made.columns))
        return {
            "order": self.model.order,
            "descending": self.model.descending,
            "view": self._view,
            "filters": self._filters.values(),
            "search": self._filters.search.text().strip(),
            "hidden": [c.key for i, c in columns if header.isSectionHidden(i)],
            "widths": {c.key: header.sectionSize(i) for i, c in columns if not header.isSectionHidden(i)},
        }

    def show_state(self, state: dict[str, Any]) -> None:
        """Show the list as `state()` described it."""
        keys = [view.key for view in self.made.views]
        self._view = state.get("view") if state.get("view") in keys else (keys[0] if keys else "")
        self.views.choose(self._view)
        self._filters.show_all(state.get("filters") or {}, str(state.get("search") or ""))
        self.model.order = str(state.get("order") or self.made.order)
        self.model.descending = bool(state.get("descending"))
        self._show_columns(state.get("widths") or {}, state.get("hidden"))
        self._show_order()
        self._remember()
        self._ask()

    def _keep(self) -> None:
        here = {name: value for name, value in self.state().items() if name not in ("filters", "search")}
        self._memory |= here | {"pane": self._pane_wanted}
        if self._holder is not None and self._holder.isVisible():
            self._memory["pane_width"] = self._holder.width()
        preferences.put(f"list/{self.key}", self._memory)
        self.saved.tell_state()
