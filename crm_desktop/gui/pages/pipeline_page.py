"""The pipeline: deals on a board of stages, as a list, those won and lost with their reasons, and what is expected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from crm_desktop.core import preferences
from crm_desktop.core.i18n import gettext_ as _
from crm_desktop.core.i18n import ngettext
from crm_desktop.customers import tags
from crm_desktop.gui import failures, theme
from crm_desktop.gui.parts import deal_words
from crm_desktop.gui.parts.board import Board
from crm_desktop.gui.parts.deal_acts import DealActs
from crm_desktop.gui.parts.deal_bulk import DealBulk
from crm_desktop.gui.parts.deal_pane import DealPane
from crm_desktop.gui.parts.forecast_view import ForecastView
from crm_desktop.gui.widgets import formats
from crm_desktop.gui.widgets.cells import EMPTY, Cell
from crm_desktop.gui.widgets.list_page import Act, Column, Empty, Filter, ListPage, ListSpec, Sum, View
from crm_desktop.gui.widgets.list_spec import no_hits
from crm_desktop.sales import opportunities, opportunity_list, pipeline_stages
from crm_desktop.sales.opportunities import Opportunity
from crm_desktop.sales.opportunity_list import BoardColumn
from crm_desktop.sales.pipeline_stages import Stage

_PICTURES = ("board", "forecast")
# Which columns a list shows until the owner chooses others.
_SHOWN = {
    "list": {"title", "customer", "stage", "value_minor", "expected_on", "idle"},
    "won": {"title", "customer", "value_minor", "source", "closed_on"},
    "lost": {"title", "customer", "value_minor", "closed_on", "lost_reason", "competitor"},
}


class PipelinePage(ListPage):
    """See the module."""

    key = "pipeline"
    tables: ClassVar = (
        "opportunity", "opportunity_link", "pipeline_stage", "source", "competitor", "customer", "customer_tag",
        "timeline_entry", "document",
    )  # fmt: skip

    def spec(self) -> ListSpec:
        self.acts = DealActs(self)
        self._columns: list[BoardColumn] = []
        return ListSpec(
            title=_("Pipeline"),
            columns=_columns(),
            order="board",
            row="row_compact",
            views=[
                View("board", _("Board")),
                View("list", _("List")),
                View("won", _("Won")),
                View("lost", _("Lost")),
                View("forecast", _("Forecast")),
            ],
            filters=[
                Filter("source", _("Source"), "megaphone", deal_words.source_choices),
                Filter("tag", _("Tag"), "tags", lambda: [(name, name) for name, _number in tags.all_tags()]),
                Filter(
                    "stage", _("Stage"), "columns-3", lambda: [(s.id, s.name) for s in pipeline_stages.all_stages()]
                ),
            ],
            search_hint=_("Find a deal or customer"),
            empty=Empty(
                "square-kanban",
                _("No deals yet"),
                _("Note what a customer may buy. The board shows how far it is and what comes next."),
                Act(_("Add a deal"), self.new, "plus"),
                Act(_("Set up the stages"), self._set_up),
            ),
            acts=[Act(_("Filter"), self._toggle_filters, "list-filter", "ghost", _("Narrow the board (Ctrl+F)"))],
            new=Act(_("New deal"), self.new, "plus", tip=_("New deal (Ctrl+N)")),
        )

    def _build(self) -> None:
        super()._build()
        self.board, self.forecast = Board(), ForecastView()
        self._middle.addWidget(self.board)
        self._middle.addWidget(self.forecast)
        self._filters_wanted = False
        self.bulk = DealBulk(self.acts, self.table.selected_ids)
        left: Any = self._split.widget(0)
        left.layout().insertWidget(left.layout().count() - 1, self.bulk)
        self.board.opened.connect(self.open_id)
        self.board.moved.connect(self._moved)
        self.board.add_wanted.connect(self._add_to)
        self.board.foot.connect(self._foot)
        self.board.letter.connect(self.key_pressed)
        self.board.menu.connect(self._open_menu)

    # ---- source ------------------------------------------------------------------------------------------------------

    def ids(self, order: str, descending: bool, filters: dict[str, Any], search: str) -> Sequence[int]:
        view = str(filters.get("view") or "board")
        if view == "board":
            self._columns = opportunity_list.board(search, filters)
            return [i for found in self._columns if found.stage is not None for i in found.ids]
        if view == "forecast":
            return opportunity_list.ids("list", search=search, filters=filters)
        if order == "board" and view != "list":
            order, descending = "closed", True
        return opportunity_list.ids(view, search=search, order=order, descending=descending, filters=filters)

    def rows(self, ids: list[int]) -> Sequence[Opportunity]:
        return opportunities.rows(ids)

    def counts(self) -> dict[str, int]:
        found = opportunity_list.counts()
        return {"list": found["list"], "won": found["won"], "lost": found["lost"]}

    def count_text(self, number: int) -> str:
        return ngettext("{n} deal", "{n} deals", number).format(n=formats.count(number))

    def sums(self, ids: list[int]) -> list[Sum]:
        if self._view in _PICTURES:
            return []
        found = []
        for currency, (plain, weighted) in opportunity_list.sums(ids).items():
            if plain and self._view == "list":
                found.append(Sum(_("Likely"), formats.money_text(weighted, currency)))
            if plain:
                found.append(Sum(_("Value"), formats.money_text(plain, currency)))
        return found

    # ---- views -------------------------------------------------------------------------------------------------------

    def activate(self, view: str = "", search: str = "", select: int = 0, **filters: Any) -> None:
        """Enter the page, optionally in a view, narrowed, or with a deal chosen."""
        super().activate(view, search, select, **filters)
        self._show_kind()
        if self._view == "board":
            if select:
                self.board.choose(select)
            self._focus_middle()

    def _focus_middle(self) -> None:
        if self._middle.currentWidget() is self.board:
            self.board.take_focus()

    def _view_chosen(self, key: str) -> None:
        self._remember_columns()
        super()._view_chosen(key)
        self._show_kind()
        self._focus_middle()

    def _remember_columns(self) -> None:
        if self._view not in _PICTURES:
            preferences.put(f"list/{self.key}/{self._view}", self.state()["hidden"])

    def _show_kind(self) -> None:
        """Show the columns that say something about open, won or lost deals, as they were chosen last."""
        view = self._view if self._view in _SHOWN else "list"
        hidden = preferences.get(f"list/{self.key}/{view}")
        if hidden is None:
            hidden = [c.key for c in self.made.columns if c.key not in _SHOWN[view]]
        for index, made in enumerate(self.made.columns):
            self.table.horizontalHeader().setSectionHidden(index, made.key in hidden)

    def show_column(self, index: int, *, shown: bool) -> None:
        super().show_column(index, shown=shown)
        self._remember_columns()

    def _place_pane(self) -> None:
        super()._place_pane()
        if self._holder is not None and self._view in _PICTURES:
            self._holder.hide()

    def _tell_nothing(self) -> None:
        super()._tell_nothing()
        narrowed = self._narrowed()
        if self._view in _PICTURES:
            self._show_picture(narrowed=narrowed)
        elif not self.model.ids and not narrowed and opportunity_list.any_at_all():
            self.empty.tell(self._nothing())
        self._filters.setVisible(self._view not in _PICTURES or self._filters_wanted or narrowed)
        if self._acts is not None:
            self._acts.setVisible(self._view == "board")

    def _nothing(self) -> Empty:
        """What an empty list says while there are other deals."""
        words = {
            "list": (_("No open deals"), _("All of them are won or lost.")),
            "won": (_("Nothing won yet"), _("Drag a card into the last column of the board, or press W on it.")),
            "lost": (_("Nothing lost"), _("What does not work out is kept here, with why and to whom.")),
        }
        return Empty("square-kanban", *words[self._view])

    def _show_picture(self, *, narrowed: bool) -> None:
        something = any(found.ids for found in self._columns) if self._view == "board" else bool(self.model.ids)
        self._footer.hide()
        if something or (not narrowed and opportunity_list.any_at_all()):
            had_focus = self._middle.currentWidget() is not None and self._middle.currentWidget().hasFocus()
            self._middle.setCurrentWidget(self.board if self._view == "board" else self.forecast)
            if self._view == "board":
                self.board.tell(self._columns)
            else:
                self.forecast.refresh()
            if self.new_button is not None:
                self.new_button.set_kind("primary")
            if had_focus:
                self._focus_middle()
        else:
            self.empty.tell(no_hits(self.clear_filters) if narrowed else self.made.empty)
            self._middle.setCurrentWidget(self.empty)

    def _toggle_filters(self) -> None:
        self._filters_wanted = not self._filters.isVisible()
        self._filters.setVisible(self._filters_wanted or self._narrowed())
        if self._filters_wanted:
            super().find()

    def find(self) -> None:
        self._filters_wanted = True
        self._filters.show()
        super().find()

    def areas(self) -> list[QWidget]:
        if self._view == "board" and self._middle.currentWidget() is self.board:
            found: list[QWidget] = [self._filters.search] if self._filters.isVisible() else []
            return [*found, self.board]
        return super().areas()

    # ---- acts --------------------------------------------------------------------------------------------------------

    def make_pane(self) -> QWidget:
        return DealPane(self.acts)

    def _selection_changed(self) -> None:
        super()._selection_changed()
        self.bulk.tell(self._view)

    def refresh(self) -> None:
        super().refresh()
        self.bulk.tell(self._view)

    def open_id(self, row_id: int) -> None:
        self.acts.open(row_id)

    def new(self) -> None:
        self._add_to(0)

    def _add_to(self, stage_id: int) -> None:
        self.go.emit("opportunity", {"id": 0, "stage_id": stage_id or None})

    def _set_up(self) -> None:
        self.go.emit("settings", {"section": "pipeline"})

    def _chosen(self) -> Opportunity | None:
        if self._view == "board":
            return self.board.current()
        return self.model.row_at(self.model.place_of(self.table.current_id())) if self.table.current_id() else None

    def _moved(self, deal_id: int, column: int, before: int, after: int) -> None:
        """A card was dragged or moved by key into a column of the board."""
        goal = self._columns[column].stage
        found: list[Opportunity] = []
        if not failures.guarded(lambda: found.append(opportunities.get(deal_id))):
            return
        if self._move_to(found[0], goal, before, after):
            self.refresh()
            self.board.choose(deal_id)

    def _move_to(self, found: Opportunity, goal: Stage | None, before: int, after: int) -> bool:
        if goal is not None:
            return self.acts.move(found, goal.id, before, after)
        return found.state != "won" and self.acts.win(found)

    def _foot(self, deal_id: int) -> None:
        failures.guarded(lambda: self.acts.foot(opportunities.get(deal_id)))

    def _open_menu(self, deal_id: int, at: QPoint) -> None:
        def show() -> None:
            menu = self.acts.menu(opportunities.get(deal_id), self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(at)

        failures.guarded(show)

    def edit(self) -> None:
        found = self._chosen()
        if found is not None:
            self.open_id(found.id)

    def delete(self) -> None:
        found = [self.board.current_id()] if self._view == "board" else self.table.selected_ids()
        if found and found[0]:
            self.delete_ids(found)

    def delete_ids(self, ids: list[int]) -> None:
        self.acts.delete(ids)

    def key_pressed(self, key: str, row_id: int) -> None:
        """W wins, L loses, R reopens, I invoices, E opens the chosen deal."""
        found = opportunities.rows([row_id])
        if not found:
            return
        deal = found[0]
        acts = {"e": partial(self.acts.open, deal.id), "i": partial(self.acts.invoice, deal)}
        if deal.state == "open":
            acts |= {"w": partial(self.acts.win, deal), "l": partial(self.acts.lose, deal)}
        else:
            acts["r"] = partial(self.acts.reopen, deal)
        if key in acts:
            acts[key]()

    def primary(self) -> None:
        """Ctrl+Enter wins the chosen deal."""
        found = self._chosen()
        if found is not None and found.state == "open":
            self.acts.win(found)


def _columns() -> list[Column]:
    return [
        Column("title", _("Deal"), "strong", width=theme.px(200), stretch=True),
        Column("customer", _("Customer"), width=theme.px(134), stretch=True),
        Column("stage", _("Stage"), width=theme.px(110), order="stage", cell=_stage),
        Column(
            "value_minor", _("Value"), width=theme.px(100), order="value", right=True, newest_first=True, cell=_value
        ),
        Column("probability", _("Likely"), width=theme.px(72), right=True, newest_first=True, cell=_chance),
        Column("weighted", _("Weighted"), width=theme.px(100), right=True, newest_first=True, cell=_likely),
        Column("expected_on", _("Expected"), "date", width=theme.px(108), order="expected"),
        Column("next_step", _("Next step"), width=theme.px(150), order="next", cell=_next),
        Column("score", _("Score"), width=theme.px(60), right=True, newest_first=True, cell=_score),
        Column("idle", _("Silent"), width=theme.px(84), sortable=False, cell=_idle),
        Column("source", _("Source"), "muted", width=theme.px(110)),
        Column("closed_on", _("Closed"), "date", width=theme.px(76), order="closed", newest_first=True),
        Column("lost_reason", _("Why"), width=theme.px(164), order="reason"),
        Column("competitor", _("Who got it"), width=theme.px(120), order="competitor"),
    ]


def _value(found: Opportunity) -> Cell:
    return Cell(formats.money_text(found.value_minor, found.currency)) if found.value_minor else EMPTY


def _stage(found: Opportunity) -> Cell:
    return Cell(deal_words.stage(found), "green" if found.state == "won" else "muted")


def _likely(found: Opportunity) -> Cell:
    return Cell(formats.money_text(found.weighted_minor, found.currency), "muted") if found.value_minor else EMPTY


def _chance(found: Opportunity) -> Cell:
    return Cell(deal_words.share(found.probability_bp), "" if found.own_probability_bp is not None else "muted")


def _next(found: Opportunity) -> Cell:
    if found.state != "open" or not (found.next_step or found.next_on):
        return EMPTY
    day = deal_words.day(found.next_on) if found.next_on else ""
    return Cell(" · ".join(part for part in (day, found.next_step) if part))


def _score(found: Opportunity) -> Cell:
    return Cell(formats.count(found.score), "muted")


def _idle(found: Opportunity) -> Cell:
    if found.state != "open":
        return EMPTY
    words = ngettext("{n} day", "{n} days", found.idle_days).format(n=found.idle_days)
    return Cell(words, "amber" if found.stale else "muted", pill=found.stale) if found.idle_days else EMPTY
