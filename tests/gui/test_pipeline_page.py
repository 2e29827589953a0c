"""The pipeline in the window: a board that is worked by mouse and by keys, its lists, the page of a deal, the forecast."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from crm_desktop.billing import deal_drafts, drafts
from crm_desktop.core import dates
from crm_desktop.db import connection as db
from crm_desktop.gui.widgets.cells import EMPTY, cell_of
from crm_desktop.safety import undo
from crm_desktop.sales import opportunities, opportunity_list, opportunity_steps, pipeline_stages, sources
from tests.gui.deals import NOW, deal
from tests.gui.hands import CTRL, NO_KEY, add_customer, fill_company

SHIFT_CTRL = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _frozen():
    with dates.freeze(NOW):
        yield


@pytest.fixture
def bruns(window) -> int:
    fill_company()
    return add_customer("Restaurant Bruns")


@pytest.fixture
def three(bruns) -> list[int]:
    """Two enquiries and a quote."""
    first = deal(bruns, "Terrace lanterns", value=14800, next_step="Confirm date", next_on=date(2026, 11, 26))
    with dates.freeze(NOW - timedelta(days=9)):
        second = deal(bruns, "Foyer chandelier", value=9800)
    return [first, second, deal(bruns, "Bar lighting", 2, 6480)]


@pytest.fixture
def page(three, window):
    window.show_page("pipeline")
    return window.pages.page()


def shown(page) -> list[list[str]]:
    """The titles on the board, column by column."""
    found = []
    for view in page.board.columns:
        cards = view.list.cards
        there = [cards.card(place) for place in range(len(cards.ids))]
        found.append([card.title for card in there if card is not None])  # None: deleted, and not told of it yet
    return found


def press(page, key: Qt.Key, held: Qt.KeyboardModifier = NO_KEY) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, held)


def drag(page, deal_id: int, column: int, place: int, *, drop: bool = True) -> None:
    """Drag a card by the mouse to the upper edge of a place in a column."""
    number, row = page.board.place_of(deal_id)
    cards = page.board.columns[number].list
    start = cards.visualRect(cards.cards.index(row)).center()
    goal_view = page.board.columns[column]
    cards_top = goal_view.list if goal_view.list.isVisible() else goal_view.add
    goal = cards_top.mapTo(page.board, QPoint(30, 4 + place * 126))
    end = cards.viewport().mapFrom(page.board, goal)
    QTest.mousePress(cards.viewport(), Qt.MouseButton.LeftButton, NO_KEY, start)
    for at in (start + QPoint(4, 4), start + QPoint(20, 10), end):
        _move(cards.viewport(), at)
    if drop:
        QTest.mouseRelease(cards.viewport(), Qt.MouseButton.LeftButton, NO_KEY, end)


def _move(widget, at: QPoint) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    spot = QPointF(widget.mapToGlobal(at))
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), spot, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, NO_KEY
    )
    QApplication.sendEvent(widget, moved)


class TestBoard:
    def test_without_deals_it_offers_to_add_one(self, window):
        window.show_page("pipeline")
        page = window.pages.page()
        assert page.empty.isVisible()
        assert page.empty._sentence.text() == "No deals yet"
        page._add_to(0)
        assert window.pages.page().key == "opportunity"

    def test_columns_say_count_sum_and_probability(self, page):
        assert shown(page) == [["Terrace lanterns", "Foyer chandelier"], [], ["Bar lighting"], [], []]
        heads = [view.head.accessibleName() for view in page.board.columns]
        assert heads == [
            "Enquiry, 2 deals, €24,600, 10%",
            "Qualified, 0 deals, 25%",
            "Quote sent, 1 deal, €6,480, 50%",
            "Negotiating, 0 deals, 75%",
            "Won in November, 0 deals",
        ]

    def test_currencies_stand_side_by_side(self, page, bruns):
        deal(bruns, "Swiss lamps", 2, 200, currency="CHF")
        page.refresh()
        assert page.board.columns[2].head._sums == "€6,480 + CHF\u00a0200"

    def test_a_card_is_read_out_whole(self, page):
        cards = page.board.columns[0].list.cards
        words = cards.data(cards.index(0), Qt.ItemDataRole.AccessibleTextRole)
        assert words.startswith(
            "Terrace lanterns, Restaurant Bruns, €14,800, Enquiry, Score 0 of 100, Budget: not known"
        )
        assert words.endswith("Confirm date 26 Nov")
        assert cards.data(cards.index(1), Qt.ItemDataRole.AccessibleTextRole).endswith("Silent for 9 days")
        found = QAccessible.queryAccessibleInterface(page.board.columns[0].list)
        assert found.text(QAccessible.Text.Name) == "Enquiry"

    def test_add_below_a_column_begins_a_deal_in_it(self, page, window):
        QTest.mouseClick(page.board.columns[2].add, Qt.MouseButton.LeftButton)
        form = window.pages.page()
        assert form.key == "opportunity"
        assert form.form.input("stage_id").value() == pipeline_stages.all_stages()[2].id

    def test_many_stages_scroll_sideways(self, page, qtbot):
        for number in range(6):
            pipeline_stages.save({"name": f"Step {number}"})
        page.refresh()
        qtbot.waitUntil(lambda: page.board.horizontalScrollBar().maximum() > 0)
        assert all(view.width() >= 190 for view in page.board.columns)

    def test_of_many_cards_only_those_in_sight_are_read(self, page, bruns, monkeypatch):
        first = pipeline_stages.all_stages()[0].id
        row = (
            bruns,
            "Lamps",
            first,
            "EUR",
            "2026-11-20T09:00:00Z",
            "2026-11-20T09:00:00Z",
            "2026-11-20T09:00:00Z",
            "x",
        )
        with db.transaction():
            db.execute_many(
                "INSERT INTO opportunity(customer_id, title, stage_id, currency, moved_at, touched_at, created_at, updated_at) "
                "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                [row] * 2000,
            )
        read: list[int] = []
        rows = opportunities.rows
        monkeypatch.setattr(opportunities, "rows", lambda ids: read.extend(ids) or rows(ids))
        page.refresh()
        page.board.grab()
        assert len(page.board.columns[0].list.cards.ids) == 2002
        assert 0 < len(set(read)) < 150


class TestKeys:
    def test_arrows_choose_and_enter_opens(self, page, three, window):
        assert page.board.current_id() == three[0]
        press(page, Qt.Key.Key_Down)
        assert page.board.current_id() == three[1]
        press(page, Qt.Key.Key_Right)
        assert page.board.current_id() == three[2]
        press(page, Qt.Key.Key_Left)
        assert page.board.current_id() == three[0]
        press(page, Qt.Key.Key_Return)
        assert window.pages.page().title() == "Terrace lanterns"

    def test_control_shift_moves_the_card_and_it_stays_chosen(self, page, three, window):
        press(page, Qt.Key.Key_Right, SHIFT_CTRL)
        assert shown(page)[:2] == [["Foyer chandelier"], ["Terrace lanterns"]]
        assert page.board.current_id() == three[0]
        assert window.toast.text == "“Terrace lanterns” moved to Qualified"
        press(page, Qt.Key.Key_Right, SHIFT_CTRL)
        assert shown(page)[2] == ["Terrace lanterns", "Bar lighting"]
        press(page, Qt.Key.Key_Down, SHIFT_CTRL)
        assert shown(page)[2] == ["Bar lighting", "Terrace lanterns"]
        press(page, Qt.Key.Key_Up, SHIFT_CTRL)
        assert shown(page)[2] == ["Terrace lanterns", "Bar lighting"]

    def test_undo_brings_the_card_back(self, page, three, window, qtbot):
        press(page, Qt.Key.Key_Right, SHIFT_CTRL)
        QTest.mouseClick(window.toast._button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: shown(page)[0] == ["Terrace lanterns", "Foyer chandelier"])
        assert len(opportunity_steps.history(three[0])) == 1

    def test_past_the_last_stage_it_is_won_and_comes_back_again(self, page, three):
        for _step in range(4):
            press(page, Qt.Key.Key_Right, SHIFT_CTRL)
        assert shown(page)[3:] == [[], ["Terrace lanterns"]]
        assert opportunities.get(three[0]).state == "won"
        press(page, Qt.Key.Key_Right, SHIFT_CTRL)  # nothing is further
        press(page, Qt.Key.Key_Left, SHIFT_CTRL)
        assert shown(page)[3:] == [["Terrace lanterns"], []]
        assert opportunities.get(three[0]).state == "open"

    def test_delete_moves_to_the_bin_with_undo(self, page, window, qtbot):
        page.delete()
        qtbot.waitUntil(lambda: shown(page)[0] == ["Foyer chandelier"])
        assert window.toast.text == "Terrace lanterns moved to the bin"
        undo.undo_last()
        qtbot.waitUntil(lambda: len(shown(page)[0]) == 2)

    def test_w_wins_and_l_asks_why_it_was_lost(self, page, three, answers, qtbot):
        press(page, Qt.Key.Key_W)
        qtbot.waitUntil(lambda: shown(page)[4] == ["Terrace lanterns"])
        page.board.choose(three[1])
        page.board.take_focus()

        def tell(dialog):
            dialog.form.input("reason").setText("Too dear")
            dialog.form.input("competitor").setText("Lampenhaus")
            return "act"

        answers.append(tell)
        press(page, Qt.Key.Key_L)
        qtbot.waitUntil(lambda: shown(page)[0] == [])
        found = opportunities.get(three[1])
        assert (found.state, found.lost_reason, found.competitor) == ("lost", "Too dear", "Lampenhaus")

    def test_from_right_to_left_the_arrows_turn_around(self, three, window):
        window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        window.show_page("pipeline")
        page = window.pages.page()
        lefts = [view.mapTo(page, QPoint(0, 0)).x() for view in page.board.columns]
        assert lefts == sorted(lefts, reverse=True)
        press(page, Qt.Key.Key_Left, SHIFT_CTRL)
        assert opportunities.get(three[0]).stage == "Qualified"
        window.grab()


class TestMouse:
    def test_a_card_is_dragged_into_a_place_of_another_stage(self, page, three, bruns):
        deal(bruns, "Reading lamps", 2)
        page.refresh()
        QTest.qWait(1)
        drag(page, three[0], 2, 1)
        assert shown(page)[2] == ["Bar lighting", "Terrace lanterns", "Reading lamps"]
        assert page.board.current_id() == three[0]
        assert opportunity_list.board()[0].ids == [three[1]]

    def test_within_its_stage_and_into_an_empty_one(self, page, three):
        drag(page, three[1], 0, 0)
        assert shown(page)[0] == ["Foyer chandelier", "Terrace lanterns"]
        drag(page, three[1], 1, 0)
        assert shown(page)[:2] == [["Terrace lanterns"], ["Foyer chandelier"]]

    def test_dropped_on_won_it_is_won(self, page, three):
        drag(page, three[2], 4, 0)
        assert opportunities.get(three[2]).state == "won"
        page._view_chosen("won")
        row = {made.key: page.model.cell(0, index) for index, made in enumerate(page.made.columns)}
        assert (row["stage"].text, row["next_step"].text, row["idle"].text) == ("Won", EMPTY.text, EMPTY.text)

    def test_escape_leaves_it_where_it_was(self, page, three):
        drag(page, three[0], 2, 0, drop=False)
        assert page.board._drag._picture.isVisible()
        cards = page.board.columns[0].list
        QTest.keyClick(cards, Qt.Key.Key_Escape)
        QTest.mouseRelease(cards.viewport(), Qt.MouseButton.LeftButton)
        assert not page.board._drag._picture.isVisible()
        assert opportunities.get(three[0]).stage == "Enquiry"

    def test_the_foot_of_a_won_card_makes_the_invoice_once(self, page, three, window, qtbot):
        opportunity_steps.win(three[2])
        page.refresh()
        QTest.qWait(1)
        cards = page.board.columns[4].list
        rect = cards.visualRect(cards.cards.index(0))
        QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, NO_KEY, QPoint(40, rect.bottom() - 20))
        qtbot.waitUntil(lambda: window.pages.page().key == "invoice")
        draft = drafts.get(deal_drafts.links(three[2])[0].id)
        assert (draft.kind, draft.lines[0].name, draft.lines[0].price) == ("invoice", "Bar lighting", 6480)
        assert deal_drafts.invoice(three[2]) == draft.id

    def test_the_menu_of_a_card_holds_everything(self, page, three):
        menu = page.acts.menu(opportunities.get(three[0]), page)
        words = [act.text().split("\t")[0] for act in menu.actions() if act.text()]
        assert words == [
            "Open", "Move to", "Won", "Lost…", "Write the quote", "Invoice it", "Make a contract",
            "Show Restaurant Bruns", "Move to the bin",
        ]  # fmt: skip
        into = next(act.menu() for act in menu.actions() if act.text() == "Move to")
        assert [act.text() for act in into.actions()] == ["Qualified", "Quote sent", "Negotiating"]


class TestFilters:
    def test_a_source_narrows_the_board_and_nothing_found_says_so(self, page, three):
        fair = sources.id_of("Fair")
        opportunities.save({"source_id": fair}, three[1])
        assert not page._filters.isVisible()
        page._toggle_filters()
        assert page._filters.isVisible()
        page._filters.switch_on("source", fair, "Fair")
        assert shown(page)[0] == ["Foyer chandelier"]
        page._filters.search.setText("nobody")
        page._search("nobody")
        assert page.empty._sentence.text() == "Nothing here fits the filters"
        page.clear_filters()
        assert len(shown(page)[0]) == 2

    def test_typing_a_customer_finds_their_deals(self, page):
        deal(add_customer("Hotel Alsterblick"), "Corridor")
        page.find()
        page._filters.search.setText("alster")
        page._search("alster")
        assert shown(page)[0] == ["Corridor"]


class TestLists:
    def _rows(self, page) -> list[dict[str, str]]:
        header = page.table.horizontalHeader()
        columns = [c for n, c in enumerate(page.made.columns) if not header.isSectionHidden(n)]
        return [
            {column.key: cell_of(column, page.model.row_at(place)).text for column in columns}
            for place in range(len(page.model.ids))
        ]

    def test_the_list_shows_open_deals_with_likely_sums(self, page):
        page.views.choose("list")
        page._view_chosen("list")
        first = self._rows(page)[0]
        assert first["title"] == "Terrace lanterns"
        assert (first["value_minor"], first["stage"]) == ("€14,800.00", "Enquiry")
        cells = {column.key: cell_of(column, page.model.row_at(0)).text for column in page.made.columns}
        assert (cells["probability"], cells["next_step"]) == ("10%", "Thu · Confirm date")
        assert "lost_reason" not in first
        assert [(s.label, s.text) for s in page.sums(page.model.ids)] == [
            ("Likely", "€5,700.00"),
            ("Value", "€31,080.00"),
        ]

    def test_the_lost_ones_show_why_and_to_whom(self, page, three):
        opportunity_steps.lose(three[0], "Too dear", "Lampenhaus")
        page._view_chosen("lost")
        (row,) = self._rows(page)
        assert (row["lost_reason"], row["competitor"], row["closed_on"]) == ("Too dear", "Lampenhaus", "24 Nov")
        assert "stage" not in row

    def test_an_empty_list_of_lost_ones_says_so(self, page):
        page._view_chosen("lost")
        assert page.empty._sentence.text() == "Nothing lost"

    def test_columns_that_were_chosen_for_a_list_stay(self, page, window):
        page._view_chosen("list")
        place = [c.key for c in page.made.columns].index("source")
        page.show_column(place, shown=True)
        page._view_chosen("lost")
        page._view_chosen("list")
        assert not page.table.horizontalHeader().isSectionHidden(place)

    def test_several_are_moved_and_changed_in_one_step(self, page, three, answers):
        page._view_chosen("list")
        page.table.selectAll()
        page._selection_changed()
        assert page.bulk.isVisible()
        menu = page.bulk.menu_of_stages()
        next(act for act in menu.actions() if act.text() == "Negotiating").trigger()
        assert {found.stage for found in opportunities.rows(three)} == {"Negotiating"}
        undo.undo_last()
        assert {found.stage for found in opportunities.rows(three)} == {"Enquiry", "Quote sent"}

        def fill(dialog):
            dialog.form.input("next_step").setText("Call")
            return "act"

        answers.append(fill)
        page.acts.change_many(three)
        assert {found.next_step for found in opportunities.rows(three)} == {"Call"}

    def test_the_pane_says_how_likely_it_is_and_wins_it(self, page, three, qtbot):
        page._view_chosen("list")
        qtbot.waitUntil(lambda: page.pane is not None and page.pane._shown is not None)
        words = [label.text() for label in page.pane._facts.findChildren(type(page.pane._title))]
        assert "€14,800 × 10%" in words
        QTest.mouseClick(page.pane.win, Qt.MouseButton.LeftButton)
        assert opportunities.get(three[0]).state == "won"

    def test_the_forecast_tells_months_likely_and_whole(self, page, three):
        opportunities.save({"expected_on": date(2026, 12, 10)}, three[0])
        opportunities.save({"expected_on": date(2026, 11, 1)}, three[1])
        page._view_chosen("forecast")
        assert page.forecast.isVisible()
        assert page.forecast.figure.text() == "€1,480"
        assert "Dec: Likely €1,480.00, All of it €14,800.00" in page.forecast.chart.accessibleDescription()
        assert page.forecast.table.count() == 3


def test_the_menu_opens_from_the_keyboard(page, three):
    page._open_menu(three[0], QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()
