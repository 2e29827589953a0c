"""Views that the owner named: kept with filter, search, order and columns, shown again by one click, renamed, deleted."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from crm_desktop.customers import customers
from crm_desktop.gui.pages.customers_page import CustomersPage

NAMES = ("Café Ostwind", "Hotel Alsterblick GmbH", "Weinkontor Hafencity", "Bühnenhaus Altona e.V.")


def _made(qtbot: QtBot) -> CustomersPage:
    made = CustomersPage()
    qtbot.addWidget(made)
    made.resize(1068, 700)
    made.activate()
    made.show()
    return made


@pytest.fixture
def page(data_file: object, qtbot: QtBot) -> CustomersPage:
    """The list of four customers of three towns."""
    for name, town in zip(NAMES, ("Ottensen", "Hamburg", "Hamburg", "Altona"), strict=True):
        customers.save({"company": name, "city": town, "tags": ["Lamps"] if town == "Hamburg" else []})
    return _made(qtbot)


def _shown(page: CustomersPage) -> list[str]:
    return [page.model.cell(row, 0).text for row in range(page.model.rowCount())]


def _keep(page: CustomersPage, answers: list[object], name: str) -> None:
    answers.append(lambda dialog: dialog.form.put("name", name) or "act")
    page.saved.save.click()


def _narrow(page: CustomersPage) -> None:
    """Customers with the tag Lamps, z to a, found by "hamb", without their town."""
    page._filters.switch_on("tag", "Lamps", "Lamps")
    page._filters.search.setText("hamb")
    page._sort(0)
    page.show_column([made.key for made in page.made.columns].index("city"), shown=False)
    page._ask()


def test_a_view_brings_back_filter_search_order_and_columns(page: CustomersPage, answers: list[object], qtbot: QtBot):
    _narrow(page)
    before, hidden = _shown(page), page.state()["hidden"]
    assert before == ["Weinkontor Hafencity", "Hotel Alsterblick GmbH"]
    _keep(page, answers, "Lamp people")
    page.clear_filters()
    page._sort(0)
    page.show_column([made.key for made in page.made.columns].index("city"), shown=True)
    assert len(_shown(page)) == 4
    page.saved.choose("Lamp people")
    assert _shown(page) == before
    assert page._filters.search.text() == "hamb"
    assert page.state()["hidden"] == hidden
    assert page.saved.chips["Lamp people"].isChecked()


def test_views_are_there_after_a_restart_and_only_in_their_list(
    page: CustomersPage, answers: list[object], qtbot: QtBot
):
    _narrow(page)
    _keep(page, answers, "Lamp people")
    again = _made(qtbot)
    chip = again.saved.chips["Lamp people"]
    assert chip.isVisible()
    chip.click()
    assert _shown(again) == ["Weinkontor Hafencity", "Hotel Alsterblick GmbH"]


def test_a_view_is_renamed_replaced_and_deleted(page: CustomersPage, answers: list[object], qtbot: QtBot):
    _narrow(page)
    _keep(page, answers, "Lamp people")
    menu = page.saved.menu_of("Lamp people")
    assert isinstance(menu, QMenu)
    rename, replace, delete = menu.actions()
    answers.append(lambda dialog: dialog.form.put("name", "Light") or "act")
    rename.trigger()
    assert list(page.saved.chips) == ["Light"]
    page.clear_filters()
    page.saved.menu_of("Light").actions()[1].trigger()
    assert page.saved.views["Light"]["search"] == ""
    page.saved.menu_of("Light").actions()[2].trigger()
    assert page.saved.chips == {}
    assert _made(qtbot).saved.chips == {}
    assert (replace.text(), delete.text()) == ("Replace by what is shown now", "Delete this view")


def test_a_name_is_needed_and_no_name_is_taken_twice(page: CustomersPage, answers: list[object]):
    _keep(page, answers, "  ")
    assert page.saved.chips == {}
    _keep(page, answers, "A")
    _keep(page, answers, "B")
    answers.append(lambda dialog: dialog.form.put("name", "A") or "act")
    page.saved.rename("B")
    assert list(page.saved.chips) == ["A", "B"]


def test_the_chip_is_marked_only_while_its_view_is_shown(page: CustomersPage, answers: list[object], qtbot: QtBot):
    _narrow(page)
    _keep(page, answers, "Lamp people")
    assert page.saved.chips["Lamp people"].isChecked()
    page.clear_filters()
    qtbot.waitUntil(lambda: not page.saved.chips["Lamp people"].isChecked())


def test_many_views_stay_within_the_row_and_the_rest_is_in_the_menu(
    page: CustomersPage, answers: list[object], qtbot: QtBot
):
    for number in range(12):
        _keep(page, answers, f"A view with a long name {number}")
    qtbot.wait(50)
    shown = [chip for chip in page.saved.chips.values() if chip.isVisible()]
    assert 0 < len(shown) < 12
    assert page.saved.more.isVisible()
    assert page.minimumSizeHint().width() <= 1068
    right = page._filters.columns.mapTo(page, page._filters.columns.rect().topRight()).x()
    assert right <= page.width()
