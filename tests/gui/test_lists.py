"""Lists: search as you type, sorting, columns, keys, and that a refresh takes nothing away from the user."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crm_desktop.core import preferences
from crm_desktop.customers import customers
from crm_desktop.gui.pages.customers_page import CustomersPage
from crm_desktop.gui.widgets.table_model import _difference

NAMES = ("Café Ostwind", "Hotel Alsterblick GmbH", "Weinkontor Hafencity", "Bühnenhaus Altona e.V.")


@pytest.fixture
def ids(data_file) -> dict[str, int]:
    """Four customers of three towns."""
    towns = ("Ottensen", "Hamburg", "Hamburg", "Altona")
    return {
        name: customers.save({"company": name, "city": town, "tags": ["Lamps"] if town == "Hamburg" else []})
        for name, town in zip(NAMES, towns, strict=True)
    }


@pytest.fixture
def page(ids, qtbot) -> CustomersPage:
    """The list of these customers."""
    made = CustomersPage()
    qtbot.addWidget(made)
    made.resize(1068, 700)
    made.activate()
    made.show()
    made.tell_sums()
    return made


def shown(page: CustomersPage) -> list[str]:
    """The names in the order shown."""
    return [page.model.cell(row, 0).text for row in range(page.model.rowCount())]


def test_it_shows_all_by_name(page):
    assert shown(page) == sorted(NAMES)
    assert page._count.text() == "4 customers"


def test_searching_narrows_with_each_key_and_escape_shows_all_again(page, qtbot):
    page.find()
    qtbot.keyClicks(page._filters.search, "hafen")
    qtbot.waitUntil(lambda: shown(page) == ["Weinkontor Hafencity"])
    page.tell_sums()
    assert page._filters._count.text() == "1 of 4"
    qtbot.keyClick(page._filters.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(shown(page)) == 4)


def test_accents_do_not_matter(page, qtbot):
    page._filters.search.setText("buhnen")
    qtbot.waitUntil(lambda: shown(page) == ["Bühnenhaus Altona e.V."])


def test_while_typing_the_list_is_painted_before_its_pane_is_filled(page, qtbot):
    qtbot.waitUntil(lambda: page.pane is not None and page.pane._name.text() == "Bühnenhaus Altona e.V.")
    page._filters.search.setText("hafen")
    page._filters.search.flush()
    assert shown(page) == ["Weinkontor Hafencity"]
    assert page.pane._name.text() == "Bühnenhaus Altona e.V."
    qtbot.waitUntil(lambda: page.pane._name.text() == "Weinkontor Hafencity")


def test_a_list_that_was_left_works_out_no_sums_any_more(page, monkeypatch):
    page.refresh()
    asked = []
    monkeypatch.setattr(page, "counts", lambda: asked.append(1) or {})
    page.hide()
    page._tell_later.setInterval(0)
    QApplication.processEvents()
    assert not page._tell_later.isActive()
    assert not asked
    page.show()
    page.activate()
    page.tell_sums()
    assert asked


def test_no_hits_says_so_and_offers_to_clear(page, qtbot):
    page._filters.search.setText("nobody like this")
    qtbot.waitUntil(lambda: page._middle.currentWidget() is page.empty)
    assert page.empty._sentence.text() == "Nothing here fits the filters"
    page.clear_filters()
    assert len(shown(page)) == 4
    assert page._middle.currentWidget() is page.table


def test_an_empty_list_offers_the_first_step(data_file, qtbot):
    page = CustomersPage()
    qtbot.addWidget(page)
    page.activate()
    assert page._middle.currentWidget() is page.empty
    assert page.empty._sentence.text() == "No customers yet"


def test_a_heading_sorts_and_again_turns_round(page):
    header = page.table.horizontalHeader()
    page._sort(0)
    assert shown(page) == sorted(NAMES, reverse=True)
    page._sort(1)
    assert page.model.order == "number"
    assert header.sorted_section == 1
    assert shown(page) == list(NAMES)


def test_sorting_keeps_the_selected_customer(page, ids):
    page.table.select_id(ids["Café Ostwind"])
    page._sort(0)
    assert page.table.current_id() == ids["Café Ostwind"]
    assert page.table.selected_ids() == [ids["Café Ostwind"]]


def test_a_refresh_keeps_selection_and_place(page, ids):
    page.table.select_id(ids["Hotel Alsterblick GmbH"])
    customers.save({"company": "Aachener Lampen"})
    page.refresh()
    assert shown(page)[0] == "Aachener Lampen"
    assert page.table.current_id() == ids["Hotel Alsterblick GmbH"]


def test_filters_are_chips_that_can_be_taken_off(page):
    page._filters.switch_on("city", "Hamburg", "Hamburg")
    assert shown(page) == ["Hotel Alsterblick GmbH", "Weinkontor Hafencity"]
    page._filters._take_off("city")
    assert len(shown(page)) == 4


def test_columns_sort_order_and_widths_are_remembered(page, qtbot):
    place = [column.key for column in page.made.columns].index("email")
    page.show_column(place, shown=True)
    page.table.horizontalHeader().resizeSection(place, 211)
    page._sort(1)
    page._keep()
    assert preferences.get("list/customers")["order"] == "number"
    again = CustomersPage()
    qtbot.addWidget(again)
    again.resize(1068, 700)
    again.activate()
    assert not again.table.isColumnHidden(place)
    assert again.table.horizontalHeader().sectionSize(place) == 211
    assert again.model.order == "number"


def test_enter_opens_and_arrows_move(page, ids, qtbot):
    page.table.setFocus()
    page.table.select_first()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.open_record) as opened:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.args == ["customer", ids["Café Ostwind"]]


def test_space_hides_the_pane_and_shows_it_again(page, qtbot):
    qtbot.waitUntil(lambda: page.pane is not None)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert not page.pane.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert page.pane.isVisible()


def test_the_pane_follows_the_selection(page, ids, qtbot):
    qtbot.waitUntil(lambda: page.pane is not None)
    page.table.select_id(ids["Weinkontor Hafencity"])
    qtbot.waitUntil(lambda: page.pane._name.text() == "Weinkontor Hafencity")


def test_a_selection_of_several_is_counted(page, qtbot):
    page.table.selectAll()
    qtbot.waitUntil(lambda: page._count.text() == "4 of 4 customers selected")


def test_deleting_is_refused_with_a_reason_where_something_hangs_on_it(page, ids, answers):
    seen = []
    answers.append(lambda dialog: seen.append(dialog.windowTitle()) or "ok")
    from crm_desktop.sales import contracts

    contracts.save({"title": "Lamps", "customer_id": ids["Café Ostwind"], "direction": "income", "value_minor": 100})
    page.table.select_id(ids["Café Ostwind"])
    page.delete()
    assert "Café Ostwind has 1 contract" in seen[0]
    assert len(page.model.ids) == 4


def test_the_whole_of_a_long_name_is_told_to_screen_readers(page):
    index = page.model.index(0, 0)
    assert page.model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Bühnenhaus Altona e.V."


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ([1, 2, 3], [1, 3], ([(1, 1)], [])),
        ([1, 3], [1, 2, 3], ([], [(1, 1)])),
        ([1, 2, 3], [3, 2, 1], None),
        ([1, 2, 3, 4], [0, 1, 4, 5], ([(1, 2)], [(0, 0), (3, 3)])),
    ],
)
def test_small_changes_are_told_as_small_changes(old, new, runs):
    assert _difference(old, new) == runs


def test_the_focus_is_visible_on_the_list(page, qtbot):
    page.activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.table)


def test_the_list_is_exported_as_it_is_shown(page, tmp_path, monkeypatch, qtbot):
    from openpyxl import load_workbook
    from PySide6.QtWidgets import QFileDialog

    path = tmp_path / "Customers.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    page._filters.switch_on("city", "Hamburg", "Hamburg")
    with qtbot.waitSignal(page.toast, timeout=20_000):
        page.export()
    sheet = load_workbook(path).active
    cells = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    words = [str(value) for row in cells for value in row]
    assert "Hotel Alsterblick GmbH" in words
    assert "Weinkontor Hafencity" in words
    assert "Café Ostwind" not in words
    assert "Last contact" in words
